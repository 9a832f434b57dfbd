"""The form by which somebody asks what is held about them; it works without JavaScript alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from carebase.forms import controls
from carebase.forms.form import Form
from carebase.forms.questions import Questions, Values
from carebase.i18n import text
from carebase.markup import Markup, element

ACCESS, ERASURE = "access", "erasure"
EMAIL, KIND = "email", "kind"
PATH = "v1/privacy/requests"
# The name under which limits count; no form can have it.
METER = "request/privacy"


@cache
def privacy_form(language: str) -> Form:
    """Give it as any form is described, so that it is shown and checked as any is."""
    definition = {
        "id": "privacy-request",
        "title": text(language, "privacy.ask"),
        "fields": [
            {
                "id": KIND,
                "type": "choice",
                "label": text(language, "privacy.kind"),
                "required": True,
                "options": [
                    {"value": kind, "label": text(language, f"privacy.{kind}")}
                    for kind in (ACCESS, ERASURE)
                ],
            },
            {
                "id": EMAIL,
                "type": "email",
                "label": text(language, "privacy.email"),
                "help": text(language, "privacy.email_help"),
                "required": True,
            },
        ],
    }
    return Form.model_validate(definition)


def render_privacy_request(
    *,
    endpoint: str | None,
    language: str = "en",
    page: str = "",
    contact_url: str | None = None,
    values: Values | None = None,
    errors: Mapping[str, str] | None = None,
) -> Markup:
    """Write the form. `endpoint` is as `render_form` takes it; without one people are led to us."""
    root = {"class": "cb-widget cb-privacy", "data-carebase": "privacy-request"}
    if endpoint is None:
        ways = element("a", {"href": contact_url}, text(language, "form.contact"))
        said = text(language, "form.elsewhere")
        return element("div", root, element("p", None, said, " ", ways if contact_url else None))
    form = privacy_form(language)
    questions = Questions(
        form, language, form.id, {}, {"page": page} if page else {}, values or {}, errors or {}
    )
    return element(
        "div",
        root,
        element(
            "form",
            {
                "class": "cb-form",
                "method": "post",
                "action": f"{endpoint}{PATH}",
                "aria-label": form.title,
                "accept-charset": "utf-8",
            },
            element("p", {"class": "cb-intro"}, text(language, "privacy.intro")),
            controls.summary(questions.problems(), language),
            questions.fields(),
            questions.hidden(),
            element(
                "div",
                {"class": "cb-send"},
                element(
                    "button",
                    {"class": "cb-button", "type": "submit"},
                    text(language, "privacy.send"),
                ),
            ),
            element("p", {"class": "cb-purpose"}, text(language, "privacy.purpose")),
        ),
    )
