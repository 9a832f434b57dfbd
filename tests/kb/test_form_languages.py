"""The forms that ship, in every language: the same questions in other words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from carebase.forms import load, load_forms
from carebase.forms.load import STANDARD, standard_forms
from carebase.forms.schema import form_schema
from carebase.forms.texts import texts_of, with_texts
from carebase.i18n import languages
from carebase.inbox.promise import due_day
from carebase.site import Site
from tests.kb.endpoint_site import Client, make_site, serving

OTHERS = [language for language in languages() if language != "en"]
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
GOOD = {"topic": "fault", "message": "Sie brummt.", "name": "Ana", "email": "ana@example.com"}
SUPPORT = "/v1/forms/support-request"


@pytest.mark.parametrize("language", OTHERS)
def test_every_form_is_there_in_every_language(language: str) -> None:
    ids = {path.stem for path in STANDARD.glob("*.yml")}

    assert ids == {path.stem for path in (STANDARD / language).glob("*.yml")}
    for name, form in standard_forms(language).items():
        assert texts_of(standard_forms()[name]).names() == texts_of(form).names(), name


def test_no_folder_is_without_a_language() -> None:
    assert OTHERS == sorted(path.name for path in STANDARD.iterdir() if path.is_dir())


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_left_in_english(language: str) -> None:
    left = [
        (name, said)
        for name, form in standard_forms(language).items()
        for said in _said(texts_of(form).model_dump())
        if len(said) > 12 and said in set(_said(texts_of(standard_forms()[name]).model_dump()))
    ]
    assert [] == left


def _said(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        for one in tree.values():
            yield from _said(one)
    elif tree:
        yield tree


@pytest.mark.parametrize("language", OTHERS)
def test_the_questions_are_the_same(language: str) -> None:
    def asked(schema: Any) -> Any:
        """The schema without the words that people read."""
        if isinstance(schema, dict):
            told = ("title", "description")
            return {key: asked(one) for key, one in schema.items() if key not in told}
        return schema

    for name, form in standard_forms(language).items():
        english = standard_forms()[name]
        assert asked(form_schema(english)) == asked(form_schema(form)), name
        assert (english.id, english.retention) == (form.id, form.retention)
        assert english.version != form.version


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_promises_the_same_day(language: str) -> None:
    english = standard_forms()
    dated = {name for name in english if due_day(english[name].promise, MONDAY)}
    assert {"support-request", "return-request", "refer-a-friend", "book-maintenance"} <= dated

    for name, form in standard_forms(language).items():
        assert due_day(english[name].promise, MONDAY) == due_day(form.promise, MONDAY), name


def test_texts_that_do_not_fit_are_told() -> None:
    form = standard_forms()["page-feedback"]
    texts = texts_of(form)
    other = texts.model_copy(update={"promise": "", "consent": "Yes."})

    with pytest.raises(ValueError) as told:
        with_texts(form, other)
    assert (
        "The texts of page-feedback do not fit: `promise` is missing, `consent` is not known."
        == str(told.value)
    )
    assert form == with_texts(form, texts)


def test_a_site_has_its_forms_in_its_language_and_its_own_file_wins(tmp_path: Path) -> None:
    own = tmp_path / "docs" / "forms" / "return-request.yml"
    own.parent.mkdir(parents=True)
    own.write_text("title: Zurück\nfields: [{id: was, type: text, label: Was?}]\n", "utf-8")
    site = Site(tmp_path, tmp_path / "docs", tmp_path / "site", "Test", language="de-AT")
    forms = load_forms(site)

    assert "Hilfe anfragen" == forms.by_id["support-request"].title
    assert forms.by_id["support-request"] == forms.shown("support-request", "de")
    french = forms.shown("support-request", "fr")
    assert french and "Demander de l’aide" == french.title
    italian = forms.shown("support-request", "it")
    assert italian and "Ask for help" == italian.title
    assert forms.by_id["return-request"] is forms.shown("return-request", "fr")
    assert None is forms.shown("nothing", "fr")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    own = "title: My return\nfields: [{id: what, type: text, label: What?}]\n"
    sources = {"docs/forms/return-request.yml": own}
    with serving(make_site(tmp_path_factory.mktemp("lang"), sources=sources)) as client:
        yield client


def test_a_form_is_described_in_the_language_asked_for(client: Client) -> None:
    titles = {
        lang: client.get(f"{SUPPORT}?lang={lang}").json["title"]
        for lang in ("de", "de-AT", "es", "fr", "it", "")
    }
    assert {
        "de": "Hilfe anfragen",
        "de-AT": "Hilfe anfragen",
        "es": "Pedir ayuda",
        "fr": "Demander de l’aide",
        "it": "Ask for help",
        "": "Ask for help",
    } == titles
    german = client.get(f"{SUPPORT}?lang=de").json
    assert standard_forms("de")["support-request"].version == german["x-version"]
    assert "My return" == client.get("/v1/forms/return-request?lang=de").json["title"]


def test_the_answer_and_the_status_page_speak_the_language_of_the_form(client: Client) -> None:
    answer = client.post_json(SUPPORT, {**GOOD, "_lang": "de"})

    assert 201 == answer.status
    assert "Wir antworten innerhalb von 2 Arbeitstagen." == answer.json["promise"]
    row = next(row for row in client.rows() if row["ref"] == answer.json["ref"])
    assert ("de", standard_forms("de")["support-request"].version) == (
        row["language"],
        row["form_version"],
    )
    words = client.get(answer.json["status_url"]).words
    for said in ("Hilfe anfragen", "innerhalb von 2 Arbeitstagen", "Ihre Vorgangsnummer"):
        assert said in words
    kept = {row["version"]: json.loads(row["definition"]) for row in client.rows("form_versions")}
    assert "Hilfe anfragen" == kept[row["form_version"]]["title"]


def test_errors_are_told_in_the_language_of_the_form(client: Client) -> None:
    told = client.post_json(SUPPORT, {**GOOD, "name": "", "_lang": "fr"}).json["errors"]
    page = client.post_form(SUPPORT, {**GOOD, "name": "", "_lang": "es"})

    assert [{"field": "name", "message": "Merci de remplir ce champ."}] == told
    assert 422 == page.status
    assert "¿Qué ocurre y qué ha probado ya?" in page.text
    assert '<html lang="es"' in page.text


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_a_version_of_its_own_whenever_it_is_made(language: str) -> None:
    english = standard_forms()
    assert len(english) == len({form.version for form in english.values()})
    load._standard_forms.cache_clear()
    again = {name: form.version for name, form in standard_forms().items()}
    assert again == {name: form.version for name, form in english.items()}
    for name, form in standard_forms(language).items():
        assert again[name] != form.version
