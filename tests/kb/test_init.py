"""`carebase init` and `carebase new`: what they write is correct from the first moment on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from carebase.cli import main
from carebase.scaffolds import KINDS

TODAY = "1795219200"  # 2026-11-21
SCHEMA = "# yaml-language-server: $schema="


@pytest.fixture(autouse=True)
def fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the same dates every day."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh site, as `init` writes it, that one stands in."""
    assert 0 == run("init", str(tmp_path / "my-kb"))
    monkeypatch.chdir(tmp_path / "my-kb")
    return tmp_path / "my-kb"


def run(*arguments: str) -> int:
    """Run the command and give its exit code."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_a_fresh_site_has_no_problem(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert 0 == run("check", "--strict")
    assert "no problems in 10 pages\n" == capsys.readouterr().out


def test_a_fresh_site_has_each_plugin_on_a_line_of_its_own(site: Path) -> None:
    lines = (site / "mkdocs.yml").read_text("utf-8").splitlines()
    names = ("search", "catalog", "articles", "courses", "forms")
    for plugin in (f"carebase-{name}" for name in names):
        assert any(line.strip().rstrip(":") == f"- {plugin}" for line in lines), plugin
    ignored = (site / ".gitignore").read_text("utf-8").splitlines()
    kept = {"carebase.db*", "carebase.files/", "carebase.secret"}
    assert kept | {"site/", "site.private/", ".cache/"} <= set(ignored)


def test_pages_that_stay_promise_nothing_of_the_product_that_goes(site: Path) -> None:
    shutil.rmtree(site / "docs/products/tarn")
    for path in (site / "docs/support").glob("*.md"):
        text = path.read_text("utf-8").casefold()
        for word in ("kettle", "heating plate", "tarn", "years", "60 days"):
            assert word not in text, (path.name, word)


def test_nothing_is_left_to_fill_in(site: Path) -> None:
    for path in site.rglob("*"):
        if path.suffix in (".md", ".yml"):
            text = path.read_text("utf-8")
            if text.startswith(SCHEMA):
                first, _, text = text.partition("\n")
                assert (path.parent / first.removeprefix(SCHEMA)).is_file(), path
            assert "$" not in text, path
    assert "reviewed: 2026-11-21\nreview_by: 2027-11-21" in (
        site / "docs/products/tarn/set-up.md"
    ).read_text("utf-8")


def test_the_next_steps_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert 0 == run("init", "my-kb")
    files = sum(path.is_file() for path in (tmp_path / "my-kb").rglob("*"))
    assert (
        f"{files} files written into my-kb. Next:\n"
        "\n"
        "    cd my-kb\n"
        "    carebase serve      # read and try it in a browser\n"
        "    carebase check      # find every mistake in every file\n"
        "\n"
        "README.md says how to make it yours.\n"
    ) == capsys.readouterr().out


def test_a_folder_with_something_in_it_is_left_alone(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (site / "mkdocs.yml").write_text("mine")
    assert 2 == run("init", ".")
    assert ". is not empty: name a new or empty folder.\n" == capsys.readouterr().err
    assert "mine" == (site / "mkdocs.yml").read_text()
    assert 2 == run("init", "mkdocs.yml")
    assert "mkdocs.yml is a file: name a new or empty folder.\n" == capsys.readouterr().err


def test_a_new_git_repository_counts_as_empty(tmp_path: Path) -> None:
    (tmp_path / "my-kb" / ".git").mkdir(parents=True)
    assert 0 == run("init", str(tmp_path / "my-kb"))


WRITTEN = [
    ("product", "mixer", "products/mixer/product.yml"),
    ("product", "docs/products/mixer/product.yml", "products/mixer/product.yml"),
    ("guide", "products/tarn/clean.md", "products/tarn/clean.md"),
    ("guide", "tarn/clean", "products/tarn/clean.md"),
    ("guide", "docs/tarn-notes.md", "tarn-notes.md"),
    ("faq", "delivery", "faq/delivery.md"),
    ("faq", "support/questions", "support/questions.md"),
    ("page", "about/us", "about/us.md"),
    ("page", "products/tarn/story", "products/tarn/story.md"),
    ("troubleshooter", "tarn/no-heat", "products/tarn/no-heat.md"),
    ("form", "leasing", "forms/leasing.yml"),
    ("policy", "tarn", "warranty/policies/tarn@2.yml"),
    ("policy", "mixer@3", "warranty/policies/mixer@3.yml"),
    ("course", "tea", "courses/tea/course.yml"),
    ("lesson", "cups/02-pour", "courses/cups/02-pour.md"),
    ("contact", "contact", "contact.yml"),
    ("page", "Größe & Farbe: 100 %", "Größe & Farbe: 100 %.md"),
]


@pytest.mark.parametrize(("kind", "path", "file"), WRITTEN)
def test_a_new_file_is_where_it_belongs_and_correct(
    site: Path, capsys: pytest.CaptureFixture[str], kind: str, path: str, file: str
) -> None:
    if kind == "lesson":
        assert 0 == run("new", "course", "cups")
    if kind == "contact":
        (site / "docs/contact.yml").unlink()
    capsys.readouterr()
    assert 0 == run("new", kind, path)
    assert f"docs/{file} written" in capsys.readouterr().out.splitlines()
    text = (site / "docs" / file).read_text("utf-8")
    if file.endswith(".yml"):
        first, _, text = text.partition("\n")
        schema = (site / "docs" / file).parent / first.removeprefix(SCHEMA)
        assert f"{kind}.json" == schema.resolve().name
        assert schema.is_file()
    assert "$" not in text
    # A new promise is locked when it is published, and not when it is begun.
    fix = ["--fix"] if kind == "policy" else []
    # What a new product promises, and where a lesson belongs, is for people to say.
    code = {"product": "product-without-policy", "lesson": "lesson-not-named"}.get(kind, "")
    unsaid = code != ""
    assert (1 if fix or unsaid else 0) == run("check", "--strict"), capsys.readouterr().out
    assert unsaid == (f" {code}: " in capsys.readouterr().out)
    strict = [] if unsaid else ["--strict"]
    assert 0 == run("check", *strict, *fix), capsys.readouterr().out
    if file.endswith(".md"):
        head = yaml.safe_load(text.split("---")[1])
        assert "2026-11-21" == head["reviewed"].isoformat()


def test_what_new_writes_builds(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "docs/contact.yml").unlink()
    assert 0 == run("new", "course", "cups")
    for kind, path, _ in WRITTEN:
        if path not in ("docs/products/mixer/product.yml", "tarn/clean"):
            assert 0 == run("new", kind, path), path
    # Two starting files of a kind say nearly the same: that is only a warning.
    assert 0 == run("check", "--fix"), capsys.readouterr().out
    assert 0 == run("build", "--strict"), capsys.readouterr().err
    assert 0 == run("verify", "site")


def test_the_ledger_of_two_branches_is_joined_by_git(site: Path) -> None:
    assert "docs/.addresses merge=union" in (site / ".gitattributes").read_text().splitlines()


def test_every_kind_is_tried() -> None:
    assert set(KINDS) == {kind for kind, _, _ in WRITTEN}


def test_nothing_is_written_over(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (site / "docs/products/tarn/descale.md").read_text("utf-8")
    assert 2 == run("new", "guide", "tarn/descale")
    assert (
        "docs/products/tarn/descale.md is there already: nothing was written.\n"
        == capsys.readouterr().err
    )
    assert before == (site / "docs/products/tarn/descale.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("kind", "path", "said"),
    [
        ("guid", "x", "There is no kind `guid`: did you mean `guide`?"),
        ("zebra", "x", f"There is no kind `zebra`: there are {', '.join(KINDS)}."),
        ("guide", "products/trn/x", "There is no product `trn`: did you mean `tarn`?"),
        ("guide", "trn/x", "There is no product `trn`: did you mean `tarn`?"),
        (
            "guide",
            "products/mixer/x",
            "There is no product `mixer`: make it with `carebase new product mixer`.",
        ),
        (
            "lesson",
            "tea/02-pour",
            "There is no course `tea`: make it with `carebase new course tea`.",
        ),
        (
            "lesson",
            "pour",
            "`pour` is no lesson: name its course and the page, as in"
            " `carebase new lesson espresso/02-water`.",
        ),
        ("contact", "contact", "docs/contact.yml is there already: nothing was written."),
        (
            "contact",
            "support/contact",
            "`support/contact` is not where a site says how to reach you: that is"
            " docs/contact.yml, as in `carebase new contact contact`.",
        ),
        (
            "guide",
            "vela/",
            "`vela/` is a folder: name the page in it, as in `vela/descale`.",
        ),
        (
            "page",
            "index.md/x",
            "docs/index.md is a file and no folder: nothing can be written into it.",
        ),
        ("page", "a\nb", "a\\nb holds a line break or another control sign: leave it out."),
        ("page", "../x", "../x lies outside docs/: name a path below it."),
        ("page", "/etc/x", "/etc/x lies outside docs/: name a path below it."),
        (
            "product",
            "My Mixer",
            "`My Mixer` is no id of a product: it is a lower-case letter, then such letters,"
            " digits, `-` or `_`, as in `carebase new product brio`.",
        ),
    ],
)
def test_a_wrong_use_is_one_sentence(
    site: Path, capsys: pytest.CaptureFixture[str], kind: str, path: str, said: str
) -> None:
    capsys.readouterr()
    assert 2 == run("new", kind, path)
    assert f"{said}\n" == capsys.readouterr().err


@pytest.mark.parametrize("command", [("check",), ("verify", "site"), ("new", "page", "x")])
def test_outside_of_a_site_the_way_out_is_said(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: tuple[str, ...],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert 2 == run(*command)
    said = capsys.readouterr().err
    assert said.startswith(f"There is no mkdocs.yml in {tmp_path}: ")
    assert "`carebase init DIR`" in said
    assert 1 == said.count("\n")


def test_a_fresh_site_builds_without_a_warning(site: Path) -> None:
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    config = load_config("mkdocs.yml", strict=True)
    config.plugins.on_startup(command="build", dirty=False)
    build(config)
    assert 0 == run("verify", "site")
    # Nothing that only says how the site is made gets out.
    assert [] == [path for path in (site / "site").rglob("*") if path.suffix in (".yml", ".lock")]


@pytest.mark.parametrize(
    ("plugin", "missing"),
    [
        ("carebase-articles", "products/tarn/faq/index.html: faq (from docs/products/tarn/faq.md)"),
        ("carebase-search", "index.html: search (from docs/index.md)"),
    ],
)
def test_removing_a_plugin_is_noticed(
    site: Path, capsys: pytest.CaptureFixture[str], plugin: str, missing: str
) -> None:
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    text = (site / "mkdocs.yml").read_text("utf-8")
    (site / "mkdocs.yml").write_text(text.replace(f"  - {plugin}\n", ""), encoding="utf-8")
    build(load_config("mkdocs.yml"))
    capsys.readouterr()
    assert 3 == run("verify", "site")
    said = capsys.readouterr()
    assert missing in said.out
    assert plugin in said.err
    shutil.rmtree(site / "site")
