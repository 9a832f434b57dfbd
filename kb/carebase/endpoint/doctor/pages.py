"""The built site and its private folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version

from carebase.build.private import SITE_FILE, private_of
from carebase.counting import counted
from carebase.endpoint.doctor.finding import Finding, error, ok, warning
from carebase.endpoint.private import load_private
from carebase.endpoint.settings import Settings


def examine_pages(settings: Settings) -> Iterator[Finding]:
    """Look at what `carebase build` wrote; `PrivateError` when that cannot be used."""
    private = load_private(settings.site)
    folder = private_of(settings.site)
    built = datetime.fromtimestamp((folder / SITE_FILE).stat().st_mtime, UTC)
    forms = counted(len(private.checkers), "form")
    yield ok("site", f"{private.name}, built on {built:%Y-%m-%d %H:%M} UTC, with {forms}")
    if not (settings.site / "index.html").is_file():
        yield error(
            "site", f"{settings.site} has no index.html", "Build it again: carebase build --strict"
        )
    told = [form for form in private.forms if form.notify.mail or form.notify.webhook]
    if not told:
        yield warning(
            "forms",
            "no form tells anybody of what comes in",
            "Write `notify: {mail: …}` into the forms, or read `carebase inbox` every day.",
        )
    # The one word that is said of it: builds are quiet about it.
    yield ok(
        "theme",
        f"MkDocs {version('mkdocs')} and Material {version('mkdocs-material')}, which are"
        " maintained but no longer developed; what readers see is Carebase's own",
    )
