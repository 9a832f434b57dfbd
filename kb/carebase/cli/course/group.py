"""What `carebase course` says before one of its commands is named."""

from __future__ import annotations

import click

from carebase.cli.groups import Commands


@click.group("course", cls=Commands)
def command() -> None:
    """Take courses out of the site, and what learners did in them."""
