"""For whoever teaches a course in a room: its times, and its exercises on paper."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import expect

from carebase.cli import main
from carebase.cli.course import command
from carebase.training.schedule import Pause, Planned, plan, read_pause, read_time, write_time
from tests.conftest import OpenPage, ServeFolder
from tests.plugins.making import CONFIG
from tests.support.browser import overflow, run_axe
from tests.support.sites import write_files

FILES = {
    "mkdocs.yml": CONFIG,
    "docs/index.md": "# Home\n",
    "docs/courses/care/course.yml": (
        "title: Care & more\nlessons:\n  - {page: a.md, minutes: 45}\n"
        "  - {page: b.md, minutes: 50, title: Second}\n  - {page: c.md, minutes: 25}\n"
    ),
    "docs/courses/care/a.md": """\
# First

Text that is no exercise.

//// exercise | Find it
    minutes: 10

Look ![A pipe](pipe.svg) here.

/// solution
RIGHTONE
///
////

/// instructor
NOTE
///

/// quiz

### Which? {#which}

- [x] Citric acid
  > RIGHTTWO
- [ ] Vinegar

Hint: HINT

Explanation: RIGHTTHREE

### What belongs? {#pairs}

- Pump -> presses
- Boiler -> heats

### In order? {#order}

1. Off
2. Unplug
3. Open

### Scale is [[RIGHTFOUR]]. {#lime}

///
""",
    "docs/courses/care/b.md": "# B\n\nNothing to do.\n",
    "docs/courses/care/c.md": "# C\n\n/// exercise\nRest.\n///\n",
    "docs/courses/care/pipe.svg": "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>",
    "docs/courses/bare/course.yml": "title: Bare\nlessons: [a.md, {page: b.md, minutes: 5}]\n",
    "docs/courses/bare/a.md": "# A\n",
    "docs/courses/bare/b.md": "# B\n",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("teaching")
    write_files(root, FILES)
    return root


@pytest.fixture
def here(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(root)
    return root


def call(*arguments: str) -> tuple[int, str, str]:
    """Call `carebase course`; give exit code, output and what was wrong."""
    result = CliRunner().invoke(command, arguments)
    return result.exit_code, result.output, str(result.exception or "")


def test_times_are_read_and_written() -> None:
    assert (540, 1439, None, None, None) == tuple(
        read_time(text) for text in ("9:00", "23:59", "24:00", "9", "09:60")
    )
    assert Pause(630, 645) == read_pause("10:30\u201310:45")
    assert (None, None) == (read_pause("10:45-10:30"), read_pause("10:30"))
    assert ("09:05", "00:30") == (write_time(545), write_time(1470))


def test_a_break_comes_between_two_lessons() -> None:
    lessons = [Planned("A", 60), Planned("B", 60), Planned("C", 60)]

    def told(*pauses: Pause) -> list[tuple[str, str, str]]:
        slots = plan(lessons, 540, pauses)
        return [(write_time(one.start), write_time(one.end), one.title) for one in slots]

    assert [("09:00", "10:00", "A"), ("10:00", "11:00", "B"), ("11:00", "12:00", "C")] == told()
    # In the first half of B, so before it; in the second, after it; before all, never.
    assert ("10:00", "10:15", "") == told(Pause(620, 635))[1]
    assert ("11:00", "11:15", "") == told(Pause(640, 655))[2]
    assert ("10:00", "10:30", "") == told(Pause(480, 510))[1]
    assert 3 == len(told(Pause(900, 960)))


def test_the_schedule_of_a_course(here: Path) -> None:
    code, output, _ = call("schedule", "care", "--start", "9:00", "--break", "10:30-10:45")
    assert (0, [
        "Care & more",
        "09:00\u201309:45   1  First",
        "                 Exercise: Find it (10 min)",
        "09:45\u201310:35   2  Second",
        "10:35\u201310:50      Break",
        "10:50\u201311:15   3  C",
        "                 Exercise",
        "11:15        End",
    ]) == (code, output.splitlines())  # fmt: skip
    slots = json.loads(call("schedule", "care", "--json")[1])
    assert [("09:00", 1), ("09:45", 2), ("10:35", 3)] == [
        (slot["start"], slot["lesson"]) for slot in slots
    ]
    assert [{"title": "Find it", "minutes": 10}] == slots[0]["exercises"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("bare",), 1, "The course `bare` has no times: lesson 1 (`a.md`) without `minutes`."
         " Write them into docs/courses/bare/course.yml."),
        (("cares",), 2, "There is no course `cares`. Did you mean `care`?"),
        (("care", "--start", "9"), 2, "`9` is no time of the day: write it as 09:00."),
        (("care", "--break", "9-8"), 2, "`9-8` is no break: write it as 10:30-10:45."),
    ],
)  # fmt: skip
def test_what_is_no_schedule_is_told(
    here: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["course", "schedule", *arguments])
    assert (code, said) == (end.value.code, capsys.readouterr().err.strip())


def test_the_hand_out_without_solutions_tells_no_answer(here: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.html"
    assert 0 == call("handout", "care", "-o", str(output))[0]
    text = output.read_text("utf-8")
    assert not any(word in text for word in ("RIGHT", "NOTE", "HINT", "data-key", "no exercise"))
    assert "data:image/svg+xml;base64," in text
    assert ["1. First", "3. C"] == [part.split("</h2>")[0] for part in text.split("<h2>")[1:]]
    # The order of steps and of definitions is not the right one.
    places = [text.index(f">{word}<") for word in ("Off", "Unplug", "Open")]
    assert places != sorted(places)


def test_the_hand_out_with_solutions_has_them_all(here: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.html"
    assert 0 == call("handout", "care", "--solutions", "-o", str(output))[0]
    text = output.read_text("utf-8")
    assert [] == [word for word in ("ONE", "TWO", "THREE", "FOUR") if f"RIGHT{word}" not in text]
    assert "NOTE" not in text
    assert "Exercises and questions, with solutions" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("bare",), "The course `bare` has neither exercises nor questions: there is nothing to"
         " hand out."),
        (("nope",), "There is no course `nope`. Courses: bare, care."),
    ],
)  # fmt: skip
def test_what_cannot_be_handed_out_is_told(
    here: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    output = tmp_path / "out.html"
    assert said == call("handout", *arguments, "-o", str(output))[2]
    assert not output.exists()
    refused = call("handout", "care", "-o", str(here / "docs/out.html"))[2]
    assert "would be published with the site" in refused


@pytest.mark.browser
def test_a_hand_out_opens_in_a_browser(
    here: Path, tmp_path: Path, open_page: OpenPage, serve_folder: ServeFolder
) -> None:
    call("handout", "care", "--solutions", "-o", str(tmp_path / "index.html"))
    page = open_page(width=390)
    page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
    page.goto(serve_folder(tmp_path))
    expect(page.get_by_text("RIGHTONE")).to_be_visible()
    expect(page.get_by_text("a) ")).to_be_visible()
    assert ([], 0) == (run_axe(page), overflow(page))
