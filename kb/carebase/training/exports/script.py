"""The browser code of a package as one classic script: from a folder no browser loads modules."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_IMPORT = re.compile(
    r"^import \{(?P<names>[^}]*)\} from \"(?P<path>\.{1,2}/[\w./-]+\.js)\";\n", re.MULTILINE
)
_EXPORT = re.compile(
    r"^export (?=(?:async )?(?:function|class|const|let) (?P<name>\w+))", re.MULTILINE
)
_HANDED_ON = re.compile(r"^export \{(?P<names>[^}]*)\};\n", re.MULTILINE)
# What is loaded when it is first used: in a package it is there already.
_LATER = re.compile(r"\bimport\(\"(?P<path>\.{1,2}/[\w./-]+\.js)\"\)")
# They ask the endpoint, which a package never does, or open seals, which it never has.
_ONLINE = frozenset(
    ("certificate-signing.js", "completion.js", "grader.js", "graded.js", "sealed.js")
)
_UNKNOWN = re.compile(r"^(?:import|export)\b.*|^.*\bimport(?:\(|\.meta).*", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*(?:/\*\*(?:(?!\*/).)*\*/|//[^\n]*)\n", re.DOTALL | re.MULTILINE)


@cache
def bundle(entry: str) -> str:
    """Join a module of our browser code, such as `package/html.js`, with all that it imports.

    Each module keeps names of its own. Raises ValueError for a form of import or export that
    this does not know, so that nothing is left out in silence.
    """
    modules: dict[str, str] = {}
    _add(entry, modules)
    return '"use strict";\n(() => {\nconst of = {};\n' + "".join(modules.values()) + "})();\n"


def _add(name: str, modules: dict[str, str]) -> None:
    """Add a module behind those that it imports."""
    if name in modules:
        return
    folder = files("carebase_widgets") / "static"
    text = _COMMENT.sub("", (folder / name).read_text("utf-8"))
    for found in _IMPORT.finditer(text):
        _add(_path(name, found["path"]), modules)
    later = {_path(name, found["path"]) for found in _LATER.finditer(text)} - _ONLINE

    def taken(found: re.Match[str]) -> str:
        names = found["names"].strip().rstrip(",").replace(" as ", ": ")
        return f'const {{ {names} }} = of["{_path(name, found["path"])}"];\n'

    given = [found["name"] for found in _EXPORT.finditer(text)]
    for found in _HANDED_ON.finditer(text):
        given += [one.strip() for one in found["names"].split(",") if one.strip()]
    text = _HANDED_ON.sub("", _EXPORT.sub("", _IMPORT.sub(taken, text)))

    def loaded(found: re.Match[str]) -> str:
        path = _path(name, found["path"])
        return f'Promise.resolve(of["{path}"])' if path in later else "Promise.reject()"

    text = _LATER.sub(loaded, text)
    if unknown := _UNKNOWN.search(text):
        raise ValueError(f"{name}: `{unknown[0].strip()}` cannot be joined into a package")
    returned = f"return {{ {', '.join(given)} }};\n" if given else ""
    modules[name] = f'of["{name}"] = (() => {{\n{text}{returned}}})();\n'
    for path in sorted(later):
        _add(path, modules)


def _path(module: str, written: str) -> str:
    parts = module.split("/")[:-1]
    for part in written.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
