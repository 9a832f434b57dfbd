"""`carebase course`: one file for each of its commands."""

from carebase.cli.course.export import export
from carebase.cli.course.group import command

for one in (export,):
    command.add_command(one)

__all__ = ["command"]
