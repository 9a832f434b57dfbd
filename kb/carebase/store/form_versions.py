"""What forms asked: each version of each form, stored once, so that old answers stay readable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from carebase.forms.asked import PRODUCTS
from carebase.store.tables import form_versions
from carebase.store.times import iso


@dataclass(frozen=True, slots=True)
class FormVersion:
    """A form as it was; `version` is the hash that each of its submissions carries."""

    form: str
    version: str
    definition: Mapping[str, Any]


def keep(connection: Connection, versions: Iterable[FormVersion]) -> None:
    """Store the versions that are not there yet; several processes may do so at once.

    Of those that are there the names of products are made those of today; what is no longer sold
    keeps its name.
    """
    known = {(one.form, one.version): one for one in read_all(connection)}
    now = iso(datetime.now(UTC))
    for one in versions:
        if (one.form, one.version) in known:
            _name_products(connection, known[one.form, one.version], one)
            continue
        try:
            with connection.begin_nested():
                connection.execute(
                    form_versions.insert(),
                    {
                        "form": one.form,
                        "version": one.version,
                        "definition": dict(one.definition),
                        "first_seen_at": now,
                    },
                )
        except IntegrityError:
            # Another process was faster, with the same content: the version is its hash.
            continue


def _name_products(connection: Connection, stored: FormVersion, now: FormVersion) -> None:
    before = stored.definition.get(PRODUCTS, {})
    names = {**before, **now.definition.get(PRODUCTS, {})}
    if names != before:
        connection.execute(
            form_versions.update()
            .where(form_versions.c.form == now.form, form_versions.c.version == now.version)
            .values(definition={**stored.definition, PRODUCTS: names})
        )


def find(connection: Connection, form: str, version: str) -> FormVersion | None:
    """Find one version of a form."""
    row = connection.execute(
        select(form_versions).where(
            form_versions.c.form == form, form_versions.c.version == version
        )
    ).first()
    return None if row is None else FormVersion(row.form, row.version, row.definition)


def read_all(connection: Connection) -> list[FormVersion]:
    """Give every version of every form, the older ones first."""
    rows = connection.execute(
        select(form_versions).order_by(form_versions.c.first_seen_at, form_versions.c.form)
    )
    return [FormVersion(row.form, row.version, row.definition) for row in rows]
