"""`carebase endpoint`: take forms, check warranties and serve the site, as one process."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from carebase.endpoint.settings import Settings, describe_settings
from carebase.errors import UsageError


def _settings_help() -> str:
    return "\b\nSettings, as environment variables:\n\n\b\n" + describe_settings()


@click.command("endpoint", epilog=_settings_help())
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="The port to listen on; 0 for any free one.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="How many processes share the work.",
)
def command(host: str, port: int, workers: int) -> None:
    """Take forms, check warranties and serve the site.

    The site and its private folder come from `carebase build`. An SQLite database is made and
    brought up to date at the start; PostgreSQL wants `carebase db upgrade` first.
    """
    settings = Settings.from_environment(os.environ)
    try:
        from carebase.endpoint import server
        from carebase.endpoint.app import create_app
        from carebase.endpoint.supervisor import Supervisor
    except ImportError as error:
        raise UsageError(
            f"The endpoint needs {error.name}, which is not installed:"
            " pip install 'carebase[endpoint]'"
        ) from None
    if workers > 1 and settings.database_url.startswith("sqlite"):
        _check_workers()
    taken = server.open_socket(host, port)
    try:
        app = create_app(settings)
        address = server.address_of(taken, app.state.service.root)
        service = app.state.service
        notices = [*service.notices, *service.sending.notices()]
        ready = partial(_announce, address, settings.site, notices)
        if workers == 1:
            server.run(server.server_for(app, settings, service.end_by), taken, ready)
            return
        service.close()
        Supervisor(workers, taken, settings, ready).run()
    finally:
        taken.close()


def _announce(address: str, site: Path, notices: Sequence[str]) -> None:
    click.echo(f"Carebase serves {site} at {address} (stop it with Ctrl-C)")
    for notice in notices:
        click.echo(notice)


def _check_workers() -> None:
    from carebase.store.database import SAFE_FOR_PROCESSES, is_safe_for_processes

    if not is_safe_for_processes():
        version = ".".join(map(str, SAFE_FOR_PROCESSES))
        raise UsageError(
            f"Several workers need SQLite {version} or newer; older ones can damage a database"
            " that several processes write. Use --workers 1, or install a newer pysqlite3."
        )
