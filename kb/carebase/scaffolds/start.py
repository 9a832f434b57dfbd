"""What `carebase new` writes for each kind, and where it belongs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from carebase.articles.files import DocsFiles
from carebase.articles.kind import default_kind, product_of
from carebase.clock import a_year_after
from carebase.errors import UsageError, nearest
from carebase.scaffolds.template import fill, kind_file

_ID = re.compile(r"[a-z][a-z0-9_-]*\Z")
_FORM_ID = re.compile(r"[a-z][a-z0-9-]*\Z")
_POLICY = re.compile(r"([a-z][a-z0-9_-]*)(?:@([1-9][0-9]*))?\Z")


@dataclass(frozen=True, slots=True)
class Start:
    """What is asked for: a kind, a path below `docs/`, the day, and the files that are there."""

    kind: str
    path: str
    today: date
    files: DocsFiles

    @property
    def name(self) -> str:
        """The last part of the path without its suffix."""
        name = PurePosixPath(self.path).name
        return name.removesuffix(".md").removesuffix(".yml")

    @property
    def values(self) -> dict[str, str]:
        """What every starting file may fill in."""
        return {
            "today": self.today.isoformat(),
            "next_year": a_year_after(self.today).isoformat(),
            "title": _title(self.name),
        }


def starting_files(start: Start) -> dict[str, str]:
    """Give the texts to write by their paths below `docs/`; UsageError for a bad path."""
    return _WRITERS[start.kind](start)


def _title(name: str) -> str:
    words = re.sub(r"[-_\s]+", " ", name).strip()
    # Signs that YAML reads as its own would break the head of the page.
    words = re.sub(r"[^\w\s'.,()&+/–-]", "", words).strip("'&- ") or "Untitled"
    return words[0].upper() + words[1:]


def _product(start: Start) -> dict[str, str]:
    parts = [part for part in PurePosixPath(start.path).parts if part != "product.yml"]
    if parts[:1] == ["products"]:
        parts = parts[1:]
    if len(parts) != 1 or not _ID.match(parts[0]):
        raise UsageError(
            f"`{start.path}` is no id of a product: it is a lower-case letter, then such letters,"
            " digits, `-` or `_`, as in `carebase new product brio`."
        )
    values = {
        **start.values,
        "id": parts[0],
        "name": _title(parts[0]),
        "year_code": f"{start.today.year % 100:02}",
        "in_ten_years": str(start.today.year + 10),
    }
    return {f"products/{parts[0]}/product.yml": fill(kind_file("product.yml"), values)}


def _article(start: Start) -> dict[str, str]:
    path = PurePosixPath(start.path)
    parts = list(path.parts)
    if parts and start.path.endswith("/"):
        raise UsageError(
            f"`{start.path}` is a folder: name the page in it, as in `{path.as_posix()}/descale`."
        )
    if not parts or not start.name or parts[-1].endswith(".yml"):
        raise UsageError(f"`{start.path}` is no page: name a Markdown file, as in `brio/descale`.")
    parts[-1] = f"{start.name}.md"
    products = start.files.products
    if len(parts) > 1 and parts[0] in products:
        parts.insert(0, "products")
    elif len(parts) == 1 and start.kind == "faq":
        parts.insert(0, "faq")
    elif len(parts) > 1 and not any(name.startswith(f"{parts[0]}/") for name in start.files.all):
        match = nearest(parts[0], products)
        if match:
            raise UsageError(f"There is no product `{parts[0]}`: did you mean `{match}`?")
    if parts[0] == "products" and len(parts) > 2 and parts[1] not in products:
        match = nearest(parts[1], products)
        way_out = (
            f"did you mean `{match}`?"
            if match
            else f"make it with `carebase new product {parts[1]}`."
        )
        raise UsageError(f"There is no product `{parts[1]}`: {way_out}")
    src_uri = "/".join(parts)
    usual = default_kind(src_uri, products, start.files.courses)
    values = {
        **start.values,
        "kind": "" if usual == start.kind else f"kind: {start.kind}\n",
        "products": "" if product_of(src_uri, products) else "products: []\n",
    }
    return {src_uri: fill(kind_file(f"{start.kind}.md"), values)}


def _form(start: Start) -> dict[str, str]:
    parts = PurePosixPath(start.path).parts
    if parts[:1] == ("forms",):
        parts = parts[1:]
    if len(parts) != 1 or not _FORM_ID.match(start.name):
        raise UsageError(
            f"`{start.path}` is no id of a form: it is lower-case letters, digits and `-`,"
            " as in `carebase new form leasing`."
        )
    return {f"forms/{start.name}.yml": fill(kind_file("form.yml"), start.values)}


def _policy(start: Start) -> dict[str, str]:
    found = _POLICY.match(start.name)
    parts = PurePosixPath(start.path).parts
    if parts[:2] == ("warranty", "policies"):
        parts = parts[2:]
    if not found or len(parts) != 1:
        raise UsageError(
            f"`{start.path}` is no policy: name it as in `carebase new policy brio` or `brio@2`."
        )
    name, version = found[1], found[2] or str(_next_version(found[1], start.files))
    values = {**start.values, "id": name, "version": version}
    return {f"warranty/policies/{name}@{version}.yml": fill(kind_file("policy.yml"), values)}


def _next_version(name: str, files: DocsFiles) -> int:
    pattern = re.compile(rf"warranty/policies/{re.escape(name)}@([1-9][0-9]*)\.yml")
    versions = [int(found[1]) for file in files.all if (found := pattern.fullmatch(file))]
    return max(versions, default=0) + 1


def _course(start: Start) -> dict[str, str]:
    parts = [part for part in PurePosixPath(start.path).parts if part != "course.yml"]
    if parts[:1] == ["courses"]:
        parts = parts[1:]
    if len(parts) != 1 or not _ID.match(parts[0]):
        raise UsageError(
            f"`{start.path}` is no id of a course: it is a lower-case letter, then such letters,"
            " digits, `-` or `_`, as in `carebase new course espresso`."
        )
    values = {**start.values, "title": _title(parts[0])}
    return {
        f"courses/{parts[0]}/course.yml": fill(kind_file("course.yml"), values),
        f"courses/{parts[0]}/01-first-lesson.md": fill(
            kind_file("lesson.md"), {**values, "title": "First lesson"}
        ),
    }


def _lesson(start: Start) -> dict[str, str]:
    parts = list(PurePosixPath(start.path).parts)
    if parts[:1] == ["courses"]:
        parts = parts[1:]
    if len(parts) != 2 or not start.name or parts[-1].endswith(".yml"):
        raise UsageError(
            f"`{start.path}` is no lesson: name its course and the page, as in"
            " `carebase new lesson espresso/02-water`."
        )
    course, courses = parts[0], start.files.courses
    if course not in courses:
        match = nearest(course, courses)
        way_out = (
            f"did you mean `{match}`?" if match else f"make it with `carebase new course {course}`."
        )
        raise UsageError(f"There is no course `{course}`: {way_out}")
    # The number in front keeps the files in order; readers see the title alone.
    title = _title(re.sub(r"^\d+[-_ ]*(?=\D)", "", start.name))
    values = {**start.values, "title": title}
    return {f"courses/{course}/{start.name}.md": fill(kind_file("lesson.md"), values)}


def _contact(start: Start) -> dict[str, str]:
    if start.path not in ("contact", "contact.yml"):
        raise UsageError(
            f"`{start.path}` is not where a site says how to reach you: that is docs/contact.yml,"
            " as in `carebase new contact contact`."
        )
    return {"contact.yml": fill(kind_file("contact.yml"), start.values)}


_WRITERS: dict[str, Callable[[Start], dict[str, str]]] = {
    "product": _product,
    "guide": _article,
    "faq": _article,
    "page": _article,
    "troubleshooter": _article,
    "form": _form,
    "policy": _policy,
    "course": _course,
    "lesson": _lesson,
    "contact": _contact,
}
KINDS = tuple(_WRITERS)
