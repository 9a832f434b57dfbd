"""Form files: what is read, and every message about what is wrong in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from carebase.forms import Form, load_forms
from carebase.forms.load import standard_forms
from carebase.site import Site

STANDARD = {
    "page-feedback",
    "support-request",
    "repair-request",
    "return-request",
    "withdrawal",
    "product-registration",
    "warranty-claim",
    "book-installation",
    "book-relocation",
    "book-maintenance",
    "refer-a-friend",
    "product-survey",
    "course-completion",
}


def site_with(folder: Path, **files: str) -> Site:
    """Make a site whose form files are given by their names."""
    forms = folder / "docs" / "forms"
    forms.mkdir(parents=True)
    for name, text in files.items():
        (forms / name.replace("__", "-").replace("_yml", ".yml")).write_text(text, "utf-8")
    return Site(folder, folder / "docs", folder / "site", "Test")


def problems_of(folder: Path, text: str) -> str:
    forms = load_forms(site_with(folder, survey_yml=text))
    assert "survey" not in forms.by_id or not forms.problems
    return "\n".join(problem.as_text() for problem in forms.problems)


def test_standard_forms_ship_and_read_well() -> None:
    forms = standard_forms()

    assert STANDARD == forms.keys()
    for form in forms.values():
        assert form.title and form.submit and form.purpose and form.retention and form.promise
        assert form.after.text
        assert all(field.label for field in form.fields if field.type != "hidden"), form.id


def test_a_site_without_forms_has_the_standard_ones(tmp_path: Path) -> None:
    site = Site(tmp_path, tmp_path / "docs", tmp_path / "site", "Test")

    assert standard_forms() == load_forms(site).by_id


def test_a_site_replaces_a_standard_form_and_adds_its_own(tmp_path: Path) -> None:
    site = site_with(
        tmp_path,
        support__request_yml="title: Help\nfields: [{id: what, type: text, label: What?}]\n",
        wishes_yml="title: Wishes\nfields: [{id: wish, type: long_text, label: Your wish}]\n",
    )
    forms = load_forms(site)

    assert [] == forms.problems
    assert "Help" == forms.by_id["support-request"].title
    assert "wishes" == forms.by_id["wishes"].id
    assert STANDARD | {"wishes"} == forms.by_id.keys()


def test_short_ways_of_writing(tmp_path: Path) -> None:
    site = site_with(
        tmp_path,
        survey_yml="""\
title: Survey
fields:
  - {id: topic, type: choice, label: Topic, options: [Pump, {value: other, label: Anything else}]}
  - {id: more, type: text, label: More, show_if: {topic: other}, limits: {max_length: 50}}
  - {id: day, type: date, label: Day, limits: {min: 2020-01-01, max: today}}
consent: You may call me.
notify: {mail: care@fjellby.example}
after: Thank you.
""",
    )
    forms = load_forms(site)
    assert [] == forms.problems
    form = forms.by_id["survey"]

    assert [("Pump", "Pump"), ("other", "Anything else")] == [
        (option.value, option.text) for option in form.fields[0].options
    ]
    assert {"topic": ("other",)} == form.fields[1].show_if
    assert ("consent", True) == (form.all_fields[-1].id, form.all_fields[-1].required)
    assert ("care@fjellby.example",) == form.notify.mail
    assert "Thank you." == form.after.text
    assert form == Form.model_validate_json(form.model_dump_json(exclude_defaults=True))


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    text = "title: Survey\nfields: [{id: a, type: text, label: A}]\n"
    one = load_forms(site_with(tmp_path / "1", survey_yml=text)).by_id["survey"]
    same = load_forms(site_with(tmp_path / "2", survey_yml=f"# a remark\n{text}")).by_id["survey"]
    other = load_forms(
        site_with(tmp_path / "3", survey_yml=text.replace("label: A", "label: B"))
    ).by_id["survey"]

    assert one.version == same.version != other.version
    assert 16 == len(one.version)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "title: Survey\nfeilds: []\n",
            "docs/forms/survey.yml:2:1: error unknown-key: The key `feilds` is not known here.",
        ),
        (
            "title: Survey\nfields: [{id: a, type: texts, label: A}]\n",
            "docs/forms/survey.yml:2:24: error unknown-value: `type` does not have this value.\n"
            "    found: the text `texts`\n",
        ),
        (
            "title: Survey\nfields: [{id: Aa, type: text, label: A}]\n",
            "docs/forms/survey.yml:2:15: error field-id: The id of a field begins with a lower-case"
            " letter, then come such letters, digits and `_`.\n"
            "    found: `Aa`\n"
            "    allowed: for example `topic`, `order_number`",
        ),
        (
            "title: S\nfields:\n  - {id: a, type: text, label: A}\n"
            "  - {id: a, type: text, label: B}\n",
            "docs/forms/survey.yml:4:10: error duplicate-id: Two fields are called `a`.\n"
            "    found: `a` again\n"
            "    allowed: each id once\n"
            "    hint: give one of them another id",
        ),
        (
            "title: S\nfields: [{id: a, type: text}]\n",
            "docs/forms/survey.yml:2:10: error field-label: A field needs a label: it is what"
            " people read and what a screen reader says.\n"
            "    hint: add `label: …`",
        ),
        (
            "title: S\nfields: [{id: a, type: choice, label: A}]\n",
            "docs/forms/survey.yml:2:10: error field-options: A field of type `choice` needs"
            " `options`.\n"
            "    hint: add `options: [First answer, Second answer]`",
        ),
        (
            "title: S\nfields: [{id: a, type: text, label: A, options: [b]}]\n",
            "docs/forms/survey.yml:2:40: error field-options: A field of type `text` has no"
            " options.\n"
            "    allowed: choice, choices\n"
            "    hint: make the field a `choice`, or delete the options",
        ),
        (
            "title: S\nfields: [{id: a, type: choice, label: A, options: [b, b]}]\n",
            "docs/forms/survey.yml:2:55: error duplicate-id: The answer `b` stands twice.\n"
            "    hint: delete one of them",
        ),
        (
            "title: S\nfields: [{id: a, type: email, label: A, limits: {max: 3}}]\n",
            "docs/forms/survey.yml:2:50: error field-limit: A field of type `email` has no limit"
            " `max`.\n"
            "    allowed: min_length, max_length\n"
            "    hint: delete it",
        ),
        (
            "title: S\nfields: [{id: a, type: date, label: A, limits: {max: 3}}]\n",
            "docs/forms/survey.yml:2:54: error field-limit: The limit of a field of type `date`"
            " must be a date as YYYY-MM-DD or `today`.\n"
            "    found: `3`\n"
            "    allowed: a date as YYYY-MM-DD or `today`",
        ),
        (
            "title: S\nfields: [{id: a, type: number, label: A, limits: {min: 5, max: 3}}]\n",
            "docs/forms/survey.yml:2:56: error field-limit: `min` is more than `max`: nobody could"
            " fill this in.\n"
            "    found: 5 and 3",
        ),
        (
            "title: S\nfields: [{id: a, type: number, label: A, limits: {max: soon}}]\n",
            "docs/forms/survey.yml:2:56: error wrong-value: A limit must be a number, a date as"
            " YYYY-MM-DD, or `today`.\n"
            "    found: the text `soon`\n",
        ),
        (
            "title: S\nfields:\n  - {id: topic, type: choice, label: A, options: [one, two]}\n"
            "  - {id: b, type: text, label: B, show_if: {topik: one}}\n",
            "docs/forms/survey.yml:4:45: error show-if-field: No field before this one is called"
            " `topik`.\n"
            "    allowed: topic\n"
            "    hint: did you mean `topic`?",
        ),
        (
            "title: S\nfields:\n  - {id: topic, type: choice, label: A, options: [one, two]}\n"
            "  - {id: b, type: text, label: B, show_if: {topic: [one, too]}}\n",
            "docs/forms/survey.yml:4:58: error show-if-answer: `topic` never has the answer `too`,"
            " so this field would never be asked.\n"
            "    allowed: one, two\n"
            "    hint: did you mean `two`?",
        ),
        (
            "title: S\ngroups: [{id: you, title: You}]\n"
            "fields: [{id: a, type: text, label: A, group: your}]\n",
            "docs/forms/survey.yml:3:47: error form-group: There is no group `your`.\n"
            "    allowed: you\n"
            "    hint: did you mean `you`?",
        ),
        (
            "title: S\nid: other\nfields: [{id: a, type: text, label: A}]\n",
            "docs/forms/survey.yml:2:5: error form-id: The id of a form is the name of its file.\n"
            "    found: `other`\n"
            "    allowed: `survey`\n"
            "    hint: delete this line, or rename the file",
        ),
        (
            "title: S\nretention: for ever\nfields: [{id: a, type: text, label: A}]\n",
            "docs/forms/survey.yml:2:12: error wrong-value: `retention` must be a number of days,"
            " weeks, months or years.\n"
            "    found: the text `for ever`\n"
            "    allowed: for example `24 months`",
        ),
        (
            "title: S\nnotify: {mail: care, webhook: http://desk.example}\n"
            "fields: [{id: a, type: text, label: A}]\n",
            "docs/forms/survey.yml:2:16: error wrong-value: `care` is not a mail address.\n",
        ),
        (
            "title: S\nafter: {page: thanks.md}\nfields: [{id: a, type: text, label: A}]\n",
            "docs/forms/survey.yml:2:15: error after-page: There is no such page under docs/.\n"
            "    found: `thanks.md`\n"
            "    allowed: a page relative to docs/, such as `support/thanks.md`",
        ),
        (
            "title: ' '\nfields: []\n",
            "docs/forms/survey.yml:1:8: error wrong-value: This text must not be empty.",
        ),
    ],
)
def test_messages(tmp_path: Path, text: str, message: str) -> None:
    assert message in problems_of(tmp_path, text)


def test_all_problems_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    told = problems_of(
        tmp_path,
        "title: S\nsend: Go\nfields:\n"
        "  - {id: a, type: text}\n  - {id: a, type: choice, label: B}\n",
    )

    assert ["unknown-key", "field-label", "duplicate-id", "field-options"] == [
        line.split(" error ")[1].partition(":")[0]
        for line in told.splitlines()
        if " error " in line
    ]


def test_file_names(tmp_path: Path) -> None:
    site = site_with(tmp_path, My_Form_yml="title: S\nfields: [{id: a, type: text, label: A}]\n")
    (site.docs_dir / "forms" / "other.yaml").write_text("title: S")
    told = [(problem.file, problem.message) for problem in load_forms(site).problems]

    assert [
        (
            "docs/forms/My_Form.yml",
            "The name of a form file is its id: lower-case letters, digits and `-`.",
        ),
        ("docs/forms/other.yaml", "Form files end in `.yml`; this one is not read."),
    ] == told
