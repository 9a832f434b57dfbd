"""`carebase endpoint`: take forms, check warranties and serve the site, as one process."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from contextlib import closing
from functools import partial

import click

from carebase.cli.extras import endpoint_part
from carebase.endpoint.setting import JSON_LOG, describe_settings
from carebase.endpoint.settings import Settings
from carebase.errors import UsageError

log = logging.getLogger("carebase.endpoint")


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
    with endpoint_part("The endpoint needs"):
        from carebase.endpoint import server
        from carebase.endpoint.app import create_app
        from carebase.endpoint.logs import logging_to_stderr
        from carebase.endpoint.supervisor import Supervisor
    if workers > 1 and settings.database_url.startswith("sqlite"):
        _check_workers()
    taken = server.open_socket(host, port)
    with closing(taken), logging_to_stderr(settings.log) as lines:
        app = create_app(settings)
        lines.on_drop = app.tally.note_dropped
        service = app.state.service
        address = server.address_of(taken, service.root)
        notices = [*service.notices, *service.sending.notices(), *service.file_notices]
        ready = partial(_announce, settings, address, notices)
        if workers == 1:
            server.run(server.server_for(app, settings, service.end_by), taken, ready)
            return
        service.close()
        Supervisor(workers, taken, settings, app.tally.room(workers), ready).run()


def _announce(settings: Settings, address: str, notices: Sequence[str]) -> None:
    said = [f"Carebase serves {settings.site} at {address} (stop it with Ctrl-C)", *notices]
    for line in said:
        if settings.log == JSON_LOG:
            log.info("%s", line)
        else:
            click.echo(line)


def _check_workers() -> None:
    from carebase.store.database import SAFE_FOR_PROCESSES, is_safe_for_processes

    if not is_safe_for_processes():
        version = ".".join(map(str, SAFE_FOR_PROCESSES))
        raise UsageError(
            f"Several workers need SQLite {version} or newer; older ones can damage a database"
            " that several processes write. Use --workers 1, or install a newer pysqlite3."
        )
