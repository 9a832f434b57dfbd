"""What a page's HTML becomes before it is written: styles as classes, hashes, wide tables."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest
from lxml import html

from carebase_plugins.theme.assets import Assets
from carebase_plugins.theme.finish import polish, wrap_tables
from tests.plugins.making import CONFIG, article, make, tree

RED = "cb-s-" + hashlib.sha256(b"color:red").hexdigest()[:8]


@pytest.mark.parametrize(
    ("written", "polished"),
    [
        ('<p style="color:red">', f'<p class="{RED}">'),
        ("<p style='color:red;'>", f'<p class="{RED}">'),
        ("<p style=color:red>", f'<p class="{RED}">'),
        ('<p STYLE="color:red">', f'<p class="{RED}">'),
        ('<p class="a b" id="c" style="color:red">', f'<p class="a b {RED}" id="c">'),
        ('<p style="color:red" id="c" class=a>', f'<p id="c" class="a {RED}">'),
        ('<img src="a" style="color:red"/>', f'<img src="a" class="{RED}"/>'),
        ('<img src="a" style="color:red" />', f'<img src="a" class="{RED}" />'),
        ('<p\n  style="color:red"\n  id="a">', f'<p class="{RED}"\n  id="a">'),
        ('<p style="">', "<p>"),
        ('<p class="a" style=" ">', '<p class="a">'),
        ('<p style="color:red}body{display:none">', "<p>"),
        ('<p data-style="color:red">', '<p data-style="color:red">'),
        ("<p title='a style=\"color:red\"'>", "<p title='a style=\"color:red\"'>"),
        ('<p title="1 > 0" style="color:red">', f'<p title="1 > 0" class="{RED}">'),
        ('<!-- <p style="color:red"> -->', '<!-- <p style="color:red"> -->'),
        ('<code>&lt;p style="a"&gt;</code>', '<code>&lt;p style="a"&gt;</code>'),
        ("<script>a = '<p style=\"b\">';</script>", "<script>a = '<p style=\"b\">';</script>"),
        ('<textarea><p style="b"></textarea>', '<textarea><p style="b"></textarea>'),
        ('<pre><span style="color:red">a</span></pre>', f'<pre><span class="{RED}">a</span></pre>'),
        ("a < b and style=c > d", "a < b and style=c > d"),
        ("a < b <p style=color:red>", f'a < b <p class="{RED}">'),
        ('<a title="<b>" style="color:red">', f'<a title="<b>" class="{RED}">'),
        ('<a title="<!--" style="color:red"> -->', f'<a title="<!--" class="{RED}"> -->'),
        (
            '<a title="<script>" style=color:red></script>',
            f'<a title="<script>" class="{RED}"></script>',
        ),
        ('<!-- <p style="color:red">', f'<!-- <p class="{RED}">'),
        ('<p STYLE=a><p style="color:red">', f'<p class="cb-s-ca978112"><p class="{RED}">'),
    ],
)
def test_a_style_becomes_a_class(written: str, polished: str) -> None:
    assert polished == polish(written, Assets())


def test_the_rule_says_what_the_attribute_said() -> None:
    assets = Assets()
    polish('<p style="font-family: &quot;A &amp; B&quot;, &#39;C&#39;">', assets)

    name = next(iter(assets.rules))
    assert f".{name}:not(#cb#cb){{font-family: \"A & B\", 'C'}}\n" == assets.stylesheet()


def test_polishing_twice_changes_nothing() -> None:
    assets = Assets()
    once = polish('<p style="color:red"><script>a()</script>', assets)
    kept = (set(assets.scripts), dict(assets.rules))

    assert once == polish(once, assets)
    assert kept == (assets.scripts, assets.rules)


@pytest.mark.parametrize(
    ("script", "counted"),
    [
        ("<script>a()</script>", True),
        ('<script type="module">a()</script>', True),
        ("<script type=text/javascript>a()</script>", True),
        ("<SCRIPT>a()</SCRIPT>", True),
        ('<script data-src="b">a()</script>', True),
        ('<script src="a.js"></script>', False),
        ('<script type="application/json">{}</script>', False),
        ("<!-- <script>a()</script> -->", False),
    ],
)
def test_inline_scripts_are_named_by_their_hash(script: str, counted: bool) -> None:
    assets = Assets()
    polish(script, assets)
    digest = base64.b64encode(hashlib.sha256(b"a()").digest()).decode()

    assert ({f"'sha256-{digest}'"} if counted else set()) == assets.scripts


def test_a_plain_table_scrolls_by_itself() -> None:
    assert (
        '<div class="cb-table" role="group" aria-label="Table" tabindex="0">'
        '<table class="cb-table__table" id="a"><tr></tr></table></div>'
    ) == wrap_tables('<table id="a"><tr></tr></table>', "Table")


@pytest.mark.parametrize(
    "table",
    ['<table class="own"></table>', "<table CLASS=own></table>", "<pre>&lt;table&gt;</pre>"],
)
def test_other_tables_stay_as_they_are(table: str) -> None:
    assert table == wrap_tables(table, "Table")


def test_a_table_in_a_table_stays_well_formed() -> None:
    page = wrap_tables("<table><tr><td><table><tr></tr></table></td></tr></table>", "Table")

    assert page == html.tostring(html.fromstring(page)).decode().replace("<td></td>", "")
    assert page == wrap_tables(page, "Table")


def headers(folder: Path) -> dict[str, str]:
    """Read the headers that hold for every page."""
    lines = (folder / "_headers").read_text(encoding="utf-8").splitlines()
    assert "/*" == lines[0]
    return dict(line.strip().split(": ", 1) for line in lines[1:] if line.startswith("  "))


def policy(folder: Path) -> dict[str, str]:
    """Read the Content-Security-Policy of a built site."""
    parts = headers(folder)["Content-Security-Policy"].split("; ")
    return {name: value for name, _, value in (part.partition(" ") for part in parts)}


PAGE = (
    '# Page\n\n| A | B |\n|---|:-:|\n| 1 | 2 |\n\n<div style="color:red">Red</div>\n\n'
    '<script>own()</script>\n\n`<p style="a">`\n'
)


def test_a_site_obeys_its_own_policy(tmp_path: Path) -> None:
    site = make(tmp_path, {"docs/page.md": PAGE})
    said = policy(site.folder)
    for name in site.files():
        if name.endswith(".html"):
            page = tree(site, name)
            assert [] == page.xpath("//@style"), name
            for script in page.xpath("//script[not(@src)][not(contains(@type, 'json'))]/text()"):
                digest = base64.b64encode(hashlib.sha256(str(script).encode()).digest()).decode()
                assert f"'sha256-{digest}'" in said["script-src"], (name, script)
    rules = (site.folder / "assets/carebase/carebase.css").read_text(encoding="utf-8")
    assert f".{RED}:not(#cb#cb){{color:red}}" in rules
    assert ["2"] == article(site, "page/").xpath(
        "//div[@class='cb-table']//td[starts-with(@class, 'cb-s-')]/text()"
    )
    assert ['<p style="a">'] == article(site, "page/").xpath("//code/text()")


def test_forms_go_to_the_own_origin(tmp_path: Path) -> None:
    said = policy(make(tmp_path, {"docs/page.md": "# Page\n"}).folder)

    assert "'self'" == said["form-action"] == said["connect-src"]
    assert {"'none'"} == {
        said[name]
        for name in ("default-src", "object-src", "base-uri", "script-src-attr", "style-src-attr")
    }
    assert "unsafe-inline" not in " ".join(said.values())


def test_forms_go_to_an_endpoint_elsewhere(tmp_path: Path) -> None:
    config = CONFIG.replace("endpoint: /", "endpoint: https://care.example:8443/api")
    site = make(tmp_path, {"docs/page.md": "# Page\n\n/// form | support-request\n///\n"}, config)
    said = policy(site.folder)

    assert "'self' https://care.example:8443" == said["form-action"] == said["connect-src"]
    assert ["https://care.example:8443/api/v1/forms/support-request"] == article(
        site, "page/"
    ).xpath("//form[@method='post']/@action")


def test_browsers_ask_for_the_encrypted_address_alone(tmp_path: Path) -> None:
    plain = make(tmp_path / "plain", {"docs/page.md": "# Page\n"})
    config = CONFIG.replace("site_url: http:", "site_url: https:")
    safe = make(tmp_path / "safe", {"docs/page.md": "# Page\n"}, config)

    assert "Strict-Transport-Security" not in headers(plain.folder)
    assert "max-age=31536000" == headers(safe.folder)["Strict-Transport-Security"]


def test_headers_of_the_site_are_kept(tmp_path: Path) -> None:
    own = "/downloads/*\n  Cache-Control: max-age=60\n"
    site = make(tmp_path, {"docs/page.md": "# Page\n", "docs/_headers": own})

    text = (site.folder / "_headers").read_text(encoding="utf-8")
    assert text.startswith("/*\n  Content-Security-Policy: ")
    assert text.endswith(own)


def test_what_later_plugins_add_is_polished_too(tmp_path: Path) -> None:
    config = CONFIG + "hooks: [late.py]\n"
    late = (
        "def on_post_page(output, page, config):\n"
        "    added = '<p style=\"color:red\"><script>late()</script>'\n"
        "    return output.replace('</body>', added + '</body>')\n"
    )
    site = make(tmp_path, {"docs/page.md": "# Page\n", "late.py": late}, config)

    digest = base64.b64encode(hashlib.sha256(b"late()").digest()).decode()
    assert f"'sha256-{digest}'" in policy(site.folder)["script-src"]
    assert re.search(rf'<p class="{RED}"><script>late', site.html("page/"))
