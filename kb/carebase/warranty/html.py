"""The warranty check as a plain form that a widget makes quicker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from carebase.catalog.product import Product
from carebase.forms import controls
from carebase.forms.controls import Question
from carebase.i18n import countries, text
from carebase.markup import Markup, Value, element
from carebase.warranty.answer import LINKS, address, render_answer
from carebase.warranty.rights_words import rights_words

__all__ = ["render_answer", "render_check"]

CHECK_WORDS = (
    "answer.",
    "check.again",
    "check.bad_serial",
    "check.not_sold_yet",
    "check.serial_or_date",
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
    "law.",
    "list",
    "missing.",
    "month.",
    "next.",
    "programme.",
    "send.refused",
    "send.busy",
    "start.",
    "status.",
)


def render_check(
    products: Sequence[Product],
    *,
    endpoint: str | None,
    data_url: str,
    language: str = "en",
    product: str | None = None,
    pictures: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
    country: str = "",
    page: str = "",
    values: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    prefix: str = "warranty",
    heading: int = 2,
    rights: Mapping[str, str] | None = None,
) -> Markup:
    """Write the warranty check of one product (its id in `product`) or of several to choose from.

    Addresses are as seen from the page: `endpoint` with `/` at its end, `data_url` the folder
    with a file for each product, also with `/`; `pictures` those of the serial label by product
    id; `links` by the names in `LINKS`, in which `{product}` stands for the id (in `policies`, the
    page of the terms, `{policy}` for the policy, as in `brio-2`). `country` is chosen at first;
    `page` is the page's own address from the site's root, to lead back to. `values` and `errors`
    (by field) show a check again that was refused. `heading` is the level of the answer's title,
    `rights` are the site's words beside the rows of the law (`rights_words`).
    """
    links = links or {}
    values = values or {}
    errors = errors or {}
    shown = [one for one in products if one.id == product] if product else list(products)
    questions = _Check(language, prefix, values, errors)
    fields: list[Markup] = []
    if product is None:
        fields.append(
            controls.select(
                questions.ask("product", "check.product", required=True),
                [(one.id, one.name) for one in shown],
                values.get("product", ""),
            )
        )
    else:
        fields.append(controls.hidden("product", product))
    if any(one.serial for one in shown):
        fields.append(_serial(questions, shown, pictures or {}))
    fields.append(
        controls.line(
            questions.ask("bought", "check.bought", hint=text(language, "check.bought_help")),
            "date",
            values.get("bought", ""),
            **{"min": "1900-01-01", "data-max": "today"},
        )
    )
    fields.append(
        controls.select(
            questions.ask("country", "check.country", hint=text(language, "check.country_help")),
            countries(language),
            values.get("country", country),
            autocomplete="country",
        )
    )
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
        _elsewhere(language, links, product) if local else None,
    )
    root: dict[str, Value] = {
        "class": "cb-widget",
        "data-carebase": "warranty-check",
        "data-product": product,
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


class _Check:
    """The questions of the check, their values and their errors."""

    def __init__(
        self, language: str, prefix: str, values: Mapping[str, str], errors: Mapping[str, str]
    ) -> None:
        self.language = language
        self.prefix = prefix
        self.values = values
        self.errors = errors
        self.asked: list[Question] = []

    def ask(self, name: str, key: str, *, required: bool = False, hint: str = "") -> Question:
        question = Question(
            name=name,
            id=f"{self.prefix}-{name}",
            label=text(self.language, key),
            language=self.language,
            help=hint,
            error=self.errors.get(name, ""),
            required=required,
        )
        self.asked.append(question)
        return question

    def problems(self) -> list[tuple[str, str, str]]:
        known = {one.name for one in self.asked}
        found = [(one.id, one.label, one.error) for one in self.asked if one.error]
        return found + [("", "", said) for name, said in self.errors.items() if name not in known]


def _serial(check: _Check, products: Sequence[Product], pictures: Mapping[str, str]) -> Markup:
    language = check.language
    rules = [(one, one.serial) for one in products if one.serial]
    single = len(products) == 1
    example = rules[0][1].example if single else None
    question = check.ask(
        "serial",
        "check.serial",
        hint=text(language, "check.example", example=example) if example else "",
    )
    places: list[Markup] = []
    for product, rule in rules:
        said = [rule.where] if rule.where else []
        if rule.example and not single:
            said.append(text(language, "check.example", example=rule.example))
        picture = pictures.get(product.id)
        if not said and not picture:
            continue
        name = element("strong", None, product.name) if not single else None
        image = picture and element(
            "img",
            {
                "src": picture,
                "alt": text(language, "check.picture", product=product.name),
                "loading": "lazy",
            },
        )
        places.append(
            element(
                "div",
                {"class": "cb-place", "data-for": product.id},
                element("p", None, name, " " if name else None, " ".join(said)),
                image or None,
            )
        )
    where = element(
        "details",
        {"class": "cb-where"},
        element("summary", None, text(language, "check.where")),
        places,
    )
    return controls.line(
        question,
        "text",
        check.values.get("serial", ""),
        *([where] if places else []),
        maxlength=64,
        autocapitalize="characters",
        autocomplete="off",
        spellcheck="false",
    )


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
