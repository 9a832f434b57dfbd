"""What the templates write once for the pages of a folder is what they would write for each."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest
from mkdocs.config import load_config

from carebase_plugins.engine.alike import Alike
from carebase_plugins.engine.build import build_site
from tests.plugins.test_kept_builds import contents
from tests.plugins.test_plain_sites import generated

CONFIG = """\
site_name: Alike
site_url: http://127.0.0.1/help/
plugins: []
extra_javascript: [js/site.js, {path: mine/more.js, defer: true}, "https://example.org/x.js"]
extra:
  polyfills: [poly/fill.js]
"""
# Below an address of a script a page links it in a way of its own.
PAGES = ("index", "js", "js/site.js", "poly", "assets", "assets/a", "mine", "far/a", "far/b")
MATERIAL = "theme: {name: material, icon: {admonition: {note: octicons/tag-16}}"
SITES = {
    "plain": MATERIAL + "}",
    "files": MATERIAL + "}\nuse_directory_urls: false",
    "palette": MATERIAL + ", palette: {scheme: slate}, font: false}",
    "steps": MATERIAL + "}\nextra_css: [css/../mine.css]",
    "analytics": MATERIAL + "}",
    "own": MATERIAL + ", custom_dir: own}",
}


@pytest.mark.parametrize("name", SITES)
def test_parts_that_pages_show_alike(tmp_path: Path, name: str) -> None:
    root = _site(tmp_path / "site", name)
    build_site(root, workers=1)
    ours = contents(root / "site")
    assert generated(root) == ours


def test_a_part_is_written_once_for_a_folder(tmp_path: Path) -> None:
    root = _site(tmp_path / "site", "plain")
    config = load_config(str(root / "mkdocs.yml"))
    env = config.theme.get_env()
    template = env.get_template("base.html")
    before = dict(template.blocks)
    Alike(config).prepare(template)
    asked: list[str] = []

    class Page:
        def __init__(self, url: str) -> None:
            self.url = url

    def write(url: str, part: str) -> str:
        context = template.new_context(
            {
                "config": config,
                "page": Page(url),
                "base_url": "..",
                "lang": _Lang(asked),
                "features": [],
            }
        )
        return "".join(template.blocks[part](context))

    assert write("far/a/", "config") == write("far/b/", "config")
    once = len(asked)
    write("far/c/", "config")
    assert once == len(asked)
    write("near/a/", "config")
    assert 2 * once == len(asked)
    assert before["content"] is not template.blocks["content"]


def test_a_part_that_a_template_goes_on_with_is_found() -> None:
    templates = {
        "base.html": "<{% block part %}base{% endblock %}>{% include 'more.html' %}",
        "main.html": "{% extends 'base.html' %}{% block part %}{{ super() }}+{% endblock %}",
        "more.html": "{% for one in (1, 2) %}{{ one }}{% endfor %}",
    }
    env = jinja2.Environment(loader=jinja2.DictLoader(templates))
    alike = Alike(load_config(str(Path(__file__).parents[2] / "mkdocs.yml")))
    for name in templates:
        alike.prepare(env.get_template(name))
    assert "<base+>12" == env.get_template("main.html").render()
    root = env.get_template("more.html").root_render_func
    assert ["12"] == list(root(env.get_template("more.html").new_context()))


class _Lang:
    def __init__(self, asked: list[str]) -> None:
        self._asked = asked

    def t(self, key: str) -> str:
        self._asked.append(key)
        return key


def _site(root: Path, name: str) -> Path:
    config = CONFIG + SITES[name] + "\n"
    if name == "analytics":
        config = config.replace(
            "extra:\n", "extra:\n  analytics: {provider: google, property: G}\n"
        )
    for page in PAGES:
        path = root / "docs" / f"{page}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {page}\n\n!!! note\n    Text.\n", encoding="utf-8")
    (root / "mkdocs.yml").write_text(config, encoding="utf-8")
    own = root / "own"
    own.mkdir()
    (own / "main.html").write_text(
        '{% extends "base.html" %}{% block scripts %}{{ super() }}<!-- {{ page.url }} -->'
        "{% endblock %}{% block config %}{{ page.title }}{{ super() }}{% endblock %}",
        encoding="utf-8",
    )
    return root
