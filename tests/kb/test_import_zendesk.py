"""`carebase import zendesk`: both layouts of an export, what stays behind, and bad input."""

from __future__ import annotations

import ast
import base64
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import Markdown

from carebase.cli import main
from carebase.importing import Article, Export, Wishes, import_export
from carebase.importing.proof import EXTENSIONS, words
from carebase.sources.text import MOST_BYTES

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


# What imports courses and questions has a list of its own.
COURSES = ("coursework", "workbench", "gift", "gift_text", "gift_questions", "mkdocs_quiz", "labs")


def run(*arguments: str | Path) -> int:
    """Run the command and give its exit code."""
    with pytest.raises(SystemExit) as ended:
        main([str(one) for one in arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write files below a folder and give it."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def article(number: int, title: str, body: str, **more: Any) -> dict[str, Any]:
    """Give an article as the API does."""
    slug = title.replace(" ", "-")
    return {
        "id": number,
        "title": title,
        "body": body,
        "locale": "en-us",
        "draft": False,
        "section_id": 20,
        "label_names": [],
        "user_segment_id": None,
        "html_url": f"https://help.tarn.example/hc/en-us/articles/{number}-{slug}",
        **more,
    }


def api(*articles: dict[str, Any]) -> dict[str, str | bytes]:
    """Give the files of an export by the API, with a category and two sections."""
    sections = [
        {"id": 20, "name": "Cleaning", "category_id": 1, "locale": "en-us",
         "html_url": "https://help.tarn.example/hc/en-us/sections/20-Cleaning"},
        {"id": 21, "name": "Returns", "category_id": 1, "parent_section_id": 20},
    ]  # fmt: skip
    categories = [{"id": 1, "name": "Kettles"}]
    return {
        "articles-1.json": json.dumps({"articles": list(articles), "next_page": None}, indent=1),
        "sections.json": json.dumps({"sections": sections}),
        "categories.json": json.dumps({"categories": categories}),
    }


def imported(tmp_path: Path, files: dict[str, str | bytes], *options: str) -> Path:
    """Import an export, build the site as strictly as can be, and give its folder."""
    source = write(tmp_path / "export", files)
    assert 0 == run("import", "zendesk", source, "-o", tmp_path / "site", *options)
    return tmp_path / "site"


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give a function that builds a site and checks it."""

    def build(site: Path) -> Path:
        monkeypatch.chdir(site)
        assert 0 == run("check")
        assert 0 == run("build", "--strict")
        return site / "site"

    return build


def test_the_api_becomes_pages_by_section(tmp_path: Path, builds: Any) -> None:
    site = imported(
        tmp_path,
        api(
            article(
                100,
                "Clean the lid",
                '<p>See <a href="https://help.tarn.example/hc/en-us/articles/101-Dry-it#h_1">the'
                " other</a> or <a href='/hc/en-us/sections/20-Cleaning'>all</a>.</p>",
                label_names=["lid", "lime scale"],
            ),
            article(101, "Dry it", '<h1 id="h_1">With a cloth</h1><p>Rub &lt;softly&gt;.</p>'),
            article(102, "Send it back", "<p>In a box.</p>", section_id=21),
        ),
    )

    page = (site / "docs/kettles/cleaning/clean-the-lid.md").read_text("utf-8")
    assert (
        "---\ntitle: \"Clean the lid\"\naliases:\n  - hc/en-us/articles/100\n"
        "  - hc/en-us/articles/100-Clean-the-lid\nkeywords:\n  - lid\n  - \"lime scale\"\n---\n\n"
        "# Clean the lid\n\nSee [the other](dry-it.md#with-a-cloth) or [all](index.md).\n"
    ) == page  # fmt: skip
    assert "## With a cloth\n\nRub &lt;softly>.\n" in (
        site / "docs/kettles/cleaning/dry-it.md"
    ).read_text("utf-8")
    assert (site / "docs/kettles/cleaning/returns/send-it-back.md").is_file()
    built = builds(site)
    assert (built / "hc/en-us/sections/20-Cleaning/index.html").is_file()
    assert (built / "hc/en-us/articles/102-Send-it-back/index.html").is_file()


def test_all_articles_of_a_help_center_may_stand_in_one_long_file(tmp_path: Path) -> None:
    # Longer than any page that somebody writes by hand.
    articles = [article(100, "One", "<p>Rinse.</p>"), article(101, "Two", "<p>Wipe.</p>")]
    articles[1]["metadata"] = " " * MOST_BYTES
    site = imported(tmp_path, api(*articles))
    assert ["one.md", "two.md"] == sorted(path.name for path in site.rglob("[ot][nw][eo].md"))


def test_what_only_some_could_read_is_not_published(tmp_path: Path, builds: Any) -> None:
    site = imported(
        tmp_path,
        api(
            article(100, "For all", '<a href="/hc/en-us/articles/101-Secret">x</a>'),
            article(101, "Secret", "<p>4711</p>", user_segment_id=7),
            article(102, "Draft", "<p>unripe</p>", draft=True),
        ),
    )

    built = builds(site)
    texts = [p.read_text("utf-8", "replace") for p in built.rglob("*") if p.suffix in
             (".html", ".md", ".txt", ".json", ".xml")]  # fmt: skip
    assert not any("4711" in text or "unripe" in text for text in texts)
    assert "4711" in (site / "docs/drafts/kettles/cleaning/secret.md").read_text("utf-8")
    report = (site / "import-report.txt").read_text("utf-8")
    assert "The article was for signed-in readers only" in report
    assert "The article was a draft" in report


def test_pictures_come_along(tmp_path: Path, builds: Any) -> None:
    data = base64.b64encode(PNG).decode()
    body = (
        '<p><img src="https://help.tarn.example/hc/article_attachments/360012/lid.png"'
        ' alt="The lid" width="300"></p>'
        f'<p><img src="data:image/png;base64,{data}" alt="A dot"></p>'
        '<p>Press <img src="https://help.tarn.example/hc/article_attachments/360099/gone.png"'
        ' alt="the key">.</p><p><img src="no.png" alt="the arrow"> here.</p>'
    )
    files = api(article(100, "Look", body)) | {"article_attachments/360012/lid.png": PNG + b"1"}
    site = imported(tmp_path, files)

    page = (site / "docs/kettles/cleaning/look.md").read_text("utf-8")
    assert '![The lid](img/lid.png){ width="300" }' in page
    assert "![A dot](img/" in page
    assert "![the key](https://help.tarn.example/hc/article_attachments/360099/gone.png)" in page
    assert "*the arrow* here." in page
    built = builds(site)
    assert PNG + b"1" == (built / "kettles/cleaning/img/lid.png").read_bytes()
    codes = [
        line.split()[2].rstrip(":")
        for line in (site / "import-report.txt").read_text("utf-8").splitlines()
        if not line.startswith(" ")
    ]
    assert ["picture-elsewhere", "picture-missing"] == codes


ODD = """
<p>1. Not a list</p><p># Not a heading</p><p>a_b_ *c* `d` [e](f) {g} &amp;amp; C:\\temp\\*</p>
<p>+ plus</p><p>!!! no note</p><p>/// form | x</p><p>: colon</p><p>---</p>
<ul><li>one<ol start="3"><li>three<pre><code class="language-sh">a &lt;b&gt;

``` x</code></pre></li><li>four</li></ol></li><li><p>two</p><p>more</p></li></ul>
<ul><li>another list</li></ul>
<table><thead><tr><th>A|B</th><th>C</th></tr></thead><tbody><tr><td>1</td><td>2<br>3</td></tr></tbody></table>
<table><tr><td colspan="2"><ul><li>in a cell</li></ul></td></tr></table>
<div class="note"><p>Mind <b>this</b>.</p></div>
<p>Key <kbd>A</kbd>, H<sub>2</sub>O, <s>old</s>, <u>line</u>, x<b>bold</b>y, {{ product.name }}</p>
<blockquote><p>said</p></blockquote>
<details><summary>More</summary><p>hidden</p></details>
<div><div>loose <span style="color:red">red</span></div>text</div>
<form><input name="q"><button>Go</button></form><script>alert(1)</script>
<iframe src="https://video.example/1" title="A film"></iframe>
<p>Loose:</p><li>first item</li> <li>second item</li>
<ul><li>outer</li><ul><li>inner</li></ul></ul>
<h4>Deep</h4><p>under it</p><h4>Deep</h4>
"""
WORDS = (
    "1. Not a list", "# Not a heading", "a_b_ *c* `d` [e](f) {g} &amp; C:\\temp\\*", "+ plus",
    "!!! no note", "/// form | x", ": colon", "---", "three", "a <b>", "``` x", "A|B",
    "in a cell", "Mind this.", "Key A, H2O, old, line, xboldy, {{ product.name }}", "said",
    "hidden", "loose red", "A film",
)  # fmt: skip


def test_odd_signs_come_out_as_they_went_in(tmp_path: Path, builds: Any) -> None:
    from lxml import html

    site = imported(tmp_path, api(article(100, "Odd", ODD)))

    built = builds(site)
    tree: Any = html.fromstring((built / "kettles/cleaning/odd/index.html").read_text("utf-8"))
    (main_part,) = tree.xpath("//article")
    text = " ".join(main_part.text_content().split())
    assert [] == [words for words in WORDS if words not in text]
    assert not main_part.xpath(".//script | .//iframe | .//input | .//*[@style]")
    assert "3" == main_part.xpath(".//ol/@start")[0]
    assert 5 == len(main_part.xpath(".//ul[not(ancestor::ul) and not(ancestor::nav)]"))
    assert [] == main_part.xpath(".//li[not(parent::ul or parent::ol)] | .//ul/ul")
    assert ["inner"] == main_part.xpath(".//li/ul/li/text()")
    assert ["Deep", "Deep"] == [h.text for h in main_part.xpath(".//h2") if h.text == "Deep"]
    report = (site / "import-report.txt").read_text("utf-8")
    for code in ("form", "script", "embedded"):
        assert f"warning {code}: " in report


def test_kinds_are_decided_by_what_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = "<h2>Step {0}: do</h2><p>Now.</p>"
    site = imported(
        tmp_path,
        api(
            article(1001, "Answers", "<h2>Why?</h2><p>So.</p><h2>When?</h2><p>Now.</p>"),
            article(1002, "Steps", steps.format(1) + steps.format(2) + "<h2>Done</h2><p>!</p>"),
            article(1003, "Terms", "<p>We answer.</p>"),
            article(1004, "Ways", "".join(
                f"<h2>{name}</h2><ol><li>a</li><li>b</li></ol>" for name in ("Windows", "macOS")
            )),
        ),
        "--json",
    )  # fmt: skip

    told = json.loads(capsys.readouterr().out)
    kinds = {page["page"].rpartition("/")[2]: page["kind"] for page in told["pages"]}
    assert {
        "answers.md": "faq", "steps.md": "guide", "terms.md": "page", "ways.md": "page"
    } == kinds  # fmt: skip
    assert {"faq": 1, "guide": 1, "page": 2} == told["kinds"]
    guide = (site / "docs/kettles/cleaning/steps.md").read_text("utf-8")
    assert "kind: guide\n" in guide
    assert "## Step 1: do\n" in guide
    assert "## Done { .aside }\n" in guide


def markdown_export(*sections: str) -> dict[str, str | bytes]:
    """Give an export as Markdown in which the sections are named inside sentences."""
    return {
        f"Machines/{section}/Fill-{number}-{section}.md": (
            f"---\ntitle: Fill {number}\nid: 36000{number}{len(section)}\n---\n\n"
            f"Open the {section}, then fill the {section} slowly.\n\n![lid](img/lid.png)\n"
        )
        for section in sections
        for number in range(3)
    } | {f"Machines/{section}/img/lid.png": PNG for section in sections}


def test_products_are_sections_that_bear_a_name(tmp_path: Path, builds: Any) -> None:
    files = markdown_export("Tarn", "Brio X1") | {
        f"Machines/Shipping/Send-{n}.md": f"---\ntitle: Send {n}\nid: 400{n}\n---\n\nShipping.\n"
        for n in range(3)
    }
    site = imported(tmp_path, files)

    products = sorted(path.parent.name for path in site.glob("docs/products/*/product.yml"))
    assert ["brio-x1", "tarn"] == products
    assert (site / "docs/shipping/send-1.md").is_file()
    assert (site / "docs/products/tarn/img/lid.png").is_file()
    built = builds(site)
    assert (built / "products/tarn/fill-2/index.html").is_file()


def test_products_can_be_named_or_not_wanted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = write(tmp_path / "export", markdown_export("Tarn", "Brio"))

    assert 0 == run("import", "zendesk", export, "-o", tmp_path / "a", "--product", "Brio")
    assert ["brio"] == [path.name for path in (tmp_path / "a/docs/products").iterdir()]
    assert 0 == run("import", "zendesk", export, "-o", tmp_path / "b", "--no-products")
    assert not (tmp_path / "b/docs/products").exists()
    capsys.readouterr()
    assert 2 == run("import", "zendesk", export, "-o", tmp_path / "c", "--product", "Bri")
    assert (
        "The export has no section or category `Bri`: did you mean `Brio`?\n"
        == capsys.readouterr().err
    )


def test_html_files_are_articles_too(tmp_path: Path, builds: Any) -> None:
    site = imported(
        tmp_path, {"en-us/36001.html": "<h1>Descale</h1><p>Use the <em>right</em> acid.</p>"}
    )
    page = (site / "docs/en-us/descale.md").read_text("utf-8")
    assert "  - hc/en-us/articles/36001\n" in page
    assert "# Descale\n\nUse the *right* acid.\n" in page
    builds(site)


def test_classes_behind_links_are_looks_and_no_words(tmp_path: Path) -> None:
    body = "See [the shop](https://a.example){.link-external}. Write `{.x}` or {.y} by hand.\n"
    site = imported(tmp_path, {"Care/a.md": f"---\ntitle: A\n---\n{body}"})

    (page,) = site.glob("docs/**/a.md")
    text = page.read_text("utf-8")
    assert "See [the shop](https://a.example). Write `{.x}` or " in text
    assert "{.y} by hand" in text


def test_the_language_of_files_is_that_of_their_links(tmp_path: Path, builds: Any) -> None:
    files: dict[str, str | bytes] = {
        "A/Eins.md": "---\ntitle: Eins\nid: 10001\n---\n\n[zwei](/hc/de/articles/10002-Zwei)\n",
        "A/Zwei.md": "---\ntitle: Zwei\nid: 10002\n---\n\nText.\n",
    }
    site = imported(tmp_path, files)
    assert "[zwei](zwei.md)" in (site / "docs/a/eins.md").read_text("utf-8")
    assert "language: de\n" in (site / "mkdocs.yml").read_text("utf-8")
    assert (builds(site) / "hc/de/articles/10001-Eins/index.html").is_file()


def test_one_language_at_a_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = api(
        article(100, "One", "<p>1</p>"),
        article(101, "Two", "<p>2</p>"),
        article(100, "Eins", "<p>1</p>", locale="de"),
    )
    site = imported(tmp_path, files)
    report = (site / "import-report.txt").read_text("utf-8")
    assert "other-locale: `Eins` is in another language." in report
    assert "language: en\n" in (site / "mkdocs.yml").read_text("utf-8")

    source = tmp_path / "export"
    assert 0 == run("import", "zendesk", source, "-o", tmp_path / "de", "--locale", "de")
    assert "language: de\n" in (tmp_path / "de/mkdocs.yml").read_text("utf-8")
    capsys.readouterr()
    assert 2 == run("import", "zendesk", source, "-o", tmp_path / "fr", "--locale", "fr")
    assert (
        "No article of the export has the locale `fr`: there are en-us, de.\n"
        == capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("files", "code", "said"),
    [
        ({}, 2, "{dir} holds no articles: an export is JSON of the Help Center API with `articles`,"
         " or Markdown or HTML files with a title.\n"),
        ({"a.md": "# A title\n", "b/c.html": "<p>None</p>"}, 2,
         "{dir} holds no articles: an export is JSON of the Help Center API with `articles`,"
         " or Markdown or HTML files with a title; a.md was passed over, for it has no `title` in"
         " its head (1 more too).\n"),
        ({"a.json": "{"}, 1, "a.json:1:2: error json-syntax: This is not JSON: Expecting property"
         " name enclosed in double quotes.\n    hint: save the answer of the API again, whole\n"),
        ({"a.json": '{"articles": [{"id": 1, "title": 5, "body": "x"}]}'}, 1,
         "a.json:1:1: error article-broken: An article has no usable `title`.\n    found: `5`,"
         " of the article whose `id` is 1\n"
         "    allowed: text\n"),
        ({"a.html": "<h1>Deep</h1>" + "<ul><li>" * 400}, 1, "a.html:1:1: error html-deep: The HTML"
         " of this article is nested too deeply to be read.\n    found: `Deep`\n"
         "    hint: save it again in the editor of the help centre\n"),
        ({"a.md": b"---\ntitle: Caf\xe9\n---\n"}, 1, "a.md:2:11: error not-utf-8: The file is not"
         " UTF-8 text.\n    found: byte 0xE9\n    allowed: UTF-8\n"
         "    hint: save the file again with the encoding UTF-8\n"),
        ({"a.md": "---\ntitle: A: B\n---\n"}, 1, "a.md:2:9: error yaml-syntax: A second `: ` stands"
         " in this line, so YAML cannot tell key from value.\n    found: title: A: B\n"
         '    hint: put the value into quotes: key: "value: with a colon"\n'),
    ],
)  # fmt: skip
def test_a_bad_export_is_told_and_nothing_is_written(
    files: dict[str, str | bytes],
    code: int,
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "export").mkdir()
    source = write(tmp_path / "export", files)
    assert code == run("import", "zendesk", source, "-o", tmp_path / "site")
    assert said.format(dir=source) == capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_a_picture_that_cannot_be_read_is_named_and_nothing_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "export").mkdir()
    source = write(
        tmp_path / "export",
        {"a/one.md": "---\ntitle: One\nid: 123456\n---\n\n![The tank](pic.png)\n"},
    )
    # Reading it fails as a worn disk does.
    (source / "a" / "pic.png").symlink_to("/proc/self/mem")
    assert 2 == run("import", "zendesk", source, "-o", tmp_path / "new" / "site")
    assert (
        f"{source / 'a' / 'pic.png'} cannot be read: Input/output error. Nothing was written: put"
        " the file back from a copy, or take it away.\n"
    ) == capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_wrong_use_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = write(tmp_path / "export", api(article(100, "One", "<p>1</p>")))
    full = write(tmp_path / "full", {"x.txt": "x"})
    target = tmp_path / "site"
    for arguments, said in (
        (("zendsk", source, "-o", target),
         "There is no import of `zendsk`: did you mean `zendesk`?\n"),
        (("zendesk", tmp_path / "no", "-o", target),
         f"{tmp_path / 'no'} is not there: name the folder of a Help Center export.\n"),
        (("zendesk", full / "x.txt", "-o", target),
         f"{full / 'x.txt'} is a file, not a folder: name the folder of a Help Center export.\n"),
        (("zendesk", source, "-o", full),
         f"{full} is not empty: name a new or empty folder. To add to a site, import beside it and"
         " move what you want.\n"),
        (("zendesk", source, "-o", source / "site"),
         f"{source / 'site'} lies inside {source}: name a folder beside it.\n"),
        (("zendesk", source, "-o", target, "--product", "x", "--no-products"),
         "--product and --no-products cannot both be.\n"),
    ):  # fmt: skip
        assert 2 == run("import", *arguments)
        assert said == capsys.readouterr().err
    assert not target.exists()
    assert "x" == (full / "x.txt").read_text()


def test_the_site_knows_its_git_rules(tmp_path: Path) -> None:
    site = imported(tmp_path, api(article(100, "One", "<p>1</p>")), "--name", "Tarn: help")
    assert "docs/.addresses merge=union" in (site / ".gitattributes").read_text("utf-8")
    assert 'site_name: "Tarn: help"' in (site / "mkdocs.yml").read_text("utf-8")
    shutil.rmtree(site)


def test_the_handbook_lists_every_code_of_the_report() -> None:
    root = Path(__file__).parents[2]
    places = {"Problem": 3, "left": 1}
    calls = [
        node
        for path in (root / "kb/carebase/importing").glob("*.py")
        if path.stem not in COURSES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
    ]
    told = set()
    for call in calls:
        at = places.get(getattr(call.func, "id", getattr(call.func, "attr", "")))
        if at is not None and isinstance(code := call.args[at], ast.Constant):
            told.add(code.value)
    told |= {"anchor-unknown", "article-elsewhere", "link-broken"}
    page = (root / "docs/handbook/importing.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE)) - {"faq", "guide", "page"}
    # What stops an import is told like the problems of any file.
    assert {"json-syntax", "article-broken", "html-deep"} == told - listed
    assert set() == listed - told


SIGNS = st.sampled_from(
    ["a", "*b*", "_c_ d", "1. e", "# f", "- g", "`h`", "[i](j)", "&lt;k&gt;", "&amp;amp;", "{l}",
     "m|n", " ", "\n\n", "    o", "***", "C:\\*", "~~~", "```", "!!! q", "/// r", "&nbsp;",
     "{: .s}", "a_b", "+ t", "&gt; u", "--8&lt;-- x", "[TOC]", "{{ product.name }}", "<br>",
     '<img src="https://x.example/a_b.png" alt="v*w">']
)  # fmt: skip
INLINE = st.recursive(
    SIGNS,
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag.split()[0]}>",
        st.sampled_from(["b", "i", "code", "kbd", "sup", "s", 'a href="https://x.example/d(e)"']),
        st.lists(inner, max_size=3),
    ),
    max_leaves=6,
)
BLOCKS = st.recursive(
    st.builds(lambda parts: f"<p>{''.join(parts)}</p>", st.lists(INLINE, max_size=3)),
    lambda inner: st.builds(
        lambda shape, parts: shape.replace("*", "".join(parts)),
        st.sampled_from(
            ["<div>*</div>", "<ul><li>*</li><li>*</li></ul>", "<ol start=3><li>*</li></ol>",
             "<blockquote>*</blockquote>", "<h2>*</h2>", "<pre><code>*</code></pre>", "<li>*</li>",
             "<table><tr><th>x</th></tr><tr><td>*</td></tr></table>",
             "<table><tr><td>*</td><td colspan=2>*</td></tr></table>", "<div class=note>*</div>",
             "<details><summary>x</summary>*</details>"]
        ),
        st.lists(st.one_of(inner, INLINE), max_size=3),
    ),
    max_leaves=8,
)  # fmt: skip


@given(st.lists(BLOCKS, min_size=1, max_size=4).map("".join))
@settings(max_examples=150, deadline=None)
def test_whatever_an_article_holds_is_said(body: str) -> None:
    wanted = words(BeautifulSoup(body, "html.parser"))
    export = Export(Path("/nowhere"), [Article("1", "T", body, "a.json", 1, "", Path("/nowhere"))])
    (text,) = import_export(export, Wishes()).texts.values()
    page = text.split("---\n", 2)[2]

    rendered = Markdown(extensions=[*EXTENSIONS]).convert(page)
    soup = BeautifulSoup(rendered, "html.parser")
    for title in soup.find_all(class_="admonition-title"):
        title.decompose()
    assert "T" + "".join(wanted.split()) == "".join(words(soup).split())
