"""The warranty check as a plain form that a widget makes quicker."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from carebase.catalog.product import Product
from carebase.forms import controls
from carebase.i18n import countries, text
from carebase.markup import Markup, Value, element
from carebase.warranty.answer import LINKS, address, render_answer
from carebase.warranty.questions import Questions
from carebase.warranty.rights_words import rights_words

__all__ = ["render_answer", "render_check"]

CHECK_WORDS = (
    "answer.",
    "check.again",
    "check.bad_serial",
    "check.check_digit",
    "check.not_sold_yet",
    "check.other_serial",
    "check.serial_or_date",
    "check.switch",
    "check.terms",
    "check.unavailable",
    "check.working",
    "date",
    "date.",
    "error.choose",
    "error.date",
    "error.future",
    "error.required",
    "form.problem",
    "form.problems.",
    "keep.",
    "law.",
    "list",
    "missing.",
    "month.",
    "next.",
    "programme.",
    "remind.end",
    "remind.end_all",
    "remind.name",
    "scan.",
    "send.refused",
    "send.busy.",
    "span.",
    "start.",
    "status.",
    "why.",
)

# Where a language is spoken, the country with most of its readers first. English is read
# everywhere, and so tells nothing.
_SPOKEN = {
    "de": ("DE", "AT", "CH", "LI", "LU"),
    "es": ("ES", "MX", "CO", "AR", "PE", "CL", "UY", "CR"),
    "fr": ("FR", "BE", "CH", "CA", "LU"),
}


def render_check(
    products: Sequence[Product],
    *,
    endpoint: str | None,
    data_url: str,
    language: str = "en",
    product: str | None = None,
    pictures: Mapping[str, str] | None = None,
    cards: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
    country: str = "",
    page: str = "",
    values: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    prefix: str = "warranty",
    host: str = "",
    heading: int = 2,
    switch: Product | None = None,
    rights: Mapping[str, str] | None = None,
) -> Markup:
    """Write the warranty check of one product (its id in `product`) or of several to choose from.

    Addresses are as seen from the page: `endpoint` with `/` at its end, `data_url` the folder
    with a file for each product, also with `/`; `cards` the pictures of the products and
    `pictures` those of their serial labels, by product id; `links` by the names in `LINKS`, in
    which `{product}` stands for the id (in `policies`, the page of the terms, `{policy}` for the
    policy, as in `brio-2`). `country` is that of the site, to guess from; `page` is the page's
    own address from the site's root, to lead back to. `values` and `errors` (by field) show a
    check again that was refused; `switch` is the product that its serial number belongs to,
    offered instead. `host` is that of the site, for the ids of reminders. `heading` is the level
    of the answer's title, `rights` are the site's words beside the rows of the law
    (`rights_words`).
    """
    links = links or {}
    values = values or {}
    shown = [one for one in products if one.id == product] if product else list(products)
    questions = Questions(language, prefix, values, errors or {})
    fields: list[Markup | None] = [
        questions.product(shown, cards or {})
        if product is None
        else controls.hidden("product", product),
        questions.model(shown),
    ]
    if any(one.serial for one in shown):
        fields.append(questions.serial(shown, pictures or {}))
    fields.append(
        controls.line(
            questions.ask("bought", "check.bought", hint=text(language, "check.bought_help")),
            "date",
            values.get("bought", ""),
            **{"min": "1900-01-01", "data-max": "today"},
        )
    )
    fields.append(_country(questions, values.get("country"), country))
    local = endpoint is None
    form: dict[str, Value] = {"class": "cb-form"}
    if not local:
        form |= {"method": "post", "action": f"{endpoint}v1/warranty"}
    body = element(
        "form",
        form,
        controls.summary(questions.problems(), language),
        element("p", {"class": "cb-intro"}, text(language, "check.either"))
        if any(one.serial for one in shown)
        else None,
        fields,
        controls.hidden("_page", page) if page and not local else None,
        controls.hidden("_lang", language) if not local else None,
        # Without an endpoint only the widget can answer: it makes the button work.
        element(
            "div",
            {"class": "cb-send"},
            element(
                "button",
                {"class": "cb-button", "type": "submit", "disabled": local},
                text(language, "check.send"),
            ),
            element(
                "p",
                {"class": "cb-promise"},
                text(language, "check.promise_local" if local else "check.promise"),
            ),
        ),
        # After the other button, which is the one that the Enter key presses.
        element(
            "button",
            {"class": "cb-switch", "type": "submit", "name": "product", "value": switch.id},
            text(language, "check.switch", other=switch.name),
        )
        if switch
        else None,
        _elsewhere(language, links, product) if local else None,
    )
    root: dict[str, Value] = {
        "class": "cb-widget",
        "data-carebase": "warranty-check",
        "data-product": product,
        "data-host": host or None,
        "data": f"{data_url}{product}.json" if product else data_url,
        "endpoint": endpoint,
        "heading": heading,
    }
    return element(
        "carebase-warranty-check",
        root | {name: links.get(name) for name in LINKS},
        body,
        element("div", {"class": "cb-status", "role": "status"}),
        element("div", {"class": "cb-result"}),
        controls.words(language, CHECK_WORDS, rights_words(language) if rights is None else rights),
    )


def _country(questions: Questions, given: str | None, site: str) -> Markup:
    language = questions.language
    guess = given if given is not None else guess_country(language, site)
    hint = text(language, "check.country_help")
    if given is None and guess:
        hint += " " + text(language, "check.country_guess")
    return controls.select(
        questions.ask("country", "check.country", hint=hint),
        countries(language),
        guess,
        autocomplete="country",
        # What was only guessed may be guessed better by the browser.
        **{"data-guess": given is None},
    )


def guess_country(language: str, site: str) -> str:
    """Guess where a reader of a language bought, from the country that the site is of.

    A language of one country alone, such as `de-CH`, names it; else the site's own country where
    the language is spoken there, else the largest one that speaks it.
    """
    code, _, region = language.replace("_", "-").partition("-")
    if re.fullmatch("[A-Za-z]{2}", region):
        return region.upper()
    spoken = _SPOKEN.get(code.lower(), ())
    return site if not spoken or site in spoken else spoken[0]


def _elsewhere(language: str, links: Mapping[str, str], product: str | None) -> Markup:
    ways = [
        element("a", {"href": address(links, name, product)}, text(language, key))
        for name, key in (("terms", "check.terms"), ("contact", "form.contact"))
        if links.get(name)
    ]
    return element(
        "div",
        {"class": "cb-elsewhere"},
        element("p", {"class": "cb-no-script"}, text(language, "check.no_script")),
        [element("p", None, way) for way in ways],
    )
