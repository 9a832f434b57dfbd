"""Putting the theme into a build: template folders, styles and scripts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.config.config_options import ExtraScriptValue
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

import carebase_widgets
from carebase_plugins.theme.styles import STYLESHEET, stylesheets
from carebase_plugins.theme.words import FALLBACK, words_of

if TYPE_CHECKING:
    from carebase_plugins.shared import Facts

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(carebase_widgets.__file__).parent / "static"
SCRIPT = "assets/carebase/js/carebase.js"
DATA = "assets/carebase"
# What Material asks a foreign host for unless a site says otherwise.
_MATERIAL_FONTS = {"text": "Roboto", "code": "Roboto Mono"}
# What a script holds for people only: comments that have lines to themselves, and types.
_SCRIPT_COMMENT = re.compile(
    r"^[ \t]*(?:/\*\*(?:(?!\*/).)*\*/|//[^\n]*)\n|/\*\* @type [^*\n]*\*/ ?",
    re.DOTALL | re.MULTILINE,
)
# No text of ours goes over several lines, so that spaces before a line mean nothing.
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
# Modules that are always loaded together, published as one: each would be a request of its own.
_FINDER = (
    "words.js",
    "spelling.js",
    "vocabulary.js",
    "page-list.js",
    "heavy-words.js",
    "index-files.js",
    "query.js",
    "ranking.js",
    "passage.js",
    "finder.js",
)
JOINED = {
    "search.js": (*_FINDER, "languages.js", "result.js", "rehearsal.js", "search.js"),
    "suggest.js": (*_FINDER, "suggest.js"),
    "not-found.js": ("spelling.js", "not-found.js"),
}
# Around the script that every page loads: its names are its own, as those of a module.
_CLASSIC = "(()=>{{\n{}}})();\n"
_IMPORT = re.compile(r"^import \{[^}]*\} from \"\./([\w-]+\.js)\";\n", re.MULTILINE)
# Under this name our own files are remembered.
_FACT = "static"
_EXTENSIONS = ("admonition", "attr_list", "md_in_html", "tables")


def install(config: MkDocsConfig) -> None:
    """Add our templates below a site's own, our stylesheet first and our script before others."""
    if not any((Path(folder) / ".icons").is_dir() for folder in config.theme.dirs):
        raise PluginError(
            "Carebase builds on the theme Material, and mkdocs.yml names another:"
            " write `theme: {name: material}`."
        )
    config.theme.dirs.insert(1 if config.theme.custom_dir else 0, str(TEMPLATES))
    if config.theme.get("font") == _MATERIAL_FONTS:
        config.theme["font"] = False
    config.extra_css.insert(0, STYLESHEET)
    script = ExtraScriptValue(SCRIPT)
    script.defer = True
    config.extra_javascript.insert(0, script)
    for name in _EXTENSIONS:
        if name not in config.markdown_extensions:
            config.markdown_extensions.append(name)
    # Markdown itself says it in English.
    language = str(config.theme.get("language") or FALLBACK)
    config.mdx_configs.setdefault("toc", {}).setdefault(
        "permalink_title", words_of(language)("heading.link")
    )


def add_static_files(files: Files, config: MkDocsConfig, facts: Facts | None = None) -> Files:
    """Publish our scripts without comments and indents, and our stylesheets joined.

    `facts` remember them from one build to the next.
    """
    if files.get_file_from_path(STYLESHEET):
        return files
    known: dict[str, str] | None = facts.recall(_FACT) if facts else None
    if known is None:
        known = {**stylesheets(), **_scripts()}
        if facts:
            facts.remember(_FACT, known)
    for address, content in known.items():
        files.append(File.generated(config, address, content=content))
    return files


def _scripts() -> dict[str, str]:
    parts = {part for joined in JOINED.values() for part in joined}
    found = {}
    for path in sorted(STATIC.glob("*.js")):
        if path.name in JOINED or path.name not in parts:
            script = _SCRIPT_COMMENT.sub("", join_modules(JOINED.get(path.name, (path.name,))))
            address, script = f"assets/carebase/js/{path.name}", _INDENT.sub("", script)
            found[address] = _CLASSIC.format(script) if address == SCRIPT else script
    return found


def join_modules(names: tuple[str, ...]) -> str:
    """Join modules into one: each after those it imports, which it then need not import."""
    return "".join(
        _IMPORT.sub(
            lambda found: "" if found[1] in names else found[0],
            (STATIC / name).read_text(encoding="utf-8"),
        )
        for name in names
    )
