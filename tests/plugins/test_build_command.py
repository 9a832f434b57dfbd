"""`carebase build` when something is in its way, and what it says while it works."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import resource
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from carebase.build.bench import Case, measure
from carebase.build.bench.command import timed
from carebase.build.draft import Draft
from carebase.build.samples import write_sample
from carebase.errors import CarebaseError
from carebase_plugins.engine import build as building
from carebase_plugins.engine.build import build_site
from tests.plugins.edits import write_site
from tests.plugins.making import CONFIG, WITH_LUNR
from tests.plugins.test_kept_builds import contents
from tests.support.example import build_with
from tests.support.process import run_carebase, start_carebase
from tests.support.sites import Picture, write_files

PAGES: Picture = {"mkdocs.yml": CONFIG, "docs": {"one.md": "# One\n", "two.md": "# Two\n"}}


def test_the_generator_itself_gives_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_site(tmp_path)
    build_site(tmp_path, tmp_path / "ours", workers=2)
    monkeypatch.setattr(building, "reason_against", lambda config: "of this test")
    said: list[str] = []
    build_site(tmp_path, tmp_path / "theirs", tell=said.append)

    ours, theirs = contents(tmp_path / "ours"), contents(tmp_path / "theirs")
    assert ["Every page is made anew, one after the other: of this test."] == said
    assert [] == [name for name in ours | theirs if ours.get(name) != theirs.get(name)]


def test_files_that_did_not_change_are_not_written(tmp_path: Path) -> None:
    write_files(tmp_path, PAGES)
    build_site(tmp_path, index=False)
    before = {path: path.stat() for path in (tmp_path / "site").rglob("*") if path.is_file()}
    (tmp_path / "docs" / "one.md").write_text("# One\n\nMore.\n", encoding="utf-8")

    outcome = build_site(tmp_path, index=False)

    written = {
        path.relative_to(tmp_path / "site").as_posix()
        for path, seen in before.items()
        if (path.stat().st_ino, path.stat().st_mtime_ns) != (seen.st_ino, seen.st_mtime_ns)
    }
    assert 1 == outcome.made
    assert written == {
        *("one/index.html", "one.md", "llms-full.txt"),
    }


@pytest.mark.parametrize("harm", ["cut", "garbage", "other version"])
def test_a_cache_that_cannot_be_used_is_thrown_away(
    tmp_path: Path, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(tmp_path, PAGES)
    build_site(tmp_path)
    wanted = contents(tmp_path / "site")
    cache = tmp_path / ".cache" / "carebase" / "build.sqlite"
    if harm == "cut":
        os.truncate(cache, cache.stat().st_size // 2)
    elif harm == "garbage":
        cache.write_bytes(os.urandom(20_000))
    else:
        monkeypatch.setattr(building, "version_print", lambda: "another")

    outcome = build_site(tmp_path)

    assert outcome.pages == outcome.made
    assert wanted == contents(tmp_path / "site")
    assert 0 == build_site(tmp_path).made


def test_a_file_of_the_site_that_somebody_changed_is_put_right(tmp_path: Path) -> None:
    write_files(tmp_path, PAGES)
    build_site(tmp_path)
    wanted = contents(tmp_path / "site")
    (tmp_path / "site" / "one" / "index.html").write_text("harmed", encoding="utf-8")
    (tmp_path / "site" / "two" / "index.html").unlink()
    (tmp_path / "site" / "left-over.html").write_text("old", encoding="utf-8")

    build_site(tmp_path)

    assert wanted == contents(tmp_path / "site")


def test_a_full_disk_leaves_the_old_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path, PAGES)
    build_site(tmp_path)
    wanted = contents(tmp_path / "site")
    (tmp_path / "docs" / "one.md").write_text("# One\n\nMore.\n", encoding="utf-8")

    def full(*values: Any, **named: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("carebase_plugins.engine.writing.write_file", full)
        with pytest.raises(CarebaseError) as raised:
            build_site(tmp_path)

    place = tmp_path / "site"
    said = f"The disk is full: nothing was published, and {place} is as it was."
    assert said == str(raised.value)
    assert wanted == contents(place)
    assert [] == [path for path in tmp_path.iterdir() if path.name.startswith(".site")]


def test_links_that_lead_nowhere_or_round_in_a_circle_are_told(tmp_path: Path) -> None:
    write_files(tmp_path, PAGES)
    for name, target in (("gone.md", "nowhere.md"), ("chapter", "none"), ("self.png", "self.png")):
        (tmp_path / "docs" / name).symlink_to(target)
        said = (
            f"docs/{name}:1:1: error file-unreadable: This is a link that leads nowhere.\n"
            f"    found: `{target}`\n"
            "    hint: take it away, or have it lead to a file or folder that is there\n"
        )
        built = run_carebase("build", cwd=tmp_path)
        assert (1, said) == (built.returncode, built.stderr), name
        checked = run_carebase("check", cwd=tmp_path)
        assert (1, True) == (checked.returncode, checked.stdout.startswith(said)), name
        (tmp_path / "docs" / name).unlink()

    (tmp_path / "docs" / "more").mkdir()
    (tmp_path / "docs" / "more" / "round").symlink_to("../../docs")
    said = "docs/more/round is a link to a folder that holds it, so that its pages would go on"
    for command in ("build", "check"):
        done = run_carebase(command, cwd=tmp_path)
        assert (2, f"{said} for ever: take it away.\n") == (done.returncode, done.stderr)


def test_a_build_that_was_cut_while_publishing_is_made_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(tmp_path, PAGES)
    build_site(tmp_path)
    (tmp_path / "docs" / "one.md").write_text("# Other\n\nMore.\n", encoding="utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(Draft, "publish", lambda draft: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            build_site(tmp_path)

    build_site(tmp_path)
    found = contents(tmp_path / "site")
    build_site(tmp_path, tmp_path / "fresh")
    assert contents(tmp_path / "fresh") == found


def test_a_second_build_waits(tmp_path: Path) -> None:
    write_files(tmp_path, PAGES)
    lock = tmp_path / ".cache" / "carebase" / "build.lock"
    lock.parent.mkdir(parents=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        said: list[str] = []
        waiting = threading.Event()

        def tell(text: str) -> None:
            said.append(text)
            waiting.set()

        other = threading.Thread(target=lambda: build_site(tmp_path, tell=tell, workers=1))
        other.start()
        assert waiting.wait(30)
        assert not (tmp_path / "site").exists()
        fcntl.flock(file, fcntl.LOCK_UN)
        other.join(60)
    assert [building.WAITING] == said
    assert (tmp_path / "site" / "one" / "index.html").is_file()


def test_quiet_and_verbose(tmp_path: Path) -> None:
    write_files(tmp_path, PAGES)
    quiet = run_carebase("build", "--quiet", cwd=tmp_path)
    assert (0, "", "") == (quiet.returncode, quiet.stdout, quiet.stderr)

    (tmp_path / "docs" / "one.md").write_text("# One\n\nMore.\n", encoding="utf-8")
    verbose = run_carebase("build", "--verbose", cwd=tmp_path)
    assert " ms  page one.md" in verbose.stdout
    assert " ms  plugin carebase-articles" in verbose.stdout
    assert "Built 4 pages, 1 of them anew, in " in verbose.stdout


def test_long_builds_say_how_far_they_are(tmp_path: Path) -> None:
    write_sample(tmp_path, 220)
    with start_carebase("build", "--no-index", cwd=tmp_path) as running:
        running.wait_for(r"Reading pages: 2\d\d in \d+\.\d s \([\d,]+ a second\)", timeout=200)
        running.wait_for(r"Writing pages: 2\d\d in ", timeout=200)
        running.wait_for("Built 2", timeout=100)


def test_a_folder_without_pages_is_not_measured(tmp_path: Path) -> None:
    result = run_carebase("bench", "--corpus", ".", "--runs", "1", cwd=tmp_path)
    assert (2, ". holds no Markdown file to measure.\n") == (result.returncode, result.stderr)


def test_bench(tmp_path: Path) -> None:
    done = run_carebase(
        *("bench", "--pages", "50", "--runs", "1", "--json"), cwd=tmp_path, timeout=300
    )

    assert 0 == done.returncode, done.stderr
    assert "50 pages: run 1 of 1, carebase\n" in done.stderr
    (site,) = json.loads(done.stdout)
    tasks = {"cold", "unchanged", "one edit", "title edit"}
    assert tasks == {row["task"] for row in site["ratios"]}
    assert 10_000 < min(site["html"].values()) <= max(site["html"].values()) < 100_000
    assert 0 < site["served"] <= site["served_slowest"] < 60
    assert 0 < min(row["memory"] for row in site["builds"])


def test_pages_of_which_much_is_said_are_measured_too(tmp_path: Path) -> None:
    lost = "".join(f"\n[Lost](lost-{number}-{'x' * 60}.md)\n" for number in range(400))
    pages = {f"docs/page-{number}.md": f"# Page {number}\n{lost}" for number in range(3)}
    write_files(tmp_path, pages)

    result = measure(Case.of(tmp_path), 2, others=False)

    # More than a pipe holds: who says it must not have to wait.
    assert 2 == len(result.served)


def test_a_command_is_measured_without_the_memory_of_who_measures(tmp_path: Path) -> None:
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6

    took = timed([sys.executable, "-I", "-S", "-c", "sum(range(1_000_000))"], tmp_path)

    assert 0 < took.cpu
    assert 0 < took.memory < own / 2
    with pytest.raises(CarebaseError, match="failed: It is broken"):
        timed([sys.executable, "-c", "raise SystemExit('It is broken')"], tmp_path)


def test_an_id_without_a_value_is_no_anchor(tmp_path: Path) -> None:
    write_files(tmp_path, PAGES)
    old = tmp_path / "docs" / "old.md"
    old.write_text("# Old\n\n<p id>Left over.</p>\n\n<a name></a>\n\n<p id='kept'>Kept.</p>\n")

    for _ in range(2):
        outcome = build_site(tmp_path, index=False, workers=2)
        assert [] == [line for line in outcome.warnings if "old.md" in line]
        assert "Left over." in (tmp_path / "site/old/index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("plugin", ["search", "blog", "tags"])
def test_a_plugin_of_material_gives_the_same_site_from_both_commands(
    tmp_path: Path, plugin: str
) -> None:
    # Behind ours, so that it meets our templates when it asks for words.
    config = CONFIG.replace("  - carebase-search\n", "")
    config = config.replace("markdown_extensions:", f"  - {plugin}\n\nmarkdown_extensions:", 1)
    post = "---\ndate: 2026-01-02\n---\n# Post\n\nText.\n"
    tagged = "---\ntags: [water]\n---\n# Page\n"
    docs = {"blog/index.md": "# Blog\n", "blog/posts/one.md": post, "page.md": tagged}
    write_files(tmp_path, {"mkdocs.yml": config, "docs": docs})

    done = run_carebase("build", cwd=tmp_path, timeout=120)
    assert 0 == done.returncode, done.stderr
    (tmp_path / "site").rename(tmp_path / "ours")
    plain = build_with("mkdocs", tmp_path)
    assert 0 == plain.result.returncode, plain.result.stderr

    ours, theirs = contents(tmp_path / "ours"), contents(plain.folder)
    assert theirs.keys() == ours.keys()
    assert [] == [name for name in theirs if theirs[name] != ours[name]]


# Forking is for a process with one thread alone.
BY_SO_MANY = """\
import sys
from pathlib import Path
from carebase_plugins.engine.build import build_site

outcome = build_site(Path.cwd(), Path(sys.argv[1]), index=False, workers=int(sys.argv[2]))
print(*(problem.as_text() for problem in outcome.problems), *outcome.warnings, sep="\\n")
"""


def test_pages_read_by_several_processes_come_out_as_those_read_by_one(tmp_path: Path) -> None:
    root = tmp_path / "site-of-many"
    write_sample(root, 70)
    (root / "docs" / "parts.md").write_text("# Parts\n\nIt takes all.\n", encoding="utf-8")
    for number in range(0, 70, 7):
        page = root / "docs" / "products" / f"p{number // 50:03d}" / f"guide-{number % 50:02d}.md"
        text = page.read_text(encoding="utf-8")
        odd = "\n{{ product.name }}, [gone](nowhere.md).\n"
        page.write_text(text.replace("kind: guide", "kind: guide\nmood: odd") + odd, "utf-8")
    said, made = [], []
    for workers in ("1", "3"):
        target = tmp_path / f"made-by-{workers}"
        script = [sys.executable, "-c", BY_SO_MANY, str(target), workers]
        done = subprocess.run(script, cwd=root, capture_output=True, text=True, timeout=120)
        assert (0, "") == (done.returncode, done.stderr)
        said.append(done.stdout)
        made.append(contents(target))
        shutil.rmtree(root / ".cache")

    assert "nowhere.md" in said[0] and "mood" in said[0]
    assert said[0] == said[1]
    assert [] == [name for name in made[0] | made[1] if made[0].get(name) != made[1].get(name)]


@pytest.mark.parametrize("plugins", ["[]", "[search]"])
def test_a_site_without_our_plugins_is_built_as_by_the_generator(
    tmp_path: Path, plugins: str
) -> None:
    config = f"site_name: Plain\ntheme: {{name: material}}\nplugins: {plugins}\n"
    write_files(tmp_path, {**PAGES, "mkdocs.yml": config})

    first = run_carebase("build", "-d", "ours", cwd=tmp_path)
    again = run_carebase("build", "-d", "ours", cwd=tmp_path)
    command = [sys.executable, "-m", "mkdocs", "build", "-q", "-d", str(tmp_path / "theirs")]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=60)

    assert (0, 0) == (first.returncode, again.returncode)
    assert "0 of them anew" in again.stdout
    assert not (tmp_path / "docs" / ".addresses").exists()
    ours, theirs = contents(tmp_path / "ours"), contents(tmp_path / "theirs")
    assert [] == [name for name in ours | theirs if ours.get(name) != theirs.get(name)]


def test_a_hook_that_fails_on_two_pages_hides_neither_of_them(tmp_path: Path) -> None:
    hook = (
        "import logging\n"
        "def on_page_markdown(markdown, page, **more):\n"
        "    logging.getLogger('mkdocs').warning('read %s', page.file.src_uri)\n"
        "    if 'odd' in markdown:\n        raise ValueError('nothing to put here')\n"
        "def on_page_context(context, page, **more):\n"
        "    if page.file.src_uri == 'three.md':\n        raise KeyError('missing')\n"
    )
    docs = {
        "index.md": "# Home\n",
        "one.md": "# One\n\nodd\n",
        "three.md": "# Three\n",
        "two.md": "# Two\n\nodd\n",
    }
    write_files(
        tmp_path, {"mkdocs.yml": CONFIG + "hooks: [theirs.py]\n", "theirs.py": hook, "docs": docs}
    )
    with pytest.raises(CarebaseError) as raised:
        build_site(tmp_path, index=False)

    told = [line for line in str(raised.value).splitlines() if "error" in line]
    assert [
        "docs/one.md:1:1: error render-failed: The page cannot be rendered: ValueError: nothing to"
        " put here",
        "docs/two.md:1:1: error render-failed: The page cannot be rendered: ValueError: nothing to"
        " put here",
        "docs/three.md:1:1: error render-failed: The page cannot be written: KeyError: 'missing'",
    ] == told
    assert 1 == str(raised.value).count("read two.md")
    assert not (tmp_path / "site").exists()
    # What was put in the place of the generator's own steps is gone again.
    (tmp_path / "docs" / "one.md").write_text("# One\n", encoding="utf-8")
    (tmp_path / "docs" / "two.md").write_text("# Two\n", encoding="utf-8")
    (tmp_path / "docs" / "three.md").unlink()
    build_site(tmp_path, index=False)
    assert (tmp_path / "site/one/index.html").exists()


def test_a_plugin_that_ends_the_program_hides_neither_page_nor_line(tmp_path: Path) -> None:
    """As mkdocs-macros-plugin does with `on_error_fail`, which tells all its steps besides."""
    hook = (
        "import logging, sys, traceback\n"
        "from jinja2 import Environment\n"
        "def on_page_markdown(markdown, page, **more):\n"
        "    if 'leave' in markdown:\n        sys.exit(7)\n"
        "    try:\n"
        "        return Environment().from_string(markdown).render(page=page)\n"
        "    except Exception as error:\n"
        "        said = ''.join(traceback.format_exception(error))\n"
        "        logging.getLogger('mkdocs.plugins').warning('Theirs: %s', said)\n"
        "        sys.exit(100)\n"
    )
    docs = {
        "index.md": "# Home\n",
        "call.md": "---\ntitle: Call\n---\n\n# Call\n\n{{ nope.it }}\n",
        "half.md": "# Half\n\n\n{% if %}\n",
        "leave.md": "# leave\n",
    }
    write_files(
        tmp_path, {"mkdocs.yml": CONFIG + "hooks: [theirs.py]\n", "theirs.py": hook, "docs": docs}
    )
    done = run_carebase("build", "--no-index", cwd=tmp_path)

    assert 1 == done.returncode
    cannot = "error render-failed: The page cannot be rendered:"
    assert [
        f"docs/call.md:7:1: {cannot} UndefinedError: 'nope' is undefined",
        f"docs/half.md:4:1: {cannot} TemplateSyntaxError: Expected an expression, got 'end of"
        " statement block'",
        f"docs/leave.md:1:1: {cannot} EndedError: a plugin, hook or extension ended the build (7)",
    ] == [line for line in done.stderr.splitlines() if "error render" in line]
    assert "Theirs: jinja2.exceptions.UndefinedError: 'nope' is undefined" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_hook_that_fails_before_there_are_pages_is_named_with_its_line(tmp_path: Path) -> None:
    hook = "def on_files(files, config):\n    raise RuntimeError('not today')\n"
    write_files(tmp_path, {**PAGES, "mkdocs.yml": CONFIG + "hooks: [it.py]\n", "it.py": hook})
    done = run_carebase("build", "--no-index", cwd=tmp_path)

    assert 1 == done.returncode
    assert "RuntimeError: not today (it.py, line 2)\n" in done.stderr


def test_a_foreign_extension_that_fails_names_the_line(tmp_path: Path) -> None:
    extension = (
        "from markdown.extensions import Extension\n"
        "from markdown.preprocessors import Preprocessor\n"
        "class Step(Preprocessor):\n"
        "    def run(self, lines):\n"
        "        if any('{odd}' in line for line in lines):\n"
        "            raise ValueError('no such thing')\n"
        "        return lines\n"
        "class Theirs(Extension):\n"
        "    def extendMarkdown(self, md):\n"
        "        md.preprocessors.register(Step(md), 'theirs', 5)\n"
        "def makeExtension(**options):\n    return Theirs(**options)\n"
    )
    home = "---\nowner: Us\n---\n\n# Home\n\nFine.\n\n{odd}\n"
    docs = {"index.md": home, "b.md": "# B\n\n{odd}\n"}
    config = CONFIG.replace("  - admonition\n", "  - theirs_failing\n")
    assert config != CONFIG
    write_files(tmp_path, {"mkdocs.yml": config, "docs": docs, "theirs_failing.py": extension})

    done = run_carebase("build", "--no-index", cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)})

    assert done.returncode
    said = "The page cannot be rendered: ValueError: no such thing"
    assert f"docs/index.md:9:1: error render-failed: {said}" in done.stderr + done.stdout
    assert f"docs/b.md:3:1: error render-failed: {said}" in done.stderr + done.stdout


def test_a_build_loads_neither_what_checks_a_site_nor_what_it_does_not_use(tmp_path: Path) -> None:
    config = "site_name: Home\ntheme: material\nplugins: [carebase-articles]\n"
    write_files(tmp_path, {"mkdocs.yml": config, "docs/index.md": "# Home\n"})

    done = run_carebase("build", "--quiet", cwd=tmp_path, env={"PYTHONPROFILEIMPORTTIME": "1"})

    assert 0 == done.returncode, done.stderr
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "carebase_plugins.engine.build" in loaded
    unused = ("articles.checks", "endpoint", "report", "training.key", "training.reading")
    assert not loaded & {f"carebase.{name}" for name in unused}


def test_without_an_index_a_plugin_may_still_count_on_the_search_of_material(
    tmp_path: Path,
) -> None:
    hook = """
def on_post_build(config):
    assert config.plugins["material/search"].search_index
"""
    write_files(
        tmp_path,
        {
            "mkdocs.yml": f"{WITH_LUNR}hooks: [hook.py]\n",
            "hook.py": hook,
            "docs": {"index.md": "# Home\n"},
        },
    )
    build_site(tmp_path)
    wanted = contents(tmp_path / "site")
    build_site(tmp_path, index=False)

    assert wanted == contents(tmp_path / "site")
