"""A site that is read from right to left: mirrored, but for codes and what another script says."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.conftest import OpenPage, ServeFolder
from tests.plugins.making import BRIO, CONFIG, make
from tests.support.browser import Scheme, Violation, overflow

CSS = Path(__file__).parents[2] / "widgets" / "carebase_widgets" / "static" / "css"
SIDES = re.compile(
    r"^\s*((?:margin|padding|border)-(?:left|right)\b.*|(?:left|right):.*"
    r"|text-align: left.*|float: (?:left|right).*"
    # Four values of which the last three tell left and right apart.
    r"|(?:margin|padding): [^\s()]+ ([^\s()]+) [^\s()]+ (?!\2;)[^\s()]+;)",
    re.M,
)
FILES = {
    "docs": {
        "index.md": "# مساعدة\n\nمرحبا.\n",
        "products/brio/product.yml": BRIO,
        "products/brio/set-up.md": (
            "# تجهيز Brio\n\nالرقم التسلسلي هو `BR24100042`.\n\n!!! warning\n    انتبه.\n\n"
            "## Reset { .aside }\n\nلا يعمل؟ اتصل على [+43 1 555 0142](tel:+4315550142) الآن.\n\n"
            "## املأ الخزان\n\nبماء بارد.\n\n```bash\nbrio --fill 1.5\n```\n"
        ),
        "products/brio/no-coffee.md": (
            "---\nkind: troubleshooter\n---\n# لا قهوة\n\n## هل يضيء الضوء؟ { #light }\n\n"
            "- [نعم](#done)\n- [لا](#plug)\n\n## صِل القابس { #plug .solved }\n\nثم اضغط.\n\n"
            "## اضغط الزر { #done .solved }\n\nثم انتظر.\n"
        ),
    },
}


# Gives where a letter of a text stands.
LETTER = """(found, at) => {
  const range = document.createRange();
  range.setStart(found.firstChild, at);
  range.setEnd(found.firstChild, at + 1);
  return range.getBoundingClientRect().left;
}"""


def edge(place: Locator) -> float:
    """Tell where the words of an element begin, at the right."""
    found: float = place.evaluate(
        "(found) => { const range = document.createRange(); range.selectNode(found.firstChild);"
        " return range.getBoundingClientRect().right; }"
    )
    return found


def style(place: Locator, name: str, pseudo: str = "") -> str:
    found: str = place.evaluate(
        "(found, [name, pseudo]) => getComputedStyle(found, pseudo || null)[name]", [name, pseudo]
    )
    return found


# What exists for one direction alone may name it.
@pytest.mark.parametrize(
    "name", [one.name for one in sorted(CSS.glob("*.css")) if one.name != "mirrored.css"]
)
def test_no_rule_names_a_side_that_the_other_direction_would_swap(name: str) -> None:
    text = (CSS / name).read_text("utf-8")
    assert [] == [found.group().strip() for found in SIDES.finditer(text)]


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_it_is_mirrored(
    tmp_path: Path,
    open_page: OpenPage,
    serve_folder: ServeFolder,
    axe: Callable[..., list[Violation]],
    width: int,
    scheme: Scheme,
) -> None:
    config = CONFIG.replace("name: material", "name: material\n  language: ar\n  font: false", 1)
    address = serve_folder(make(tmp_path, FILES, config).folder)
    page = open_page(width, scheme=scheme)

    page.goto(f"{address}products/brio/set-up/")
    expect(page.locator("body")).to_have_attribute("dir", "rtl")
    # The words in English end with their full stop.
    assert "plaintext" == style(page.locator(".cb-step h2").first, "unicodeBidi")
    assert "ltr" == style(page.locator("main code").first, "direction")
    note = page.locator(".cb-mark.admonition").first
    assert float(style(note, "paddingRight")[:-2]) > float(style(note, "paddingLeft")[:-2])
    assert (0, []) == (overflow(page), axe(page))

    # The sign of a heading's link takes no room before words that are written the other way.
    heading = page.locator("main h2", has_text="Reset").first
    assert 1 > abs(edge(heading) - edge(page.locator("main p", has_text="لا يعمل").first))
    # A telephone number in a sentence is read from left to right where it is a link or code.
    plus, last = (
        page.locator("main a[href^=tel]").evaluate(LETTER, at) for at in (0, len("+43 1 555 014"))
    )
    assert plus < last

    page.goto(f"{address}products/brio/no-coffee/")
    choice = page.locator(".cb-choices a").first
    assert "-1 1" == style(choice, "scale", "::after")
    assert (0, []) == (overflow(page), axe(page))

    page.goto(address)
    field = page.locator("main .cb-search__field")
    assert float(style(field, "paddingRight")[:-2]) > float(style(field, "paddingLeft")[:-2])
    assert (0, []) == (overflow(page), axe(page))
