"""The command line: one file per command, loaded only when it is called."""

from __future__ import annotations

import importlib
import keyword
import os
import sys
from collections.abc import Sequence

import click

from carebase import __version__
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


class _Commands(Commands):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        name = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        module = importlib.import_module(f"carebase.cli.{name}")
        command: click.Command = module.command
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="carebase")
def carebase() -> None:
    """Product guides, courses, FAQs, warranty checks and support forms from Markdown in git."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; what goes wrong is told in a sentence and by the exit code.

    0 is fine (warnings too), 1 errors in the content, 2 wrong use, 3 a failed verification.
    """
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    try:
        result = carebase.main(args=arguments, prog_name="carebase", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except CarebaseError as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of a pipe has left (`carebase check | head`): nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    sys.exit(result if isinstance(result, int) else 0)
