"""A real lesson of the Carpentries Workbench, imported: no sentence, picture or link is lost."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from lxml import html as lxml_html
from markdown_it import MarkdownIt

from tests.support.corpora import FOLDER
from tests.support.process import run_carebase
from tests.support.readings import lost_sentences, main_of, said, tight

pytestmark = pytest.mark.corpus

LESSON = FOLDER / "courses-dev" / "carpentries-shell-novice"
_HEAD = re.compile(r"---\n(?P<head>.*?)\n---\n", re.DOTALL)
_PICTURE = re.compile(r"!\[[^\]]*\]\(([^)]+)\)\{alt=([\"'])(.*?)\2\}", re.DOTALL)
_KINDS = {"example", "success", "note", "abstract", "question", "info"}
_SPAN = re.compile(r"\[([^\]]+)\]\{#[\w-]+\}")


@dataclass(frozen=True)
class Imported:
    """The imported and built course: what was said, its site, the pages that trainers see."""

    told: dict[str, Any]
    site: Path
    built: Path

    def pages(self) -> Iterator[tuple[Path, Path]]:
        """Give each page's source and its built HTML."""
        for page in self.told["pages"]:
            name = page["page"].removesuffix(".md").removesuffix("index")
            yield LESSON / page["source"], self.built / name / "index.html"


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    """The lesson imported and built with `--strict`."""
    if not LESSON.is_dir():
        pytest.skip("the corpus carpentries-shell-novice is not beside the repository")
    site = tmp_path_factory.mktemp("import") / "site"
    done = run_carebase("import", "workbench", LESSON, "-o", site, "--json")
    assert (0, "") == (done.returncode, done.stderr)
    built = site.with_name("built")
    for more in (("-d", built, "--audience", "trainer"), ("-d", site.with_name("learners"))):
        made = run_carebase("build", "--strict", *more, cwd=site)
        assert 0 == made.returncode, made.stdout + made.stderr
    return Imported(json.loads(done.stdout), site, built)


def read(path: Path) -> Any:
    """Give a source as HTML, by a Markdown reader that is not the one that built the page."""
    body = _HEAD.sub("", path.read_text("utf-8"), count=1)
    body = re.sub(r"^:{3,}.*$", "", body, flags=re.MULTILINE)
    body = re.sub(r"^:   ", "\n", body, flags=re.MULTILINE)
    body = re.sub(r"^(#+ .*?) *\{#[\w-]+\}$", r"\1", body, flags=re.MULTILINE)
    body = _PICTURE.sub(lambda found: f"![{found[3]}]({found[1]})", _SPAN.sub(r"\1", body))
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tree: Any = lxml_html.fromstring(f"<main>{parser.render(body)}</main>")
    return tree


def language_of(code: Any) -> str:
    """Give the language of code; what the highlighter does not know is plain text to it."""
    language: str = code.get("class", "").removeprefix("language-")
    return "text" if language in ("", "error", "source") else language


def test_no_sentence_is_lost(imported: Imported) -> None:
    lost, count = lost_sentences(imported.pages(), read)

    assert [] == lost
    assert count > 1_500


def test_every_box_is_there_once(imported: Imported) -> None:
    wanted: Counter[str] = Counter()
    for source, _ in imported.pages():
        wanted.update(re.findall(r"^:{3,}\s*([a-z]+)", source.read_text("utf-8"), re.MULTILINE))
    found: Counter[str] = Counter()
    points = 0
    for page in {page for _, page in imported.pages()}:
        tree = main_of(page)
        for box in tree.xpath("//div[contains(@class, 'admonition')]|//details"):
            found.update({*(box.get("class") or "").split()} & _KINDS)
        for block in tree.xpath("//*[@data-carebase]"):
            found[block.get("data-carebase")] += 1
        points += len(tree.xpath("//h2[@id='key-points']"))

    assert 41 == wanted["challenge"] == found["exercise"] == imported.told["challenges"]
    # Three of them solve nothing, but are ways to choose from, which learners see.
    assert 45 == wanted["solution"] == imported.told["solutions"]
    assert (42, 3) == (found["solution"], found["success"])
    assert wanted["callout"] + wanted["spoiler"] == found["note"]
    assert wanted["objectives"] == found["abstract"]
    assert wanted["questions"] == found["question"]
    assert wanted["prereq"] == found["info"]
    assert wanted["instructor"] + 1 == found["instructor"]
    assert wanted["keypoints"] == points


def test_solutions_belong_to_their_challenges(imported: Imported) -> None:
    for source, page in imported.pages():
        titles = []
        for part in re.split(r"^:{3,}\s*challenge\s*$", source.read_text("utf-8"), flags=re.M)[1:]:
            heading = re.search(r"^#+ +(.+)$", part, re.MULTILINE)
            assert heading is not None
            titles.append(tight(re.sub(r"[`*]", "", heading[1])))
        boxes = main_of(page).xpath("//*[@data-carebase='exercise']")
        assert len(titles) == len(boxes)
        for title, box in zip(titles, boxes, strict=True):
            assert title in tight(box.text_content())
            assert box.xpath(".//*[@data-carebase='solution']"), title


def test_learners_get_no_word_of_notes_and_solutions(imported: Imported) -> None:
    learners = imported.site.with_name("learners")
    hidden = 0
    for source, page in imported.pages():
        text = source.read_text("utf-8")
        shown = tight(said(main_of(learners / page.relative_to(imported.built))))
        inside = re.findall(
            r"^:{15} +solution\n+(?:#+ .*\n)?(.*?)^:{20,30}$", text, re.MULTILINE | re.DOTALL
        )
        if "/instructors/" in source.as_posix():
            inside = [_HEAD.sub("", text, count=1)]
        for part in inside:
            tree: Any = lxml_html.fromstring(
                f"<main>{MarkdownIt('commonmark').render(part)}</main>"
            )
            for sentence in said(tree).split("\n"):
                hidden += 1
                assert len(tight(sentence)) < 60 or tight(sentence) not in shown, sentence
    assert hidden > 300


def test_no_picture_is_lost(imported: Imported) -> None:
    count = 0
    for source, page in imported.pages():
        shown = {
            ((page.parent / unquote(one.get("src"))).resolve().read_bytes(), one.get("alt"))
            for one in main_of(page).xpath("//img")
        }
        for picture in read(source).xpath("//img"):
            count += 1
            places = (source.parent, LESSON / "episodes")
            file = next(p for folder in places if (p := folder / picture.get("src")).is_file())
            assert (file.read_bytes(), picture.get("alt")) in shown, picture.get("src")
    assert count > 8


def test_no_link_is_lost_or_dead(imported: Imported) -> None:
    gone = {one["found"].strip("`") for one in imported.told["left"] if "link" in one["code"]}
    assert {"data/shell-lesson-data.zip"} == gone
    inside, address = 0, "https://swcarpentry.github.io/shell-novice"
    for source, page in imported.pages():
        shown: Counter[tuple[str, str]] = Counter()
        for link in main_of(page).xpath("//a[@href]"):
            href = link.get("href")
            if "//" not in href and not href.startswith("mailto:"):
                target = page.parent / unquote(urlsplit(href).path)
                target = target / "index.html" if target.is_dir() else target
                assert target.is_file(), f"{source.name}: {href}"
                if fragment := unquote(urlsplit(href).fragment):
                    tree = lxml_html.fromstring(target.read_text("utf-8"))
                    assert tree.xpath("//*[@id=$id]", id=fragment), f"{source.name}: {href}"
            shown[tight(link.text_content()), href if "//" in href else ""] += 1
        for link in read(source).xpath("//a[@href]"):
            href = link.get("href")
            if href in gone:
                continue
            outside = "//" in href and not href.startswith(address)
            inside += not outside
            wanted = (tight(link.text_content()), href if outside else "")
            assert shown[wanted] > 0, f"{source.name}: {href}"
            shown[wanted] -= 1
    assert inside > 50


def test_code_keeps_its_language(imported: Imported) -> None:
    wanted: dict[Path, Counter[tuple[str, str]]] = {}
    for source, page in imported.pages():
        wanted.setdefault(page, Counter()).update(
            (language_of(code), tight(code.text_content()))
            for code in read(source).xpath("//pre/code")
        )
    for page, codes in wanted.items():
        found = Counter(
            (
                re.search(r"language-([\w+-]+)", block.get("class"))[1],  # type: ignore[index]
                tight(block.text_content()),
            )
            for block in main_of(page).xpath("//div[contains(@class, 'language-')]")
        )
        assert codes == found


def test_minutes_are_those_of_teaching_and_exercises(imported: Imported) -> None:
    file = imported.site / imported.told["folder"].partition("site/")[2] / "course.yml"
    lessons = yaml.safe_load(file.read_text("utf-8"))["lessons"]
    wanted = []
    for name in yaml.safe_load((LESSON / "config.yaml").read_text("utf-8"))["episodes"]:
        head = _HEAD.match((LESSON / "episodes" / name).read_text("utf-8"))
        assert head is not None
        data = yaml.safe_load(head["head"])
        wanted.append((name, data["teaching"] + data["exercises"]))
    assert wanted == [(lesson["page"], lesson["minutes"]) for lesson in lessons]
    outline = (imported.built / "courses" / imported.told["course"] / "index.html").read_text()
    assert all(f"{minutes} min" in outline for _, minutes in wanted)


def test_key_points_are_gathered(imported: Imported) -> None:
    page = imported.built / "courses" / imported.told["course"] / "key-points" / "index.html"
    gathered = tight(said(main_of(page)))
    for source, _ in imported.pages():
        for part in re.findall(r"^:{3,} keypoints\n(.*?)^:{3,}$", source.read_text("utf-8"),
                               re.MULTILINE | re.DOTALL):  # fmt: skip
            for point in MarkdownIt("commonmark").render(part).split("</li>")[:-1]:
                item: Any = lxml_html.fromstring(point)
                assert tight(item.text_content()) in gathered


def test_check_and_verify_find_nothing(imported: Imported) -> None:
    done = run_carebase("check", "--strict", cwd=imported.site)
    assert (0, "") == (done.returncode, done.stderr), done.stdout
    done = run_carebase("verify", imported.built, cwd=imported.site)
    assert 0 == done.returncode, done.stdout + done.stderr
