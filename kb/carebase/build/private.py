"""The private folder beside a built site: all that the endpoint needs and no visitor may see."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carebase.badges.published import plain
from carebase.build.leftovers import draft_of, make_good
from carebase.errors import UsageError
from carebase.forms.load import standard_forms
from carebase.i18n import code_of, languages
from carebase.site import Site

if TYPE_CHECKING:
    from carebase.badges.published import PublicKey
    from carebase.catalog import Catalog
    from carebase.forms import Forms
    from carebase.signals.signal import Troubleshooters
    from carebase.training.key import CourseKey

# Raised when an endpoint could no longer read what a build writes.
FORMAT = 1
SITE_FILE = "site.json"
# The key that signs certificates: made by `carebase certificate key`, and kept by every build.
KEY_FILE = "certificate.key"
# The folder of the keys of graded courses, and the name under which it lists those that have one.
COURSES = "courses"
GRADED = "graded"
# The name under which it lists the public keys of certificates.
PUBLIC_KEYS = "certificate_keys"

# What the endpoint asks of a product; parts and downloads are on the pages alone.
_PRODUCT = {
    *("id", "name", "summary", "picture", "models", "serial", "policy", "components", "notices"),
    *("service_plan", "support_until"),
}


def private_of(site: Path) -> Path:
    """Give the private folder of a built site: `site.private` beside `site`."""
    whole = Path(os.path.abspath(site))  # noqa: PTH100 - a link to a site keeps its own name
    return whole.with_name(whole.name + ".private")


def write_private(
    site: Site,
    catalog: Catalog,
    forms: Forms,
    target: Path,
    links: Mapping[str, str] | None = None,
    troubleshooters: Troubleshooters | None = None,
    styles: Sequence[str] = (),
    keys: Sequence[CourseKey] = (),
    public_keys: Sequence[PublicKey] = (),
    kept: Collection[str] = (),
) -> None:
    """Write the private folder anew; whoever reads it sees the old one or the new one, whole.

    `links` are the addresses to which an answer leads (`carebase.warranty.answer.LINKS`) and that
    of the list of all `pages`, relative to the site's own; `{product}` stands for a product's id.
    `troubleshooters` are the pages whose outcomes may be counted. `styles` are the style sheets of
    the site that know its colours, below its folder. `keys` are those of the graded courses,
    `public_keys` those by which certificates are checked. Folders named in `kept` stay, as others
    write them. Raises `UsageError` when `target` is a
    folder of something else, which is left as it is.
    """
    # Most builds leave it as it is, and do without.
    from carebase.build.exchange import take_along, take_place

    # A link to a folder stays one: what it leads to is written.
    target = target.resolve()
    make_good(target, kept)
    if target.exists() and not (target / SITE_FILE).is_file():
        raise UsageError(
            f"{target} is no private folder of a Carebase site. Move it away, or build elsewhere."
        )
    draft = draft_of(target)
    shutil.rmtree(draft, ignore_errors=True)
    parts = (site, catalog, forms, links or {}, troubleshooters or {}, styles, keys, public_keys)
    try:
        for name, content in _files(*parts):
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
        if (target / KEY_FILE).is_file():
            # With its mode, so that its owner alone can read it.
            shutil.copy2(target / KEY_FILE, draft / KEY_FILE)
        others = [name for name in kept if (target / name).is_dir()]
        for name in others:
            take_along(target / name, draft / name)
        if not take_place(draft, target, others):
            _fill(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _fill(draft: Path, target: Path) -> None:
    """Move the entries of a draft into a mounted folder, one after the other."""
    for entry in target.iterdir():
        if entry != draft and not (draft / entry.name).exists():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    for entry in list(draft.iterdir()):
        there = target / entry.name
        if there.is_dir():
            shutil.rmtree(there)
        entry.replace(there)
    draft.rmdir()


def _files(
    site: Site,
    catalog: Catalog,
    forms: Forms,
    links: Mapping[str, str],
    troubleshooters: Troubleshooters,
    styles: Sequence[str],
    keys: Sequence[CourseKey],
    public_keys: Sequence[PublicKey],
) -> Iterator[tuple[str, Any]]:
    yield (
        SITE_FILE,
        {
            "format": FORMAT,
            "name": site.name,
            "url": site.url,
            "base_path": site.base_path,
            "language": site.language,
            "endpoint": site.endpoint,
            "colour": site.colour,
            "styles": list(styles),
            "links": dict(links),
            "after": {
                form.id: site.address_of(form.after.page)
                for form in forms.by_id.values()
                if form.after.page
            },
            "troubleshooters": {page: dict(nodes) for page, nodes in troubleshooters.items()},
            GRADED: [key.id for key in keys],
            PUBLIC_KEYS: plain(public_keys),
        },
    )
    for key in keys:
        yield f"{COURSES}/{key.id}.json", key.plain()
    yield (
        "catalog.json",
        {
            "products": [
                product.model_dump(mode="json", by_alias=True, exclude_none=True, include=_PRODUCT)
                for product in catalog.products.values()
            ]
        },
    )
    for name, policy in catalog.policies.items():
        yield f"policies/{name}.json", policy.plain()
    yield "terms.json", catalog.terms.plain()
    yield "statutes.json", [row.plain() for row in catalog.statutes]
    for form in forms.by_id.values():
        yield f"forms/{form.id}.json", form.definition
    for code in languages():
        if code == code_of(site.language):
            continue
        for form in standard_forms(code).values():
            if form.id not in forms.own:
                yield f"forms/{code}/{form.id}.json", form.definition
    if catalog.contact:
        yield "contact.json", catalog.contact.model_dump(mode="json", exclude_none=True)
