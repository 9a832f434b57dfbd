"""Finding: words and sections of pages, typing errors, both indexes, how they are judged."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from math import prod
from pathlib import Path
from urllib.parse import quote

import pytest

from carebase.errors import UsageError
from carebase.search.asides import without_asides
from carebase.search.found import Hit
from carebase.search.index import open_index, update_index, write_vocabulary
from carebase.search.judge import Judged, measure, page_named, read_queries
from carebase.search.nearest import Nearest, find_nearest
from carebase.search.passage import in_one_line
from carebase.search.query import understand
from carebase.search.reader_engine import ask_readers
from carebase.search.search import Searcher
from carebase.search.sections import PageText, Section, plain_text, read_sections
from carebase.search.spelling import Vocabulary, distance
from carebase.search.synonyms import Synonyms, load_synonyms
from carebase.search.vocabulary import chunks, count_pages, is_kept, words_on
from carebase.search.words import (
    count_words,
    indexed_words_of,
    language_of,
    telling,
    words_of,
)
from carebase.site import Site
from tests.kb.endpoint_site import Client, serving
from tests.support.process import run_carebase
from tests.support.sites import BuiltSite, site_in

STATIC = Path(__file__).parents[2] / "widgets" / "carebase_widgets" / "static"
FILES = """
    docs/:
      index.md: "# Care\\n\\nHelp for your machine."
      synonyms.yml: "groups:\\n  - [limescale, calcium]\\n"
      products/brio/product.yml: "id: brio\\nname: Brio\\n"
      products/brio/index.md: "# Brio\\n\\nAn espresso machine."
      products/brio/descale.md: |
        ---
        keywords: [white flakes]
        ---
        # Descale Brio
        Limescale blocks the boiler.
        ## Mix the solution
        Pour one sachet into the tank.
        ## Rinse the boiler
        Let two tanks of water run through.
      products/brio/faq.md: |
        # Questions about Brio
        ## Why is the coffee cold?
        Warm the cups before you brew.
      products/brio/wifi.md: "# Connect to Wi-Fi\\n\\nChoose your network in the app."
      reinigen.md: "---\\nlang: de\\n---\\n# Reinigen\\n\\nReinigen Sie die Gruppe jede Woche."
      secret.md: "---\\nsearch: {exclude: true}\\n---\\n# Secret\\n\\nLimescale too."
"""


@pytest.fixture(scope="module")
def care(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    return site_in(tmp_path_factory.mktemp("search"), FILES)


@pytest.fixture(scope="module")
def searcher(care: BuiltSite) -> Iterator[Searcher]:
    synonyms = load_synonyms(Site(care.root, care.root / "docs", care.folder, "Care")).synonyms
    with open_index(care.private / "search") as opened:
        yield Searcher(opened, "en", synonyms)


def found(searcher: Searcher, query: str, **wishes: str) -> list[str]:
    return [hit.address for hit in searcher.search(query, **wishes).hits]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("How do I connect to Wi-Fi?", ["how", "do", "i", "connect", "to", "wifi"]),
        ("L’eau ne coule pas", ["l", "eau", "ne", "coule", "pas"]),
        ("It doesn't heat", ["it", "doesnt", "heat"]),
        ("Größe Café", ["große", "cafe"]),
        ("没有水出", ["没有", "有水", "水出"]),
        ("– … !", []),
    ],
)
def test_the_words_of_a_text_are_the_same_for_people_and_browsers(
    text: str, words: list[str]
) -> None:
    script = f"import {{ wordsOf }} from '{(STATIC / 'words.js').as_uri()}';"
    script += f"console.log(JSON.stringify(wordsOf({json.dumps(text)})))"
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script], capture_output=True, encoding="utf-8"
    )

    assert words == [word.replace("grosse", "große") for word in words_of(text)]
    assert words == json.loads(done.stdout), done.stderr


@pytest.mark.parametrize(
    "text",
    [
        "plain words and plain words",
        "Wi-Fi on guide-07, l'eau, it's, don’t; e.g. 2.5 bar, wi-fi again",
        "水を飲む and 水を, ไทย",
        "Größe ﬁx İstanbul größe",
        "",
    ],
)
def test_words_are_counted_as_they_are_indexed(text: str) -> None:
    assert Counter(indexed_words_of(text)) == count_words(text)


@pytest.mark.parametrize(
    "text",
    [
        "Wi-Fi l'eau it's don't v1.2.3 12 a é",
        "水が出ない Tank tank-cap TANK",
        "",
        "ﬁlter café naïve",
    ],
)
def test_a_vocabulary_holds_what_is_indexed(text: str) -> None:
    heading, word = Section("one", f"About {text}", text), Section("", "", "plain words")
    page = PageText("a/", "a.md", text, "page", "en", (word, heading), keywords=("Kalk", text))
    fields = [page.title, *page.keywords]
    fields += [part for section in page.sections for part in (section.heading, section.text)]
    indexed = {word for field in fields for word in indexed_words_of(field)}

    assert words_on(page).split() == sorted(filter(is_kept, indexed))


def test_a_vocabulary_counts_pages() -> None:
    counted = count_pages([("en", "tank water"), ("de", "tank"), ("en", "tank"), ("en", "")])

    assert counted == {"de": {"tank": 1}, "en": {"tank": 2, "water": 1}}
    assert list(counted) == ["de", "en"]


def test_parts_are_found_too() -> None:
    assert ["wifi", "wi", "fi"] == indexed_words_of("Wi-Fi")


def test_only_words_that_say_something_are_asked() -> None:
    assert ["descale"] == telling(words_of("How do I descale my machine?"), "en")
    assert ["entkalke"] == telling(words_of("Wie entkalke ich mein Gerät?"), "de")
    assert ["machine", "parts"] == telling(words_of("machine parts"), "en")
    assert ["machine"] == telling(words_of("my machine"), "en")
    assert ["what", "is", "it"] == telling(words_of("What is it?"), "en")


def test_a_page_in_another_language_is_noticed() -> None:
    spanish = words_of(
        "Si no puede entrar, haga clic en el enlace que está en la página y luego "
        "siga los pasos que le indica el correo para que su cuenta esté segura."
    )
    assert "es" == language_of(spanish * 3, "en")
    assert "en" == language_of(words_of("The pump of La Marzocco is loud."), "en")


def test_a_page_is_cut_at_the_headings_that_can_be_linked() -> None:
    sections = read_sections(
        '<h1 id="t">Title</h1><p>Intro <b>bo</b>ld.</p><h2 id="why">Why?'
        '<a class="headerlink" href="#why">¶</a></h2><ul><li>one</li><li>two</li></ul>'
        "<h3>no id</h3><p>x &lt; y</p><script>no()</script>"
    )

    assert [("", "", "Intro bold."), ("why", "Why?", "one\ntwo\nno id\nx < y")] == [
        (section.id, section.heading, section.text) for section in sections
    ]
    assert [False, True] == [section.is_question for section in sections]


def test_pieces_that_stand_apart_by_their_style_are_words_of_their_own() -> None:
    chips = '<p>Models <span class="chip">X1</span><span class="chip new">X2</span></p>'
    assert "Models X1 X2" == plain_text(chips)
    assert "Pumps Valves" == plain_text('<a href="p/">Pumps</a><a href="v/">Valves</a>')
    assert "Ctrl C" == plain_text("<kbd>Ctrl</kbd><kbd>C</kbd>")
    facts = "<dl><dt>Time</dt> <dd>5 min</dd><dt>For</dt><dd>X1</dd> <dd>X2</dd></dl>"
    assert "Time: 5 min\nFor: X1, X2" == plain_text(facts)
    code = '<code><span class="n">valve</span><span class="p">.</span>open</code>, bo<b>l</b>d'
    assert "valve.open, bold" == plain_text(code)
    ruby = read_sections(
        "<p><ruby>洗<rt>せん</rt>浄<rp>(</rp><rt>じょう</rt><rp>)</rp></ruby>する</p>"
    )
    assert ["洗浄する"] == [section.text for section in ruby]


def test_items_and_labels_of_a_passage_do_not_run_into_what_follows() -> None:
    assert "Models X1 X2. Brio is loud. You need: a cloth. water" == in_one_line(
        "Models X1 X2\nBrio is loud.\nYou need:\na cloth\nwater"
    )


def test_what_is_no_text_of_a_page_is_left_out_with_all_that_is_in_it() -> None:
    page = (
        "<p>One<span class='x aside'>no <span>no</span> no</span>two</p>"
        '<form><div>no</div></form><b aria-hidden="true">3</b><img class="aside">'
        '<div class="asides">three</div><a class=aside href="#">no</a>'
    )
    assert "One two\nthree" == plain_text(without_asides(page, {"aside"}, {"form"}))


@pytest.mark.parametrize("typed", ["decsale", "descle", "desscale", "desxale", "fescale"])
def test_typing_errors_are_put_right(typed: str) -> None:
    vocabulary = Vocabulary({"descale": 4, "desk": 2, "scale": 9})

    assert not vocabulary.knows(typed)
    assert "descale" == vocabulary.near(typed)[0]


SLIPS = {
    "descalee": "descale",
    "descalle": "descale",
    "descael": "descale",
    "ddescale": "descale",
    "escale": "descale",
    "boilerr": "boiler",
    "boilet": "boiler",
    "soiler": "boiler",
    "bolier": "boiler",
    "networkk": "network",
    "netwrok": "network",
    "solutiom": "solution",
    "solutioon": "solution",
    "machins": "machine",
}


@pytest.mark.parametrize("typed", ["wnad", "wadn"])
def test_letters_that_are_swapped_in_a_short_word_are_put_right_by_both_engines(typed: str) -> None:
    assert ["wand"] == Vocabulary({"wand": 4, "want": 2, "band": 9}).near(typed)
    script = (
        f"import {{ Vocabulary }} from '{(STATIC / 'vocabulary.js').as_uri()}';"
        "const words = new Vocabulary(new URL('file:///'), '0wand4 3t2 0band9', []);"
        f"process.stdout.write(words.near('{typed}').join());"
    )
    node = ["node", "--input-type=module", "-e", script]
    assert "wand" == subprocess.run(node, capture_output=True, text=True, check=True).stdout


def test_slips_at_either_end_of_a_word_are_put_right_by_both_engines(
    searcher: Searcher, care: BuiltSite
) -> None:
    readers = ask_readers(care.folder, "en", list(SLIPS))
    for (typed, meant), answer in zip(SLIPS.items(), readers, strict=True):
        wanted = found(searcher, meant)
        assert wanted == found(searcher, typed), typed
        first = wanted[0].partition("#")[0]
        assert f"/{first}index.html" in answer["pages"], (typed, answer)
        assert searcher.search(typed).query.mended in ({}, {typed: meant})


def test_other_forms_of_a_word_are_not_put_right(searcher: Searcher, care: BuiltSite) -> None:
    forms = ["descaling", "descales", "boilers", "machines", "solutions", "networks", "connected"]
    assert [{}] * len(forms) == [searcher.search(form).query.mended for form in forms]
    assert [[]] * len(forms) == [one["mended"] for one in ask_readers(care.folder, "en", forms)]


def test_other_forms_and_compounds_are_no_typing_errors() -> None:
    vocabulary = Vocabulary({"clean": 4, "water": 9, "filter": 7})

    assert vocabulary.knows("cleaning")
    assert ["water", "filter"] == vocabulary.split("waterfilter")
    assert {} == understand("waterfilter cleaning", "en", vocabulary).mended
    assert distance("abcd", "wxyz", 2.2) == float("inf")


def test_a_browser_mends_the_same_words(tmp_path: Path) -> None:
    words = {"descale": 4, "desk": 2, "scale": 9, "machine": 30, "steam": 8}
    (chunk,) = chunks(words)
    typed = ["decsale", "machien", "stean", "scales", "zzz"]
    script = (
        f"import {{ Vocabulary }} from '{(STATIC / 'vocabulary.js').as_uri()}';"
        f"const v = new Vocabulary(new URL('file:///'), {json.dumps(chunk.words)}, []);"
        f"const near = async (w) => v.knows(w, false) ? w : (await v.near(w))[0] ?? '';"
        f"console.log(JSON.stringify(await Promise.all({json.dumps(typed)}.map(near))))"
    )
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script], capture_output=True, encoding="utf-8"
    )
    vocabulary = Vocabulary(words)
    here = [
        word if vocabulary.knows(word) else next(iter(vocabulary.near(word)), "") for word in typed
    ]

    assert ["descale", "machine", "steam", "scales"] == json.loads(done.stdout)[:4], done.stderr
    assert ["descale", "machine", "steam", "scales"] == here[:4]


def test_each_section_has_its_address_and_a_question_its_answer(searcher: Searcher) -> None:
    assert (
        "products/brio/descale/#rinse-the-boiler" == found(searcher, "how to rinse the boiler")[0]
    )
    (hit,) = searcher.search("why is my coffee cold").hits[:1]
    assert ("why-is-the-coffee-cold", "Warm the cups before you brew.") == (
        hit.section and hit.section.id,
        hit.passage(80),
    )


def test_of_a_long_answer_that_part_is_shown_that_holds_the_words(tmp_path: Path) -> None:
    long = "A box, some paper, a cup or two, " * 9
    faq = f"# Questions\n\n## What comes with the machine?\n\n{long} and a tamper.\n"
    site = site_in(tmp_path, {"docs": {"index.md": "# Help\n", "faq/box.md": faq}})
    with open_index(site.private / "search") as opened:
        asked = Searcher(opened, "en", Synonyms())
        for query, wanted in (("tamper", "a tamper."), ("comes machine", "A box, some")):
            assert wanted in asked.search(query).hits[0].passage(80)


def test_keywords_synonyms_and_other_spellings_find(searcher: Searcher) -> None:
    assert "products/brio/descale/" == found(searcher, "white flakes")[0]
    assert found(searcher, "calcium")[0].startswith("products/brio/descale/")
    assert found(searcher, "wi fi") == found(searcher, "wifi") == found(searcher, "wi-fi")
    assert {"limscale": "limescale"} == searcher.search("limscale").query.mended


def test_only_what_is_wanted_is_found(searcher: Searcher) -> None:
    assert [] == found(searcher, "limescale", kind="faq")
    assert [] == found(searcher, "limescale", product="pip")
    assert [] == [one for one in found(searcher, "limescale") if one.startswith("secret")]
    assert ["reinigen/"] == found(searcher, "Gruppe reinigen")
    assert [] == found(searcher, "quokka")


def scores_of(folder: Path, pages: dict[str, tuple[str, str]], query: str) -> dict[str, float]:
    """Index pages, each with its language and text, and give what a query finds with its score."""
    written = {
        name: PageText(name, f"{name}.md", name, "page", lang, (Section("", "", text),))
        for name, (lang, text) in pages.items()
    }
    update_index(folder, written, ())
    told = written.values()
    write_vocabulary(folder, count_pages((page.lang, words_on(page)) for page in told))
    with open_index(folder) as opened:
        return {hit.page.address: hit.score for hit in Searcher(opened, "en").search(query).hits}


def test_pages_in_another_language_change_no_score(tmp_path: Path) -> None:
    english = {"a": ("en", "The pump is loud."), "b": ("en", "Rinse the tank twice a week.")}
    french = {f"f{n}": ("fr", "La pump est dans le tank. " * 40) for n in range(9)}

    alone = scores_of(tmp_path / "alone", english, "pump tank")
    beside = scores_of(tmp_path / "beside", english | french, "pump tank")

    assert {"a", "b"} == set(alone)
    assert alone == beside


def test_longer_words_are_found_after_the_word_itself(tmp_path: Path) -> None:
    pages = {
        "a": ("en", "Your membership ends in May."),
        "b": ("en", "A member may bring a guest."),
        "c": ("en", "Nothing is said of it here."),
    }

    assert ["b", "a"] == list(scores_of(tmp_path / "index", pages, "member"))


def test_the_command_searches_and_explains(care: BuiltSite) -> None:
    said = run_carebase("search", "decsale", "brio", "--explain", cwd=care.root)
    assert 0 == said.returncode, said.stderr
    lines = said.stdout.splitlines()
    assert ["Instead of `decsale`: descale", "Looked for: descale", "Looked for: brio"] == lines[:3]
    assert lines[3].startswith(" 1. Descale Brio")
    one = run_carebase("search", "descale", "--explain", cwd=care.root).stdout
    assert "; 2 of 2 words; x " in said.stdout and "; 1 of 1 word" in one
    # What each word added, times what follows, is the score.
    several = run_carebase("search", "how do I descale brio", "--json", cwd=care.root).stdout
    assert len(json.loads(several)["results"]) > 1
    for result in json.loads(several)["results"]:
        told = sum(result["words"].values()) * prod(result["factors"].values())
        assert result["score"] == pytest.approx(told, rel=0.02)

    data = json.loads(run_carebase("search", "limescale", "--json", cwd=care.root).stdout)
    assert (1, "products/brio/descale.md") == (data["count"], data["results"][0]["page"])

    nothing = run_carebase("search", "quokka", cwd=care.root)
    assert (1, "Nothing found for `quokka`.\n") == (nothing.returncode, nothing.stdout)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("limescale", "--product", "Brio"),
            "No page has the product `Brio`: did you mean `brio`?",
        ),
        (
            ("limescale", "--kind", "recipe"),
            "No page has the kind `recipe`: there are faq, guide, page, product.",
        ),
        (("",), "Give the words to search for, or a file of queries with --evaluate."),
        (
            ("--evaluate", "one.csv", "--kind", "faq"),
            "--product, --kind and --explain are for one search, not for --evaluate.",
        ),
        (("--evaluate", "half.csv"), "half.csv:2: no page that answers the query."),
        (
            ("--evaluate", "wrong.csv"),
            "wrong.csv:2: none of `brio/descal.md` is a page of this site."
            " Did you mean `products/brio/descale.md`?",
        ),
        (
            ("--evaluate", "german.csv"),
            "german.csv needs the columns `query` and `relevant_pages` in its first line, with a"
            " comma between.",
        ),
        (("--evaluate", "bytes.csv"), "bytes.csv is no text in UTF-8: save it as CSV in UTF-8."),
    ],
)
def test_wrong_wishes_are_told_in_a_sentence(
    care: BuiltSite, arguments: tuple[str, ...], said: str
) -> None:
    for name, text in {
        "one.csv": b"query,relevant_pages\nlimescale,products/brio/descale.md\n",
        "half.csv": b"query,relevant_pages\nlimescale\n",
        "wrong.csv": b"query,relevant_pages\nlimescale,brio/descal.md\n",
        "german.csv": b"query;relevant_pages\nlimescale;products/brio/descale.md\n",
        "bytes.csv": b"query,relevant_pages\nK\xe4se,index.md\n",
    }.items():
        (care.root / name).write_bytes(text)
    done = run_carebase("search", *arguments, cwd=care.root)
    assert (2, "", said + "\n") == (done.returncode, done.stdout, done.stderr)


def test_a_page_that_is_not_there_is_told_beside_those_that_are(care: BuiltSite) -> None:
    (care.root / "more.csv").write_text(
        "query,relevant_pages\nlimescale,products/brio/descale.md gone.md lost.md\n"
    )
    done = run_carebase("search", "--evaluate", "more.csv", cwd=care.root)
    assert 0 == done.returncode
    said = "Left out, since no page of this site: more.csv:2: `gone.md` and 1 more."
    assert said == done.stderr.splitlines()[0]


def test_a_damaged_index_is_told_and_made_anew(tmp_path: Path) -> None:
    site = site_in(tmp_path, 'docs/: {index.md: "# Home\\n\\nBoiler."}\n')
    for part in (tmp_path / ".cache/carebase/search/whoosh").glob("*.seg"):
        part.write_bytes(part.read_bytes()[:40])

    said = run_carebase("search", "boiler", cwd=site.root)
    assert (1, 1) == (said.returncode, len(said.stderr.splitlines()))
    assert "There is no search index of this version in" in said.stderr

    assert 0 == run_carebase("build", cwd=site.root).returncode
    assert " 1. Home" == run_carebase("search", "boiler", cwd=site.root).stdout.splitlines()[0]


def test_a_site_without_an_index_is_told(tmp_path: Path) -> None:
    site = site_in(tmp_path, 'docs/: {index.md: "# Home\\n\\nBoiler."}\n', "--no-index")
    said = run_carebase("search", "boiler", cwd=site.root)

    assert 1 == said.returncode
    assert "Build the site first: `carebase build`." in said.stderr
    assert "Traceback" not in said.stderr


def test_queries_are_judged_for_both_engines(care: BuiltSite, tmp_path: Path) -> None:
    file = tmp_path / "queries.csv"
    file.write_text(
        "query,relevant_pages\nhow do i descale the boiler,docs/products/brio/descale.md\n"
        "coffe is cold,products/brio/faq.md\n"
        # A question in another language of the site.
        "gruppe jede woche reinigen,reinigen.md\n",
        "utf-8",
    )
    said = run_carebase("search", "--evaluate", str(file), "--json", cwd=care.root)
    assert 0 == said.returncode, said.stderr
    data = json.loads(said.stdout)
    for engine in ("readers (Pagefind)", "programs (Whoosh)"):
        assert {"mrr": 1.0, "success_1": 1.0, "recall": 1.0, "silent": 0.0, "queries": 3} == {
            name: data[engine][name] for name in ("mrr", "success_1", "recall", "silent", "queries")
        }

    file.write_text("query,relevant_pages\nx,nowhere.md\n", "utf-8")
    said = run_carebase("search", "--evaluate", str(file), cwd=care.root)
    assert (2, f"{file}:2: none of `nowhere.md` is a page of this site.\n") == (
        said.returncode,
        said.stderr,
    )


def test_figures_are_what_their_names_say() -> None:
    queries = [Judged("a", frozenset({"x", "y"})), Judged("b", frozenset({"z"}))]
    quality = measure(queries, [["q", "x"], []])

    assert (0.25, 0.0, 0.5, 0.25, 0.5) == (
        quality.mrr,
        quality.success_1,
        quality.success_3,
        quality.recall,
        quality.silent,
    )
    assert "_en/a.md" == page_named("content/_en/a.md", {"_en/a.md", "a.md"})


def test_every_line_of_queries_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    file = tmp_path / "queries.csv"
    known = ["faq.md"]
    lines = ["one,faq.md", "two,fqa.md", ",faq.md", "if it leaks, what now,faq.md", "three"]
    file.write_text("\n".join(["query,relevant_pages", *lines]), "utf-8")
    with pytest.raises(UsageError) as told:
        read_queries(file, known)
    assert [
        f"{file}:3: none of `fqa.md` is a page of this site. Did you mean `faq.md`?",
        f"{file}:4: no query.",
        f"{file}:5: a comma in the query divides it: put the query between double quotes.",
        f"{file}:6: no page that answers the query.",
    ] == str(told.value).splitlines()

    file.write_text("query,relevant_pages\n" + "x,\n" * 22, "utf-8")
    with pytest.raises(UsageError) as told:
        read_queries(file, known)
    assert (21, "and 2 more.") == (
        len(str(told.value).splitlines()),
        str(told.value).splitlines()[-1],
    )
    # A quote that is never closed.
    file.write_text('query,relevant_pages\n"' + "x,\n" * 50_000, "utf-8")
    with pytest.raises(UsageError, match=":2: a value does not end"):
        read_queries(file, known)


def test_a_page_with_a_space_in_its_path_can_be_named(tmp_path: Path) -> None:
    file = tmp_path / "queries.csv"
    file.write_text("query,relevant_pages\none,docs/Set%20up/a.md b.md\n", "utf-8")
    right = frozenset({"Set up/a.md", "b.md"})
    assert [Judged("one", right)] == read_queries(file, sorted(right))


def test_an_address_is_written_as_a_link_has_it() -> None:
    section = Section("für-euch", "Für euch", "")
    page = PageText("a b/größe/", "a b/größe.md", "Size", "page", "de", (section,))
    assert "a%20b/gr%C3%B6%C3%9Fe/#f%C3%BCr-euch" == Hit(page, section, 1.0, {}, {}).path
    assert "a%20b/gr%C3%B6%C3%9Fe/" == Hit(page, None, 1.0, {}, {}).path


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_an_edit_is_found_and_what_is_gone_is_not(tmp_path: Path) -> None:
    site = site_in(tmp_path, FILES)
    page = tmp_path / "docs/products/brio/wifi.md"
    page.write_text("# Connect to Bluetooth\n\nHold the button.\n", "utf-8")
    (tmp_path / "docs/reinigen.md").unlink()
    old = run_carebase("build", "--no-index", cwd=tmp_path)
    assert 0 == old.returncode, old.stderr
    told = run_carebase("search", "network", cwd=tmp_path)
    assert "The pages are newer than the index: build without --no-index.\n" == told.stderr
    assert "Connect to Wi-Fi" in told.stdout

    assert 0 == run_carebase("build", cwd=tmp_path).returncode
    assert "Connect to Bluetooth" in run_carebase("search", "bluetooth", cwd=tmp_path).stdout
    assert 1 == run_carebase("search", "Gruppe", cwd=tmp_path).returncode
    once = contents(site.folder / "pagefind")
    shutil.rmtree(tmp_path / ".cache")
    assert 0 == run_carebase("build", cwd=tmp_path).returncode
    assert once == contents(site.folder / "pagefind")


def test_a_word_that_an_edit_took_away_is_a_typing_error_again(tmp_path: Path) -> None:
    site = site_in(tmp_path, FILES)
    page = tmp_path / "docs/products/brio/wifi.md"
    before = page.read_text("utf-8")
    for text, line in (
        (f"{before}\nWhoever writes decsale is found.\n", " 1. Connect to Wi-Fi"),
        (before, "Instead of `decsale`: descale"),
    ):
        page.write_text(text, "utf-8")
        assert 0 == run_carebase("build", cwd=tmp_path).returncode
        assert line == run_carebase("search", "decsale", cwd=tmp_path).stdout.splitlines()[0]
        (answer,) = ask_readers(site.folder, "en", ["decsale"])
        is_mended = text == before
        assert is_mended == (answer["mended"] == [{"from": "decsale", "to": "descale"}])


@pytest.fixture(scope="module")
def client(care: BuiltSite) -> Iterator[Client]:
    with serving(care.folder) as client:
        yield client


def test_programs_search_over_http(client: Client) -> None:
    answer = client.get("/v1/search?q=decsale&product=brio")
    assert 200 == answer.status
    assert {"decsale": "descale"} == answer.json["mended"]
    assert "/products/brio/descale/" == answer.json["results"][0]["url"].partition("#")[0]

    refused = client.get("/v1/search?q=%20")
    assert (422, "application/problem+json") == (refused.status, refused.headers["content-type"])
    assert "q" == refused.json["errors"][0]["field"]
    assert 422 == client.get(f"/v1/search?q={'a' * 201}").status


def test_what_was_found_is_told_of_the_words_put_right(client: Client) -> None:
    page = client.get("/search?q=How+to+Decsale%3F", {"Accept": "text/html"})
    assert "for “How to descale?”" in page.text
    assert "Search for “How to Decsale?” instead" in page.text


def test_readers_without_scripts_search_in_their_language(client: Client) -> None:
    page = client.get(
        "/search?q=limescale+%3Cb%3E", {"Accept": "text/html", "Accept-Language": "de"}
    )
    assert 200 == page.status
    assert "1 Seite gefunden zu „limescale &lt;b&gt;“" in page.text
    assert '<html lang="de">' in page.text
    assert "<mark>Limescale</mark> blocks the boiler." in page.text
    nothing = client.get("/search?q=quokka").text
    assert "Nothing found for “quokka”" in nothing
    assert '<a href="/all-pages/">All pages</a>' in nothing
    assert "/all-pages/" not in page.text
    assert 200 == client.get("/all-pages/").status
    assert 200 == client.get("/search").status

    # A long text that was pasted is searched by its beginning.
    pasted = quote("limescale in the boiler " * 40)
    long = client.get(f"/search?q={pasted}&literal=perhaps", {"Accept": "text/html"})
    assert 200 == long.status
    assert "<mark>Limescale</mark> blocks the <mark>boiler</mark>." in long.text
    assert 422 == client.get(f"/v1/search?q={pasted}").status

    mended = client.get("/search?q=decsale")
    assert "Showing results for descale." in mended.text
    (typed,) = re.findall(r'<a href="([^"]+)">Search for “decsale” instead</a>', mended.text)
    asked = client.get("/search" + html.unescape(typed))
    assert "Nothing found for “decsale”" in asked.text
    assert "Showing results for" not in asked.text


def test_too_many_searches_are_refused(care: BuiltSite) -> None:
    with serving(care.folder, rate_limits=True) as client:
        statuses = [client.get("/v1/search?q=boiler").status for _ in range(64)]
    assert {200, 429} == set(statuses)
    assert 60 <= statuses.count(200)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Wi-Fi and l’eau", ["wifi", "wi", "fi", "and", "l", "eau"]),
        ("Wi-Fi, Ünïcode", ["wifi", "wi", "fi", "unicode"]),
        ("ΟΔΟΣ \u00e9 e\u0301", ["οδος", "e", "e"]),
        # A sign that stands for capital letters is found by them.
        ("5₨ ﬁne", ["5Rs", "fine"]),
        ("水を飲む ไทย", ["水を", "を飲", "飲む", "ไท", "ทย"]),
        ("don't 안녕", ["dont", "안녕"]),
    ],
)
def test_words_of_any_script_are_folded_alike(text: str, words: list[str]) -> None:
    assert words == indexed_words_of(text)


def test_words_of_another_language_are_looked_for_in_it(tmp_path: Path) -> None:
    """A page in one language holds a word of another, and a slip makes one of it."""
    site = site_in(
        tmp_path,
        {
            "docs": {
                "index.md": "# Help\n\nChange the filter of the machine. The contrast is low.\n",
                "co.md": "# Makers\n\nBoilers are made by Fjellby & Co.\n",
                "de/index.md": "# Hilfe\n\nDen Filter der Maschine wechseln.\n",
                "es/index.md": "# Ayuda\n\nCambie la contraseña de su cuenta.\n",
            }
        },
    )
    with open_index(site.private / "search") as opened:
        asked = Searcher(opened, "en", Synonyms())
        # A folder that is named as a language holds pages in it, however short they are.
        langs = {page.address: page.lang for page in asked.pages}
        assert {"": "en", "co/": "en", "de/": "de", "es/": "es"} == langs
        spanish = asked.search("cambiar contraseña")
        assert ("es", ["es/"]) == (spanish.language, [hit.address for hit in spanish.hits])
        # One that is a slip here, and a word there, is meant as it was typed.
        german = asked.search("maschine")
        assert ("de", ["de/"], {}) == (
            german.language,
            [hit.address for hit in german.hits],
            dict(german.query.mended),
        )
        # Slips in several words are not another language.
        english = asked.search("chagne the fliter")
        assert ("en", {"chagne": "change", "fliter": "filter"}) == (
            english.language,
            dict(english.query.mended),
        )
    # One that only looks at first like a word of this language is none of it either.
    answers = ask_readers(site.folder, "en", ["chagne the fliter", "contraseña"])
    assert [["/index.html"], ["/es/index.html"]] == [answer["pages"] for answer in answers]


def test_what_the_nearest_page_lacks_is_told_as_it_was_written(tmp_path: Path) -> None:
    """A word that was taken for a slip may have been meant."""
    ride = "# First ride\n\nFor instance, set the saddle.\n"
    lock = "# Lock the bike\n\nLock the bike and take the battery out.\n"
    site = site_in(tmp_path, {"docs": {"index.md": ride, "lock.md": lock}})
    with open_index(site.private / "search") as opened:
        asked = Searcher(opened, "en", Synonyms())
        assert {"insurance": "instance"} == dict(asked.search("bike lock insurance").query.mended)
        nearest = find_nearest(asked, "bike lock insurance", "en")
    assert Nearest("Lock the bike", "lock/", ("insurance",)) == nearest
