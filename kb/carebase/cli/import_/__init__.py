"""`carebase import`: help centres, lessons, labs and questions of others, made into pages."""

from __future__ import annotations

import importlib

import click

from carebase.errors import UsageError, nearest

# Each name is a module of this package, with `-` as `_`, whose `command` is the click command.
KINDS = ("zendesk", "workbench", "labs", "gift", "mkdocs-quiz")


class _Kinds(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(KINDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in KINDS:
            return None
        module = importlib.import_module(f"carebase.cli.import_.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        kind = args[0] if args else ""
        if kind and not kind.startswith("-") and kind not in KINDS:
            match = nearest(kind, KINDS)
            raise UsageError(
                f"There is no import of `{kind}`: "
                + (f"did you mean `{match}`?" if match else f"there is {', '.join(KINDS)}.")
            )
        return super().resolve_command(ctx, args)


@click.group("import", cls=_Kinds)
def command() -> None:
    """Make pages of what others wrote.

    What cannot be carried over is printed with file and line, and stands in import-report.txt.
    """
