"""Lessons of other course makers: their Markdown taken apart and written as Carebase's."""
