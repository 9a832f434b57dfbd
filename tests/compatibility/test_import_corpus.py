"""A real help centre of 414 articles, imported: no sentence, no picture and no address is lost."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from lxml import html as lxml_html
from markdown_it import MarkdownIt

from tests.support.corpora import FOLDER
from tests.support.process import run_carebase
from tests.support.readings import lost_sentences, main_of

pytestmark = pytest.mark.corpus

EXPORT = FOLDER / "arduino-help-center"
_HEAD = re.compile(r"---\n(?P<head>.*?)\n---\n", re.DOTALL)
# Signs that only mark a note or an anchor, and what no static page has: it is told of instead.
_MARKS = re.compile(
    r"\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]|\s*\{[#.][\w.:-]+\}", re.IGNORECASE
)
_GONE = "//form | //input | //iframe | //video | //script | //style"


@dataclass(frozen=True)
class Imported:
    """The imported and built site: what the command said, its folder, the built pages."""

    told: dict[str, Any]
    site: Path
    built: Path

    def pages(self) -> Iterator[tuple[Path, Path]]:
        """Give each public article's file and the HTML of its page."""
        for page in self.told["pages"]:
            html = self.built / page["page"].removesuffix(".md") / "index.html"
            yield EXPORT / page["source"], html


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Imported:
    """The corpus imported and built with `--strict`."""
    if not EXPORT.is_dir():
        pytest.skip("the corpus arduino-help-center is not beside the repository")
    site = tmp_path_factory.mktemp("import") / "site"
    done = run_carebase("import", "zendesk", EXPORT, "-o", site, "--json")
    assert (0, "") == (done.returncode, done.stderr)
    built = site.with_name("built")
    made = run_carebase("build", "--strict", "-d", built, cwd=site)
    assert 0 == made.returncode, made.stdout + made.stderr
    return Imported(json.loads(done.stdout), site, built)


def read(path: Path) -> Any:
    """Give an article as HTML, by a Markdown reader that is not the one that built the page."""
    body = _HEAD.sub("", path.read_text("utf-8"), count=1)
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tree: Any = lxml_html.fromstring(f"<main>{parser.render(_MARKS.sub('', body))}</main>")
    for gone in tree.xpath(_GONE):
        gone.drop_tree()
    return tree


def test_no_sentence_is_lost(imported: Imported) -> None:
    lost, count = lost_sentences(imported.pages(), read)

    assert [] == lost
    assert count > 9_000


def test_no_picture_is_lost(imported: Imported) -> None:
    lost, count = [], 0
    for source, page in imported.pages():
        shown: Counter[str] = Counter()
        for picture in main_of(page).xpath("//img"):
            address = picture.get("src")
            file = page.parent / unquote(address)
            is_here = "//" not in address
            shown[digest(file) if is_here else address] += 1
        for picture in read(source).xpath("//img"):
            address = picture.get("src")
            file = source.parent / unquote(address)
            if "//" not in address and not file.is_file():
                continue
            count += 1
            wanted = address if "//" in address else digest(file)
            if shown[wanted] == 0:
                alike = taken_from_beside(source, address)
                if alike is None:
                    lost.append(f"{source.name}: {address}")
                    continue
                wanted = digest(alike)
            shown[wanted] -= 1

    assert [] == lost
    assert count > 400


def taken_from_beside(source: Path, address: str) -> Path | None:
    """Find the picture of another host that lies in the export too."""
    found = [*source.parent.rglob(address.rpartition("/")[2])] if "//" in address else []
    return found[0] if found else None


def digest(path: Path) -> str:
    """Give what tells one picture from another."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_what_is_missing_is_told_with_its_line(imported: Imported) -> None:
    told = {
        (problem["file"], unquote(problem["found"].strip("`")))
        for problem in imported.told["left"]
        if problem["code"] == "picture-missing"
    }
    wanted = set()
    for page in imported.told["pages"]:
        source = EXPORT / page["source"]
        lines = source.read_text("utf-8").split("\n")
        for picture in read(source).xpath("//img"):
            address = unquote(picture.get("src"))
            if "//" not in address and not (source.parent / address).is_file():
                wanted.add((page["source"], address))
        for problem in imported.told["left"]:
            if problem["file"] == page["source"] and problem["code"] == "picture-missing":
                assert problem["found"].strip("`") in lines[problem["line"] - 1]

    assert wanted <= told
    assert len(wanted) > 100


def test_check_finds_no_error(imported: Imported) -> None:
    done = run_carebase("check", "--format", "json", cwd=imported.site)
    problems = json.loads(done.stdout)
    assert [] == [problem for problem in problems if problem["severity"] == "error"]
    assert 0 == done.returncode


def test_verify_finds_every_page(imported: Imported) -> None:
    done = run_carebase("verify", imported.built, cwd=imported.site)
    assert 0 == done.returncode, done.stdout + done.stderr


def test_every_old_address_leads_to_its_page(imported: Imported) -> None:
    dead = []
    for source, page in imported.pages():
        number = re.search(r"^id: *(\d+)", source.read_text("utf-8"), re.MULTILINE)
        assert number is not None, source
        for old in (number[1], f"{number[1]}-{source.stem}"):
            file = imported.built / "hc" / "en-us" / "articles" / old / "index.html"
            found = re.search(r"url=([^\"]+)", file.read_text("utf-8")) if file.is_file() else None
            if found is None or (file.parent / unquote(found[1]) / "index.html").resolve() != page:
                dead.append(old)
    assert [] == dead


def test_links_between_articles_stay_inside(imported: Imported) -> None:
    numbers = {
        match[1]
        for source, _ in imported.pages()
        if (match := re.search(r"^id: *(\d+)", source.read_text("utf-8"), re.MULTILINE))
    }
    outside, inside = [], 0
    for source, page in imported.pages():
        for link in main_of(page).xpath("//a[@href]"):
            address = link.get("href")
            old = re.search(r"/hc/[\w-]+/articles/(\d+)", address)
            if old and old[1] in numbers:
                outside.append(f"{source.name}: {address}")
            if "//" not in address and not address.startswith(("#", "mailto:")):
                inside += (page.parent / unquote(address.split("#")[0])).exists()
    assert [] == outside
    assert inside > 500


def test_products_are_those_that_the_articles_name(imported: Imported) -> None:
    ids = {product["id"] for product in imported.told["products"]}
    assert {"alvik", "giga-r1", "nano-family", "portenta-family", "uno", "plc-ide"} <= ids
    names = {product["name"] for product in imported.told["products"]}
    assert set() == names & {"Shipping", "Upload", "Installation", "Generic", "Registration"}
