"""A site in the making: what is new is written beside the old site, then moved into its place.

Nothing of the old site is touched before everything new is written, so that a full disk or an
error leaves it whole. Files that did not change are left as they are, with their times.
"""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from carebase.build.leftovers import draft_of, make_good, others_in
from carebase.build.private import private_of

# Size and time of a file of the site, and what it was made from.
Seen = tuple[int, int, str]


def folder_of(site_dir: Path) -> Path:
    """Give the folder in which this process drafts a site."""
    return draft_of(site_dir)


class Draft:
    """The new state of a site's folder; `known` are its files as the last build left them.

    `spared` are folders of the site that belong to others. What a build left that was ended at
    once is made good first.
    """

    def __init__(
        self, site_dir: Path, known: Mapping[str, Seen] | None, spared: Collection[str] = ()
    ) -> None:
        make_good(site_dir, spared)
        make_good(private_of(site_dir))
        # A link to a site stays one: what it leads to is written.
        self.site_dir = site_dir = site_dir.resolve()
        self.folder = folder_of(site_dir)
        shutil.rmtree(self.folder, ignore_errors=True)
        self._spared = frozenset(spared)
        self._there = dict(self._files(site_dir))
        self._known = known if known is not None and site_dir.is_dir() else {}
        self.whole = not self._known
        # What each file of the new state is made from, where that is known.
        self.marks: dict[str, str] = {}
        self._kept: set[str] = set()
        self._final: set[str] = set()

    def keep(self, name: str, mark: str, final: bool = False) -> bool:
        """Keep a file as it is, if it is still the one that was made from the same.

        A `final` one counts before what the draft has by that name, any other after it.
        """
        known = self._known.get(name)
        if known is None or known[2] != mark or self._there.get(name) != known[:2]:
            return False
        self._kept.add(name)
        self.marks[name] = mark
        if final:
            self._final.add(name)
        return True

    @property
    def kept(self) -> set[str]:
        """The files that are kept."""
        return self._kept

    def path(self, name: str) -> Path:
        """Give where a file can be read now."""
        return (self.site_dir if name in self._kept else self.folder) / name

    def publish(self) -> tuple[dict[str, Seen], set[str]]:
        """Move the draft into its place; give the site's files, and the names that changed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        made = self._files(self.folder, hidden=True)
        new = [name for name, _ in made if name not in self._final]
        self._kept.difference_update(new)
        changed = self._swap(new) if self.whole else self._merge(new)
        state = {name: (*self._there[name], self.marks.get(name, "")) for name in self._kept}
        for name in new:
            found = _seen(os.path.join(self.site_dir, name))
            state[name] = (*found, self.marks.get(name, ""))
        return state, changed

    def drop(self) -> None:
        """Throw away what was not published."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _swap(self, new: list[str]) -> set[str]:
        """Take the place of the old site at once."""
        # Most builds change a few files, and do without.
        from carebase.build.exchange import take_along, take_place

        site = self.site_dir
        changed = {name for name in new if not self._same(name)}
        others = others_in(site, self._spared) if site.is_dir() else []
        for name in self._spared:
            # Not every file system knows links: then it follows a moment later.
            take_along(site / name, self.folder / name)
        if not take_place(self.folder, site, others):
            return self._merge(new)
        return changed | (self._there.keys() - set(new))

    def _merge(self, new: list[str]) -> set[str]:
        """Move changed files over the old ones, and delete what the site has no more."""
        changed = {name for name in new if not self._same(name)}
        # Of what is hidden at the top, only what a build has put there.
        hidden = {name for name in self._known if name.startswith(".")}
        gone = (self._there.keys() | hidden) - set(new) - self._kept
        for name in gone:
            (self.site_dir / name).unlink(missing_ok=name in hidden)
        for name in changed:
            target = self.site_dir / name
            if target.is_dir():
                shutil.rmtree(target)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(self.folder / name, target)
        for folder in {os.path.dirname(name) for name in gone}:
            self._tidy(folder)
        self.drop()
        return changed | gone

    def _tidy(self, folder: str) -> None:
        while folder:
            try:
                os.rmdir(os.path.join(self.site_dir, folder))
            except OSError:
                return
            folder = os.path.dirname(folder)

    def _same(self, name: str) -> bool:
        there = self._there.get(name)
        path = os.path.join(self.folder, name)
        return (
            there is not None
            and there[0] == os.stat(path).st_size
            and filecmp.cmp(path, os.path.join(self.site_dir, name), shallow=False)
        )

    def _files(self, top: Path, hidden: bool = False) -> Iterator[tuple[str, tuple[int, int]]]:
        """Give every file with size and time; those at the top that are `hidden` may be others'."""
        folders = [("", os.fspath(top))]
        while folders:
            prefix, folder = folders.pop()
            try:
                entries = os.scandir(folder)
            except OSError:
                continue
            with entries:
                for entry in entries:
                    name = entry.name
                    if not prefix and name.startswith(".") and not hidden:
                        continue
                    if entry.is_dir():
                        # What a link leads to belongs to somebody else.
                        if not entry.is_symlink() and (prefix or name not in self._spared):
                            folders.append((f"{prefix}{name}/", entry.path))
                    else:
                        found = entry.stat(follow_symlinks=False)
                        yield prefix + name, (found.st_size, found.st_mtime_ns)


def _seen(path: str) -> tuple[int, int]:
    found = os.lstat(path)
    return found.st_size, found.st_mtime_ns
