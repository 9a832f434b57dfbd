"""Writing the Markdown twin of each page, and the lists of them for assistants."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from urllib.parse import quote

from markdown import Markdown

from carebase.articles import Page
from carebase.articles.filling import scope_of
from carebase.articles.front_matter import GuideFront
from carebase.articles.llms import Text, group, write_full, write_list
from carebase.articles.twins import Twins
from carebase.articles.values import Values
from carebase.build.digest import digest_of
from carebase.build.reads import READS, looked_up
from carebase_plugins.shared import Keeper, Shared
from carebase_plugins.theme.words import words_of

FULL = "llms-full.txt"
_SNIPPETS = "pymdownx.snippets"


def write_twins(shared: Shared) -> None:
    """Write the twins of all published pages that have a source, and `llms.txt` beside them."""
    target = Path(shared.config.site_dir)
    twins = twins_of(shared)
    keeper = shared.keeper or _Writer(target)
    texts: list[Text] = []
    held = shared.places.held
    pages = [page for page in shared.pages.pages if page.src_uri in held]
    digests = keeper.twins(pages, twins.write)
    for page in pages:
        title, address = held[page.src_uri].title, twins.whole(quote(page.src_uri))
        texts.append(Text(title, address, page.front.description or "", page.product))
    words = words_of(shared.site.language)
    groups = group(texts, shared.catalog, words("index.other"))
    summary = str(shared.config.site_description or "")
    name = shared.site.name
    (target / "llms.txt").write_text(write_list(name, summary, groups), encoding="utf-8")
    # As one text: so many values take long one by one.
    listed = ((text.title, text.address, text.product or "") for text in texts)
    parts = [name, *groups, *chain.from_iterable(listed), *chain.from_iterable(digests.items())]
    if keeper.keep(FULL, digest_of("\0".join(parts).encode("utf-8", "surrogatepass"))):
        return
    sources = dict(zip((text.address for text in texts), digests, strict=True))
    with (target / FULL).open("wb") as file:
        file.writelines(write_full(name, groups, _Texts(keeper, sources)))


def twins_of(shared: Shared) -> Twins:
    """Give what writes the twin of a page as all sources are now."""
    files = shared.pages.files
    names = NotedNames({*files.pages, *files.published})
    titles = {form.id: form.title for form in shared.forms.by_id.values()}
    return Twins(shared.site, names, _expander(shared), titles, _facts(shared))


class NotedNames(frozenset[str]):
    """The names that links can mean; looking for one is noted."""

    def __contains__(self, name: object) -> bool:
        found = super().__contains__(name)
        READS.note("name", str(name))
        return found


@looked_up("name")
def _name(shared: Shared, name: str) -> bool:
    files = shared.pages.files
    return name in files.published or name in shared.pages.held


class _Texts(Mapping[str, bytes]):
    """The twins by their addresses, each read when it is asked for."""

    def __init__(self, keeper: Keeper, sources: Mapping[str, str]) -> None:
        self._keeper = keeper
        self._sources = sources

    def __getitem__(self, address: str) -> bytes:
        return self._keeper.data(self._sources[address])

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)


class _Writer:
    """Writes everything, for a build that keeps nothing."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def standing(self) -> Collection[str]:
        return ()

    def keep(self, name: str, mark: str) -> bool:
        return False

    def twins(self, pages: Sequence[Page], write: Callable[[Page], str]) -> dict[str, str]:
        for page in pages:
            path = self.target / page.src_uri
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(write(page).encode())
        return {page.src_uri: "" for page in pages}

    def data(self, name: str) -> bytes:
        return (self.target / name).read_bytes()


def _facts(shared: Shared) -> Callable[[Page], list[tuple[str, str]]]:
    """Give the function that tells what a guide takes, in the page's language."""
    names = {
        part.sku: part.name
        for product in shared.catalog.products.values()
        for part in product.parts
    }

    def facts(page: Page) -> list[tuple[str, str]]:
        front = page.front
        if not isinstance(front, GuideFront):
            return []
        words = words_of(front.lang or shared.site.language)
        level = words(f"difficulty.{front.difficulty}") if front.difficulty else ""
        parts = (
            f"{part.quantity} × {names[part.sku]} ({part.sku})"
            if part.sku in names
            else f"{part.quantity} × {part.sku}"
            for part in front.parts
        )
        told = {
            "time": str(front.time or ""),
            "difficulty": level,
            "tools": ", ".join(front.tools),
            "parts": ", ".join(parts),
        }
        return [(words(f"guide.{name}"), value) for name, value in told.items() if value]

    return facts


def _expander(shared: Shared) -> Callable[[Page], str]:
    """Give the function that puts snippets in their place, as the site's own extension does."""
    config = shared.config
    if _SNIPPETS not in config.markdown_extensions:
        return lambda page: page.body
    options = {_SNIPPETS: config.mdx_configs.get(_SNIPPETS, {})}
    markdown = Markdown(extensions=[_SNIPPETS], extension_configs=options)
    snippets = markdown.preprocessors["snippet"]

    def expand(page: Page) -> str:
        markdown.reset()
        text = "\n".join(snippets.run(page.body.split("\n")))
        if "{{" not in text:
            return text
        return Values(shared.site, shared.catalog).fill(text, scope_of(page, shared.site))

    return expand
