"""How well the search of other generators finds, beside ours: `make bench ARGS=rivals`.

Each site is built by Material, by Zensical (the newest, in a virtual environment of its own) and by
Carebase; Pagefind runs with its defaults over Material's pages. Each is asked with the code that it
ships to browsers, in Chromium: the workers of Material and Zensical, and `pagefind.js`. Sections
that are found count as their page. All get the same queries.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from carebase.search.judge import Judged, measure, read_queries
from carebase.search.reader_engine import ask_readers
from tests.bench.linked import linked_queries, with_slips
from tests.bench.searches import write_site
from tests.support import browser
from tests.support.corpora import CORPORA, FOLDER
from tests.support.process import CAREBASE, environment
from tests.support.static_server import serve_folder

# What each script does in the page: start the engine that a site ships, then ask it.
_WORKER = """
  const worker = new Worker(script);
  const told = (type) => new Promise((done, failed) => {
    worker.onmessage = ({ data }) => {
      if (data.type === type) done(data.data);
      else if (data.type === 4) failed(new Error("The worker failed."));
    };
  });
  const ready = told(1);
"""
_MATERIAL = (
    "async ([script, queries]) => {"
    + _WORKER
    + """
  const index = await (await fetch("search/search_index.json")).json();
  worker.postMessage({ type: 0, data: { ...index, options: { suggest: false } } });
  await ready;
  const answers = [];
  for (const query of queries) {
    const answer = told(3);
    worker.postMessage({ type: 2, data: query });
    answers.push((await answer).items.map(([first]) => first.location));
  }
  return answers;
}"""
)
_ZENSICAL = (
    "async ([script, queries]) => {"
    + _WORKER
    + """
  const index = await (await fetch("search.json")).json();
  worker.postMessage({ type: 0, data: index });
  await ready;
  const filter = {
    input: { type: "operator", data: { operator: "and", operands: [] } },
    aggregation: { input: [{ type: "term", data: { field: "tags" } }] },
  };
  const answers = [];
  for (const input of queries) {
    const found = [];
    let page;
    do {
      const answer = told(3);
      worker.postMessage({ type: 2, data: { input, filter, page } });
      const { items, pagination } = await answer;
      found.push(...items.map(({ id }) => index.items[id].location));
      page = pagination.next;
    } while (page !== undefined && found.length < 60);
    answers.push(found);
  }
  return answers;
}"""
)
_PAGEFIND = """async ([script, queries]) => {
  const pagefind = await import(script);
  const answers = [];
  for (const query of queries) {
    const { results } = await pagefind.search(query);
    const best = await Promise.all(results.slice(0, 10).map((one) => one.data()));
    answers.push(best.map(({ url }) => url));
  }
  return answers;
}"""
_HEADS = ("MRR@10", "success@1", "success@3", "recall@10", "no result")

Ask = Callable[[Sequence[str]], list[list[str]]]


def run(command: Sequence[str | Path], root: Path) -> None:
    """Run a command of a build, and end with what it said when it fails."""
    done = subprocess.run(
        [str(part) for part in command], cwd=root, env=environment(), capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{command[0]} failed in {root}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def lay(name: str, root: Path) -> list[tuple[str, list[Judged]]]:
    """Lay the site of a name into a folder and give its sets of queries."""
    if name == "manuals":
        write_site(name, root)
        linked = linked_queries(root / "docs")
        return [("linked", linked), ("linked, one slip", list(with_slips(linked)))]
    (corpus,) = (corpus for corpus in CORPORA if corpus.name == name)
    corpus.write_site(root)
    pages = {path.relative_to(root / "docs").as_posix() for path in (root / "docs").rglob("*.md")}
    queries = read_queries(corpus.folder / "queries_from_redirects.csv", pages)
    return [("redirects", queries), ("redirects, one slip", list(with_slips(queries)))]


def in_browser(site: Path, script: str, work: str) -> Ask:
    """Give what asks the engine of a built site in Chromium."""

    def ask(queries: Sequence[str]) -> list[list[str]]:
        (path,) = site.glob(script)
        with serve_folder(site) as address, browser.launched() as chromium:
            page = browser.new_page(chromium)
            page.set_default_timeout(600_000)
            page.goto(address)
            shipped = address + path.relative_to(site).as_posix()
            answers: list[list[str]] = page.evaluate(work, [shipped, list(queries)])
            return answers

    return ask


def of_carebase(site: Path) -> Ask:
    """Give what asks our search."""

    def ask(queries: Sequence[str]) -> list[list[str]]:
        answers: list[dict[str, Any]] = ask_readers(site, "en", queries)
        return [answer["pages"] for answer in answers]

    return ask


def key_of(name: str) -> str:
    """Give a page's address or source as one name that both have."""
    path = unquote(urlsplit(name).path).strip("/")
    return re.sub(r"(?:^|/)(?:index|README)$", "", re.sub(r"\.(?:html|md)$", "", path))


def folded(found: Iterable[str]) -> list[str]:
    """Give the pages of results, each once, the best first."""
    return list(dict.fromkeys(map(key_of, found)))


def engines(root: Path, zensical: Path) -> dict[str, Ask]:
    """Build a site in every way and give what asks each."""
    run([*CAREBASE, "build"], root)
    config = (root / "mkdocs.yml").read_text("utf-8")
    plain = re.sub(r"  - carebase-[\w-]+\n", "", config)
    plain = plain.replace("plugins:\n", "plugins:\n  - search\n")
    built = {}
    tools: dict[str, list[str | Path]] = {
        "material": [sys.executable, "-m", "mkdocs", "build", "-q"],
        "zensical": [zensical, "build"],
    }
    for name, tool in tools.items():
        folder = root.with_name(f"{root.name}-{name}")
        folder.mkdir()
        shutil.copytree(root / "docs", folder / "docs", ignore=shutil.ignore_patterns(".addresses"))
        (folder / "mkdocs.yml").write_text(plain, "utf-8")
        run(tool, folder)
        built[name] = folder / "site"
    run([sys.executable, "-m", "pagefind", "--site", built["material"], "--quiet"], root)
    worker = "assets/javascripts/workers/search.*.min.js"
    return {
        "Carebase": of_carebase(root / "site"),
        f"Material {version('mkdocs-material')}": in_browser(built["material"], worker, _MATERIAL),
        f"Pagefind {version('pagefind')} as shipped": in_browser(
            built["material"], "pagefind/pagefind.js", _PAGEFIND
        ),
        f"Zensical {_version_of(zensical)}": in_browser(built["zensical"], worker, _ZENSICAL),
    }


def _version_of(program: Path) -> str:
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    return done.stdout.split()[-1]


def main(arguments: list[str]) -> int:
    """Print the table for the sites that are named, or for both."""
    if not FOLDER.is_dir():
        sys.exit("The corpora are not beside the repository.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run([sys.executable, "-m", "venv", folder / "venv"], folder)
        run([folder / "venv/bin/pip", "install", "-q", "zensical"], folder)
        for site in arguments or ("login-gov-help", "manuals"):
            root = folder / site
            root.mkdir()
            sets = lay(site, root)
            asked = engines(root, folder / "venv/bin/zensical")
            for what, queries in sets:
                print(f"\n{site}: {len(queries)} queries, {what}")
                print(" " * 28 + "".join(f"{head:>11}" for head in _HEADS))
                right = [Judged(one.query, frozenset(map(key_of, one.pages))) for one in queries]
                for engine, ask in asked.items():
                    quality = measure(right, map(folded, ask([one.query for one in queries])))
                    values = (
                        quality.mrr,
                        quality.success_1,
                        quality.success_3,
                        quality.recall,
                        quality.silent,
                    )
                    print(f"{engine:28}" + "".join(f"{one:11.3f}" for one in values), flush=True)
    return 0
