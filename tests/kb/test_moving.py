"""Pages that move, addresses that stay, reviews that are noted: as writers use the commands."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from carebase.cli import main
from tests.support.example import ROOT, day_of_last_review
from tests.support.process import run_carebase

CONFIG = """\
site_name: Moving
theme: {name: material}
plugins: [carebase-articles]
nav:
  - index.md
  - Tea: tea.md
"""
PAGES = {
    "index.md": "# Home\n\n[Tea](tea.md#hot), ![Cup](cup.png) and tea.md in passing.\n",
    "tea.md": "---\nowner: Ann\nreviewed: 2026-01-10\nreview_by: 2026-07-10\n---\n\n# Tea\n\n"
    '## Hot\n\n![Cup](cup.png) [Home](index.md) [again][home]\n\n[home]: <index.md> "Home"\n\n'
    '<a href="../">up</a> `[code](tea.md)`\n',
    "more/milk.md": '# Milk\n\n[Tea](../tea.md "Tea") and <a href="../../tea/#hot">tea</a>.\n',
}
TODAY = "1795219200"  # 2026-11-21


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "mkdocs.yml").write_text(CONFIG, encoding="utf-8")
    for name, text in PAGES.items():
        path = tmp_path / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "docs" / "cup.png").write_bytes(b"picture")
    return tmp_path


def run(site: Path, *arguments: str, code: int = 0, today: str = TODAY) -> str:
    answer = run_carebase(*arguments, cwd=site, env={"SOURCE_DATE_EPOCH": today})
    assert code == answer.returncode, answer.stdout + answer.stderr
    return answer.stdout + answer.stderr


def text(site: Path, name: str) -> str:
    return (site / "docs" / name).read_text(encoding="utf-8")


def test_a_page_moves_with_all_that_leads_to_it(site: Path) -> None:
    said = run(site, "mv", "tea.md", "drinks/green-tea.md")

    assert said.splitlines() == [
        "docs/tea.md -> docs/drinks/green-tea.md",
        "docs/index.md: 1 link mended",
        "docs/more/milk.md: 2 links mended",
        "docs/tea.md: 4 links mended",
        "mkdocs.yml: 1 link mended",
        "alias: tea/",
    ]
    assert (
        "# Home\n\n[Tea](drinks/green-tea.md#hot), ![Cup](cup.png) and tea.md in passing.\n"
        == text(site, "index.md")
    )
    assert (
        '# Milk\n\n[Tea](../drinks/green-tea.md "Tea") and'
        ' <a href="../../drinks/green-tea/#hot">tea</a>.\n'
    ) == text(site, "more/milk.md")
    moved = text(site, "drinks/green-tea.md")
    assert "![Cup](../cup.png) [Home](../index.md)" in moved
    assert '[home]: <../index.md> "Home"' in moved
    assert '<a href="../../">up</a> `[code](tea.md)`' in moved
    assert "review_by: 2026-07-10\naliases: [tea/]\n---\n" in moved
    assert {"Tea": "drinks/green-tea.md"} == yaml.safe_load(
        (site / "mkdocs.yml").read_text(encoding="utf-8")
    )["nav"][1]


def test_there_and_back_leaves_no_alias_at_a_page_of_its_own(site: Path) -> None:
    run(site, "mv", "tea.md", "drinks/tea.md")
    run(site, "mv", "drinks/tea.md", "tea.md")

    assert "aliases: [drinks/tea/]" in text(site, "tea.md")
    assert PAGES["more/milk.md"] == text(site, "more/milk.md")


def test_a_picture_moves_too(site: Path) -> None:
    run(site, "mv", "cup.png", "img/")

    assert "![Cup](img/cup.png)" in text(site, "index.md")
    assert "![Cup](img/cup.png)" in text(site, "tea.md")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("te.md", "x.md"), "There is no file or folder te.md in docs/."),
        (("tea.md", "index.md"), "index.md is there already: nothing was moved."),
        (
            ("tea.md", "tea.png"),
            "tea.md cannot become tea.png: a page's name ends in .md, no other does.",
        ),
        (("tea.md", "../out.md"), "../out.md lies outside docs/: name a path below it."),
        (("more", "drinks/.."), "drinks/.. lies outside docs/: name a path below it."),
    ],
)  # fmt: skip
def test_what_cannot_move_is_told_and_left(
    site: Path, arguments: tuple[str, str], sentence: str
) -> None:
    assert sentence == run(site, "mv", *arguments, code=2).strip()
    assert PAGES["index.md"] == text(site, "index.md")


def test_a_dry_run_changes_nothing(site: Path) -> None:
    said = run(site, "mv", "--dry-run", "tea.md", "drinks/tea.md")

    assert "alias: tea/" in said
    assert PAGES["tea.md"] == text(site, "tea.md")


def test_the_folder_of_a_product_stays(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)

    said = run(tmp_path, "mv", "products/pip", "products/pop", code=2)

    assert said.startswith("products/pip/product.yml stays where it is")


@pytest.mark.parametrize("name", ["contact.yml", "forms/lease.yml", "warranty/policies/tea@1.yml"])
def test_what_is_found_by_its_place_stays(site: Path, name: str) -> None:
    path = site / "docs" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("", encoding="utf-8")

    said = run(site, "mv", name, "elsewhere/" + path.name, code=2)

    assert said.startswith(f"{name} stays where it is")
    assert path.exists()


def test_half_of_the_pages_move_and_every_old_address_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    docs = tmp_path / "docs"
    chance = random.Random(5)
    run(tmp_path, "build")
    before = {
        path.parent.relative_to(tmp_path / "site").as_posix()
        for path in (tmp_path / "site").rglob("index.html")
    }
    kept = {"index.md", "faq/index.md", "courses/index.md", "all-pages.md"}
    # A list that the build makes goes with the last page of its folder, as `check` would tell.
    kept |= {"faq/warranty.md"}
    pages = [
        name
        for path in sorted(docs.rglob("*.md"))
        if (name := path.relative_to(docs).as_posix()) not in kept and not name.endswith("index.md")
    ]
    moved = chance.sample(pages, len(pages) // 2)
    for number, name in enumerate(moved):
        folder = chance.choice(["", "deep/er/", "support/"])
        with pytest.raises(SystemExit) as ended:
            main(["mv", name, f"{folder}page-{number}.md"])
        assert 0 == ended.value.code

    today = day_of_last_review()
    assert "no problems in" in run(tmp_path, "check", today=today)
    run(tmp_path, "build", "--strict", today=today)
    after = {
        path.parent.relative_to(tmp_path / "site").as_posix()
        for path in (tmp_path / "site").rglob("index.html")
    }
    # A list that the build makes of a folder's pages is no page that somebody moved.
    assert before - after <= {"faq"}


def test_the_ledger_grows_with_builds_alone_and_a_lost_address_is_told(site: Path) -> None:
    ledger = site / "docs" / ".addresses"
    run(site, "review", "tea.md")
    run(site, "check")
    assert not ledger.exists()

    assert "New in docs/.addresses, to commit: all-pages/ and 2 more" in run(site, "build")
    assert "all-pages/\nmore/milk/\ntea/\n" == ledger.read_text(encoding="utf-8")
    assert not (site / "site" / ".addresses").exists()
    written = ledger.stat().st_mtime_ns
    run(site, "build")
    assert written == ledger.stat().st_mtime_ns

    (site / "docs" / "more" / "milk.md").rename(site / "docs" / "milk.md")
    (site / "docs" / "milk.md").write_text("# Milk\n\nText.\n", encoding="utf-8")
    assert (
        "docs/.addresses:2:1: error address-vanished: Nothing answers at the published address"
        " `more/milk/` any more.\n"
        "    found: `more/milk/`\n"
        "    allowed: a page, or an alias of one\n"
        "    hint: add `aliases: [more/milk/]` to the front matter of docs/milk.md; was it never"
        " published, take this line out\n"
    ) in run(site, "check", code=1)

    (site / "docs" / "milk.md").write_text(
        "---\naliases: [more/milk/]\n---\n# Milk\n\nText.\n", encoding="utf-8"
    )
    assert "no problems" in run(site, "check")


def test_names_with_signs_that_addresses_use_otherwise_lead_on(site: Path) -> None:
    run(site, "review", "tea.md")
    run(site, "mv", "tea.md", "Tee #1, 100% Kräuter.md")
    run(site, "build")
    said = run(site, "mv", "Tee #1, 100% Kräuter.md", "kräuter.md")

    assert "alias: Tee %231, 100%25 Kräuter/\n" in said
    run(site, "build")
    assert "no problems" in run(site, "check")
    old = (site / "site" / "Tee #1, 100% Kräuter" / "index.html").read_text(encoding="utf-8")
    assert 'content="0; url=../kr%C3%A4uter/"' in old

    head = text(site, "kräuter.md").replace("Tee %231", "Tea %231")
    (site / "docs" / "kräuter.md").write_text(head, encoding="utf-8")
    said = run(site, "check", code=1)
    assert 'add `aliases: ["Tee %231, 100%25 Kräuter/"]` to the front matter of' in said


def test_a_review_of_a_folder_is_told_to_name_pages(site: Path) -> None:
    assert "more is a folder: name each page that was read.\n" == run(
        site, "review", "more", code=2
    )


def test_a_link_that_leads_nowhere_is_no_page(site: Path) -> None:
    (site / "docs" / "gone.md").symlink_to("nowhere.md")

    said = "There is no page gone.md: did you mean index.md?\n"
    assert said == run(site, "review", "gone.md", code=2)
    run(site, "mv", "tea.md", "coffee.md")
    assert "# Tea" in text(site, "coffee.md")


def test_an_address_that_no_commit_has_published_can_be_forgotten(site: Path) -> None:
    def git(*arguments: str) -> None:
        who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.com")
        subprocess.run(["git", *who, *arguments], cwd=site, check=True, capture_output=True)

    ledger = site / "docs" / ".addresses"
    run(site, "review", "tea.md")
    run(site, "build")
    git("init")
    git("add", "docs")
    git("commit", "-m", "Publish")
    (site / "docs" / "draft.md").write_text("# Draft\n", encoding="utf-8")
    run(site, "build")
    (site / "docs" / "draft.md").unlink()
    (site / "docs" / "more" / "milk.md").unlink()
    assert 2 == run(site, "check", code=1).count("address-vanished")

    said = run(site, "check", "--fix", code=1)

    assert "docs/.addresses: `draft/` forgotten\n" in said
    assert 1 == said.count("address-vanished")
    assert "all-pages/\nmore/milk/\ntea/\n" == ledger.read_text(encoding="utf-8")


def test_mkdocs_build_keeps_the_ledger_as_well(site: Path) -> None:
    subprocess.run(["mkdocs", "build", "-q"], cwd=site, check=True, timeout=120)

    assert "tea/" in (site / "docs" / ".addresses").read_text(encoding="utf-8").split()


def test_a_review_sets_both_dates_and_nothing_else(site: Path) -> None:
    said = run(site, "review", "tea.md")

    assert "docs/tea.md: reviewed 2026-11-21, again by 2027-05-21\n" == said
    expected = PAGES["tea.md"].replace("2026-01-10", "2026-11-21").replace(
        "2026-07-10", "2027-05-21"
    )  # fmt: skip
    assert expected == text(site, "tea.md")
    run(site, "review", "more/milk.md", "--by", "2027-02-01", "--owner", "Ben")
    assert text(site, "more/milk.md").startswith(
        "---\nreviewed: 2026-11-21\nreview_by: 2027-02-01\nowner: Ben\n---\n\n# Milk"
    )
    assert "There is no page te.md" in run(site, "review", "te.md", code=2)
    assert "must be a day after today" in run(
        site, "review", "tea.md", "--by", "2026-11-21", code=2
    )


def test_the_work_of_an_owner_is_listed(site: Path) -> None:
    (site / "docs" / "coffee.md").write_text(
        "---\nowner: Ben\nreviewed: 2025-11-01\nreview_by: 2026-11-01\n---\n\n"
        "# Coffee\n\n[x](y.md)\n",
        encoding="utf-8",
    )

    stale = run(site, "check", "--stale", code=1)
    assert "docs/coffee.md:4:12: warning review-due" in stale
    assert "docs/tea.md:4:12: error review-overdue: Ann was to review this page by now," in stale
    assert "dead-link" not in stale
    assert "docs/tea.md" not in run(site, "check", "--stale", "--owner", "Ben")
    assert "dead-link" in run(site, "check", "--owner", "Ben", code=1)
    assert "No page has the owner `Bent`: did you mean `Ben`?" in run(
        site, "check", "--owner", "Bent", code=2
    )


def test_the_grace_of_reviews_is_an_option_of_the_site(site: Path) -> None:
    config = CONFIG.replace("[carebase-articles]", "[{carebase-articles: {review_grace: 200}}]")
    (site / "mkdocs.yml").write_text(config, encoding="utf-8")
    assert "warning review-due" in run(site, "check", "--stale")

    (site / "mkdocs.yml").write_text(config.replace("200", "-1"), encoding="utf-8")
    assert "Expected a whole number of days from 0, not -1." in run(site, "check", code=2)
