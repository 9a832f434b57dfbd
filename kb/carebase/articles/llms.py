"""`llms.txt` and `llms-full.txt`: the site for assistants, grouped by product.

The form is that of llmstxt.org: a title, a summary, then lists of links with what each is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from carebase.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Text:
    """A page of the site: its title, the whole address of its twin, and what it is about."""

    title: str
    address: str
    description: str = ""
    product: str | None = None


def group(texts: Iterable[Text], catalog: Catalog, other: str) -> Mapping[str, list[Text]]:
    """Give the pages by the name of their product, in the catalogue's order; the rest last."""
    names = {product.id: product.name for product in catalog.products.values()}
    groups: dict[str, list[Text]] = {name: [] for name in [*names.values(), other]}
    for text in texts:
        groups[names.get(text.product or "", other)].append(text)
    return {name: found for name, found in groups.items() if found}


def write_list(title: str, summary: str, groups: Mapping[str, list[Text]]) -> str:
    """Write `llms.txt`."""
    lines = [f"# {title}", ""]
    if summary:
        lines += [f"> {summary}", ""]
    for name, texts in groups.items():
        lines += [f"## {name}", ""]
        lines += [_entry(text) for text in texts]
        lines.append("")
    return "\n".join(lines)


def write_full(
    title: str, groups: Mapping[str, list[Text]], twins: Mapping[str, bytes]
) -> Iterator[bytes]:
    """Write `llms-full.txt` piece by piece; `twins` are the texts in UTF-8 by their addresses."""
    yield f"# {title}\n".encode()
    for name, texts in groups.items():
        yield f"\n# {name}\n".encode()
        for text in texts:
            yield f"\n<!-- {text.address} -->\n\n".encode()
            yield twins[text.address]


def _entry(text: Text) -> str:
    title = text.title.replace("[", "\\[").replace("]", "\\]")
    about = " ".join(text.description.split())
    return f"- [{title}]({text.address})" + (f": {about}" if about else "")
