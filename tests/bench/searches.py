"""What the readers' search costs: requests, bytes and time of a first question, in Chromium.

`make bench ARGS=search` builds three sites from the corpora, one of manuals, one of many small and
one of many long pages; `make bench ARGS="search NAME"` one of them. `make bench ARGS="search SITE"`
measures a built site with the questions of the first, and `--slow` all of it on a processor of a
quarter of the speed. Each question is pasted in an empty browser: what the page itself loads is
over when the search opens.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Response, expect

from tests.bench.long_pages import write_long_pages
from tests.support import browser
from tests.support.corpora import FOLDER, MINIMAL
from tests.support.process import CAREBASE, environment
from tests.support.static_server import serve_folder
from tests.support.weight import compressed

# The limits: requests, bytes of a first question by the pages of a site, and milliseconds.
REQUESTS = 14
BYTES = ((1_000, 210_000), (10_000, 300_000))
READY = 50
# A telephone, told to Chromium as so many times slower than this machine.
SLOW = 4

# The manuals of the corpora as one site, and a site of many pages.
MANUALS = {
    "arduino": "arduino-help-center/content",
    "wled": "wled-docs/docs",
    "wasabi": "wasabi-docs/docs",
    "login": "login-gov-help/content/_en",
    "field-service": "courses-dev/ms-mb240-field-service",
}
MANY = "tldr-en"
LONG = "long-pages"
QUESTIONS = {
    "manuals": (
        "how do I connect the board to my wifi network when the router hides its name",
        "why does uploading a sketch fail with an error about the serial port not being available",
        "what can I do if the coins in my wallet do not show up after a restore from seed words",
        "how many LEDs can one controller drive before the power supply becomes too weak",
        "my device is not recognized by the computer after I updated the bootloader",
        "how do I change the colour of the led strip from my phone while I am not at home",
        "can I return a kit that I ordered by mistake and get my money back on the credit card",
        "the security code for signing in never arrives in my email inbox or text messages",
        "where do I find the serial number of the board so that I can register the warranty",
        "what should I check first when the app cannot find the lamp on the local network",
    ),
    MANY: (
        "how do I list all files in a directory sorted by their size in a human readable format",
        "how can I convert a video file to another format without losing the quality of the sound",
        "what is the command for showing which process listens on a given network port",
        "how do I copy a folder to a remote server over ssh and keep the time stamps",
        "find all text files that were changed in the last week and delete the empty ones",
        "how do I search and replace a string in many files at once with a regular expression",
        "create an encrypted archive of a folder and split it in parts of a given size",
        "how can I watch the memory and processor usage of a running container by its name",
        "undo the last commit in a git repository but keep the changed files in the working tree",
        "how do I mount a disk image as a read only file system from the command line",
    ),
}
QUESTIONS[LONG] = QUESTIONS["manuals"]
# Counts to the first results from the moment at which the last part of the index had come, and from
# the one at which the question was there.
_WATCH = """() => {
  const list = document.querySelector("dialog .cb-results");
  let asked = 0;
  const field = document.querySelector("dialog input[type=search]");
  const note = () => (asked = performance.now());
  field.addEventListener("input", note, { once: true, capture: true });
  window.found = new Promise((tell) => new MutationObserver(() => {
    if (!list.querySelector("a")) return;
    const now = performance.now();
    const parts = performance.getEntriesByType("resource")
      .filter(({ name }) => name.includes("/index/"));
    const come = Math.max(asked, ...parts.map(({ responseEnd }) => responseEnd));
    tell({ ready: now - come, whole: now - asked });
  }).observe(list, { childList: true }));
}"""


@dataclass(frozen=True, slots=True)
class Cost:
    """One first question: `early` are requests before the search was opened, times are in ms.

    `first` is from the paste to the first results, with all loading; `ready` from the moment at
    which the last part of the index had come, `again` that of a further question without loading.
    """

    early: int
    requests: int
    size: int
    parts: int
    first: float
    ready: float
    again: float
    question: str


def write_site(name: str, root: Path) -> None:
    """Lay the pages of a site into a folder."""
    docs = root / "docs"
    docs.mkdir(parents=True)
    if name == MANY:
        with tarfile.open(FOLDER / f"{MANY}.tar.gz") as archive:
            archive.extractall(docs, filter="data")
    elif name == LONG:
        write_long_pages(docs, [FOLDER / source for source in MANUALS.values()])
    else:
        for below, source in MANUALS.items():
            shutil.copytree(FOLDER / source, docs / below)
    if not (docs / "index.md").is_file():
        (docs / "index.md").write_text(f"# {name}\n\nHelp.\n", encoding="utf-8")
    plugins = "".join(f"  - carebase-{one}\n" for one in ("search", "catalog", "articles", "forms"))
    config = MINIMAL.format(name=name).replace("  - search\n", plugins)
    (root / "mkdocs.yml").write_text(config, encoding="utf-8")


@contextmanager
def built(name: str) -> Iterator[Path]:
    """Build a site of the corpora in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_site(name, root)
        done = subprocess.run(
            [*CAREBASE, "build"], cwd=root, env=environment(), capture_output=True, text=True
        )
        if done.returncode:
            sys.exit(f"carebase build failed for {name}:\n{done.stdout[-2000:]}{done.stderr}")
        yield root / "site"


def ask_once(chromium: Browser, address: str, question: str, slowness: int = 1) -> Cost:
    """Ask a question in an empty browser, and then its words once more in another order.

    The browser's processor is `slowness` times as slow from the moment at which the search opens.
    """
    page = browser.new_page(chromium, width=1280)
    try:
        page.goto(address, wait_until="networkidle")
        early = page.evaluate("performance.getEntriesByType('resource').map(({name}) => name)")
        came: list[Response] = []
        page.on("response", lambda response: came.append(response))
        if slowness > 1:
            session = page.context.new_cdp_session(page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": slowness})
        page.keyboard.press("/")
        field = page.locator("dialog input[type=search]")
        status = page.locator("dialog carebase-search .cb-search__status")
        expect(status).to_be_attached(timeout=20_000)
        page.evaluate(_WATCH)
        field.fill(question)
        found = page.evaluate("window.found")
        page.wait_for_load_state("networkidle")
        first = list(came)
        sizes = [_size(response) for response in first]
        page.evaluate(_WATCH)
        field.fill(" ".join(reversed(question.split())))
        again = page.evaluate("window.found")["whole"]
        return Cost(
            early=sum("/pagefind/" in name or name.endswith("/search.js") for name in early),
            requests=len(first),
            size=sum(sizes),
            parts=sum("/index/" in response.url for response in first),
            first=found["whole"],
            ready=found["ready"],
            again=again,
            question=question,
        )
    finally:
        page.context.close()


def _size(response: Response) -> int:
    return compressed(response.body(), response.headers.get("content-type", ""))


def measure(name: str, site: Path, questions: Sequence[str], slowness: int = 1) -> list[str]:
    """Print what each question cost on a built site, and give what is beyond the limits.

    The limit of time is for a processor at full speed.
    """
    files = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    pages = sum(1 for _ in (site / "pagefind").glob("*/fragment/*"))
    # The home page has a field of its own, and no dialog.
    start = files[len(files) // 2].removesuffix("index.html")
    most = next((size for limit, size in BYTES if pages <= limit), BYTES[-1][1])
    print(f"\n{name}: {pages} pages; at most {REQUESTS} requests, {most // 1000} kB, {READY} ms")
    if slowness > 1:
        print(f"The browser's processor is {slowness} times as slow.")
    heads = ("first ms", "ready ms", "again ms")
    print(
        f"{'early':>5}{'requests':>9}{'parts':>6}{'kB':>7}" + "".join(f"{one:>9}" for one in heads)
    )
    costs = []
    with serve_folder(site) as address, browser.launched() as chromium:
        for question in questions:
            cost = ask_once(chromium, address + start, question, slowness)
            costs.append(cost)
            print(
                f"{cost.early:>5}{cost.requests:>9}{cost.parts:>6}{cost.size / 1000:>7.1f}"
                f"{cost.first:>9.0f}{cost.ready:>9.0f}{cost.again:>9.0f}  {question}",
                flush=True,
            )
    first, ready, again = (
        statistics.median(getattr(cost, name) for cost in costs)
        for name in ("first", "ready", "again")
    )
    print(
        f"medians: {first:.0f} ms from the paste to the first results, {ready:.0f} ms after the"
        f" last part had come; {again:.0f} ms for a further question"
    )
    said = {
        "loaded before the search is opened": any(cost.early for cost in costs),
        "more requests": max(cost.requests for cost in costs) > REQUESTS,
        "more bytes": max(cost.size for cost in costs) > most,
        "later results": slowness == 1 and again > READY,
    }
    return [f"{name}: {what}" for what, is_so in said.items() if is_so]


def main(arguments: list[str]) -> int:
    """Measure the sites of the corpora, or built ones; gives 1 when a limit is not kept."""
    over = []
    slowness = SLOW if "--slow" in arguments else 1
    for name in [one for one in arguments if one != "--slow"] or QUESTIONS:
        if name not in QUESTIONS:
            if not (Path(name) / "pagefind").is_dir():
                sys.exit(f"{name} is no built site with a search index.")
            over += measure(name, Path(name), QUESTIONS["manuals"], slowness)
        elif not FOLDER.is_dir():
            print(f"{name}: left out, the corpora are not beside the repository")
        else:
            with built(name) as site:
                over += measure(name, site, QUESTIONS[name], slowness)
    print("\n".join(["", *over]) if over else "\nEverything is within the limits.")
    return 1 if over else 0
