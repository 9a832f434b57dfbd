"""The bar of the trainers' site as HTML: it says what is hidden from the eyes, and shows it."""

from __future__ import annotations

from carebase.forms import controls
from carebase.i18n import text
from carebase.markup import Markup, element

_WORDS = ("trainer.",)


def render_bar(language: str) -> Markup:
    """Write the bar; without JavaScript it tells that notes can be opened."""
    return element(
        "carebase-trainer",
        {"class": "cb-widget cb-trainer-bar"},
        element("p", {"class": "cb-trainer-bar__said"}, text(language, "trainer.said")),
        controls.words(language, _WORDS),
    )
