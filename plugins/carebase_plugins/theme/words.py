"""The words of the theme in each language."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from carebase.i18n import fill

_FOLDER = Path(__file__).parent / "i18n"
FALLBACK = "en"

Words = Callable[..., str]


@cache
def _strings(code: str) -> Mapping[str, str]:
    path = _FOLDER / f"{code}.json"
    if not path.is_file():
        path = _FOLDER / f"{FALLBACK}.json"
    strings: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return strings


def _word(code: str, key: str, **values: object) -> str:
    return fill(_strings(code)[key], **values)


@cache
def words_of(language: str) -> Words:
    """Give the function that says a key in a language; English where a language has no words."""
    return partial(_word, language.replace("_", "-").split("-")[0].lower())


def time_of(words: Words, minutes: int) -> str:
    """Say how long something takes as people do: `45 minutes`, `1 hour`, `4 hours 50 minutes`."""
    said = {
        name: words(f"time.{name}.{'one' if count == 1 else 'many'}", count=count)
        for name, count in zip(("hours", "minutes"), divmod(minutes, 60), strict=True)
        if count
    }
    return words("time.both", **said) if len(said) == 2 else "".join(said.values())


def theme_words(environment: Environment) -> Callable[[str], Callable[..., str]]:
    """Give what the theme's templates ask for their own words in a language."""

    @cache
    def words_in(language: str) -> Callable[..., str]:
        names = dict.fromkeys((language, FALLBACK))
        modules: list[Any] = [
            environment.get_template(f"partials/languages/{name}.html").module for name in names
        ]

        @cache
        def said(key: str) -> str:
            found = (str(module.t(key)) for module in modules)
            return next(filter(None, found), key)

        @pass_eval_context
        def word(context: EvalContext, key: str) -> str:
            # As a macro's, its words are ready wherever others are escaped.
            return Markup(said(key)) if context.autoescape else said(key)  # noqa: S704

        return word

    return words_in


def some(words: Words, key: str, names: tuple[str, ...]) -> dict[str, str]:
    """Give the named strings below a key, unfilled, for use in the browser."""
    return {name: words(f"{key}.{name}") for name in names}
