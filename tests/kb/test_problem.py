"""A problem is told on one line, whatever a file holds."""

from __future__ import annotations

from carebase.errors import Problem


def test_signs_that_nobody_sees_are_told_by_their_escapes() -> None:
    problem = Problem("a.yml", 1, 2, "some-code", "No page `p\nq`.", found="`\x1b[2J\u202e`")

    assert problem.message == "No page `p\\nq`."
    assert problem.found == "`\\x1b[2J\\u202e`"
    assert problem.as_text().count("\n") == 1


def test_all_other_signs_are_told_as_they_are() -> None:
    text = "Schlüssel für „Größe“, 漢字,\u00a0🔧"

    assert Problem("a.yml", 1, 1, "some-code", text).message == text
