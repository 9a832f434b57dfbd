"""The page on which anybody checks a certificate, in the browser alone."""

from __future__ import annotations

from collections.abc import Sequence

from carebase.badges.published import PublicKey, plain
from carebase.forms import controls
from carebase.i18n import text
from carebase.markup import Markup, Value, element, json_template

_WORDS = ("certificate.", "check.", "date", "date.", "month.", "number.mark", "course.score")


def render_check(titles: Sequence[str], keys: Sequence[PublicKey], language: str) -> Markup:
    """Write the forms of the page.

    `titles` are the names of the courses that give certificates, `keys` the public keys of the
    site; without one, nothing is signed, and there is no file to check.
    """

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
        _signed(language) if keys else None,
        code,
        json_template("data-keys", plain(keys)),
        controls.words(language, _WORDS),
    )


def _signed(language: str) -> Markup:
    """Write the form for a file that is dropped, chosen or pasted."""

    def say(key: str) -> str:
        return text(language, f"check.{key}")

    file: dict[str, Value] = {
        "class": "cb-input",
        "id": "cb-check-file",
        "type": "file",
        "accept": ".json,application/json",
    }
    pasted: dict[str, Value] = {
        "class": "cb-input",
        "id": "cb-check-text",
        "name": "text",
        "rows": 4,
        "spellcheck": "false",
        "autocomplete": "off",
    }
    return element(
        "form",
        {"class": "cb-form cb-drop", "data-check": "file", "novalidate": True},
        element("h2", {"class": "cb-group__title"}, say("file")),
        element("p", {"class": "cb-intro"}, say("file_intro")),
        element(
            "div",
            {"class": "cb-field"},
            element("label", {"class": "cb-label", "for": "cb-check-file"}, say("choose")),
            element("input", file),
        ),
        element(
            "div",
            {"class": "cb-field"},
            element("label", {"class": "cb-label", "for": "cb-check-text"}, say("paste")),
            element("textarea", pasted),
        ),
        element("button", {"class": "cb-button"}, say("button")),
        element("div", {"role": "status", "class": "cb-checked", "tabindex": "-1"}),
    )
