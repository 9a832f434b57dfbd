"""`carebase import zendesk`: a site made of the articles of another help centre."""

from __future__ import annotations

import json
import sys
from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from carebase.counting import counted
from carebase.errors import UsageError
from carebase.scaffolds import import_files
from carebase.schemas import FOLDER, schema_files, schema_line, write_schema
from carebase.sources.edit import write_scalar

if TYPE_CHECKING:
    from carebase.importing import Export, Imported

REPORT = "import-report.txt"


@click.command("zendesk")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", "target", metavar="SITE", required=True, type=click.Path(path_type=Path),
    help="Where to write the site: a new or empty folder.",
)  # fmt: skip
@click.option("--name", metavar="NAME", help="The site's name; left out: the name of DIR.")
@click.option("--locale", metavar="LOCALE", help="The language to take, such as `en-us`.")
@click.option(
    "--product", "products", metavar="SECTION", multiple=True,
    help="A category or section that is a product; again for more. Then none is guessed.",
)  # fmt: skip
@click.option("--no-products", is_flag=True, help="Take no section for a product.")
@click.option("--json", "as_json", is_flag=True, help="Print one object for programs.")
def command(
    folder: Path,
    target: Path,
    name: str | None,
    locale: str | None,
    products: tuple[str, ...],
    no_products: bool,
    as_json: bool,
) -> None:
    """Make a site in SITE of the help centre export in DIR.

    Takes JSON of the Help Center API, or Markdown or HTML files by category and section. What it
    cannot carry over is printed with file and line, and stands in SITE/import-report.txt. Exit
    code 0: written; 1: files of the export cannot be read; 2: no export, or SITE is not empty.
    """
    if no_products and products:
        raise UsageError("--product and --no-products cannot both be.")
    if target.exists() and (not target.is_dir() or any(p.name != ".git" for p in target.iterdir())):
        raise UsageError(
            f"{target} is not empty: name a new or empty folder. To add to a site, import beside it"
            " and move what you want."
        )
    if target.resolve().is_relative_to(folder.resolve()):
        raise UsageError(f"{target} lies inside {folder}: name a folder beside it.")
    from carebase.importing import Wishes, import_export, read_zendesk

    export = read_zendesk(folder, locale)
    with _bar(len(export.articles)) as bar:

        def progress(done: int, total: int) -> None:
            if bar is not None:
                bar.update(done - bar.pos)

        imported = import_export(export, Wishes(products, not no_products), progress)
    title = name or " ".join(folder.resolve().name.replace("_", "-").split("-")).title()
    _write(target, imported, title, export.locale)
    if as_json:
        told = _as_object(export, imported, target)
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for problem in imported.left:
        click.echo(problem.as_text())
    click.echo(_summary(export, imported, target))


def _bar(total: int) -> AbstractContextManager[Any]:
    if not sys.stderr.isatty():
        return nullcontext()
    return click.progressbar(length=total, label="Importing articles", file=sys.stderr)


def _write(target: Path, imported: Imported, title: str, locale: str) -> None:
    from carebase.importing.writing import write_all

    language = locale.partition("-")[0]
    files = import_files({"name": write_scalar(title), "language": language, "extensions": ""})
    files |= {f"{FOLDER}/{name}": write_schema(one) for name, one in schema_files().items()}
    for place, text in imported.texts.items():
        path = target / "docs" / place
        named = schema_line(path, target, "product") if path.name == "product.yml" else ""
        files[f"docs/{place}"] = named + text
    files[REPORT] = "".join(f"{problem.as_text()}\n" for problem in imported.left)
    every: dict[Path, str | bytes | Path] = {target / place: text for place, text in files.items()}
    write_all(
        target, every | {target / "docs" / place: found for place, found in imported.copies.items()}
    )


def _counts(imported: Imported) -> Counter[str]:
    return Counter(verdict.kind for verdict in imported.kinds.values())


def _as_object(export: Export, imported: Imported, target: Path) -> dict[str, Any]:
    return {
        "site": str(target),
        "articles": len(export.articles),
        "kinds": dict(_counts(imported)),
        "products": [
            {"id": found.id, "name": found.name, "section": list(found.path), "why": found.why}
            for found in imported.products
        ],
        "pages": [
            {"page": name, "source": imported.sources[name], "kind": verdict.kind,
             "why": verdict.why}
            for name, verdict in imported.kinds.items()
        ],
        "pictures": len(imported.copies),
        "kept_html": imported.kept_html,
        "left": [problem.as_dict() for problem in imported.left],
    }  # fmt: skip


def _summary(export: Export, imported: Imported, target: Path) -> str:
    kinds = ", ".join(counted(count, kind) for kind, count in _counts(imported).most_common())
    articles = counted(len(export.articles), "article")
    copies = counted(len(imported.copies), "picture or file", "pictures and files")
    lines = [f"{articles}, {copies}: {kinds}"]
    lines += [
        f"product {found.id}: {'/'.join(found.path)} ({found.why})" for found in imported.products
    ]
    if imported.kept_html:
        kept = counted(imported.kept_html, "block stays", "blocks stay")
        lines.append(f"{kept} HTML: Markdown cannot say that")
    codes = Counter(problem.code for problem in imported.left)
    if codes:
        told = ", ".join(f"{count} {code}" for code, count in codes.most_common())
        lines.append(f"Not carried over: {told} (all in {target / REPORT})")
    lines.append(f"Next: cd {target} && carebase check")
    return "\n".join(lines)
