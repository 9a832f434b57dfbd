"""The questions of the warranty check: which product, which model, which unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from carebase.catalog.product import Product
from carebase.forms import controls
from carebase.forms.controls import Question
from carebase.i18n import text
from carebase.markup import Child, Markup, element

# Of more products a list is quicker to use than cards.
MOST_CARDS = 12


class Questions:
    """The questions that are asked, with the values and errors that they show again."""

    def __init__(
        self, language: str, prefix: str, values: Mapping[str, str], errors: Mapping[str, str]
    ) -> None:
        self.language = language
        self.prefix = prefix
        self.values = values
        self.errors = errors
        self.asked: list[Question] = []

    def ask(self, name: str, key: str, *, required: bool = False, hint: str = "") -> Question:
        """Begin a question; `key` is that of its label."""
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
        """Give id, label and message of each error, those of no question last."""
        known = {one.name for one in self.asked}
        found = [(one.id, one.label, one.error) for one in self.asked if one.error]
        return found + [("", "", said) for name, said in self.errors.items() if name not in known]

    def product(self, products: Sequence[Product], pictures: Mapping[str, str]) -> Markup:
        """Ask which product, by cards with its picture or, of many, by a list."""
        question = self.ask("product", "check.product", required=True)
        given = self.values.get("product", "")
        if len(products) > MOST_CARDS:
            return controls.select(question, [(one.id, one.name) for one in products], given)
        beside = {one.id: _picture(pictures.get(one.id)) for one in products}
        choices = [(one.id, one.name) for one in products]
        return question.group(choices, kind="text", given=[given], pictures=beside)

    def model(self, products: Sequence[Product]) -> Markup | None:
        """Ask for the model where a notice of a product is about some of its models alone."""
        asked = [one for one in products if needs_model(one)]
        if not asked:
            return None
        given = self.values.get("model", "")
        question = self.ask("model", "check.model", hint=text(self.language, "check.model_help"))
        groups = [
            element(
                "optgroup",
                {"label": one.name, "data-group": one.id},
                [
                    element(
                        "option", {"value": model.id, "selected": model.id == given}, model.name
                    )
                    for model in one.models
                ],
            )
            for one in asked
        ]
        unknown = element("option", {"value": ""}, text(self.language, "check.model_unknown"))
        attributes = question.attributes() | {"class": "cb-input"}
        return question.single(element("select", attributes, unknown, groups))

    def serial(self, products: Sequence[Product], pictures: Mapping[str, str]) -> Markup:
        """Ask for the serial number, beside it where the label is."""
        rules = [(one, one.serial) for one in products if one.serial]
        single = len(products) == 1
        example = rules[0][1].example if single else None
        question = self.ask(
            "serial",
            "check.serial",
            hint=text(self.language, "check.example", example=example) if example else "",
        )
        places: list[Child] = []
        for product, rule in rules:
            said = [rule.where] if rule.where else []
            if rule.example and not single:
                said.append(text(self.language, "check.example", example=rule.example))
            if said or pictures.get(product.id):
                places.append(
                    self._place(product, said, pictures.get(product.id), named=not single)
                )
        where = element(
            "details",
            # Of one product there is one picture, and it is seen at once.
            {"class": "cb-where", "open": single},
            element("summary", None, text(self.language, "check.where")),
            places,
        )
        return controls.line(
            question,
            "text",
            self.values.get("serial", ""),
            *([where] if places else []),
            maxlength=64,
            autocapitalize="characters",
            autocomplete="off",
            spellcheck="false",
        )

    def _place(
        self, product: Product, said: Sequence[str], picture: str | None, *, named: bool
    ) -> Markup:
        name = element("strong", None, product.name) if named else None
        image = picture and element(
            "img",
            {
                "src": picture,
                "alt": text(self.language, "check.picture", product=product.name),
                "loading": "lazy",
            },
        )
        return element(
            "div",
            {"class": "cb-place", "data-for": product.id},
            element("p", None, name, " " if name else None, " ".join(said)),
            image or None,
        )


def needs_model(product: Product) -> bool:
    """Tell whether an answer may depend on the model (a notice with `models`, WARRANTY R13)."""
    return len(product.models) > 1 and any(notice.models for notice in product.notices)


def _picture(address: str | None) -> Markup | None:
    if not address:
        return None
    # The name stands beside it, so that there is nothing more to say.
    return element("img", {"src": address, "alt": "", "width": 96, "height": 60, "loading": "lazy"})
