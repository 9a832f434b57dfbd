"""The rules of the house that a reader would otherwise have to watch: imports, names, addresses."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOTS = {
    "carebase": ROOT / "kb" / "carebase",
    "carebase_plugins": ROOT / "plugins" / "carebase_plugins",
    "carebase_widgets": ROOT / "widgets" / "carebase_widgets",
}
SITE_ENGINES = ("mkdocs", "properdocs", "material")
WEB_FRAMEWORKS = ("starlette", "uvicorn", "uvloop", "multipart", "python_multipart")
ENDPOINT_ONLY = (
    *WEB_FRAMEWORKS,
    "alembic",
    "jsonschema_rs",
    "psycopg",
    "pysqlite3",
    "sqlalchemy",
)


def modules(package: str) -> dict[str, Path]:
    """Give each module of an import package by its dotted name."""
    folder = ROOTS[package]
    found = {}
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def every_module() -> dict[str, Path]:
    """Give each module that ships."""
    return {name: path for package in ROOTS for name, path in modules(package).items()}


def room_of(module: str) -> str:
    """Give the room a module stands in: `carebase.forms` for `carebase.forms.load`."""
    return ".".join(module.split(".")[:2])


def imports_of(name: str, path: Path) -> Iterator[tuple[str, bool]]:
    """Give each module that a file imports, and whether only when a function of it is called.

    Imports for type checkers alone count for nothing: they do not run.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]

    def walk(node: ast.AST, lazy: bool) -> Iterator[tuple[str, bool]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                continue
            if isinstance(child, ast.Import):
                for alias in child.names:
                    yield alias.name, lazy
            elif isinstance(child, ast.ImportFrom):
                above = package.rsplit(".", child.level - 1)[0] if child.level else ""
                source = ".".join(part for part in (above, child.module) if part)
                for alias in child.names:
                    yield f"{source}.{alias.name}", lazy
            else:
                inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
                yield from walk(child, lazy or inside)

    yield from walk(tree, lazy=False)


def forbidden(importer: str, imported: str, lazy: bool) -> str | None:
    """Say why `importer` may not import `imported`, or nothing when it may.

    The direction is: `cli`, `endpoint`, `plugins` -> domain rooms -> `errors`.
    """
    room, target = room_of(importer), room_of(imported)
    top, target_top = importer.split(".")[0], imported.split(".")[0]
    if room == "carebase.errors" and target_top in ROOTS:
        return "errors imports nothing of ours"
    if top == "carebase_widgets" and target_top in ROOTS and target_top != top:
        return "the widgets' package is data and stands alone"
    if top == "carebase_plugins":
        if target in ("carebase.cli", "carebase.endpoint", "carebase.store"):
            return "plugins import domain rooms only"
        if target_top in ENDPOINT_ONLY:
            return "plugins run where only `pip install carebase` was done"
    if top != "carebase":
        return None
    if target_top in SITE_ENGINES:
        return "only carebase_plugins knows MkDocs"
    if room == "carebase.cli" or importer == "carebase.__main__":
        if target_top == "carebase_plugins" and not lazy:
            return "cli imports carebase_plugins inside the functions that need it"
        return None
    if target_top == "carebase_plugins":
        return "the domain does not know its plugins"
    if target == "carebase.cli":
        return "nothing imports the command line"
    if room != "carebase.endpoint":
        if target == "carebase.endpoint":
            return "no domain room imports the endpoint"
        if target_top in WEB_FRAMEWORKS:
            return "only the endpoint knows a web framework"
    return None


def test_imports_go_one_way() -> None:
    wrong = [
        f"{name} imports {imported}: {why}"
        for name, path in every_module().items()
        for imported, lazy in imports_of(name, path)
        if (why := forbidden(name, imported, lazy))
    ]
    assert [] == wrong


@pytest.mark.parametrize(
    ("importer", "imported", "lazy"),
    [
        ("carebase.store.sqlite", "carebase.endpoint.app", True),
        ("carebase.forms.load", "mkdocs.config", True),
        ("carebase.forms.load", "starlette.requests", False),
        ("carebase.cli.build", "carebase_plugins.engine", False),
        ("carebase.endpoint.app", "carebase.cli.serve", False),
        ("carebase_plugins.forms.plugin", "sqlalchemy", True),
        ("carebase.errors", "carebase.site", False),
    ],
)
def test_a_wrong_import_is_seen(importer: str, imported: str, lazy: bool) -> None:
    assert forbidden(importer, imported, lazy)


IMPORT_ALL = """
import importlib, sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in refused:
            raise ImportError(f"{name} may not be imported here")

refused, names = sys.argv[1].split(","), sys.argv[2].split(",")
sys.meta_path.insert(0, Refuse())
failed = []
for name in names:
    try:
        importlib.import_module(name)
    except Exception as error:
        failed.append(f"{name}: {type(error).__name__}: {error}")
print("\\n".join(failed), end="")
"""


def import_without(refused: tuple[str, ...], names: list[str]) -> str:
    """Import modules in a fresh Python that refuses some packages, and give what failed."""
    command = [sys.executable, "-c", IMPORT_ALL, ",".join(refused), ",".join(names)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert 0 == done.returncode, done.stderr
    return done.stdout


def test_the_domain_works_without_a_site_engine_and_a_web_framework() -> None:
    names = [
        name
        for name in modules("carebase")
        if room_of(name) not in ("carebase.cli", "carebase.endpoint", "carebase.__main__")
        # Alembic runs these itself, within a migration.
        if ".migrations." not in name
    ]
    assert "" == import_without(SITE_ENGINES + WEB_FRAMEWORKS, names)


def test_the_plugins_and_the_command_line_work_without_the_endpoints_dependencies() -> None:
    names = [name for name in modules("carebase") if room_of(name) == "carebase.cli"]
    assert "" == import_without(ENDPOINT_ONLY, [*modules("carebase_plugins"), *names])


def test_every_module_says_what_it_is_for() -> None:
    tests = {str(path.relative_to(ROOT)): path for path in (ROOT / "tests").rglob("*.py")}
    silent = [
        name
        for name, path in {**every_module(), **tests}.items()
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert [] == silent


def test_a_plugin_only_translates() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in ROOTS["carebase_plugins"].glob("*/plugin.py")
    }
    assert {} == {name: lines for name, lines in lengths.items() if lines > 150}


def test_widgets_never_write_html_from_data() -> None:
    forms = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
    )
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted(ROOTS["carebase_widgets"].rglob("*.js"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if forms.search(line)
    ]
    assert [] == found


def committed_texts() -> Iterator[tuple[str, str]]:
    """Give the name and text of each file in git; pictures and the like are left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file():
            try:
                yield name, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


# Written in parts so that this file does not hold what it looks for.
REGISTRIES = re.compile(
    "|".join(
        (
            r"registry\.(npmjs|yarnpkg)\.",
            r"(test\.)?pypi\.org/" + "simple",
            r"files\.python" + "hosted",
            r"(deb|security|ftp)\.debian\.org",
            r"--(extra-)?index-" + "url ",
            r'"resolved"' + ":",
        )
    )
)
MACHINE_PATHS = re.compile(r"(?<![\w.:/*])/(work|root|home/[a-z]\w*|Users/[A-Za-z]\w*)/(?=[\w.])")


@pytest.mark.parametrize(
    ("what", "pattern"),
    [("a registry's download address", REGISTRIES), ("a path of one machine", MACHINE_PATHS)],
)
def test_no_committed_file_holds(what: str, pattern: re.Pattern[str]) -> None:
    found = [
        f"{name}:{number}: {what}: {match.group()}"
        for name, text in committed_texts()
        for number, line in enumerate(text.splitlines(), 1)
        if (match := pattern.search(line))
    ]
    assert [] == found


def test_the_wheel_holds_three_names_and_all_their_files(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=120,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())

    packaged = {name for name in names if not name.split("/")[0].endswith(".dist-info")}
    assert set(ROOTS) == {name.split("/")[0] for name in packaged}
    sources = {
        f"{package}/{path.relative_to(folder).as_posix()}"
        for package, folder in ROOTS.items()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert sources == packaged
