"""The page on which anybody checks a certificate, in the browser alone."""

from __future__ import annotations

from collections.abc import Sequence

from carebase.forms import controls
from carebase.i18n import text
from carebase.markup import Markup, Value, element

_WORDS = ("check.", "date", "date.", "month.", "number.mark", "course.score")


def render_check(titles: Sequence[str], language: str) -> Markup:
    """Write the forms of the page; `titles` are the names of the courses that give certificates."""

    def say(key: str) -> str:
        return text(language, f"check.{key}")

    def field(name: str, label: str, **attributes: Value) -> Markup:
        target = f"cb-check-{name}"
        return element(
            "div",
            {"class": "cb-field"},
            element("label", {"class": "cb-label", "for": target}, label),
            element(
                "input",
                {"class": "cb-input", "id": target, "name": name, "required": True, **attributes},
            ),
        )

    def printed(name: str) -> str:
        return text(language, f"certificate.{name}")

    options = [element("option", {"value": title}) for title in titles]
    code = element(
        "form",
        {"class": "cb-form", "data-check": "code", "novalidate": True},
        element("h2", {"id": "code", "class": "cb-group__title"}, say("code")),
        element("p", {"class": "cb-intro"}, say("code_intro")),
        field("name", say("name"), autocomplete="off", maxlength=80),
        field("title", say("title"), autocomplete="off", list="cb-check-titles"),
        element("datalist", {"id": "cb-check-titles"}, options),
        field("day", printed("day"), type="date"),
        field("score", say("score"), inputmode="decimal", autocomplete="off"),
        field("version", printed("version"), autocomplete="off", autocapitalize="off"),
        field("code", printed("code"), autocomplete="off", spellcheck="false"),
        element("button", {"class": "cb-button"}, say("compare")),
        element("div", {"role": "status", "class": "cb-checked", "tabindex": "-1"}),
    )
    return element(
        "carebase-certificate-check",
        {"class": "cb-widget cb-checks"},
        element("p", {"class": "cb-note", "data-needs-script": True}, say("script")),
        code,
        controls.words(language, _WORDS),
    )
