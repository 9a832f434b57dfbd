"""Reading the texts of all pages: from memory where that holds, else rendered side by side."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing.context import BaseContext

from carebase.articles.kind import Kind
from carebase.articles.markdown import Outline, Renderer, failure, find_unreadable
from carebase.articles.page import Page
from carebase.articles.reading import Entry, Reading, Readings, decode, read_text_of_page
from carebase.errors import Problem
from carebase.site import Site

Progress = Callable[[int, int], None]
# A text and the kind of its page.
Text = tuple[str, Kind]

# Fewer texts than these are rendered before a second process has begun.
_WORTH_A_PROCESS = 60
_AT_ONCE = 16

_UNREAD = Reading(Outline(complete=False), ())


def read_pages(
    renderer: Renderer, pages: Sequence[Page], readings: Readings | None, progress: Progress | None
) -> tuple[dict[str, Reading], list[Problem]]:
    """Give what each page's text holds, by `src_uri`, and the problems of those that fail.

    `readings` remembers from check to check; without it everything is rendered.
    """
    found: dict[str, Reading] = {}
    problems: list[Problem] = []
    waiting: dict[str, list[Page]] = {}
    for page in pages:
        if problem := find_unreadable(page):
            found[page.src_uri] = _UNREAD
            problems.append(problem)
            continue
        key = readings.key_of(page.body, page.kind) if readings else f"{page.kind} {page.body}"
        reading = readings.find(key) if readings else None
        if reading is None:
            waiting.setdefault(key, []).append(page)
        else:
            found[page.src_uri] = reading
    keys = list(waiting)
    done = len(found)
    texts = [(waiting[key][0].body, waiting[key][0].kind) for key in keys]
    for index, entry in _render(renderer, texts):
        if error := entry.get("error"):
            problems += [failure(page, error) for page in waiting[keys[index]]]
        elif readings:
            readings.add(keys[index], entry)
        reading = _UNREAD if error else decode(entry)
        found.update({page.src_uri: reading for page in waiting[keys[index]]})
        done += len(waiting[keys[index]])
        if progress:
            progress(done, len(pages))
    if progress and not keys:
        progress(done, len(pages))
    return found, problems


def _render(renderer: Renderer, texts: list[Text]) -> Iterator[tuple[int, Entry]]:
    """Give each text's entry with its place, in any order."""
    missing = dict(enumerate(texts))
    workers = min(_processors(), len(texts) // _WORTH_A_PROCESS)
    context = _context(renderer.site) if workers > 1 else None
    if context is not None:
        try:
            for index, entry in _render_apart(renderer, texts, workers, context):
                del missing[index]
                yield index, entry
        except (BrokenProcessPool, OSError):
            # No memory or no right for more processes: this one does the rest.
            pass
    for index, text in missing.items():
        yield index, read_text_of_page(renderer, *text)


def _render_apart(
    renderer: Renderer, texts: list[Text], workers: int, context: BaseContext
) -> Iterator[tuple[int, Entry]]:
    # A process that is forked has the renderer already; another makes its own.
    _renderers[:] = [renderer]
    site = replace(renderer.site, excluded=_nothing)
    executor = ProcessPoolExecutor(workers, context, _begin, (site,))
    try:
        parts = range(0, len(texts), _AT_ONCE)
        begun = {
            executor.submit(_render_part, texts[first : first + _AT_ONCE]): first for first in parts
        }
        for part in as_completed(begun):
            yield from enumerate(part.result(), begun[part])
    finally:
        executor.shutdown(cancel_futures=True)
        _renderers.clear()


# The renderer of this process.
_renderers: list[Renderer] = []


def _begin(site: Site) -> None:
    # The process that waits for this one says what an interruption means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not _renderers:
        _renderers.append(Renderer(site))


def _render_part(texts: list[Text]) -> list[Entry]:
    return [read_text_of_page(_renderers[0], *text) for text in texts]


def _nothing(name: str) -> bool:
    return False


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _context(site: Site) -> BaseContext | None:
    """Say how to begin processes here; nothing where the settings cannot be handed to them."""
    if sys.platform == "linux":
        return multiprocessing.get_context("fork")
    try:
        pickle.dumps(replace(site, excluded=_nothing))
    except (pickle.PicklingError, AttributeError, TypeError):
        return None
    return multiprocessing.get_context("spawn")
