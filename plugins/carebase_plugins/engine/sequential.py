"""A build by the generator alone, one page after the other, with every failing page told.

The generator ends at the first page that cannot be made, and names neither line nor the others.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from jinja2 import TemplateError
from mkdocs.commands import build as generator
from mkdocs.config.defaults import MkDocsConfig

from carebase_plugins.engine.failures import describe, reason_of
from carebase_plugins.engine.logs import overheard, say
from carebase_plugins.engine.scene import PagesError

# The generator's steps that read a page, and that write its HTML.
_READ, _WRITE = "_populate_page", "_build_page"


@contextmanager
def every_failure_told(config: MkDocsConfig) -> Iterator[None]:
    """Let the generator go on inside after a page that cannot be made.

    Raises PagesError at the end, with one sentence for each such page; a page that could not be
    read is not written.
    """
    failures: dict[str, str] = {}
    before = {name: getattr(generator, name) for name in (_READ, _WRITE)}

    def going_on(name: str) -> Callable[..., None]:
        step: Callable[..., None] = before[name]

        def one(page: Any, *arguments: Any, **options: Any) -> None:
            uri = page.file.src_uri
            if uri in failures:
                return
            with overheard() as said:
                try:
                    step(page, *arguments, **options)
                except (Exception, SystemExit) as error:
                    if _of_the_disk(error, name):
                        raise
                    met = reason_of(error) if isinstance(error, SystemExit) else error
                    failures[uri] = describe(page, met, config if name == _READ else None)
                    said[:] = [one for one in said if one[1] < logging.ERROR]
            say(said)

        return one

    vars(generator).update({name: going_on(name) for name in before})
    try:
        yield
    except Exception:
        # Without those pages nothing else is what it would be.
        if not failures:
            raise
    finally:
        vars(generator).update(before)
    if failures:
        error = PagesError("\n".join(failures.values()))
        config.plugins.on_build_error(error=error)
        raise error


def _of_the_disk(error: BaseException, name: str) -> bool:
    """Tell whether the disk refuses what is written, which is no fault of the page.

    What cannot be read while a page is read is part of it, such as a snippet.
    """
    if not isinstance(error, OSError) or isinstance(error, TemplateError):
        return False
    return name == _WRITE or error.errno in (errno.ENOSPC, errno.EDQUOT)
