"""Courses: their files, their lessons, and what is wrong in them."""

from carebase.training.course import Course, Lesson
from carebase.training.load import Courses, load_courses

__all__ = ["Course", "Courses", "Lesson", "load_courses"]
