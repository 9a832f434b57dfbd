"""The line that says how far a build is."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from carebase.cli import pace
from carebase.cli.pace import Pace


class Watch:
    """A clock that is set by hand."""

    now = 100.0

    def monotonic(self) -> float:
        """Give the time."""
        return self.now


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Take the place of the clock, and of a terminal."""
    watch = Watch()
    monkeypatch.setattr(pace, "time", watch)
    terminal = SimpleNamespace(isatty=lambda: True)
    monkeypatch.setattr(pace, "sys", SimpleNamespace(stderr=terminal))
    return watch


def test_a_rate_is_told_only_once_it_is_known(
    watch: Watch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = []
    with Pace() as line:
        for seconds, done in ((0.0, 2), (0.05, 50), (1.0, 102), (2.0, 400)):
            watch.now = 100.0 + seconds
            line.show("Reading pages", done, 400)
            shown.append(capsys.readouterr().err)

    assert ["", ""] == shown[:2]
    assert "102 of 400, 100 a second, 3 s left" in shown[2]
    assert shown[3].endswith("Reading pages: 400 in 2.0 s (200 a second)\n")


def test_little_work_has_a_line_once_it_takes_long(
    watch: Watch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = []
    with Pace() as line:
        for seconds, done in ((0.0, 1), (0.4, 20), (0.6, 31), (3.0, 150)):
            watch.now = 100.0 + seconds
            line.show("Reading pages", done, 150)
            shown.append(capsys.readouterr().err)

    assert ["", ""] == shown[:2]
    assert "31 of 150, 50 a second, 2 s left" in shown[2]
    # It goes without a trace.
    assert "\r" == shown[3]


@pytest.mark.parametrize(
    ("columns", "wanted"),
    [
        (
            100,
            "Writing pages ██████████████████······ 7,500 of 10,000, 750 a second, 3 s left",
        ),
        (70, "Writing pages ███████████···· 7,500 of 10,000, 750 a second, 3 s left"),
        (60, "Writing pages 7,500 of 10,000, 750 a second, 3 s left"),
        (40, "Writing pages 7,500 of 10,000, 3 s left"),
        (32, "Writing pages 7,500 of 10,000"),
        (20, "Writing pages 7,500"),
    ],
)
def test_the_line_fits_the_terminal(
    watch: Watch,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    columns: int,
    wanted: str,
) -> None:
    monkeypatch.setattr(pace, "_columns", lambda: columns)
    with Pace() as line:
        line.show("Writing pages", 0, 10_000)
        watch.now += 10
        line.show("Writing pages", 7_500, 10_000)
        shown = capsys.readouterr().err.removeprefix("\r")

    assert len(shown) < columns
    assert wanted == shown
