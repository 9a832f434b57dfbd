"""The cache of one site as a build uses it: what the last one kept, and what this one will."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any
from zlib import crc32

import carebase_plugins
import carebase_widgets
from carebase.build.digest import digest, digest_of
from carebase.build.draft import Seen
from carebase.build.garbage import no_garbage
from carebase.build.records import Records, packed, unpacked
from carebase.build.stamps import Stamps
from carebase.build.touched import Touched
from carebase_plugins.engine.pages import Text
from carebase_plugins.engine.records import Rendered, Twin, Written

# Facts are kept in so many parts, of which only those that changed are written again.
_PARTS = 16
# What stands for a fact that is not there.
_NOTHING = object()
# Where our own files lie, which the version stands for.
OWN = [Path(str(package.__file__)).parent for package in (carebase_plugins, carebase_widgets)]


class Store:
    """Facts about all pages in memory; texts are fetched one by one."""

    def __init__(self, records: Records, site_dir: Path, draft: Path) -> None:
        self.records = records
        self._site = f"site {site_dir}"
        self._parts: dict[str, list[dict[str, Any]]] = {}
        with no_garbage():
            self._load(site_dir, draft)
        # What surrounded texts when all that is kept was last found right.
        self.worlds: dict[str, str] = records.facts("worlds") or {}
        self._texts: dict[tuple[str, str], bytes] = {}
        # What was found out for all pages together, by its name.
        self._recalled: dict[str, Any] = {}
        self._remembered: dict[str, Any] = {}

    def _load(self, site_dir: Path, draft: Path) -> None:
        self.stamps = Stamps(self._facts("stamps"))
        # Our own files are in the version, and what a build writes it does not read.
        ignored = (self.records.folder, site_dir, draft, *OWN)
        self.touched = Touched(self.stamps, tuple(map(str, ignored)))
        self.sources: dict[str, Any] = self._facts("sources")
        self.rendered: dict[str, Rendered] = self._facts("rendered")
        self.written: dict[str, Written] = self._facts("written")
        self.twins: dict[str, Twin] = self._facts("twins")
        # Of a site that was being published when the last build ended nothing is known.
        whole = self.records.facts(self._site)
        self.site: dict[str, Seen] | None = self._facts(self._site) if whole else None

    def recall(self, name: str) -> Any:
        """Give what was kept under a name, or nothing."""
        if name not in self._recalled:
            self._recalled[name] = self.records.facts(f"found {name}")
        return self._recalled[name]

    def remember(self, name: str, value: Any) -> None:
        """Keep a value, which can be pickled, under a name."""
        self._recalled[name] = self._remembered[f"found {name}"] = value

    def _facts(self, name: str) -> dict[str, Any]:
        parts = [self.records.facts(f"{name} {number}") or {} for number in range(_PARTS)]
        self._parts[name] = parts
        return {key: value for part in parts for key, value in part.items()}

    def _changed(self, name: str, facts: dict[str, Any]) -> dict[int, dict[str, Any]]:
        """Give the parts, by their number, that are other than they were kept."""
        parts = self._parts.get(name)
        before = {key: value for part in parts or () for key, value in part.items()}
        # Of what nothing is known, all parts are written.
        changed: dict[int, dict[str, Any]] = {} if parts else {n: {} for n in range(_PARTS)}
        for key in facts.keys() | before.keys():
            now, then = facts.get(key, _NOTHING), before.get(key, _NOTHING)
            if now is then or now == then:
                continue
            number = crc32(key.encode("utf-8", "surrogatepass")) % _PARTS
            if number not in changed and parts:
                changed[number] = dict(parts[number])
            if now is _NOTHING:
                del changed[number][key]
            else:
                changed[number][key] = now
        return changed

    def text(self, uri: str) -> Text:
        """Give the text of a page; raises KeyError where it is not kept."""
        return Text(*self._kept("page", uri))

    def add_text(self, uri: str, text: bytes) -> None:
        """Keep the text of a page, packed."""
        self._texts["page", uri] = text

    def has_text(self, uri: str) -> bool:
        """Tell whether the text of a page was made by this build."""
        return ("page", uri) in self._texts

    def entries(self, uri: str) -> list[Any]:
        """Give what a page adds to search indexes; raises KeyError where it is not kept."""
        found: list[Any] = self._kept("search", uri)
        return found

    def add_entries(self, uri: str, entries: list[Any]) -> None:
        """Keep what a page adds to search indexes."""
        self._texts["search", uri] = packed(entries)

    def _kept(self, kind: str, uri: str) -> Any:
        text = self._texts.get((kind, uri))
        try:
            return unpacked(self.records.text(kind, uri) if text is None else text)
        except Exception:
            # What cannot be read any more is made again.
            raise KeyError(uri) from None

    def loader(self, uri: str) -> functools.partial[Text]:
        """Give the function that fetches the text of a page."""
        return functools.partial(self.text, uri)

    def begin_publishing(self) -> None:
        """Note that the site is about to change: a build that ends here knows nothing of it."""
        self.records.keep({self._site: None})

    def keep(self, sources: dict[str, Any], site: dict[str, Seen]) -> bool:
        """Keep everything for the next build; tell whether that could be done."""
        whole: dict[str, dict[str, Any]] = {
            "stamps": self.stamps.kept(),
            "sources": sources,
            "rendered": self.rendered,
            "written": self.written,
            "twins": self.twins,
            self._site: site,
        }
        parts = {name: self._changed(name, facts) for name, facts in whole.items()}
        facts: dict[str, Any] = {"worlds": self.worlds, **self._remembered, self._site: True}
        for name, changed in parts.items():
            facts.update((f"{name} {number}", part) for number, part in changed.items())
        before = self.records.facts("names") or set()
        names = set(self.rendered)
        gone = [(kind, uri) for uri in before - names for kind in ("page", "search")]
        facts["names"] = names
        texts = [(kind, uri, value) for (kind, uri), value in self._texts.items()]
        done = self.records.keep(facts, texts, gone)
        self._texts.clear()
        self._remembered.clear()
        self.site = site
        if not done:
            self._parts = {}
            return False
        for name, changed in parts.items():
            known = self._parts.setdefault(name, [{} for _ in range(_PARTS)])
            for number, part in changed.items():
                known[number] = part
        return True


def key_of(*parts: Any) -> str:
    """Give the digest of what something is made from."""
    if all(type(part) is str for part in parts):
        return digest_of("\0".join(parts).encode("utf-8", "surrogatepass"))
    return digest(parts)
