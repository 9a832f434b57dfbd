"""Where pages stand: home, lists, menu, way home, neighbours, and what the address decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plugins.making import BRIO, CONFIG, article, having, make, texts, tree, words
from tests.support.sites import BuiltSite, Picture

MENU = "//ul[@class='cb-menu']//a"
LOCAL = f"//nav[{having('cb-nav')}]//ul[@class='cb-nav__list']//a"
CRUMBS = "//nav[@class='cb-breadcrumbs']//a"

POLICY = "id: brio\nversion: 1\nstart: [purchased]\ncoverages: [{id: all, months: 12}]\n"
FILES: Picture = {
    "docs": {
        "products/brio": {
            "product.yml": BRIO + "picture: img/a.svg\npolicy: brio@1\n",
            "set-up.md": "# Set up\n\n## One\n\nSo.\n",
            "use.md": "---\nrequires: [set-up.md]\n---\n\n# Use\n\n## One\n\nSo.\n",
            "img/a.svg": "<svg/>",
        },
        "courses/care": {
            "course.yml": "title: Care\nsummary: Learn.\nlessons: [b.md, a.md]\n",
            "a.md": "# Lesson A\n\nSo.\n",
            "b.md": "# Lesson B\n\nSo.\n",
        },
        "faq/general.md": "# General\n\n## Where? {#where}\n\nHere.\n",
        "support": {
            "index.md": "# How to get help\n\nAsk.\n",
            "ask.md": "# Ask us\n\n/// form | support-request\n///\n",
            "check.md": "# Check it\n\n/// warranty-check\n///\n",
            "deep/er/page.md": "# Deep page\n\nText.\n",
        },
        "about/privacy.md": "# Privacy\n\nText.\n",
        "warranty/policies/brio@1.yml": POLICY,
        "contact.yml": "channels: [{kind: phone, name: Call us, number: '+43 1'}]\n",
    }
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    """A site with one of everything and no `nav`."""
    return make(tmp_path_factory.mktemp("places"), FILES)


def test_the_home_page_offers_products_tasks_and_contact(site: BuiltSite) -> None:
    home = tree(site)

    assert ["What can we help you with?"] == texts(home, "//h1")
    assert ["Brio"] == texts(home, "//span[@class='cb-card__title']")
    assert ["products/brio/img/a.svg"] == home.xpath("//img[@class='cb-card__picture']/@src")
    assert ["Set up", "Learn", "Check your warranty"] == texts(
        home, "//h3[@class='cb-task__title']"
    )
    assert ["Brio: Set up", "Care", "Check it"] == texts(home, "//ul[@class='cb-task__links']//a")
    assert ["Call us"] == texts(home, "//p[@class='cb-channel__name']")
    assert 1 == len(home.xpath("//carebase-search"))
    assert [] == texts(home, CRUMBS)


def test_the_menu_is_made_of_the_top_folders(site: BuiltSite) -> None:
    page = tree(site, "support/ask/")

    assert ["Products", "Learn", "Questions", "Support"] == texts(page, MENU)
    assert ["../../products/", "../../courses/", "../../faq/", "../"] == page.xpath(MENU + "/@href")
    assert ["Support"] == texts(page, MENU + "[@aria-current]")
    assert "Privacy" in texts(page, "//footer//a")


def test_lists_are_made_where_none_is_written(site: BuiltSite) -> None:
    assert ["Brio"] == texts(article(site, "products/"), "//span[@class='cb-card__title']")
    assert ["Care"] == texts(article(site, "courses/"), "//span[@class='cb-row__title']")
    questions = article(site, "faq/")
    assert (["General"], ["Where?"]) == (
        texts(questions, "//h2"),
        texts(questions, "//ul[@class='cb-questions']//a"),
    )
    assert ["general/#where"] == questions.xpath("//ul[@class='cb-questions']//a/@href")


def test_a_course_lists_its_lessons_in_its_order(site: BuiltSite) -> None:
    course = article(site, "courses/care/")

    assert ["Lesson B", "Lesson A"] == texts(course, "//ol[@class='cb-lessons']/li")
    assert ["b/"] == course.xpath("//a[contains(@class, 'md-button')]/@href")
    assert ["Care · Lesson 1 of 2"] == texts(
        article(site, "courses/care/b/"), "//p[@class='cb-lesson__place']"
    )


def test_every_page_is_in_the_index(site: BuiltSite) -> None:
    index = article(site, "all-pages/")

    assert ["Products", "Learn", "Questions", "Support", "About", "Warranty"] == texts(
        index, "//section/h2"
    )
    assert {"Set up", "Use", "Lesson A", "General", "Deep page", "Privacy"} <= set(
        texts(index, "//ul[@class='cb-index']//a")
    )


def test_breadcrumbs_lead_home(site: BuiltSite) -> None:
    guide = tree(site, "products/brio/use/")
    assert [("Test Care", "../../.."), ("Products", "../.."), ("Brio", "..")] == [
        (words(link), link.get("href").rstrip("/")) for link in guide.xpath(CRUMBS)
    ]
    assert ["Test Care", "Support"] == texts(tree(site, "support/deep/er/page/"), CRUMBS)


def test_previous_and_next_stay_within_a_product_or_course(site: BuiltSite) -> None:
    def around(address: str) -> list[tuple[str, str]]:
        links = tree(site, address).xpath("//nav[@class='cb-neighbours']/a")
        return [(link.get("rel"), words(link[1])) for link in links]

    assert [("next", "Use")] == around("products/brio/set-up/")
    assert [("prev", "Set up")] == around("products/brio/use/")
    assert [("next", "Lesson A")] == around("courses/care/b/")
    assert [] == around("products/brio/")
    assert [] == around("support/ask/")


def test_only_the_nearest_of_many_pages_are_listed(tmp_path: Path) -> None:
    pages = {f"docs/notes/n{number:03}.md": f"# Note {number}\n" for number in range(100)}
    site = make(tmp_path, pages | {"docs/notes/index.md": "# Notes\n"})

    for number, first, last in ((0, 0, 39), (50, 30, 69), (99, 60, 99)):
        page = tree(site, f"notes/n{number:03}/")
        shown = texts(page, LOCAL)
        assert [40, f"Note {first}", f"Note {last}"] == [len(shown), shown[0], shown[-1]]
        assert [f"Note {number}"] == texts(page, LOCAL + "[@aria-current='page']")
        assert ["All pages"] == texts(page, "//p[@class='cb-nav__more']")
    middle = tree(site, "notes/n050/")
    assert ["Note 49", "Note 51"] == texts(middle, "//span[@class='cb-neighbour__title']")


NAV = """\
nav:
  - Start: index.md
  - First steps:
      - one.md
      - Two & more: two.md
      - Below:
          - deep/three.md
          - deep/four.md
  - Shop: https://shop.example/
  - Alone: alone.md
"""


def test_a_written_nav_is_the_menu(tmp_path: Path) -> None:
    names = ("index", "one", "two", "alone", "deep/three", "deep/four")
    files = {f"docs/{name}.md": f"# The {name.rpartition('/')[2]} page\n" for name in names}
    site = make(tmp_path, files, CONFIG + NAV)
    two = tree(site, "two/")

    assert ["First steps", "Shop", "Alone"] == texts(two, MENU)
    assert ["../one/", "https://shop.example/", "../alone/"] == two.xpath(MENU + "/@href")
    assert ["First steps"] == texts(two, MENU + "[@aria-current]")
    assert ["First steps"] == texts(tree(site, "deep/four/"), MENU + "[@aria-current]")
    assert ["Alone"] == texts(tree(site, "alone/"), MENU + "[@aria-current]")
    assert ["The one page", "Two & more", "Below"] == texts(two, LOCAL)
    assert [] == texts(tree(site, "alone/"), LOCAL)
    assert ["The one page", "Below"] == texts(two, "//span[@class='cb-neighbour__title']")


@pytest.mark.parametrize("name", ["index.md", "README.md"])
def test_a_written_home_page_keeps_its_words(tmp_path: Path, name: str) -> None:
    files = {f"docs/{name}": "# Hello\n\nWe are here.\n", "docs/products/brio/product.yml": BRIO}
    home = tree(make(tmp_path, files))

    assert ["What can we help you with?"] == texts(home, "//h1")
    assert ["We are here."] == texts(home, "//div[@class='cb-hero__intro']/p")
    assert ["Brio"] == texts(home, "//span[@class='cb-card__title']")


def test_a_site_without_products_has_a_home_page(tmp_path: Path) -> None:
    site = make(tmp_path, {"docs/support/ask.md": "# Ask us\n", "docs/notes/a.md": "# A\n"})
    home = tree(site)

    assert ["Browse by topic"] == texts(home, "//h2")
    assert ["Support", "Notes"] == texts(home, f"//a[{having('cb-row')}]")
    assert [] == home.xpath("//ul[@class='cb-cards']")
    assert "products/index.html" not in site.files()


def test_a_written_home_page_without_products_is_a_page(tmp_path: Path) -> None:
    home = tree(make(tmp_path, {"docs/index.md": "# Hello\n\nText.\n"}))
    assert (["Hello¶"], []) == (texts(home, "//h1"), home.xpath("//*[@data-carebase='home']"))


def test_a_home_page_may_have_a_template_of_its_own(tmp_path: Path) -> None:
    files = {
        "docs/index.md": "---\ntemplate: mine.html\n---\n\n# Hello\n",
        "docs/products/brio/product.yml": BRIO,
        "own/mine.html": '{% extends "main.html" %}{% block content %}<h1>Mine</h1>{% endblock %}',
    }
    config = CONFIG.replace("name: material", "name: material\n  custom_dir: own")
    home = tree(make(tmp_path, files, config))

    assert ["Mine"] == texts(home, "//h1")
    assert 1 == len(home.xpath("//dialog[@id='cb-search-dialog']"))


def test_templates_of_the_site_win(tmp_path: Path) -> None:
    files = {
        "docs/page.md": "# Page\n",
        "own/main.html": '{% extends "base.html" %}{% block announce %}We moved.{% endblock %}',
        "own/partials/footer.html": "<footer>Our own foot</footer>",
    }
    config = CONFIG.replace("name: material", "name: material\n  custom_dir: own")
    page = tree(make(tmp_path, files, config), "page/")

    assert "We moved." in words(page)
    assert ["Our own foot"] == texts(page, "//footer")
    assert ["Page¶"] == texts(page, "//h1")


def dead_links(site: BuiltSite, base: str) -> list[str]:
    """Follow every link and address of every page to a file of the site."""
    dead = []
    files = set(site.files())
    for name in files:
        if not name.endswith(".html") or name == "404.html":
            continue
        page = tree(site, name)
        page.make_links_absolute(base + name)
        for _, _, link, _ in page.iterlinks():
            path = link.partition("#")[0].partition("?")[0]
            if "/v1/" in path or not path.startswith("http://127.0.0.1"):
                continue
            target = path.removeprefix(base)
            target += "index.html" if target.endswith("/") or not target else ""
            if not path.startswith(base) or target not in files:
                dead.append(f"{name}: {link}")
    return dead


@pytest.mark.parametrize("directory_urls", [True, False])
def test_every_link_works_below_a_path(tmp_path: Path, directory_urls: bool) -> None:
    base = "http://127.0.0.1/help/"
    config = CONFIG.replace("http://127.0.0.1/", base)
    config += f"use_directory_urls: {str(directory_urls).lower()}\n"
    site = make(tmp_path, FILES, config)

    # A folder of data files, to whose address the browser adds their names; and what the endpoint
    # answers.
    others = (f"{base}assets/carebase/products/", f"{base}search")
    assert [] == [link for link in dead_links(site, base) if not link.endswith(others)]
    address, policies = (
        ("support/check/", "../../warranty/{policy}/")
        if directory_urls
        else ("support/check.html", "../warranty/{policy}.html")
    )
    check = tree(site, address).xpath("//carebase-warranty-check")[0]
    assert policies == check.get("policies")
