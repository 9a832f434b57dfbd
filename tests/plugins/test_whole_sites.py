"""Sites with some of the plugins, in any order, with hostile words and unusual names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from carebase.errors import CarebaseError, UsageError
from carebase_plugins.theme.install import TEMPLATES
from tests.plugins.making import BRIO, CONFIG, article, make, texts, tree, words
from tests.support.sites import BuiltSite, Picture

POLICY = "id: brio\nversion: 1\nstart: [purchased]\ncoverages: [{id: all, months: 12}]\n"
FILES: Picture = {
    "docs": {
        "products/brio": {
            "product.yml": BRIO + "policy: brio@1\nparts: [{sku: A, name: Gasket}]\n",
            "set-up.md": "# Set up\n\n## One\n\nSo.\n",
            "faq.md": "# Questions\n\n## Loud?\n\nNo.\n",
        },
        "warranty/policies/brio@1.yml": POLICY,
        "support/ask.md": "# Ask us\n\n/// form | support-request\n///\n",
        "support/check.md": "# Check\n\n/// warranty-check\n///\n",
        "support/parts.md": "# Parts\n\n/// parts\n    product: brio\n///\n",
    }
}
PLUGINS = ("carebase-catalog", "carebase-articles", "carebase-courses", "carebase-forms")
COURSE: Picture = {
    "docs/courses/care": {
        "course.yml": "title: Care\nlessons: [a.md, {guide: products/brio/set-up.md}]\n",
        "a.md": "# A\n\n/// quiz\n\n### Loud? {#loud}\n\n- [x] No\n- [ ] Yes\n\n///\n",
    }
}
WITHOUT = (
    "mkdocs.yml:6:1: warning courses-plugin: The site has courses, and the plugin"
    " `carebase-courses` that shows them is not switched on."
)


def config_with(*plugins: str, language: str = "en") -> str:
    """Write a mkdocs.yml with these plugins alone."""
    listed = "".join(f"  - {name}\n" for name in plugins)
    return (
        "site_name: Test Care\nsite_url: http://127.0.0.1/\n"
        f"theme:\n  name: material\n  language: {language}\nplugins:\n{listed}"
    )


@pytest.mark.parametrize("alone", PLUGINS)
def test_each_plugin_works_alone(tmp_path: Path, alone: str) -> None:
    site = make(tmp_path, FILES, config_with(alone))

    hub = "products/brio/index.html" in site.files()
    steps = tree(site, "products/brio/set-up/").xpath("//section/@data-step")
    form = tree(site, "support/ask/").xpath("//@data-form")
    assert (
        alone == "carebase-catalog",
        ["1"] if alone == "carebase-articles" else [],
        ["support-request"] if alone == "carebase-forms" else [],
    ) == (hub, steps, form)
    assert "Set up" in texts(article(site, "all-pages/"), "//ul[@class='cb-index']//a")
    assert "_headers" in site.files()


def _shown(site: BuiltSite) -> tuple[list[str], list[str], list[str]]:
    """Give the pages that a course makes, its questions and the ways on in its lesson."""
    made = [name for name in ("", "set-up/") if f"courses/care/{name}index.html" in site.files()]
    lesson = tree(site, "courses/care/a/")
    return made, lesson.xpath("//@data-question"), lesson.xpath("//carebase-lesson/@data-course")


def test_the_plugin_of_courses_needs_no_other(tmp_path: Path) -> None:
    site = make(tmp_path, {**FILES, **COURSE}, config_with("carebase-courses"))

    assert (["", "set-up/"], ["loud"], ["care"]) == _shown(site)
    guide = tree(site, "courses/care/set-up/")
    assert ["Care · Lesson 2 of 2"] == texts(guide, "//p[@class='cb-lesson__place']")
    assert ["One"] == texts(guide, "//article//h2")
    assert "courses-plugin" not in site.result.stdout


@pytest.mark.parametrize("alone", [name for name in PLUGINS if name != "carebase-courses"])
def test_no_other_plugin_shows_a_course(tmp_path: Path, alone: str) -> None:
    site = make(tmp_path, {**FILES, **COURSE}, config_with(alone))

    assert ([], [], []) == _shown(site)
    assert WITHOUT in site.result.stdout
    assert "hint: put a line `- carebase-courses` below `plugins:`" in site.result.stdout


def test_questions_without_their_plugin_are_told(tmp_path: Path) -> None:
    quiz = "# A\n\n/// quiz\n\n### Loud? {#loud}\n\n- [x] No\n- [ ] Yes\n\n///\n"
    site = make(tmp_path, {"docs/a.md": quiz}, config_with("carebase-articles"))

    assert WITHOUT.replace("courses, and", "questions, and") in site.result.stdout


def test_the_order_of_the_plugins_changes_nothing(tmp_path: Path) -> None:
    files = {**FILES, **COURSE}
    forth = make(tmp_path / "forth", files, config_with("carebase-search", *PLUGINS))
    back = make(tmp_path / "back", files, config_with(*reversed(PLUGINS), "carebase-search"))

    assert forth.files() == back.files()
    for name in forth.files():
        if name.endswith((".html", ".css", "_headers")):
            assert forth.html(name) == back.html(name), name


def test_nothing_is_shared_between_builds(tmp_path: Path) -> None:
    first = make(tmp_path / "a", FILES, CONFIG)
    pages = {name: first.html(name) for name in first.files() if name.endswith("html")}
    other: Picture = {"docs": {"seite.md": "# Seite\n\n<p style='color:blue'>Blau</p>\n"}}
    second = make(tmp_path / "b", other, config_with(*PLUGINS, language="de"))
    make(tmp_path / "a", {}, CONFIG)

    assert pages == {name: first.html(name) for name in first.files() if name.endswith("html")}
    assert not any(name.startswith("products/") for name in second.files())
    assert "color:blue" not in first.html("assets/carebase/carebase.css")


def test_a_german_site_speaks_german(tmp_path: Path) -> None:
    site = make(tmp_path, FILES, config_with("carebase-search", *PLUGINS, language="de"))

    assert ["Wobei können wir helfen?"] == texts(tree(site), "//h1")
    assert ["Produkte", "Hilfe"] == texts(tree(site), "//ul[@class='cb-menu']//a")
    assert ["Schritt 1: 1 One"] == texts(article(site, "products/brio/set-up/"), "//h2")
    assert ["Diese Seite gibt es hier nicht"] == texts(tree(site, "404.html"), "//h1")
    assert ["Alle Seiten"] == texts(tree(site, "all-pages/"), "//h1")
    assert ["de"] == tree(site).xpath("/html/@lang")


def test_a_page_in_another_language_says_so(tmp_path: Path) -> None:
    page = "---\nlang: de\nkind: guide\ntime: 5 min\n---\n\n# Einrichten\n\n## Anschließen\n\nSo.\n"
    site = make(tmp_path, {"docs/einrichten.md": page, "docs/en.md": "# English\n"}, CONFIG)
    shown = tree(site, "einrichten/")

    assert ["en"] == shown.xpath("/html/@lang")
    assert ["de"] == list(dict.fromkeys(shown.xpath("//article//div/@lang")))
    assert ["Schritt 1: 1 Anschließen"] == texts(shown, "//div[@lang='de']//h2")
    assert "Dauer" in texts(shown, "//div[@lang='de']//dt")
    assert [] == tree(site, "en/").xpath("//article//div/@lang")


HOSTILE = "<script>alert('1')</script> \\\"q\\\" & *b* [c](d) {x} `e`"
READ = "<script>alert('1')</script> \"q\" & *b* [c](d) {x} `e`"


def test_words_of_files_are_never_markup(tmp_path: Path) -> None:
    product = (
        f'id: brio\nname: "{HOSTILE}"\nsummary: "{HOSTILE}"\npolicy: brio@1\n'
        f'models: [{{id: x1, name: "{HOSTILE}"}}]\n'
        f'serial: {{pattern: "X[0-9]", where: "{HOSTILE}", picture: a.svg}}\npicture: a.svg\n'
        f'components: [{{id: all, name: "{HOSTILE}"}}]\n'
        f'parts: [{{sku: "{HOSTILE}", name: "{HOSTILE}"}}]\n'
        f'service_plan: [{{task: "{HOSTILE}", every: "2 {HOSTILE}"}}]\n'
        f'downloads: [{{title: "{HOSTILE}", file: a.svg}}]\n'
        f'notices: [{{id: n, programme: recall, note: "{HOSTILE}"}}]\n'
    )
    guide = (
        f'---\ntitle: "{HOSTILE}"\ndescription: "{HOSTILE}"\nowner: "{HOSTILE}"\n'
        f'tools: ["{HOSTILE}"]\nkind: guide\n---\n\n## One\n\nSo.\n'
    )
    course = (
        f'title: "{HOSTILE}"\nsummary: "{HOSTILE}"\nobjectives: ["{HOSTILE}"]\nlessons: [a.md]\n'
    )
    contact = f'channels: [{{kind: phone, name: "{HOSTILE}", number: "1", note: "{HOSTILE}"}}]\n'
    site = make(
        tmp_path,
        {
            "docs/products/brio/product.yml": product,
            "docs/products/brio/guide.md": guide,
            "docs/products/brio/other.md": "---\nrequires: [guide.md]\n---\n\n# Other\n",
            "docs/products/brio/a.svg": "<svg/>",
            "docs/warranty/policies/brio@1.yml": POLICY,
            "docs/courses/care/course.yml": course,
            "docs/courses/care/a.md": "# A\n",
            "docs/contact.yml": contact,
            "docs/check.md": "# Check\n\n/// warranty-check\n///\n",
        },
        CONFIG,
    )

    for name in site.files():
        if name.endswith(".html"):
            body = site.html(name).partition("<body")[2]
            assert None is re.search(r"<script[^>]*>alert\(", body), name
            assert None is re.search(r"<title>[^<]*<script", site.html(name)), name
            assert [] == tree(site, name).xpath("//article//*[@q]"), name
    hub = tree(site, "products/brio/")
    said = [
        "//h1",
        "//p[@class='cb-hub__summary']",
        "//span[contains(@class, 'cb-chip')]",
        "//a[@download]",
        "//section[starts-with(@id, 'notice-')]//p[2]",
        "//span[@class='cb-glance__name']",
        "//ul[@data-carebase='parts']//code",
    ]
    assert [[READ]] * len(said) == [texts(hub, path) for path in said]
    assert [READ] == texts(tree(site), "//span[@class='cb-card__title']")
    guide_page = tree(site, "products/brio/guide/")
    assert [READ] == texts(guide_page, "//h1")
    assert [f"{READ} - Test Care"] == texts(guide_page, "//title")
    assert [READ] == guide_page.xpath("//meta[@name='description']/@content")
    assert ["Test Care", "Products", READ] == texts(guide_page, "//nav[@class='cb-breadcrumbs']//a")
    assert f"kept by {READ}" == words(guide_page.xpath("//p[@class='cb-reviewed']")[0])
    assert [f"{READ}¶"] == texts(tree(site, "courses/care/"), "//h1")
    assert [f"Where the serial number of {READ} is"] == hub.xpath(
        "//details[@class='cb-serial']//img/@alt"
    )


def test_names_of_files_may_hold_anything(tmp_path: Path) -> None:
    files: Picture = {
        "docs": {
            "Über uns/Öffnungs zeiten.md": "# Zeiten\n\n/// form | support-request\n///\n",
            "Über uns/50 % mehr.md": "# Mehr\n\n[Zeiten](<Öffnungs zeiten.md>)\n",
            "products/brio": {
                "product.yml": BRIO
                + "parts: [{sku: A, name: B, guide: Tausch 1.md}]\n"
                + "service_plan: [{task: C, every: 1 day, guide: Tausch 1.md}]\n",
                "Tausch 1.md": "# Tausch\n\n## Eins\n\nSo.\n",
            },
        }
    }
    site = make(tmp_path, files, CONFIG)

    assert "Über uns/Öffnungs zeiten/index.html" in site.files()
    hub = article(site, "products/brio/")
    assert ["Tausch%201/"] * 2 == hub.xpath("//a[@class='cb-item__link']/@href")
    assert "../../%C3%9Cber%20uns/%C3%96ffnungs%20zeiten/?product=brio" in hub.xpath("//@href")
    more = tree(site, "Über uns/50 % mehr/")
    beside = more.xpath("//ul[@class='cb-nav__list']//a")
    assert {"Mehr": "./", "Zeiten": "../%C3%96ffnungs%20zeiten/"} == {
        words(link): link.get("href") for link in beside
    }
    assert ["Mehr"] == [words(link) for link in beside if link.get("aria-current")]


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (
            "endpoint: care.example",
            "carebase-forms: `endpoint: care.example` is neither an address that begins with"
            " https:// nor a path below the site that begins with `/`.",
        ),
        (
            "endpoint: //care.example/",
            "carebase-forms: `endpoint: //care.example/` is neither an address that begins with"
            " https:// nor a path below the site that begins with `/`.",
        ),
        (
            "endpoint: https:///v1",
            "carebase-forms: `endpoint: https:///v1` is neither an address that begins with"
            " https:// nor a path below the site that begins with `/`.",
        ),
        (
            "feedback: maybe",
            "Plugin 'carebase-forms' option 'feedback': Expected type: true or false"
            " but received: a text",
        ),
    ],
)
def test_a_wrong_option_is_told(tmp_path: Path, option: str, said: str) -> None:
    config = CONFIG.replace("endpoint: /", option)
    with pytest.raises(CarebaseError) as told:
        make(tmp_path, {"docs/index.md": "# A\n"}, config)
    assert said in str(told.value)
    assert "Traceback" not in str(told.value)


def test_another_theme_is_told(tmp_path: Path) -> None:
    config = CONFIG.replace("name: material", "name: mkdocs")
    with pytest.raises(CarebaseError) as told:
        make(tmp_path, {"docs/index.md": "# A\n"}, config)
    assert (
        "Carebase builds on the theme Material, and mkdocs.yml names another:"
        " write `theme: {name: material}`."
    ) in str(told.value)


def test_a_page_that_another_plugin_breaks_is_named(tmp_path: Path) -> None:
    hook = "def on_page_markdown(markdown, page, **named):\n    raise KeyError('theirs')\n"
    with pytest.raises(CarebaseError) as told:
        make(
            tmp_path,
            {"docs/index.md": "# A\n", "broken.py": hook},
            CONFIG + "hooks: [broken.py]\n",
        )
    assert "docs/index.md:1:1: error render-failed" in str(told.value)
    assert "KeyError: 'theirs'" in str(told.value)


def test_a_site_without_mkdocs_yml_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as told:
        make(tmp_path, {}, "site_name: [\n")
    assert str(told.value).startswith("mkdocs.yml cannot be used: ")


def test_no_source_is_published(tmp_path: Path) -> None:
    secret = "notify: [boss@a.example]\n"
    names = ("a.yml", "b.YAML", "c.lock", "d.yml~", "e.yml.bak", "f.yml.orig")
    files = {f"docs/data/{name}": secret for name in names} | {"docs/data/list.csv": "a,b\n"}
    site = make(tmp_path, files)

    assert ["data/list.csv"] == [name for name in site.files() if name.startswith("data/")]


def test_every_template_of_a_page_escapes() -> None:
    pages = [path for path in TEMPLATES.rglob("*.html") if path.parent.name != "blocks"]

    texts = {str(path.relative_to(TEMPLATES)): path.read_text("utf-8") for path in pages}
    # One that writes nothing has nothing to escape.
    assert [] == [
        name for name, text in texts.items() if "{{" in text and "{% autoescape true %}" not in text
    ]
