"""The lock of the published policies."""

import pytest

from carebase.warranty.lock import Drift, compare, digest, read_lock, write_lock

ONE, TWO = digest(b"id: a\n"), digest(b"id: b\n")


def test_line_ends_do_not_change_a_digest() -> None:
    assert digest(b"id: a\r\nversion: 1\r\n") == digest(b"id: a\nversion: 1\n")
    assert ONE != TWO


def test_a_lock_is_read_as_it_was_written() -> None:
    locked = {"brio@10": ONE, "brio@2": TWO, "aroma@1": ONE}
    text = f"aroma@1: {ONE}\nbrio@2: {TWO}\nbrio@10: {ONE}\n"
    assert text == write_lock(locked)
    assert locked == read_lock(text.replace("\n", "\r\n"))
    assert read_lock("") == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"\nbrio: {ONE}", "Line 2 is not of the form id@version: sha256."),
        ("brio@1: abc", "Line 1 is not of the form id@version: sha256."),
        (f"brio@1: {ONE}\nbrio@1: {TWO}", "Line 2 locks brio@1 a second time."),
    ],
)
def test_a_bad_lock_is_refused(text: str, expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        read_lock(text)


def test_files_are_compared_with_their_lock() -> None:
    locked = {"brio@1": ONE, "brio@2": ONE, "brio@3": ONE}
    found = {"brio@1": ONE, "brio@2": TWO, "brio@10": ONE, "brio@9": ONE}
    expected = Drift(changed=("brio@2",), unlocked=("brio@9", "brio@10"), gone=("brio@3",))
    assert expected == compare(locked, found)
