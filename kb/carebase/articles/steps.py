"""The steps of a guide as cards: a large number, pictures beside the text, an address each."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from carebase.articles.sections import PERMALINK, link_to, split_sections, top_elements

_PICTURE = re.compile(
    r"<p>\s*(?:<a [^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?\s*</p>|<figure\b.*</figure>", re.DOTALL
)


def wrap_steps(
    text: str,
    step_label: Callable[[int], str],
    link_label: Callable[[int], str] = lambda number: "",
) -> str:
    """Make each `##` section a numbered step, but for those marked `aside`.

    `step_label` says "Step 3" for those who do not see the large number, `link_label` names the
    link to its address; an empty one leaves that out.
    """
    before, sections = split_sections(text, (2,))
    pieces = [before]
    number = 0
    for section in sections:
        if "aside" in section.classes:
            pieces.append(f'<section class="cb-aside">{section.head()}{section.body}</section>')
            continue
        number += 1
        pictures, body = _take_pictures(section.body)
        media = f'<div class="cb-step__media">{pictures}</div>' if pictures else ""
        link = link_to(section, link_label(number))
        foot = f'<div class="cb-step__foot">{link}</div>' if link else ""
        words = PERMALINK.sub("", section.heading) if link else section.heading
        heading = section.head(
            f'<span class="cb-step__number"><span class="cb-visually-hidden">'
            f"{html.escape(step_label(number))}: </span>"
            f'<span aria-hidden="true">{number}</span></span> {words}'
        )
        pieces.append(
            f'<section class="cb-step" data-step="{number}">{heading}'
            f'<div class="cb-step__content">{media}<div class="cb-step__text">{body}</div></div>'
            f"{foot}</section>"
        )
    return "".join(pieces)


def _take_pictures(text: str) -> tuple[str, str]:
    """Give the pictures that stand by themselves directly in a text, and the text without them.

    One inside a list, a tab or a note belongs to what is said there.
    """
    if "<img" not in text and "<figure" not in text:
        return "", text
    pictures = []
    rest = []
    at = 0
    for element in top_elements(text):
        if _PICTURE.fullmatch(written := text[element.begin : element.after]):
            pictures.append(written)
            rest.append(text[at : element.begin])
            at = element.after
    return "".join(pictures), "".join([*rest, text[at:]])
