"""Work spread over processes: what one of them cannot hand over is done or told by the first."""

from __future__ import annotations

import os
import subprocess
import sys

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
        "CarebaseError A process that makes pages ended too early: is there enough memory?"
        == said_by(work)
    )
