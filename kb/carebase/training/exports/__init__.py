"""Courses as packages: for an LMS, for a folder, for another program."""

from carebase.training.exports.formats import FORMATS, Format, find_format
from carebase.training.exports.source import Export, Shown, ShownCourse, Source

__all__ = ["FORMATS", "Export", "Format", "Shown", "ShownCourse", "Source", "find_format"]
