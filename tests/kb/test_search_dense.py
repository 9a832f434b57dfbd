"""Searching pages in scripts without spaces, such as Japanese, through the endpoint's search."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from carebase.search.passage import passage
from carebase.search.reader_engine import ask_readers
from tests.kb.endpoint_site import serving
from tests.support.process import run_carebase
from tests.support.sites import BuiltSite, site_in

BEFORE = "電源が入らないときは、プラグを確認してください。" * 14
CARE = f"# お手入れ\n\n{BEFORE}水タンクを洗います。{'部品を交換してください。' * 9}きれいな水\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    files: dict[str, str | bytes] = {"index.md": "# Help\n\nAsk us.\n", "ja/care.md": CARE}
    return site_in(tmp_path_factory.mktemp("dense"), {"docs": files})


def test_a_folder_that_is_named_as_a_language_holds_pages_in_it(tmp_path: Path) -> None:
    """Whoever hears a result hears it in the voice of its language."""
    files: dict[str, str | bytes] = {
        "index.md": "# Help\n\nAsk us.\n",
        "ja/care.md": CARE,
        "zh-Hant/care.md": "# 保養\n\n每三個月除垢一次。\n",
        "it/care.md": "# Our machines\n\nWho looks after computers.\n",
    }
    own = site_in(tmp_path, {"docs": files})
    for query, language, page in (
        ("部品", "ja", "ja/care/"),
        ("除垢", "zh", "zh-Hant/care/"),
        # The people who look after computers, and no Italian.
        ("computers", "en", "it/care/"),
    ):
        said = run_carebase("search", query, "--json", cwd=own.root)
        found = json.loads(said.stdout)
        assert (language, page) == (found["language"], found["results"][0]["address"])
        (answer,) = ask_readers(own.folder, "en", [query])
        assert [f"/{page}index.html"] == answer["pages"]
    indexes = {path.name for path in (own.folder / "pagefind").iterdir() if path.is_dir()}
    assert {"en", "ja", "zh"} == indexes


def marked(pieces: list[tuple[str, bool]]) -> list[str]:
    return [text for text, is_marked in pieces if is_marked]


def test_a_passage_of_a_text_without_spaces_shows_the_words() -> None:
    pieces = passage(CARE, {"水タ", "タン", "ンク"}, "ja", 80)
    shown = "".join(text for text, _ in pieces)

    assert ["水タンク"] == marked(pieces)
    assert shown.startswith("… ") and "水タンクを洗います。" in shown and shown.endswith(" …")
    assert 80 >= len(shown.strip("… "))
    # Marks above a character count as nothing, as in the index.
    assert ["プラグ"] == marked(passage("プラグを見る。", {"フラ", "ラク"}, "ja", 80))
    assert ["水", "水"] == marked(passage("水と、水。", {"水"}, "ja", 80))


@pytest.mark.parametrize("query", ["水タンク", "水", "水。"])
def test_a_word_of_one_character_is_found_too(site: BuiltSite, query: str) -> None:
    said = run_carebase("search", query, cwd=Path(site.root))
    assert (0, True) == (said.returncode, said.stdout.startswith(" 1. お手入れ")), said.stderr
    with serving(site.folder) as client:
        page = client.get(f"/search?q={quote(query)}", {"Accept-Language": "en"}).text
        found = client.get(f"/v1/search?q={quote(query)}").json["results"]
    assert f"<mark>{query.rstrip('。')}</mark>" in page
    assert "水タンクを洗います。" in found[0]["passage"]
