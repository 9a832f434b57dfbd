"""The search where something is missing: results, a connection, scripts, a server, spaces."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.conftest import OpenPage, ServeFolder
from tests.support.browser import Watch, run_axe
from tests.support.sites import BuiltSite, site_in

pytestmark = pytest.mark.browser

GUIDE = "products/brio/descale/"
STATUS = "dialog .cb-search__status"
FIRST = "dialog .cb-result"


def ask(page: Page, query: str, key: str = "/") -> None:
    page.keyboard.press(key)
    expect(page.locator(STATUS)).to_be_attached()
    page.locator("dialog input[type=search]").fill(query)


@pytest.mark.parametrize("width", [390, 1280])
def test_what_found_nothing_leads_to_all_pages(
    address: str, open_page: OpenPage, watch: Watch, width: int
) -> None:
    # The static host has no endpoint that counts such queries.
    watch.allow(r"/v1/signals")
    page = open_page(width=width)
    page.goto(address + GUIDE)
    ask(page, "quokka zebra")
    expect(page.locator(STATUS)).to_contain_text("Nothing found for “quokka zebra”.")
    expect(page.locator(STATUS)).to_have_attribute("role", "status")
    assert [] == run_axe(page, "dialog")
    page.locator("dialog .cb-results a").click()
    page.wait_for_url("**/all-pages/")
    glossary = page.get_by_role("link", name="Glossary – Care for your espresso machine")
    expect(glossary).to_be_visible(timeout=20_000)
    expect(page.get_by_text("Searching needs a web server")).to_have_count(0, timeout=20_000)


def test_a_slow_network_says_that_it_searches(address: str, open_page: OpenPage) -> None:
    page = open_page()
    waiting: list[Route] = []
    has_come: list[bool] = []
    page.route(
        "**/*.pf_index",
        lambda route: route.continue_() if has_come else waiting.append(route),
    )
    page.goto(address + GUIDE)
    with page.expect_request("**/*.pf_index"):
        ask(page, "descale")
    expect(page.locator(STATUS)).to_have_text("Searching …")
    expect(page.locator(FIRST)).to_have_count(0)
    has_come.append(True)
    for route in waiting:
        route.continue_()
    expect(page.locator(FIRST).first).to_contain_text("Descale Brio")
    expect(page.locator(STATUS)).to_contain_text("Found")


@pytest.mark.parametrize("missing", ["start.pf_pack", "index/*.pf_index", "fragment/*"])
def test_without_a_connection_it_says_so_and_goes_on_later(
    address: str, open_page: OpenPage, watch: Watch, missing: str
) -> None:
    watch.allow(r"ERR_INTERNET_DISCONNECTED|Failed to load the index chunk")
    page = open_page()
    pattern = f"**/{missing}"
    page.route(pattern, lambda route: route.abort("internetdisconnected"))
    page.goto(address + GUIDE)
    ask(page, "descale the boiler")
    expect(page.locator(STATUS)).to_contain_text("Search needs a connection")
    expect(page.locator("dialog .cb-results a")).to_have_text("All pages")
    page.unroute(pattern)
    page.locator("dialog input[type=search]").fill("descale the boilers")
    expect(page.locator(FIRST).first).to_contain_text("Descale Brio")


@pytest.mark.parametrize("key", ["/", "s", "f"])
def test_it_is_opened_used_and_closed_by_keys(address: str, open_page: OpenPage, key: str) -> None:
    page = open_page(width=1280)
    page.goto(address + "products/")
    ask(page, "descale", key)
    expect(page.locator(FIRST).first).to_contain_text("Descale")
    field = page.locator("dialog input[type=search]")
    expect(field).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("dialog .cb-results a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("dialog").first).not_to_be_visible()
    page.keyboard.press(key)
    expect(field).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("descale"))


def test_from_a_folder_it_leads_to_the_list_of_all_pages(
    example: BuiltSite, open_page: OpenPage
) -> None:
    page = open_page(width=1280)
    page.goto((example.folder / "index.html").as_uri())
    page.locator("#cb-home-search").fill("descale")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("^file:.*/all-pages/index.html"))
    expect(page.get_by_text("Searching needs a web server")).to_be_visible()

    page.goto((example.folder / GUIDE / "index.html").as_uri())
    page.get_by_role("link", name="Search", exact=True).click()
    page.wait_for_url(re.compile("^file:.*/all-pages/index.html"))
    # And from there to pages, not to lists of files.
    page.get_by_role("main").get_by_role("link", name="Descale Brio", exact=True).click()
    page.wait_for_url(re.compile("^file:.*/descale/index.html"))
    expect(page.get_by_role("heading", name="Mix the descaler")).to_be_visible()
    # From the home page too.
    page.goto((example.folder / "index.html").as_uri())
    page.get_by_role("main").get_by_role("link", name="Brio").first.click()
    page.wait_for_url(re.compile("^file:.*/brio/index.html"))


@pytest.mark.parametrize("width", [390, 1280])
def test_links_of_every_page_lead_to_pages_from_a_folder(
    example: BuiltSite, open_page: OpenPage, width: int
) -> None:
    page = open_page(width=width)
    page.goto((example.folder / "products/brio/index.html").as_uri())
    page.get_by_role("main").get_by_role("link", name="Descale Brio").first.click()
    page.wait_for_url(re.compile("^file:.*/descale/index.html"))
    page.locator(".md-main").get_by_role("link", name="Brio", exact=True).locator(
        "visible=true"
    ).first.click()
    page.wait_for_url(re.compile("^file:.*/brio/index.html"))
    if width < 1000:
        page.locator("[data-drawer]").click()
        page.locator(".cb-nav a").get_by_text("Descale Brio").click()
        page.wait_for_url(re.compile("^file:.*/descale/index.html"))
        # What leads to a place of a page still does.
        page.goto((example.folder / "products/brio/index.html").as_uri())
    page.locator("footer a[href$='all-pages/']").click()
    page.wait_for_url(re.compile("^file:.*/all-pages/index.html"))


def test_without_scripts_it_asks_the_endpoint_or_lists_all_pages(
    address: str, open_page: OpenPage
) -> None:
    page = open_page(javascript=False)
    page.goto(address)
    assert "/search" == page.locator("#cb-home-search").evaluate(
        "(field) => new URL(field.form.action).pathname"
    )
    page.goto(address + GUIDE)
    page.get_by_role("link", name="Search", exact=True).click()
    page.wait_for_url("**/all-pages/index.html")


DENSE = """
    mkdocs.yml: |
      site_name: 帮助
      site_url: http://127.0.0.1/
      theme: {name: material, language: zh}
      plugins: [carebase-search, carebase-catalog, carebase-articles, carebase-forms]
    docs/:
      index.md: "# 帮助\\n\\n欢迎。"
      descale.md: "# 除垢\\n\\n## 清洗锅炉\\n\\n把水垢从锅炉里冲洗干净。"
      pump.md: "# 水泵\\n\\n水泵发出很大的声音时，请检查水箱。"
      nihongo.md: "---\\nlang: ja\\n---\\n# お手入れ\\n\\nボイラーの石灰を取り除きます。"
"""


def test_chinese_and_japanese_are_found_by_two_characters(
    tmp_path_factory: pytest.TempPathFactory, serve_folder: ServeFolder, open_page: OpenPage
) -> None:
    site = site_in(tmp_path_factory.mktemp("dense"), DENSE)
    page = open_page()
    page.goto(serve_folder(site.folder, headers=True) + "pump/")
    first = page.locator(FIRST).first
    ask(page, "怎么清洗锅炉")
    expect(first).to_contain_text("除垢")
    # Shown as it was written, with its words marked.
    expect(first.locator(".cb-row__text")).to_contain_text("把水垢从锅炉里冲洗干净。")
    expect(first.locator("mark")).to_have_text(["锅炉"])
    page.locator("dialog input[type=search]").fill("水箱")
    expect(first).to_contain_text("水泵")
    # Nothing of it in Chinese: the site's other languages are asked.
    page.locator("dialog input[type=search]").fill("ボイラー")
    expect(first).to_contain_text("お手入れ")
    expect(first).to_have_attribute("lang", "ja")


def test_a_word_put_right_is_shown_as_the_site_writes_it(
    tmp_path_factory: pytest.TempPathFactory, serve_folder: ServeFolder, open_page: OpenPage
) -> None:
    site = site_in(
        tmp_path_factory.mktemp("written"),
        """
        mkdocs.yml: |
          site_name: Hilfe
          theme: {name: material, language: de}
          plugins: [carebase-search]
        docs/:
          index.md: "# Hilfe\\n\\nHier hilft man Ihnen."
          leeren.md: "# Überlauf leeren\\n\\nDen Überlauf leeren und spülen. Descale l’équipement."
        """,
    )
    page = open_page()
    page.goto(serve_folder(site.folder, headers=True))
    mended = page.locator("dialog .cb-search__mended")
    for typed, right, whole in (
        ("Überlouf leeren", "Überlauf", "Überlauf leeren"),
        ("leeren, splüen?", "spülen", "leeren, spülen?"),
        ("l’equipemint", "équipement", "l’équipement"),
        ("DECSALE", "descale", "descale"),
    ):
        ask(page, typed)
        expect(mended.locator("strong")).to_have_text(right)
        expect(mended.get_by_role("button")).to_contain_text(typed)
        expect(page.locator(STATUS)).to_contain_text(f"„{whole}“")
        page.keyboard.press("Escape")


TONGUES = """
    docs/:
      index.md: "# Help\\n\\nChange the filter of the machine."
      de/index.md: "# Hilfe\\n\\nDen Filter der Maschine wechseln."
"""


def test_one_word_of_another_language_is_found_there_once_it_was_sent(
    tmp_path_factory: pytest.TempPathFactory,
    serve_folder: ServeFolder,
    open_page: OpenPage,
    watch: Watch,
) -> None:
    site = site_in(tmp_path_factory.mktemp("tongues"), TONGUES)
    page = open_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.goto(serve_folder(site.folder, headers=True))
    ask(page, "Maschine")
    first = page.locator(FIRST).first
    expect(first).to_contain_text("machine")
    # Nothing of another language is loaded for what may be a slip.
    assert [] == [url for url in sent if "/pagefind/de/" in url]
    page.keyboard.press("Enter")
    expect(first).to_contain_text("Maschine")
    expect(page.locator(".cb-search__mended")).to_be_hidden()
    # Where that does not come, what was found stays.
    watch.allow("pagefind/de/")
    page.reload()
    page.route("**/pagefind/de/**", lambda route: route.abort())
    ask(page, "Maschine")
    expect(first).to_contain_text("machine")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    expect(first).to_contain_text("machine")


def test_one_word_of_another_language_is_found_there_once_its_writer_pauses(
    tmp_path_factory: pytest.TempPathFactory, serve_folder: ServeFolder, open_page: OpenPage
) -> None:
    site = site_in(tmp_path_factory.mktemp("tongues"), TONGUES)
    page = open_page()
    page.goto(serve_folder(site.folder, headers=True))
    ask(page, "Maschine")
    first, mended = page.locator(FIRST).first, page.locator("dialog .cb-search__mended")
    expect(first).to_contain_text("machine")
    expect(mended).to_be_visible()
    expect(first).to_contain_text("Maschine")
    expect(mended).to_be_hidden()
    expect(page.locator("dialog input[type=search]")).to_be_focused()
    # A slip that no language has stays one, and whoever is at the results keeps them.
    ask(page, "flter")
    expect(mended).to_contain_text("filter")
    ask(page, "Maschine")
    expect(mended).to_contain_text("machine")
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(2_000)
    expect(first).to_contain_text("machine")
    expect(first.locator("a").first).to_be_focused()


SMALL_WORDS = """
    docs/:
      index.md: "# Help\\n\\nThe De'Longhi machine. Change the filter of the machine."
      care.md: "# Care\\n\\nThe De'Longhi wants its filter rinsed, and the battery may die."
      de/index.md: "# Hilfe\\n\\nDen Filter der Maschine wechseln, und die Battery laden."
      es/index.md: "# Ayuda\\n\\nCambie el filtro de la máquina y la contraseña de su cuenta."
      fr/index.md: "# Aide\\n\\nChanger le filtre de la machine et le mot de passe de votre compte."
"""


def test_a_question_in_another_language_is_looked_up_in_that_one_alone(
    tmp_path_factory: pytest.TempPathFactory, serve_folder: ServeFolder, open_page: OpenPage
) -> None:
    site = site_in(tmp_path_factory.mktemp("small"), SMALL_WORDS)
    address = serve_folder(site.folder, headers=True)
    for question, language, place in (
        ("cómo cambio el filtro de mi máquina", "es", "/es/"),
        ("filtro contraseña", "es", "/es/"),
        ("wie kann ich den Filter wechseln", "de", "/de/"),
        ("mot de passe oublié", "fr", "/fr/"),
        ("how do I change the filter of my machine", "en", "/"),
        # A name and a verb that are also small words of other languages.
        ("de longhi filter", "en", "/"),
        ("battery die", "en", "/care/"),
    ):
        page = open_page()
        page.goto(address)
        ask(page, question)
        page.keyboard.press("Enter")
        link = page.locator(FIRST).first.locator("a").first
        expect(link).to_have_attribute("href", re.compile(rf"{re.escape(place)}(#|$)"))
        # What was found while typing is looked up once more when it was sent.
        page.wait_for_timeout(800)
        assert {language} == languages_loaded(page), question
        page.close()

    # Nor is anything of the page's language made ready while it is typed.
    page = open_page()
    page.goto(address)
    ask(page, "")
    page.locator("dialog input[type=search]").press_sequentially("cómo cambio el filtro de mi máq")
    page.keyboard.press("Enter")
    expect(page.locator(FIRST).first.locator("a").first).to_have_attribute(
        "href", re.compile(r"/es/(#|$)")
    )
    assert {"es"} == languages_loaded(page)


def languages_loaded(page: Page) -> set[str]:
    """Give the languages of which parts of the index came."""
    names = "performance.getEntriesByType('resource').map(({name}) => name)"
    sent = page.evaluate(names)
    return {url.split("/pagefind/")[1].split("/")[0] for url in sent if "/index/" in url}


PLACED = """
    docs/:
      index.md: "# Care\\n\\nHelp."
      products/brio/product.yml: "id: brio\\nname: Brio\\n"
      products/brio/index.md: "# Brio\\n\\nA machine."
      products/brio/clean.md: "# Clean it\\n\\nRinse the sieve."
      products/brio/other.md: "# Store it\\n\\nKeep it dry, the burr too."
      products/brio/faq.md: |
        # Questions
        ## Why is the coffee cold?
        Warm the cups before you brew.
        ## What comes with it?
        LONG and a tamper.
      products/pip/product.yml: "id: pip\\nname: Pip\\n"
      products/pip/index.md: "# Pip\\n\\nA grinder."
      products/pip/clean.md: "# Clean it\\n\\nRinse the sieve. Sieve, sieve."
      products/pip/burr.md: "# Burr\\n\\nTake the burr out."
      old.md: "---\\nreview_by: 2020-01-01\\n---\\n# Clean it\\n\\nRinse the sieve of all."
      new.md: "# Clean it\\n\\nRinse the sieve of all."
""".replace("LONG", "A box, some paper, a cup or two, " * 9)


def test_what_fits_the_reader_comes_first(
    tmp_path_factory: pytest.TempPathFactory, serve_folder: ServeFolder, open_page: OpenPage
) -> None:
    site = site_in(tmp_path_factory.mktemp("placed"), PLACED)
    address = serve_folder(site.folder)
    page = open_page(width=1280)
    found = page.locator("dialog .cb-result")
    for product, name in (("brio", "Brio"), ("pip", "Pip")):
        page.goto(f"{address}products/{product}/clean/")
        ask(page, "rinse sieve")
        expect(found).to_have_count(4)
        expect(found.first).to_contain_text(f"{name} · Guide")
    places = [found.nth(at).locator("a").first.get_attribute("href") or "" for at in range(4)]
    new, old = (
        next(at for at, one in enumerate(places) if f"/{name}/" in one) for name in ("new", "old")
    )
    assert new < old

    # The guide of another product is not theirs, even if it is called so.
    page.goto(f"{address}products/brio/clean/")
    ask(page, "burr")
    expect(found.first).to_contain_text("Brio · Guide")
    expect(found).to_have_count(2)
    page.locator("dialog input[type=search]").fill("why is the coffee cold")
    expect(found.first).to_contain_text("Warm the cups before you brew.")
    expect(found.first.locator(".cb-result__where")).to_have_text(
        "Brio · Questions · Why is the coffee cold?"
    )
    found.first.locator("a").first.click()
    page.wait_for_url("**/products/brio/faq/#why-is-the-coffee-cold")

    # The words stand far down in the answer.
    page.keyboard.press("/")
    page.locator("dialog input[type=search]").fill("tamper")
    expect(found.first.locator("mark")).to_have_text(["tamper"])
