"""JSON Schemas for editors: right by themselves, and of one mind with `check`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from carebase.articles.kind import KINDS
from carebase.articles.load import read_front
from carebase.cli import main
from carebase.schemas import FOLDER, SCHEMAS, schema_files
from carebase.sources import parse_yaml, split_front_matter, validate
from carebase.warranty.files import load_site_statutes
from carebase.withdrawal.periods import SHIPPED, load_site_periods

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
FILES = schema_files()
LATEST = "https://json-schema.org/draft/2020-12/schema"


def validator(name: str) -> Any:
    """Give what judges by a schema, formats included."""
    return jsonschema_rs.validator_for(FILES[f"{name}.json"], validate_formats=True)


def plain(data: Any) -> Any:
    """Give what a YAML file says as an editor reads it: dates are text."""
    return json.loads(json.dumps(data, default=str))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("draft", ["http://json-schema.org/draft-07/schema#", LATEST])
def test_each_is_a_schema(name: str, draft: str) -> None:
    jsonschema_rs.meta.validate({**FILES[name], "$schema": draft})


def test_there_is_one_for_each_file_and_each_kind_of_page() -> None:
    names = {f"{one.name}.json" for one in SCHEMAS}
    fronts = {f"front-matter-{kind}.json" for kind in KINDS} | {"front-matter.json"}
    assert names | fronts == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_each_key_has_a_sentence_and_an_example_that_fits(name: str) -> None:
    lacking = []
    schema = FILES[name]
    for path, key, value in properties(schema):
        if not value:
            continue  # A key of somebody else.
        if not value.get("description", "").endswith((".", "?")) or not value.get("examples"):
            lacking.append(f"{path}.{key}")
        definitions = {"definitions": schema.get("definitions", {})}
        judge = jsonschema_rs.validator_for({**value, **definitions}, validate_formats=True)
        lacking += [
            f"{path}.{key}: {example!r}"
            for example in value.get("examples", [])
            if "…" not in str(example) and not judge.is_valid(example)
        ]
    assert [] == lacking


def properties(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give every key of a schema, those of its parts too."""
    for name, part in {"": schema, **schema.get("definitions", {})}.items():
        for key, value in part.get("properties", {}).items():
            yield name, key, value


def example_files() -> Iterator[tuple[str, Path]]:
    """Give every YAML file of the example, and every form that ships, with its schema."""
    for one in SCHEMAS:
        for path in sorted(ROOT.glob(one.files)):
            if path.name not in ("terms.yml", "statutes.yml") or one.name in path.name:
                yield one.name, path
    for path in sorted((ROOT / "kb/carebase/forms/standard").glob("*.yml")):
        yield "form", path


@pytest.mark.parametrize(
    ("name", "path"), [*example_files()], ids=lambda one: one.name if isinstance(one, Path) else one
)
def test_every_file_of_the_example_fits(name: str, path: Path) -> None:
    data = parse_yaml(path.read_text("utf-8"), path.name).data
    assert [] == [str(error) for error in validator(name).iter_errors(plain(data))]


def test_the_front_matter_of_every_page_of_the_example_fits() -> None:
    from carebase.articles.kind import default_kind

    any_kind = validator("front-matter")
    by_kind = {kind: validator(f"front-matter-{kind}") for kind in KINDS}
    products = {path.parent.name for path in DOCS.glob("products/*/product.yml")}
    courses = {path.parent.name for path in DOCS.glob("courses/*/course.yml")}
    count = 0
    for path in DOCS.rglob("*.md"):
        head = split_front_matter(path.read_text("utf-8"), path.name)
        data = plain(head.document.data or {})
        kind = data.get("kind") or default_kind(
            path.relative_to(DOCS).as_posix(), products, courses
        )
        for judge in (any_kind, by_kind[kind]):
            assert [] == [str(error) for error in judge.iter_errors(data)], path
        count += 1
    assert count > 100


PRODUCT = "id: brio\nname: Brio\n"
POLICY = "id: brio\nversion: 1\nstart: [delivered]\ncoverages: [{id: body, months: 24}]\n"
FORM = "title: Ask\nfields: [{id: a, type: text, label: A}]\n"
COURSE = "title: Care\nlessons: [a.md]\n"
RIGHT = [
    ("product", PRODUCT + "models: [{id: b1, name: 12, gtin: 9120000000013}]\n"),
    ("product", PRODUCT + "policy: brio@1\nsupport_until: 2033-12-31\n"),
    ("product", PRODUCT + "policy: [{policy: brio@1, sold_until: 2025-12-31}, {policy: brio@2}]\n"),
    ("product", PRODUCT + "parts: [{sku: 110, name: Gasket, price: 6.90 EUR, guide: ../a.md}]\n"),
    ("product", PRODUCT + "picture:\n"),
    ("policy", POLICY),
    ("policy", POLICY.replace("[delivered]", "[delivered, {of: shipped, plus_days: 14}]")),
    ("form", FORM + "retention: 24 months\nnotify: {mail: a@b.example}\nafter: Thanks.\n"),
    ("form", FORM.replace("type: text", "type: choice, options: [a, {value: b}]")),
    ("form", FORM.replace("label: A}", "label: A}, {id: b, type: text, show_if: {a: x}}")),
    ("contact", 'hours: {monday: "09:00-12:00, 13:00-17:00", sunday: closed}\ntime_zone: UTC\n'),
    ("contact", 'hours: always\nchannels: [{kind: phone, name: Call, number: "+43 1"}]\n'),
    ("course", COURSE + "objectives: Know it.\npass_mark: 90\n"),
    ("course", "title: Care\nlessons: [a.md, {guide: products/b/c.md}]\n"),
]  # fmt: skip
WRONG = [
    ("product", "id: Brio\nname: Brio\n"),
    ("product", "name: Brio\n"),
    ("product", PRODUCT + "nme: x\n"),
    ("product", PRODUCT + "policy: brio\n"),
    ("product", PRODUCT + "policy: [{policy: brio@1, until: 2025-12-31}]\n"),
    ("product", PRODUCT + "support_until: soon\n"),
    ("product", PRODUCT + "models: brio\n"),
    ("product", PRODUCT + "models: [{id: b1}]\n"),
    ("product", PRODUCT + "models: [{id: b1, name: B, gtin: '12'}]\n"),
    ("product", PRODUCT + "parts: [{sku: a, name: b, price: 6.90}]\n"),
    ("product", PRODUCT + "parts: [{sku: a, name: b, price: 6.90 eur}]\n"),
    ("product", PRODUCT + "service_plan: [{task: a, every: often}]\n"),
    ("product", PRODUCT + "downloads: [{title: a, file: /etc/passwd}]\n"),
    ("product", PRODUCT + "notices: [{id: a, programme: recal}]\n"),
    ("product", "id: brio\nname: [Brio]\n"),
    ("policy", POLICY.replace("version: 1", "version: one")),
    ("policy", POLICY.replace("months: 24", "months: 24, years: 2")),
    ("policy", POLICY.replace(", months: 24", "")),
    ("policy", POLICY.replace("months: 24", "months: 0")),
    ("policy", POLICY.replace("[delivered]", "[delivred]")),
    ("policy", POLICY + "exclusion: []\n"),
    ("form", "title: Ask\n"),
    ("form", "title: Ask\nfields: []\n"),
    ("form", FORM + "retention: long\n"),
    ("form", FORM + "notify: {mail: nobody}\n"),
    ("form", FORM + "notify: {webhook: ftp://a.example}\n"),
    ("form", FORM.replace("type: text", "type: txt")),
    ("form", FORM.replace("type: text", "typ: text")),
    ("form", FORM.replace("title: Ask", "title: ' '")),
    ("contact", "hours: {monday: 9-17}\n"),
    ("contact", "hours: {mondy: '09:00-17:00'}\n"),
    ("contact", "channels: [{kind: phone, name: Call}]\n"),
    ("contact", "channels: [{kind: fax, name: Call, number: 1}]\n"),
    ("contact", "holidays: Austria\n"),
    ("course", "title: Care\nlessons: []\n"),
    ("course", COURSE + "pass_mark: 101\n"),
    ("course", COURSE + "grading: hard\n"),
]
FRONT_RIGHT = [
    (
        "guide",
        "title: A\ntime: 10–20 min\ndifficulty: easy\nparts: [BR-1, {sku: 2, quantity: 2}]\n",
    ),
    ("guide", "time: 1 h 30 min\ntools: Brush\nhide: [toc]\n"),
    ("guide", "title:\ntime: 2 hours\n"),
    ("page", "kind: page\nreviewed: 2026-09-14\nlang: pt-BR\nkeywords: a, b\nfeedback: false\n"),
]
FRONT_WRONG = [
    ("guide", "difficulty: eazy\n"),
    ("guide", "time: 10\n"),
    ("guide", "time: soon\n"),
    ("guide", "parts: [{sku: a, quantity: 0}]\n"),
    ("guide", "parts: [{quantity: 2}]\n"),
    ("page", "reviewed: yesterday\n"),
    ("page", "lang: deutsch!\n"),
    ("page", "feedback: sometimes\n"),
    ("page", "prodcts: [brio]\n"),
    ("page", "title: [A]\n"),
    ("faq", "kind: fq\n"),
]
MODELS = {one.name: one.model for one in SCHEMAS}


@pytest.mark.parametrize(("name", "text"), RIGHT)
def test_what_check_takes_fits(name: str, text: str) -> None:
    document = parse_yaml(text, "a.yml")
    found = [str(error) for error in validator(name).iter_errors(plain(document.data))]
    validate(document, MODELS[name])
    assert ([], []) == (document.problems, found)


@pytest.mark.parametrize(("name", "text"), WRONG)
def test_what_check_refuses_does_not_fit(name: str, text: str) -> None:
    document = parse_yaml(text, "a.yml")
    fits = validator(name).is_valid(plain(document.data))
    validate(document, MODELS[name])
    assert (True, False) == (bool(document.problems), fits)


@pytest.mark.parametrize(("kind", "text"), FRONT_RIGHT)
def test_front_matter_that_check_takes_fits(kind: Any, text: str) -> None:
    document = parse_yaml(text, "a.md")
    found = [
        str(error)
        for name in (f"front-matter-{kind}", "front-matter")
        for error in validator(name).iter_errors(plain(document.data))
    ]
    _, _, unknown = read_front(document, kind)
    assert ([], [], []) == (document.problems, unknown, found)


@pytest.mark.parametrize(("kind", "text"), FRONT_WRONG)
def test_front_matter_that_check_refuses_does_not_fit(kind: Any, text: str) -> None:
    document = parse_yaml(text, "a.md")
    names = (f"front-matter-{kind}", "front-matter")
    fits = [validator(name).is_valid(plain(document.data)) for name in names]
    read_front(document, kind)
    assert document.problems
    assert [False, False] == fits


def test_rows_of_the_law_fit_or_not_as_check_says(tmp_path: Path) -> None:
    shipped = ROOT / "kb/carebase/warranty/statutes.yml"
    data = parse_yaml(shipped.read_text("utf-8"), "statutes.yml").data
    judge = validator("statutes")
    assert judge.is_valid(plain(data))
    assert judge.is_valid([{"id": "eu-2022", "remove": True}])
    for text in ("- {id: eu-2022, remove: false}\n", "- {id: eu-2022}\n", "id: eu-2022\n"):
        path = tmp_path / "statutes.yml"
        path.write_text(text, "utf-8")
        assert load_site_statutes(path, "statutes.yml", [])[1], text
        assert not judge.is_valid(plain(parse_yaml(text, "a").data)), text


def test_periods_for_withdrawal_fit_or_not_as_check_says(tmp_path: Path) -> None:
    data = parse_yaml(SHIPPED.read_text("utf-8"), SHIPPED.name).data
    judge = validator("withdrawal")
    assert judge.is_valid(plain(data))
    assert judge.is_valid([{"id": "eu-2014", "remove": True}])
    row = "- {id: a, countries: [AT], contract_from: 2026-01-01, days: 14, law: A, seen: 2026-01-01"
    assert judge.is_valid(plain(parse_yaml(f"{row}, source: 'https://a.example'}}", "a").data))
    for end in ("}", ", source: our lawyer}", ", source: 'https://a.example', since: 1}"):
        path = tmp_path / "withdrawal.yml"
        path.write_text(row + end, "utf-8")
        assert load_site_periods(path, "withdrawal.yml")[1], end
        assert not judge.is_valid(plain(parse_yaml(row + end, "a").data)), end


def run(*arguments: str) -> int:
    """Run the command and give its exit code."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_the_command_writes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert 2 == run("schema")
    assert "There is no mkdocs.yml in" in capsys.readouterr().err
    assert 0 == run("schema", "-o", "out")
    assert f"{len(FILES)} schemas written into out\n" == capsys.readouterr().out
    written = {path.name: json.loads(path.read_text("utf-8")) for path in Path("out").iterdir()}
    assert FILES == written
    (tmp_path / "file").write_text("x")
    assert 2 == run("schema", "-o", "file")
    assert "file cannot be written to: File exists.\n" == capsys.readouterr().err


def test_the_handbook_has_the_settings_for_every_schema() -> None:
    page = (DOCS / "handbook/editors.md").read_text("utf-8")
    settings = json.loads(page.split("```json\n")[1].split("```")[0])["yaml.schemas"]
    assert {f"{FOLDER}/{one.name}.json": one.files for one in SCHEMAS} == settings
    for one in SCHEMAS:
        assert f"| `{one.name}.json` | `{one.files}` |" in page
    assert "'.carebase/schemas/front-matter.json': ['docs/**/*.md']" in page
