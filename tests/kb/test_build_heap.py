"""Memory is given back to the system."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

_PROGRAM = """
from pathlib import Path
from carebase.build.heap import give_back

def held():
    return int(Path("/proc/self/statm").read_text().split()[1])

# Larger than what Python keeps in pools of its own, with something behind that stays.
texts = [bytes(3000) for _ in range(40_000)]
last = bytes(3000)
full = held()
del texts
before = held()
give_back()
print(full, before, held())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library keeps no memory")
def test_what_is_free_is_given_back() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True
    )
    full, before, after = map(int, done.stdout.split())
    assert before > 0.9 * full
    assert after < 0.5 * full
