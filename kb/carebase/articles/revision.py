"""Which text a reader had before them: the revision of a page, as git names it."""

from __future__ import annotations

import hashlib

from carebase.articles.page import Page
from carebase.site import Site

# In hexadecimal digits: two texts of one page never share as many.
_LENGTH = 12


def revision_of(site: Site, page: Page, *, graded: bool = False) -> str:
    """Give the revision of a page: the beginning of the id that git gives the text of its file.

    It follows from the text alone, so a page need not be committed, and a site without git has
    revisions too. `git show REVISION` prints that text, and `git log --find-object=REVISION` names
    the commits with which it came and went (git-hash-object, "blob").

    Of a page of a graded course it is made of the text without its questions: from that of the
    whole text, their answers could be found out by trying.
    """
    if graded:
        return name_blob(page.without_quizzes.encode())
    return page.revision or name_blob((site.docs_dir / page.src_uri).read_bytes())


def name_blob(source: bytes) -> str:
    """Give the beginning of the id of a text; its lines end in LF, as git stores them."""
    text = source.replace(b"\r\n", b"\n")
    whole = hashlib.sha1(b"blob %d\0" % len(text) + text, usedforsecurity=False)
    return whole.hexdigest()[:_LENGTH]
