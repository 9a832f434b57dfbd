"""`carebase serve` as a writer uses it: start, edit, break, mend, stop."""

from __future__ import annotations

import fcntl
import gzip
import json
import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from carebase.build.exchange import take_place
from carebase_plugins.engine.server import Server
from tests.plugins.making import BRIO, CONFIG
from tests.support.process import Running, free_port, run_carebase, start_carebase
from tests.support.sites import Picture, write_files

BELOW = CONFIG.replace("http://127.0.0.1/", "https://care.example/help/")
FILES: Picture = {
    "mkdocs.yml": BELOW,
    "docs": {
        "products/brio/product.yml": BRIO,
        "products/brio/set-up.md": "# Set up\n\n## One\n\nSo.\n",
        "ask.md": "# Ask us\n\n/// form | support-request\n///\n",
    },
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of a site below `/help/`."""
    write_files(tmp_path, FILES)
    return tmp_path


@pytest.fixture
def served(root: Path) -> Iterator[Running]:
    """The site under `carebase serve`."""
    settings = {"CAREBASE_DATABASE_URL": f"sqlite:///{root}/carebase.db"}
    with start_carebase("serve", "--port", str(free_port()), cwd=root, env=settings) as running:
        yield running


def get(address: str) -> tuple[int, str]:
    """Ask for an address and give status and text, be it packed."""
    try:
        with urlopen(address, timeout=20) as answer:
            body = answer.read()
            text = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
            return answer.status, text.decode(errors="replace")
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def wait_for_page(address: str, text: str, there: bool = True, timeout: float = 30) -> None:
    """Ask for a page until it holds a text, or does not hold it."""
    end = time.monotonic() + timeout
    while (text in get(address)[1]) != there:
        assert time.monotonic() < end, f"{text!r} at {address}"
        time.sleep(0.2)


def test_a_day_of_writing(root: Path, served: Running) -> None:
    address = served.wait_for(r"http://127\.0\.0\.1:\d+/help/")
    page = f"{address}products/brio/set-up/"
    source = root / "docs/products/brio/set-up.md"
    assert 200 == get(page)[0]
    assert 404 == get(f"{address}nothing/")[0]
    assert "This page is not here" in get(f"{address}nothing/")[1]

    source.write_text("# Set up\n\n## One\n\nChanged.\n")
    wait_for_page(page, "Changed.")

    # A mistake in front matter is told, and the page goes on being shown.
    source.write_text("---\nkind: gide\n---\n\n# Set up\n\nMistaken.\n")
    served.wait_for(r"docs/products/brio/set-up\.md:2:7: error unknown-value")
    assert 200 == get(page)[0]

    # What cannot be built at all leaves the last good site.
    config = (root / "mkdocs.yml").read_text()
    (root / "theirs.py").write_text(
        "def on_page_content(html, **named):\n    raise KeyError('oh')\n"
    )
    (root / "mkdocs.yml").write_text(config + "hooks: [theirs.py]\n")
    served.wait_for("KeyError: 'oh'")
    assert 200 == get(page)[0]
    assert 200 == get(f"{address}assets/carebase/carebase.css")[0]
    (root / "mkdocs.yml").write_text("site_name: [\n")
    served.wait_for("mkdocs.yml cannot be used")
    assert 200 == get(page)[0]

    (root / "mkdocs.yml").write_text(config)
    source.write_text("# Set up\n\n## One\n\nMended.\n")
    wait_for_page(page, "Mended.")
    assert "Traceback" not in served.output


def test_a_trainer_sees_notes_while_writing(tmp_path: Path) -> None:
    lesson = "# Water\n\n/// instructor\nAsk who {} it.\n///\n"
    course = "title: Water\nsummary: About it.\nlessons: [water.md]\n"
    write_files(tmp_path, {"mkdocs.yml": CONFIG, "docs/courses/water/course.yml": course})
    source = tmp_path / "docs/courses/water/water.md"
    source.write_text(lesson.format("boiled"))
    for audience, there in (("learner", False), ("trainer", True)):
        port = str(free_port())
        with start_carebase("serve", "--port", port, "--audience", audience, cwd=tmp_path) as run:
            page = f"{run.address().rstrip('/')}/courses/water/water/"
            assert there == ("Ask who boiled it." in get(page)[1])
            source.write_text(lesson.format("drank"))
            if there:
                wait_for_page(page, "Ask who drank it.")
            source.write_text(lesson.format("boiled"))


def test_forms_are_handed_on_below_the_path(root: Path, served: Running) -> None:
    address = served.wait_for(r"http://127\.0\.0\.1:\d+/help/")
    assert 200 == get(f"{address}healthz")[0]
    form = get(f"{address}ask/")[1]
    assert 'action="../v1/forms/support-request"' in form

    origin = address.removesuffix("/help/")
    asked = Request(
        f"{address}v1/forms/page-feedback",
        json.dumps({"helpful": "yes", "comment": "Grüße"}).encode(),
        {"Content-Type": "application/json", "Origin": origin},
    )
    try:
        with urlopen(asked, timeout=20) as answer:
            status, text = answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            status, text = error.code, error.read().decode()
    assert status in (201, 422), text
    assert text.startswith("{")
    assert 404 == get(f"{address}requests/%C3%A4%20%25")[0]
    assert 404 == get(f"{origin}/v1/forms/page-feedback")[0]
    assert "Traceback" not in served.output


def test_the_search_follows_edits_once_the_writer_pauses(root: Path, served: Running) -> None:
    address = served.wait_for(r"http://127\.0\.0\.1:\d+/help/")
    page = f"{address}products/brio/set-up/"
    words = f"{address}pagefind/en/start.pf_pack"
    asked = f"{address}v1/search?q=quokka"
    source = root / "docs/products/brio/set-up.md"
    wait_for_page(words, '"vocabulary"')

    # A title shows elsewhere too: everything is built, the search after that.
    source.write_text("# Set up the quokka\n\n## One\n\nSo.\n")
    wait_for_page(page, "quokka")
    wait_for_page(words, "quokka")
    wait_for_page(asked, "products/brio/set-up/")

    source.write_text("# Set up\n\n## One\n\nSo.\n")
    wait_for_page(words, "quokka", there=False)
    wait_for_page(asked, "products/brio/set-up/", there=False)

    # The end comes in the middle of indexing, and leaves nothing behind.
    source.write_text("# Set up the wombat\n\n## One\n\nSo.\n")
    wait_for_page(page, "wombat")
    assert 0 == served.stop(signal.SIGINT)
    assert "Traceback" not in served.output
    assert "Stopped." in served.output


def test_ctrl_c_leaves_nothing_behind(tmp_path: Path) -> None:
    root, folders = tmp_path / "site", tmp_path / "temporary"
    folders.mkdir()
    write_files(root, FILES)
    settings = {"TMPDIR": str(folders)}
    with start_carebase("serve", "--port", str(free_port()), cwd=root, env=settings) as served:
        _stop_and_look(served)
    assert [] == list(folders.glob("carebase-*"))


def test_the_next_one_clears_what_a_killed_one_left(tmp_path: Path) -> None:
    root, folders = tmp_path / "site", tmp_path / "temporary"
    strange = (folders / "carebase-mine", folders / "other-serve-99999999-abc")
    for folder in strange:
        folder.mkdir(parents=True)
    write_files(root, FILES)
    settings = {"TMPDIR": str(folders)}

    def start() -> AbstractContextManager[Running]:
        return start_carebase("serve", "--port", str(free_port()), cwd=root, env=settings)

    with start() as killed:
        killed.address()
        os.killpg(os.getpgid(killed.process.pid), signal.SIGKILL)
        killed.process.wait()
    [left] = folders.glob("carebase-serve-*")
    with start() as living:
        living.address()
        [used] = folders.glob("carebase-serve-*")
        assert used != left
        # Neither what is in use goes, nor what only looks alike.
        with start() as another:
            another.address()
            assert 2 == len([*folders.glob("carebase-serve-*")])
            another.stop(signal.SIGINT)
        assert all(folder.is_dir() for folder in (used, *strange))
        living.stop(signal.SIGINT)
    assert {*strange} == set(folders.iterdir())


def _stop_and_look(served: Running) -> None:
    address = served.address()
    port = int(address.split(":")[2].split("/")[0])
    group = os.getpgid(served.process.pid)

    assert 0 == served.stop(signal.SIGINT)

    assert served.output.endswith("Stopped.\n")
    assert "Traceback" not in served.output
    with pytest.raises(ProcessLookupError):
        os.killpg(group, 0)
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))


def test_stopping_while_the_first_build_goes_on(root: Path) -> None:
    slow = (
        "import time\ndef on_page_content(html, **named):\n    print('now')\n    time.sleep(60)\n"
    )
    write_files(root, {"slow.py": slow, "mkdocs.yml": BELOW + "hooks: [slow.py]\n"})
    with start_carebase("serve", "--port", str(free_port()), cwd=root) as running:
        running.wait_for("now")
        assert 0 == running.stop(signal.SIGINT)
        reason = "Every page is made anew, one after the other: the hook `slow.py` may do anything."
        assert f"{reason}\nnow\nStopped.\n" == running.output


def test_a_port_in_use_is_told_and_the_next_is_taken(root: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with start_carebase("serve", "--port", str(port), cwd=root) as running:
            address = running.address()
            assert f"Port {port} is in use; trying {port + 1}.\n" == running.lines[0]
            assert f"http://127.0.0.1:{port}/" not in address
            assert 200 == get(f"{address.rstrip('/')}/ask/")[0]
            assert 0 == running.stop(signal.SIGINT)


def test_an_address_of_another_machine_is_told(root: Path) -> None:
    done = run_carebase("serve", "--host", "192.0.2.1", cwd=root)

    assert (2, "") == (done.returncode, done.stdout)
    assert done.stderr.startswith("Cannot listen on 192.0.2.1:8000: ")
    assert 1 == len(done.stderr.splitlines())


def test_a_site_that_cannot_be_built_is_told(root: Path) -> None:
    (root / "theirs.py").write_text("def on_files(files, config):\n    raise KeyError('oh')\n")
    (root / "mkdocs.yml").write_text(BELOW + "hooks: [theirs.py]\n")
    done = run_carebase("serve", "--port", str(free_port()), cwd=root)

    assert 1 == done.returncode
    assert "KeyError: 'oh'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_goes_and_comes_back_is_followed(root: Path, served: Running) -> None:
    address = served.wait_for(r"http://127\.0\.0\.1:\d+/help/")
    page, docs, away = f"{address}products/brio/set-up/", root / "docs", root / "away"
    wait_for_page(page, "So.")

    (docs / "products").rename(away)
    wait_for_page(page, "So.", there=False)
    away.rename(docs / "products")
    wait_for_page(page, "So.")

    # As another branch is checked out that lacks it, and then this one again.
    docs.rename(away)
    served.wait_for("isn't an existing directory")
    shutil.copytree(away, docs)
    shutil.rmtree(away)
    served.wait_for(r"Built \d of")
    for text in ("wombat", "quokka"):
        (docs / "products/brio/set-up.md").write_text(f"# Set up\n\n## One\n\nA {text}.\n")
        wait_for_page(page, text)
    assert 0 == served.stop(signal.SIGINT)
    assert "Warning" not in served.output


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_terminal_that_is_closed_leaves_nothing_behind(
    tmp_path: Path, number: signal.Signals
) -> None:
    root, folders = tmp_path / "site", tmp_path / "temporary"
    folders.mkdir()
    write_files(root, FILES)
    settings = {"TMPDIR": str(folders)}
    with start_carebase("serve", "--port", str(free_port()), cwd=root, env=settings) as served:
        served.address()
        assert 0 == served.stop(number)
    assert [] == list(folders.glob("carebase-*"))


def test_a_search_before_there_is_an_index_can_be_tried_again(root: Path) -> None:
    lock = root / ".cache" / "carebase" / "search" / "build.lock"
    lock.parent.mkdir(parents=True)
    settings = {"CAREBASE_DATABASE_URL": f"sqlite:///{root}/carebase.db"}
    with (
        lock.open("w") as file,
        start_carebase("serve", "--port", str(free_port()), cwd=root, env=settings) as served,
    ):
        # The index of the site is being written by somebody else.
        fcntl.flock(file, fcntl.LOCK_EX)
        address = served.wait_for(r"http://127\.0\.0\.1:\d+/help/")
        for path in ("search", "v1/search"):
            with pytest.raises(HTTPError) as raised:
                urlopen(f"{address}{path}?q=brio", timeout=20)
            with raised.value as answer:
                assert (503, "2") == (answer.code, answer.headers["Retry-After"])
                said = "The search index of this site is being made: try again in a moment."
                assert said in answer.read().decode()
        fcntl.flock(file, fcntl.LOCK_UN)
        wait_for_page(f"{address}v1/search?q=brio", '"count":')
        assert 0 == served.stop(signal.SIGINT)


def test_a_template_that_fails_is_named_and_can_be_mended(root: Path, served: Running) -> None:
    address = served.wait_for(r"http://127\.0\.0\.1:\d+/help/")
    main = '{{% extends "base.html" %}}{{% block announce %}}{0}{{% endblock %}}'
    (root / "over").mkdir()
    (root / "over" / "main.html").write_text(main.format("{{ nope.x }}"))
    with_folder = BELOW.replace("name: material", "name: material\n  custom_dir: over")
    (root / "mkdocs.yml").write_text(with_folder)
    served.wait_for(
        r"The page `404\.html` of the theme cannot be written \(template over/main\.html, line 1\):"
        r" UndefinedError: 'nope' is undefined"
    )

    (root / "over" / "main.html").write_text(main.format("A wombat."))

    wait_for_page(f"{address}ask/", "A wombat.")
    assert 0 == served.stop(signal.SIGINT)


def test_a_file_saved_through_another_is_as_quick(root: Path, served: Running) -> None:
    address = served.wait_for(r"http://127\.0\.0\.1:\d+/help/")
    page = root / "docs/products/brio/set-up.md"
    passing = page.with_name(".set-up.md.swp")
    passing.write_text("# Set up\n\n## One\n\nA wombat.\n")
    passing.replace(page)

    served.wait_for(r"Built products/brio/set-up\.md in ")
    wait_for_page(f"{address}products/brio/set-up/", "wombat")
    assert 0 == served.stop(signal.SIGINT)


def test_what_is_saved_during_the_first_build_is_shown(root: Path) -> None:
    hook = """
from pathlib import Path

def on_post_build(config):
    page = Path(config.docs_dir) / "late.md"
    if "early" in page.read_text():
        page.write_text("# A page\\n\\nThe late words.\\n")
"""
    write_files(
        root,
        {
            "mkdocs.yml": BELOW + "hooks: [save.py]\n",
            "save.py": hook,
            "docs": {"late.md": "# A page\n\nThe early words.\n"},
        },
    )
    with start_carebase("serve", "--port", str(free_port()), cwd=root) as running:
        address = running.address()
        until = time.monotonic() + 20
        while "The late words." not in get(f"{address}late/")[1]:
            assert time.monotonic() < until, running.output
            time.sleep(0.1)
        assert 0 == running.stop(signal.SIGINT)


def test_a_snippet_beside_the_docs_folder_that_is_saved_during_the_first_build_is_shown(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # A template that takes its time, so that the build goes on when the first page is there.
    slow = '{% extends "base.html" %}{% for one in range(200000) %}{% endfor %}\n'
    own = BELOW.replace("  name: material", "  name: material\n  custom_dir: own")
    write_files(
        root,
        {
            "mkdocs.yml": f"{own}  - pymdownx.snippets: {{base_path: [{root}/parts]}}\n",
            "own": {"main.html": slow},
            "parts": {"note.txt": "The early words."},
            "docs": {"late.md": '# A page\n\n--8<-- "note.txt"\n'},
        },
    )
    away = tmp_path_factory.mktemp("away")
    env = {"TMPDIR": str(away)}
    with start_carebase("serve", "--port", str(free_port()), cwd=root, env=env) as running:
        until = time.monotonic() + 60
        while not list(away.glob("*/site/**/index.html")):
            assert time.monotonic() < until, running.output
            time.sleep(0.01)
        assert not running.output
        (root / "parts/note.txt").write_text("The late words.")
        address = running.address()
        while "The late words." not in get(f"{address}late/")[1]:
            assert time.monotonic() < until, running.output
            time.sleep(0.1)
        assert 0 == running.stop(signal.SIGINT)


@pytest.mark.parametrize("pause", [0.0, 0.02, 0.7])
def test_a_second_ctrl_c_ends_it_no_worse(served: Running, pause: float) -> None:
    served.wait_for("stop with Ctrl-C")
    served.process.send_signal(signal.SIGINT)
    time.sleep(pause)

    assert 0 == served.stop(signal.SIGINT)
    assert "Aborted" not in served.output


def test_requests_while_an_index_is_made_anew_meet_the_old_one_or_the_new_one(
    tmp_path: Path,
) -> None:
    def make(number: int, folder: Path) -> Path:
        folder.mkdir(parents=True)
        for name in ("start.pf_pack", "index.json", *(f"{part}.pf" for part in range(50))):
            # Of another length each time.
            (folder / name).write_bytes(f"<{number}>".encode() * (1_000 + 500 * (number % 2)))
        return folder

    site = tmp_path / "site"
    index = make(0, site / "pagefind")
    server = Server(lambda: None, "127.0.0.1", free_port(), str(site))
    server.server_bind()
    server.server_activate()
    server.serve_thread.start()
    faults: list[str] = []
    asked = 0
    over = threading.Event()

    def ask() -> None:
        nonlocal asked
        while not over.is_set():
            for name in ("start.pf_pack", "index.json", "49.pf"):
                asked += 1
                try:
                    status, text = get(f"{server.url}pagefind/{name}")
                except OSError as error:
                    faults.append(f"{name}: {error!r}")
                    continue
                number = text[1 : text.find(">")]
                whole = (
                    f"<{number}>" * (1_000 + 500 * (int(number) % 2)) if number.isdigit() else ""
                )
                if (200, whole) != (status, text):
                    faults.append(f"{name}: {status}, {len(text)} bytes")

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    for number in range(1, 60):
        take_place(make(number, tmp_path / "draft"), index)
        assert not (tmp_path / "draft").exists()
    over.set()
    for asker in askers:
        asker.join()
    server.shutdown()

    assert [] == faults
    assert 100 < asked


def test_a_file_that_goes_while_it_is_sent_is_sent_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = tmp_path / "part.pf"
    part.write_bytes(b"1" * 9)
    server = Server(lambda: None, "127.0.0.1", free_port(), str(tmp_path))
    real = os.fstat

    def gone(file: int) -> os.stat_result:
        # The index is made anew, and nobody holds a part of the old one.
        part.unlink(missing_ok=True)
        return real(file)

    monkeypatch.setattr("carebase_plugins.engine.server.os.fstat", gone)
    told: list[str] = []
    environ = {"PATH_INFO": "/part.pf", "QUERY_STRING": ""}
    answer = server.serve_request(environ, lambda status, headers: told.append(status))
    sent = b"".join(answer)
    answer.close()  # type: ignore[attr-defined]
    told.clear()
    server.serve_request(environ, lambda status, headers: told.append(status))
    server.server_close()

    assert b"1" * 9 == sent
    assert ["404 Not Found"] == told


HOOK = """
from pathlib import Path
from words import WORD

def on_startup(command, dirty):
    global told
    told = command

def on_pre_build(config):
    runs = Path(config.config_file_path).parent / "runs.txt"
    runs.write_text(runs.read_text() + "I" if runs.exists() else "I")

def on_page_markdown(markdown, page, config, files):
    table = Path(config.config_file_path).parent / "data" / "table.csv"
    return f"{markdown}\\n{WORD} {table.read_text()} in {told}\\n"
"""


def test_what_a_hook_reads_and_is_made_of_is_watched(root: Path) -> None:
    write_files(
        root,
        {
            "base.yml": f"{BELOW}  - pymdownx.snippets: {{base_path: [{root}/parts]}}\n",
            "mkdocs.yml": "INHERIT: base.yml\nhooks: [code/hook.py]\n",
            "code": {"hook.py": HOOK, "words.py": 'WORD = "early word"\n'},
            "data": {"table.csv": "early table"},
            "parts": {"note.txt": "early snippet"},
            "docs": {"late.md": '# A page\n\n--8<-- "note.txt"\n'},
        },
    )
    with start_carebase("serve", "--port", str(free_port()), cwd=root) as running:
        page = f"{running.address()}late/"
        for name, text in (
            ("code/hook.py", "in serve"),
            ("code/words.py", "early word"),
            ("data/table.csv", "early table"),
            ("parts/note.txt", "early snippet"),
        ):
            wait_for_page(page, text)
            path, later = root / name, f"later {text}"
            first = text.partition(" ")[0]
            path.write_text(path.read_text("utf-8").replace(f"{first} ", f"later {first} "))
            wait_for_page(page, later)
        base = (root / "base.yml").read_text("utf-8")
        (root / "base.yml").write_text(f"{base}copyright: All ours\n", encoding="utf-8")
        wait_for_page(page, "All ours")
        # What it writes itself makes no build after a build.
        runs = (root / "runs.txt").read_text("utf-8")
        time.sleep(4)
        assert (6, runs) == (len(runs), (root / "runs.txt").read_text("utf-8")), running.output
        assert 0 == running.stop(signal.SIGINT)


PROGRAM = """
import subprocess
from pathlib import Path

def path_of(config, name):
    return str(Path(config.config_file_path).parent / name)

def on_serve(server, config, builder):
    for name in ("drawing", "notes"):
        server.watch(path_of(config, name))
    server.unwatch(path_of(config, "notes"))
    return server

def on_page_markdown(markdown, page, config, files):
    made = subprocess.check_output(["cat", path_of(config, "drawing/made.txt")], text=True)
    return f"{markdown}\\n{made}\\n"
"""


def test_what_a_hook_watches_is_watched_also_after_its_code_has_changed(root: Path) -> None:
    write_files(
        root,
        {
            "mkdocs.yml": f"{BELOW}hooks: [hook.py]\n",
            "hook.py": PROGRAM,
            "drawing": {"made.txt": "early drawing"},
            "notes": {"own.txt": "mine"},
            "docs": {"late.md": "# A page\n"},
        },
    )
    with start_carebase("serve", "--port", str(free_port()), cwd=root) as running:
        page = f"{running.address()}late/"
        wait_for_page(page, "early drawing")
        (root / "drawing/made.txt").write_text("late drawing", encoding="utf-8")
        wait_for_page(page, "late drawing")
        (root / "hook.py").write_text(PROGRAM.replace("{made}", "{made} again"), encoding="utf-8")
        wait_for_page(page, "late drawing again")
        (root / "drawing/made.txt").write_text("last drawing", encoding="utf-8")
        wait_for_page(page, "last drawing again")
        assert 0 == running.stop(signal.SIGINT)


def test_what_a_hook_does_wrong_with_the_server_is_told_with_its_line(root: Path) -> None:
    hook = "def on_serve(server, config, builder):\n    server.listen()\n"
    write_files(root, {"mkdocs.yml": f"{BELOW}hooks: [hook.py]\n", "hook.py": hook})
    done = run_carebase("serve", "--port", str(free_port()), cwd=root)
    told = "AttributeError: 'Server' object has no attribute 'listen' (hook.py, line 2)\n"
    assert (1, told) == (done.returncode, done.stderr)
