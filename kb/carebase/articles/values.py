"""Values of the catalogue in text: `{{ product.name }}`, `{{ model.gtin }}`, `{{ site.url }}`.

Only names that begin with `product.`, `model.` or `site.` are ours; any other `{{ … }}` is left
alone, and so is one in code or behind a backslash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel

from carebase.articles.lines import Line, read_lines
from carebase.catalog import Catalog, Product
from carebase.catalog.money import Money
from carebase.catalog.product import Model
from carebase.errors import Problem, nearest
from carebase.i18n import date_text
from carebase.site import Site

_VALUE = re.compile(r"(?<!\\)\{\{\s*(?P<name>(?:product|model|site)\.[^{}\n]*?)\s*\}\}")
# What would be taken for Markdown or HTML in a value; `_` only at the edge of a word.
_SIGN = re.compile(r"[\\`*\[\]<>{}|\"]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)")
_MOST_TOLD = 12
# Variables of Jekyll (its documentation, "Variables", and what its sites set by custom). Pages
# that come from there may hold them, and no value of ours will ever have these names.
_JEKYLL = frozenset(
    {
        "baseurl",
        "categories",
        "collections",
        "data",
        "description",
        "documents",
        "email",
        "github",
        "html_files",
        "html_pages",
        "pages",
        "posts",
        "related_posts",
        "static_files",
        "tags",
        "time",
        "title",
    }
)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Scope:
    """What `product.` and `model.` mean on a page: its only product and model, and its language."""

    products: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that a text names: the line and the place in it from 1, as written."""

    line: int
    column: int
    name: str
    written: str


class UnknownValueError(Exception):
    """A name that stands for nothing; what is allowed instead, and what may have been meant."""

    def __init__(self, message: str, allowed: Sequence[str] = (), hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        more = ", …" if len(allowed) > _MOST_TOLD else ""
        self.allowed = ", ".join(allowed[:_MOST_TOLD]) + more
        self.hint = hint


class Values:
    """The values of one site."""

    def __init__(self, site: Site, catalog: Catalog) -> None:
        self.site = site
        self.catalog = catalog

    def fill(self, text: str, scope: Scope) -> str:
        """Give a Markdown text with its values filled in; names that are unknown stay."""
        if "{{" not in text:
            return text
        return "\n".join(self._fill_line(line, scope) for line in read_lines(text).lines)

    def fill_plain(self, text: str, scope: Scope) -> str:
        """Give a text that is no Markdown, such as a title in front matter, filled in."""
        return _VALUE.sub(lambda found: self._written(found, scope, escaped=False), text)

    def problems(self, file: str, found: Iterator[Reference], scope: Scope) -> Iterator[Problem]:
        """Give a problem for each reference that stands for nothing."""
        for one in found:
            if is_foreign(one.name):
                yield Problem(
                    file, one.line, one.column, "value-foreign",
                    "This is a variable of Jekyll; it stands on the page as it is written.",
                    found=f"`{one.written}`", severity="warning",
                    hint="write what it stood for, or `\\{{ … }}` to show it on purpose",
                )  # fmt: skip
                continue
            try:
                self.look_up(one.name, scope)
            except UnknownValueError as error:
                yield Problem(
                    file, one.line, one.column, "value-unknown", error.message,
                    found=f"`{one.written}`", allowed=error.allowed, hint=error.hint,
                )  # fmt: skip

    def look_up(self, name: str, scope: Scope) -> str:
        """Give the text of a value; raises UnknownValueError for a name that stands for none.

        It is empty where a product's file has errors, which are told anyway.
        """
        kind, _, rest = name.partition(".")
        if kind == "site":
            values = {"name": self.site.name, "url": self.site.url, "language": self.site.language}
            return _text(_member(values, rest, "site"), name, scope.language, "mkdocs.yml")
        if kind == "model":
            return self._model(rest, name, scope)
        return self._product(rest, name, scope)

    def _fill_line(self, line: Line, scope: Scope) -> str:
        text = line.text
        for found in reversed(list(_VALUE.finditer(line.without_code))):
            value = self._written(found, scope, escaped=True)
            text = text[: found.start()] + value + text[found.end() :]
        return text

    def _written(self, found: re.Match[str], scope: Scope, *, escaped: bool) -> str:
        try:
            value = self.look_up(found["name"], scope)
        except UnknownValueError:
            return found[0]
        if not value:
            return found[0]
        return _SIGN.sub(lambda sign: f"&#{ord(sign[0])};", value) if escaped else value

    def _product(self, rest: str, name: str, scope: Scope) -> str:
        first = rest.partition(".")[0]
        products = self.catalog.products
        if first not in Product.model_fields:
            if first in products:
                product, rest, base = products[first], rest.partition(".")[2], f"product.{first}"
                return self._of(product, rest, name, base, scope)
            if first in self.catalog.broken:
                return ""
        if len(scope.products) == 1:
            if scope.products[0] not in products:
                return ""
            return self._of(products[scope.products[0]], rest, name, "product", scope)
        what = "several products" if scope.products else "no product"
        if first in Product.model_fields:
            ids = scope.products or tuple(products)
            raise UnknownValueError(
                f"This page is about {what}: say of which one the value is.",
                [f"{{{{ product.{one}.{rest} }}}}" for one in ids],
                "or name one product in the key `products`" if not scope.products else "",
            )
        raise _unknown(name, [f"product.{one}" for one in products])

    def _of(self, product: Product, rest: str, name: str, base: str, scope: Scope) -> str:
        value = _member(product, rest, base)
        return _text(value, name, scope.language, f"docs/products/{product.id}/product.yml")

    def _model(self, rest: str, name: str, scope: Scope) -> str:
        models = {m.id: m for product in self.catalog.products.values() for m in product.models}
        first, _, below = rest.partition(".")
        if first not in Model.model_fields and first in models:
            value = _member(models[first], below, f"model.{first}")
            return _text(value, name, scope.language, "its product.yml")
        if first not in Model.model_fields and below:
            raise _unknown(name, [f"model.{one}.{below}" for one in models])
        known = [self.catalog.products[one] for one in scope.products
                 if one in self.catalog.products]  # fmt: skip
        own = scope.models or tuple(m.id for product in known for m in product.models)
        if len(own) == 1 and own[0] in models:
            return _text(_member(models[own[0]], rest, "model"), name, scope.language,
                         "its product.yml")  # fmt: skip
        if first in Model.model_fields:
            raise UnknownValueError(
                "This page is not about one model: say of which one the value is.",
                [f"{{{{ model.{one}.{rest} }}}}" for one in own or models],
            )
        raise _unknown(name, [f"model.{one}" for one in models])


def is_foreign(name: str) -> bool:
    """Tell whether a name of `site.` belongs to another site generator."""
    kind, _, rest = name.partition(".")
    first = _WORD.match(rest)
    return kind == "site" and first is not None and first[0] in _JEKYLL


def find_references(lines: Sequence[Line]) -> Iterator[Reference]:
    """Find the values that lines of Markdown name, code left out."""
    for line in lines:
        if "{{" in line.text:
            for found in _VALUE.finditer(line.without_code):
                yield Reference(line.number, found.start() + 1, found["name"], found[0])


def find_plain_references(text: str, line: int, column: int) -> Iterator[Reference]:
    """Find the values that a text without Markdown names, such as a row of front matter."""
    for found in _VALUE.finditer(text, column - 1):
        yield Reference(line, found.start() + 1, found["name"], found[0])


def _unknown(name: str, allowed: Sequence[str]) -> UnknownValueError:
    match = nearest(name, allowed)
    return UnknownValueError(
        f"There is no value `{name}`.", allowed, f"did you mean `{match}`?" if match else ""
    )


def _member(holder: Any, rest: str, base: str) -> Any:
    """Follow a name through models, lists and their entries; `base` is what leads to `holder`."""
    if not rest:
        return _Group(base, list(_members(holder)))
    members = _members(holder)
    # The number of a part may have a dot in it: the longest name that fits is meant.
    fitting = [key for key in members if rest == key or rest.startswith(f"{key}.")]
    if not fitting:
        raise _unknown(f"{base}.{rest}", [f"{base}.{key}" for key in members])
    key = max(fitting, key=len)
    value, below = members[key], rest[len(key) + 1 :]
    if isinstance(value, BaseModel | list | dict) and not isinstance(value, Money):
        return _member(value, below, f"{base}.{key}")
    if below:
        raise _unknown(f"{base}.{rest}", [f"{base}.{key}"])
    return value


@dataclass(frozen=True, slots=True)
class _Group:
    """Something that is no value of its own but holds some."""

    name: str
    members: list[str]


def _members(holder: Any) -> dict[str, Any]:
    """Give what a name may go on with: fields, or the entries of a list by number or id."""
    if isinstance(holder, BaseModel):
        fields = type(holder).model_fields
        return {field.alias or name: getattr(holder, name) for name, field in fields.items()}
    if isinstance(holder, list):
        return {_key(entry, place): entry for place, entry in enumerate(holder, 1)}
    return dict(holder)


def _key(entry: Any, place: int) -> str:
    return str(getattr(entry, "sku", None) or getattr(entry, "id", None) or place)


def _text(value: Any, name: str, language: str, file: str) -> str:
    if isinstance(value, _Group):
        raise UnknownValueError(
            f"`{value.name}` is no single value: name one of those in it."
            if value.members
            else f"`{value.name}` is empty in {file}.",
            [f"{value.name}.{member}" for member in value.members],
        )
    if value is None or value == "":
        raise UnknownValueError(f"`{name}` is empty in {file}.", hint=f"give it a value in {file}")
    if isinstance(value, bool):
        return str(value).lower()
    return date_text(language, value) if isinstance(value, date) else str(value)
