"""Letting the generator write pages: what it says is gathered, and told in one error."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort

from carebase.errors import CarebaseError
from carebase_plugins.engine.driver import Driver, PagesError
from carebase_plugins.engine.failures import code_of
from carebase_plugins.engine.logs import gathered
from carebase_plugins.engine.outcome import Outcome
from carebase_plugins.shared import shared_by


def generate_site(config: MkDocsConfig, outcome: Outcome, serve_url: str | None = None) -> None:
    """Let the generator write all pages; warnings of it and its plugins are gathered."""
    # Most sites do without.
    from mkdocs.commands.build import build as generate

    from carebase_plugins.engine.sequential import every_failure_told

    with _generating(config, outcome, serve_url is None), every_failure_told(config):
        generate(config, serve_url=serve_url)


def drive_site(driver: Driver, outcome: Outcome) -> None:
    """Write the pages that have changed; warnings are gathered, of kept pages too."""
    with _generating(driver.config, outcome, driver.serve_url is None):
        driver.run()
    outcome.made = len(driver.made)


@contextmanager
def _generating(config: MkDocsConfig, outcome: Outcome, once: bool) -> Iterator[None]:
    started = time.monotonic()
    with gathered() as warnings:
        if once:
            config.plugins.on_startup(command="build", dirty=False)
        try:
            yield
        except (Abort, SystemExit, PagesError) as error:
            raise CarebaseError("\n".join([*warnings, str(error)])) from None
        except (CarebaseError, OSError):
            raise
        except Exception as error:
            # A page that cannot be made (often by somebody else's plugin) has been named already.
            said = [*warnings, f"{type(error).__name__}: {error}{code_of(error)}"]
            raise CarebaseError("\n".join(said)) from None
        finally:
            if once:
                config.plugins.on_shutdown()
    shared = shared_by(config)
    outcome.pages = len(shared.places.entries) if shared.placed else len(shared.pages.held)
    outcome.made = outcome.pages
    outcome.seconds = time.monotonic() - started
    outcome.warnings = warnings
