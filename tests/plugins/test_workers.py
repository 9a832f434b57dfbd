"""Work spread over processes: what one of them cannot hand over is done or told by the first."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from carebase_plugins.engine.workers import processors

# A process of its own: one with several threads forks none.
SCRIPT = """\
import os
from carebase_plugins.engine.workers import spread

FIRST = os.getpid()

def work(item):
    {work}

try:
    done = dict(spread(list(range(96)), work, 3, lambda done: None))
    print({shown})
except Exception as error:
    print(type(error).__name__, error)
"""

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="processes cannot be forked on this system"
)


def said_by(work: str, shown: str = "done") -> str:
    """Spread work over three processes and give what is printed."""
    script = SCRIPT.format(work=work, shown=shown)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert "" == done.stderr
    return done.stdout.strip()


def test_results_come_in_the_order_of_the_items_from_several_processes() -> None:
    work = "return item * item, os.getpid()"

    assert "True" == said_by(
        work, "[item * item for item in range(96)] == [r[0] for r in done.values()]"
    )
    assert "3" == said_by(work, "len({pid for _, pid in done.values()})")
    assert processors() >= 1


def test_what_cannot_be_handed_over_is_done_by_the_first_process() -> None:
    work = "return (lambda: (item, os.getpid() == FIRST)) if item in (7, 8) else item"

    assert "(7, True) (8, True) 96" == said_by(work, "done[7](), done[8](), len(done)")


@pytest.mark.parametrize("item", [6, 7, 8])
def test_an_error_is_told_as_it_is(item: int) -> None:
    work = f"return [1, 2][5] if item == {item} else item"

    assert "IndexError list index out of range" == said_by(work)


def test_a_process_that_is_ended_is_told_in_a_sentence() -> None:
    work = "return os._exit(9) if os.getpid() != FIRST and item > 3 else item"

    assert (
        "CarebaseError A process of this build ended too early: is there enough memory?"
        == said_by(work)
    )


BESIDE = """\
import os
from pathlib import Path
from carebase.errors import CarebaseError
from carebase_plugins.engine.workers import beside

FIRST = os.getpid()

def work():
    {work}

try:
    wait = beside(work)
    wait()
    print(Path("done").read_text(), len(os.listdir("/proc/self/fd")))
except Exception as error:
    print(type(error).__name__, error)
"""
_WRITTEN = 'Path("done").write_text("here" if os.getpid() == FIRST else "beside")'


@pytest.mark.parametrize(
    ("work", "said"),
    [
        (_WRITTEN, "beside"),
        ("raise CarebaseError('The index cannot be written.')", "CarebaseError The index cannot"),
        ("raise OSError(28, 'No space left on device')", "OSError [Errno 28] No space left"),
        # What nobody foresaw is done again where it can be told.
        (f"if os.getpid() != FIRST: raise ValueError('odd')\n    {_WRITTEN}", "here"),
        ("raise ValueError('odd')", "ValueError odd"),
        ("os._exit(9)", "CarebaseError A process of this build ended too early"),
    ],
)
def test_work_beside_ends_as_it_would_here(work: str, said: str, tmp_path: Path) -> None:
    script = BESIDE.replace("{work}", work)
    told = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert told.stdout.startswith(said), told.stdout + told.stderr


def test_work_beside_leaves_no_file_open(tmp_path: Path) -> None:
    script = (
        BESIDE.replace("{work}", _WRITTEN)
        .replace(
            "    wait = beside(work)",
            "    before = len(os.listdir('/proc/self/fd'))\n    wait = beside(work)",
        )
        .replace('Path("done").read_text(), ', "before, ")
    )
    told = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    before, after = told.stdout.split()
    assert before == after
