"""Reading the private folder that a build wrote beside the site."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from carebase.build.private import COURSES, FORMAT, GRADED, PUBLIC_KEYS, SITE_FILE, private_of
from carebase.catalog import Catalog, Contact, Product
from carebase.errors import UsageError
from carebase.forms import Form
from carebase.forms.validation import Checker
from carebase.i18n import code_of
from carebase.signals import SignalChecker
from carebase.training.key import CourseKey, read_course_key
from carebase.warranty.policy import Policy
from carebase.warranty.statutes import Statute, Statutes
from carebase.warranty.words import TermsWords

M = TypeVar("M", bound=BaseModel)

# The first place on Earth where a day begins (Kiribati).
_EARLIEST_ZONE = timedelta(hours=14)


class PrivateError(UsageError):
    """The private folder is not there, or not as this version of Carebase writes it."""


@dataclass(frozen=True, slots=True)
class Private:
    """What the endpoint knows of the site, as of one build.

    `checkers` are those of all forms in the language of the site, by id; `translated` those of
    forms in other languages, by the language's code and the form's id. `keys` are those of the
    graded courses by id; `keyless` are graded courses without one. `public_keys` are those by which
    certificates are checked, as Multikeys.
    """

    name: str
    url: str
    base_path: str
    language: str
    colour: str
    styles: tuple[str, ...]
    catalog: Catalog
    statutes: tuple[Statute, ...]
    checkers: Mapping[str, Checker]
    translated: Mapping[tuple[str, str], Checker] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    signals: SignalChecker = field(default_factory=SignalChecker)
    keys: Mapping[str, CourseKey] = field(default_factory=dict)
    keyless: tuple[str, ...] = ()
    public_keys: tuple[str, ...] = ()

    def checker(self, form_id: str, language: str) -> Checker | None:
        """Give the checker of a form as a page in this language shows it."""
        return self.translated.get((code_of(language), form_id)) or self.checkers.get(form_id)

    @property
    def forms(self) -> Iterator[Form]:
        """All forms, in each language that they are shown in."""
        return (checker.form for checker in (*self.checkers.values(), *self.translated.values()))

    @property
    def notices(self) -> list[str]:
        """What an operator should know of courses that nothing can grade."""
        return [
            f"The course `{course}` is graded, and its key is missing in the private folder: its"
            " answers are refused. Build the site again and bring the whole private folder here."
            for course in self.keyless
        ]

    @property
    def product_names(self) -> dict[str, str]:
        """The names of all products by id."""
        return {product.id: product.name for product in self.catalog.products.values()}

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the people who answer."""
        return ZoneInfo(self.catalog.contact.time_zone if self.catalog.contact else "UTC")

    def today(self, now: datetime) -> date:
        """Give the day where the people who answer are."""
        return now.astimezone(self.zone).date()

    @staticmethod
    def latest_today(now: datetime) -> date:
        """Give the last day that is today somewhere: nobody's purchase is refused as future."""
        return (now + _EARLIEST_ZONE).date()


def load_private(site: Path) -> Private:
    """Read the private folder of a built site; `PrivateError` says what hinders."""
    folder = private_of(site)
    if not (folder / SITE_FILE).is_file():
        raise PrivateError(
            f"The private folder {folder} is not there. Build the site again: `carebase build`"
            " writes both."
        )
    about = _read(folder / SITE_FILE)
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise PrivateError(
            f"The private folder {folder} was written by another version of Carebase."
            " Build the site again."
        )
    catalog = Catalog()
    products = _read(folder / "catalog.json")["products"]
    for text in (json.dumps(product) for product in products):
        product = _load(Product, text, folder / "catalog.json")
        catalog.products[product.id] = product
    for path in _files(folder / "policies"):
        catalog.policies[path.stem] = _load(Policy, _text(path), path)
    if (folder / "contact.json").is_file():
        path = folder / "contact.json"
        catalog.contact = _load(Contact, _text(path), path)
    path = folder / "terms.json"
    catalog.terms = _load(TermsWords, _text(path), path)
    path = folder / "statutes.json"
    statutes = tuple(_load(Statutes, _text(path), path).rows())
    ids = tuple(catalog.products)
    checkers, translated = {}, {}
    for path in _files(folder / "forms"):
        form = _load(Form, _text(path), path)
        checker = Checker(form, ids)
        if path.parent.name == "forms":
            checkers[form.id] = checker
        else:
            translated[path.parent.name, form.id] = checker
    keys, keyless = _keys(folder, about.get(GRADED, ()))
    return Private(
        name=about["name"],
        url=about["url"],
        base_path=about["base_path"],
        language=about["language"],
        colour=about.get("colour", ""),
        styles=tuple(about.get("styles", ())),
        catalog=catalog,
        statutes=statutes,
        checkers=checkers,
        translated=translated,
        links=about.get("links", {}),
        after=about.get("after", {}),
        signals=SignalChecker(
            about.get("troubleshooters", {}),
            [one.serial for one in catalog.products.values() if one.serial],
            tuple(checkers),
        ),
        keys=keys,
        keyless=keyless,
        public_keys=tuple(one["key"] for one in about.get(PUBLIC_KEYS, ())),
    )


def _keys(folder: Path, graded: Iterable[str]) -> tuple[dict[str, CourseKey], tuple[str, ...]]:
    """Read the keys of the graded courses; give the courses that have none too."""
    keys: dict[str, CourseKey] = {}
    keyless = []
    for course in graded:
        path = folder / COURSES / f"{course}.json"
        if not path.is_file():
            keyless.append(course)
            continue
        try:
            keys[course] = read_course_key(_read(path))
        except (KeyError, TypeError, ValueError, IndexError, ZeroDivisionError):
            raise PrivateError(
                f"{path} is not as this version of Carebase writes it. Build the site again."
            ) from None
    return keys, tuple(keyless)


def _files(folder: Path) -> list[Path]:
    """Give the files in a folder and those below; what may not be read is not taken for empty."""
    found = []
    try:
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.is_dir():
                found += _files(path)
            elif path.suffix == ".json":
                found.append(path)
    except PermissionError as error:
        raise _forbidden(Path(error.filename)) from None
    return found


def _forbidden(path: Path) -> PrivateError:
    return PrivateError(
        f"{path} may not be read by this user. Give the whole private folder to the endpoint's."
    )


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except PermissionError:
        raise _forbidden(path) from None
    except (OSError, UnicodeDecodeError) as error:
        raise PrivateError(f"{path} cannot be read: {error}. Build the site again.") from None


def _read(path: Path) -> Any:
    try:
        return json.loads(_text(path))
    except ValueError:
        raise PrivateError(f"{path} is damaged. Build the site again.") from None


def _load(model: type[M], text: str, path: Path) -> M:
    try:
        # Dates are texts in JSON; the models of files that people write would refuse them.
        return model.model_validate_json(text, strict=False)
    except ValidationError:
        raise PrivateError(
            f"{path} is not as this version of Carebase writes it. Build the site again."
        ) from None
