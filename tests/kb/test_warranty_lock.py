"""The lock of the published policies."""

from carebase.errors import Problem
from carebase.warranty.lock import Drift, compare, digest, read_lock, write_lock

ONE, TWO = digest(b"id: a\n"), digest(b"id: b\n")


def test_line_ends_do_not_change_a_digest() -> None:
    assert digest(b"id: a\r\nversion: 1\r\n") == digest(b"id: a\nversion: 1\n")
    assert ONE != TWO


def test_a_lock_is_read_as_it_was_written() -> None:
    locked = {"brio@10": ONE, "brio@2": TWO, "aroma@1": ONE}
    text = f"aroma@1: {ONE}\nbrio@2: {TWO}\nbrio@10: {ONE}\n"
    assert text == write_lock(locked)
    lines = {"aroma@1": 1, "brio@2": 2, "brio@10": 3}
    assert (lines, locked, []) == read_lock(text.replace("\n", "\r\n"), "a.lock")
    assert ({}, {}, []) == read_lock("", "a.lock")


def test_every_bad_line_of_a_lock_is_told() -> None:
    text = f"\nbrio: {ONE}\nbrio@1: abc\nbrio@1: {ONE}\nbrio@1: {TWO}\nbrio@02: {ONE}\n"
    lines, locked, problems = read_lock(text, "a.lock")
    assert ({"brio@1": 4}, {"brio@1": ONE}) == (lines, locked)
    form = "This line of the lock does not have the form `<id>@<version>: <sha256>`."
    assert [
        (2, form),
        (3, form),
        (5, "The lock has a second line for `brio@1`."),
        (6, form),
    ] == [(problem.line, problem.message) for problem in problems]
    _, _, told = read_lock("x" * 99, "a.lock")
    assert told == [
        Problem(
            "a.lock",
            1,
            1,
            "lock-line",
            form,
            found=f"`{'x' * 80}`",
            allowed="one line for each version, as `carebase check --fix` wrote it",
            hint="take the line as it was from the history of the file",
        )
    ]


def test_files_are_compared_with_their_lock() -> None:
    locked = dict.fromkeys(("brio@9", "brio@10", "brio@3", "a@12", "a@2"), ONE)
    found = {"brio@10": TWO, "brio@9": TWO, "brio@3": ONE, "c@10": ONE, "c@9": ONE}
    expected = Drift(changed=("brio@9", "brio@10"), unlocked=("c@9", "c@10"), gone=("a@2", "a@12"))
    assert expected == compare(locked, found)
