"""`carebase course`: one file for each of its commands."""

from carebase.cli.course.export import export
from carebase.cli.course.group import command
from carebase.cli.course.handout import handout
from carebase.cli.course.results import results
from carebase.cli.course.schedule import schedule

for one in (export, handout, results, schedule):
    command.add_command(one)

__all__ = ["command"]
