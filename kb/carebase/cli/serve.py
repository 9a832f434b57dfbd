"""`carebase serve`: pages, endpoint and live reload below one address."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from carebase.errors import CarebaseError

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from carebase.articles.audience import Audience
    from carebase.endpoint.server import Running
    from carebase.endpoint.service import Service


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(1, 65500),
    default=8000,
    show_default=True,
    help="The port to listen on; the next free one is taken when it is in use.",
)
@click.option(
    "--audience",
    type=click.Choice(["learner", "trainer"]),
    help="Whom the site is for: a trainer's shows notes and solutions too.",
)
def command(host: str, port: int, audience: Audience | None) -> None:
    """Serve the site in this folder while it is written; a saved file shows by itself."""
    from carebase_plugins.engine.serve import serve_site
    from carebase_plugins.engine.site import load_site

    site = load_site(Path.cwd())
    start = None
    if site.endpoint is not None and "://" not in site.endpoint:
        start = _start_endpoint if _has_endpoint() else None
    if site.endpoint is not None and start is None and "://" not in site.endpoint:
        click.echo("Forms are not answered here: pip install 'carebase[endpoint]' for that.")
    serve_site(Path.cwd(), host, port, click.echo, start, audience)


def _has_endpoint() -> bool:
    try:
        import carebase.endpoint.app  # noqa: F401
    except ImportError:
        return False
    return True


def _start_endpoint(site: Path) -> _Endpoint:
    from carebase.endpoint.app import create_app
    from carebase.endpoint.server import run_in_thread
    from carebase.endpoint.settings import Settings

    # All that comes here comes from one machine, whose user tries things out.
    defaults = {"CAREBASE_RATE_LIMITS": "off"}
    settings = Settings.from_environment({**defaults, **os.environ, "CAREBASE_SITE": str(site)})
    app = create_app(settings)
    return _Endpoint(run_in_thread(app, settings=settings), app)


class _Endpoint:
    """The endpoint at work in a thread of this process."""

    def __init__(self, running: Running, app: Starlette) -> None:
        self.running = running
        self.app = app
        self.service: Service = app.state.service
        self.port = running.port

    def expect_index(self, is_awaited: Callable[[], bool]) -> None:
        """Say of a search that fails that it can be tried again while an index is being made."""
        self.app.state.index_is_awaited = is_awaited

    def reload(self) -> None:
        """Follow a build; while its private folder cannot be read the last one stays."""
        try:
            self.service.reload()
        except CarebaseError as error:
            click.echo(str(error), err=True)

    def stop(self) -> None:
        """Stop after the requests under way."""
        self.running.stop()
