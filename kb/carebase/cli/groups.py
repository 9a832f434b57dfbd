"""A command that has commands of its own, and says what a mistyped one may have been."""

from __future__ import annotations

import click

from carebase.errors import nearest


class Commands(click.Group):
    """A group whose unknown commands are told with the nearest match."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called; a `UsageError` of click says that there is none."""
        name = args[0] if args else ""
        names = self.list_commands(ctx)
        if name and not name.startswith("-") and name not in names:
            match = nearest(name, names)
            way_out = f"Did you mean `{match}`?" if match else f"Commands: {', '.join(names)}."
            ctx.fail(f"There is no command `{name}`. {way_out}")
        return super().resolve_command(ctx, args)
