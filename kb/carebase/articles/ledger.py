"""The ledger of published addresses, `docs/.addresses`: none of them may vanish unseen.

One address a line as `Site.address_of` gives it, sorted, committed beside the pages. A build adds
what is new; nothing is taken out but by hand or by `carebase check --fix`.
"""

from __future__ import annotations

import difflib
import posixpath
import subprocess
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from carebase.articles.generated import generated_pages, terms_of
from carebase.articles.load import Pages
from carebase.articles.page import Page
from carebase.articles.redirects import file_of, write_alias
from carebase.catalog import Catalog
from carebase.errors import Problem
from carebase.site import Site
from carebase.sources.edit import write_scalar
from carebase.warranty.locking import locked_policies

NAME = ".addresses"

# How like a vanished address a page's must be to be taken for the one that replaced it.
_LIKE = 0.5
_GIT_SECONDS = 10


def published_addresses(site: Site, catalog: Catalog, pages: Pages) -> set[str]:
    """Give the addresses at which the site answers: of pages, of pages it makes, of aliases.

    The home page is left out: it cannot vanish.
    """
    made = generated_pages(catalog, pages.files)
    found = {site.address_of(src_uri) for src_uri in {*pages.files.pages, *made}}
    for page in pages.pages:
        found.update(
            file.removesuffix("index.html")
            for alias in page.front.aliases
            if (file := file_of(alias)) is not None
        )
    return found - {"", "index.html"}


def read_ledger(site: Site) -> list[tuple[int, str]]:
    """Give each address of the ledger with its line; nothing when there is no ledger."""
    try:
        text = (site.docs_dir / NAME).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return list(_addresses(text))


def _addresses(text: str) -> Iterator[tuple[int, str]]:
    # Signs of a merge in git are passed over: what both sides published stays known.
    for number, line in enumerate(text.splitlines(), 1):
        address = line.strip()
        if address and not address.startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||")):
            yield number, address


def add_to_ledger(site: Site, addresses: Iterable[str]) -> list[str]:
    """Add the addresses that the ledger lacks and give them; nothing new, nothing is written.

    Raises OSError when the file cannot be written.
    """
    known = {address for _, address in read_ledger(site)}
    new = sorted(set(addresses) - known)
    if new:
        _write(site, known.union(new))
    return new


def vanished(site: Site, published: Collection[str]) -> list[tuple[int, str]]:
    """Give the addresses of the ledger, with their lines, at which nothing answers any more.

    Those of the terms of locked policies are left out: a file that is gone is told of by the lock,
    and has to come back.
    """
    gone = [(line, address) for line, address in read_ledger(site) if address not in published]
    if not gone:
        return []
    promised = {site.address_of(terms_of(name)) for name in locked_policies(site)}
    return [(line, address) for line, address in gone if address not in promised]


def check_ledger(site: Site, catalog: Catalog, pages: Pages) -> Iterator[Problem]:
    """Give a problem for each published address that is gone, with the line that mends it."""
    gone = vanished(site, published_addresses(site, catalog, pages))
    if not gone:
        return
    recorded = {address for _, address in read_ledger(site)}
    file = site.name_of(site.docs_dir / NAME)
    for line, address in gone:
        page = _successor(site, pages.pages, address, recorded)
        where = f" of {page.file}" if page else " of the page that took its place"
        yield Problem(
            file,
            line,
            1,
            "address-vanished",
            f"Nothing answers at the published address `{address}` any more.",
            found=f"`{address}`",
            allowed="a page, or an alias of one",
            hint=f"add `{alias_line(page, address)}` to the front matter{where};"
            " was it never published, take this line out",
        )


def alias_line(page: Page | None, address: str) -> str:
    """Give the line of front matter that makes an old address lead to a page."""
    known = list(page.front.aliases) if page else []
    return (
        f"aliases: [{', '.join(map(write_scalar, dict.fromkeys([*known, write_alias(address)])))}]"
    )


def _successor(site: Site, pages: list[Page], address: str, recorded: set[str]) -> Page | None:
    """Guess the page that took the place of an address: a new one with a name much like it."""

    def likeness(page: Page) -> float:
        own = site.address_of(page.src_uri)
        name = posixpath.basename(own.rstrip("/")) == posixpath.basename(address.rstrip("/"))
        like = difflib.SequenceMatcher(None, own, address).ratio()
        return like + name + (own not in recorded) / 2

    best = max(pages, key=likeness, default=None)
    return best if best is not None and likeness(best) >= _LIKE else None


def forget_unpublished(site: Site, published: Collection[str]) -> list[str]:
    """Take out vanished addresses that the committed ledger never held, and give them.

    They come from builds of work that changed before it was committed. Outside git nothing is
    forgotten, because nothing tells what was published. Raises OSError when it cannot be written.
    """
    committed = _committed(site.docs_dir / NAME)
    if committed is None:
        return []
    forgotten = sorted(
        {address for _, address in vanished(site, published) if address not in committed}
    )
    if forgotten:
        _write(site, {address for _, address in read_ledger(site)}.difference(forgotten))
    return forgotten


def _committed(path: Path) -> set[str] | None:
    """Give the addresses of the ledger as git has it; nothing where there is no git to ask."""

    def git(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603
            ["git", "-C", str(path.parent), *arguments],  # noqa: S607
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_GIT_SECONDS,
            check=False,
        )

    try:
        if git("rev-parse", "--is-inside-work-tree").returncode != 0:
            return None
        shown = git("show", f"HEAD:./{path.name}")
    except (OSError, subprocess.TimeoutExpired):
        return None
    return {address for _, address in _addresses(shown.stdout)} if shown.returncode == 0 else set()


def _write(site: Site, addresses: Iterable[str]) -> None:
    text = "".join(f"{address}\n" for address in sorted(addresses))
    (site.docs_dir / NAME).write_text(text, encoding="utf-8", newline="\n")
