"""A small graded course, for tests of the endpoint."""

from __future__ import annotations

import json
from pathlib import Path

from tests.kb.endpoint_site import Answer, Client

PAGE = """\
# Exam

/// quiz

### What dissolves scale? {#acid points=2 attempts=2}

- [x] Citric acid
  > Right.
- [ ] Vinegar
  > It attacks the seals.

Explanation: Acids dissolve lime.

### Scale is made of [[lime|limescale]]. {#lime attempts=1}

### Which are acids? {#acids type=several partial}

- [x] Lemon
- [x] Cola
- [ ] Soap

///

/// quiz
    draw: 1
    attempts: 1

### How much? [[= 9 ± 0.5 bar]] {#bar}

### How hot? [[= 93 ± 2 °C]] {#hot}

///
"""
EXAM = {
    "docs/courses/exam/course.yml": (
        "title: Exam\ngrading: graded\npass_mark: 60\nretention: 2 years\nlessons: [01.md]\n"
    ),
    "docs/courses/exam/01.md": PAGE,
}
PATH = "/v1/courses/exam/attempts"
ME = "me-0123456789-0123456789-0123456"


def versions(site: Path) -> dict[str, str]:
    """Give the version of each question of the course, by its id."""
    data = json.loads((site.parent / "site.private/courses/exam.json").read_text("utf-8"))
    return {one["id"]: one["version"] for one in data["questions"]}


def send(
    client: Client, site: Path, given: dict[str, list[str]], key: str = "", attempt: str = ME
) -> Answer:
    """Send answers by the ids of their questions, as the page of the site has them."""
    known = versions(site)
    answers = [
        {"question": name, "version": known.get(name, "x"), "given": texts}
        for name, texts in given.items()
    ]
    return client.post_json(PATH, {"attempt": attempt, "answers": answers}, key)
