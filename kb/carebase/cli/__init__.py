"""The command line: one file per command, loaded only when it is called."""

from __future__ import annotations

import importlib
import keyword
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from carebase import __version__
from carebase.cli.ending import Ending
from carebase.cli.groups import Commands
from carebase.errors import CarebaseError

# Each name is a module of this package whose `command` is the click command.
COMMANDS = (
    "bench",
    "build",
    "canary",
    "certificate",
    "check",
    "course",
    "coverage",
    "db",
    "doctor",
    "endpoint",
    "import",
    "inbox",
    "init",
    "mv",
    "new",
    "review",
    "schema",
    "search",
    "serve",
    "units",
    "verify",
    "worker",
)
# These hold all pages of a site when they end.
_WHOLE_SITES = frozenset(("build", "check", "mv", "review"))


class _Commands(Commands):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # The reader of a pipe has left (`carebase check | head`): nothing more can be said.
            _say_no_more()
            return 0

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        name = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        module = importlib.import_module(f"carebase.cli.{name}")
        command: click.Command = module.command
        ending = ctx.find_object(Ending)
        if ending is not None and cmd_name in _WHOLE_SITES:
            ending.be_quick()
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="carebase")
def carebase() -> None:
    """Product guides, courses, FAQs, warranty checks and support forms from Markdown in git."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; what goes wrong is told in a sentence and by the exit code.

    0 is fine (warnings too), 1 errors in the content, 2 wrong use, 3 a failed verification.
    """
    # Called with arguments it is part of another program, which does not end with it.
    ending = Ending() if arguments is None else None
    code = _code_of(arguments, ending)
    if ending is not None:
        ending.note(code)
    sys.exit(code)


def _said_of(error: OSError) -> str:
    # A file has its name; what is written to has none, nor has a folder that is gone.
    if error.filename is not None:
        return f"{error.filename} cannot be used: {error.strerror}."
    try:
        Path.cwd()
    except OSError:
        return "The folder that you are in has been deleted: go to another one."
    _say_no_more()
    return f"No more can be written: {error.strerror}."


def _say_no_more() -> None:
    """Let what waits to be written go nowhere: Python would try once more at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _code_of(arguments: Sequence[str] | None, ending: Ending | None) -> int:
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    # Looking for them among all that is installed takes as long as ten of our modules.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        result = carebase.main(
            args=arguments, prog_name="carebase", standalone_mode=False, obj=ending
        )
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        return 130
    except CarebaseError as error:
        click.echo(str(error), err=True)
        return error.exit_code
    except OSError as error:
        click.echo(_said_of(error), err=True)
        return 2
    return result if isinstance(result, int) else 0
