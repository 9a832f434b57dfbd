"""Signed certificates: keys, signatures, and what is said of files that are not as signed."""

from __future__ import annotations

import json
import stat
import struct
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carebase.badges.canonical import canonical, read_json
from carebase.badges.checking import check
from carebase.badges.keys import load_key, make_key, read_multikey, write_multikey
from carebase.badges.multibase import decode, encode
from carebase.badges.proof import holds
from carebase.badges.published import PublicKey, keys_of
from carebase.errors import UsageError
from carebase_plugins.engine import load_site
from tests.support.certificates import (
    ISSUER,
    KEY,
    NOW,
    PUBLIC,
    cases,
    changes,
    content,
    says_the_same,
    signed,
    write,
)
from tests.support.process import run_carebase
from tests.support.sites import MKDOCS_YML, write_files

KNOWN = (PublicKey(key=PUBLIC),)


@pytest.mark.parametrize("number", range(len(list(cases()))))
def test_each_certificate_gets_its_answer(number: int) -> None:
    case = list(cases())[number]
    assert case.state == check(case.text, case.keys, NOW).state


def test_any_changed_sign_is_noticed() -> None:
    noticed = 0
    for place, text in changes(3000):
        state = check(text, KNOWN, NOW).state
        assert (state == "valid") == says_the_same(text), (place, state)
        noticed += state != "valid"
    assert noticed > 1000


@given(st.data())
def test_any_changed_part_is_noticed(data: st.DataObject) -> None:
    document = signed()
    place: Any = document
    path: list[Any] = []
    while isinstance(place, dict | list) and place:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        path.append(data.draw(st.sampled_from(keys)))
        place = place[path[-1]]
    inside: Any = document
    for step in path[:-1]:
        inside = inside[step]
    scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text()
    inside[path[-1]] = data.draw(scalars.filter(lambda value: value != place))
    assert check(json.dumps(document), KNOWN, NOW).state != "valid"


def test_the_same_is_signed_to_the_same() -> None:
    assert signed() == signed()
    assert signed()["proof"] != signed(content("Somebody else"))["proof"]
    assert signed()["proof"]["verificationMethod"] == f"{ISSUER.id}#{PUBLIC}"


def test_a_signature_can_be_made_by_hand() -> None:
    """The steps of the suite, written out: two digests, one after the other, are signed."""
    import hashlib

    document = signed()
    proof = document.pop("proof")
    value = proof.pop("proofValue")

    def plain(thing: Any) -> bytes:
        # No numbers and no letters beyond the basic plane among the names: sorted is sorted.
        text = json.dumps(thing, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).digest()

    KEY.public_key().verify(decode(value), plain(proof) + plain(document))
    assert holds({**document, "proof": {**proof, "proofValue": value}}, KEY.public_key())


@given(st.integers(0, 2**64 - 1))
def test_numbers_are_written_as_javascript_writes_them(bits: int) -> None:
    (number,) = struct.unpack(">d", bits.to_bytes(8, "big"))
    if not abs(number) <= 2**53:
        with pytest.raises(ValueError, match="too large"):
            canonical(number)
        return
    written = canonical(number).decode()
    assert float(written) == number
    # As short as Python's own, and never with an exponent that JavaScript would not write.
    digits = written.lower().partition("e")[0].replace(".", "").strip("-0")
    assert len(digits) <= len(repr(number).partition("e")[0].replace(".", "").strip("-0"))


@pytest.mark.parametrize(
    ("number", "written"),
    [(0.0, "0"), (-0.0, "0"), (1.0, "1"), (1e-6, "0.000001"), (1e-7, "1e-7"), (1.5e-9, "1.5e-9")],
)
def test_some_numbers(number: float, written: str) -> None:
    assert written == canonical(number).decode()


@given(st.binary(max_size=80))
def test_bytes_survive_base_58(data: bytes) -> None:
    assert data == decode(encode(data))


def test_keys_are_written_as_multikeys() -> None:
    assert PUBLIC.startswith("z6Mk")
    assert 48 == len(PUBLIC)
    assert KEY.public_key() == read_multikey(PUBLIC)
    for bad in ("", "z", PUBLIC[:-1], PUBLIC + "1", "z1" + PUBLIC[1:], "0" + PUBLIC, "z6Mk0"):
        with pytest.raises(ValueError, match=r"."):
            read_multikey(bad)


def test_what_programs_read_differently_is_refused() -> None:
    for bad in ('{"a":1,"a":2}', "NaN", "[Infinity]", "[" * 100_000, "{"):
        with pytest.raises(ValueError, match=r"."):
            read_json(bad)


def test_a_private_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "certificate.key"
    key = make_key(path, replace=False)
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert write_multikey(key.public_key()) == write_multikey(load_key(path).public_key())
    with pytest.raises(UsageError, match="There is a key in"):
        make_key(path, replace=False)
    assert make_key(path, replace=True).public_key() != key.public_key()
    path.write_text("no key")
    with pytest.raises(UsageError, match="holds no key that signs"):
        load_key(path)
    with pytest.raises(UsageError, match="cannot be read"):
        load_key(tmp_path / "none")
    assert [path] == list(tmp_path.iterdir())


def make_site(root: Path) -> Path:
    write_files(
        root,
        {
            "mkdocs.yml": MKDOCS_YML,
            "docs/index.md": "# Care\n",
            "docs/courses/care/course.yml": (
                "title: Care\nlessons: [01.md]\ncertificate: true\ngrading: self-check\n"
            ),
            "docs/courses/care/01.md": "# One\n\nText.\n",
        },
    )
    return root


def run(root: Path, *arguments: str) -> tuple[int, str, str]:
    done = run_carebase(*arguments, cwd=root)
    return done.returncode, done.stdout, done.stderr


def test_a_key_is_made_published_and_replaced(tmp_path: Path) -> None:
    root = make_site(tmp_path)
    code, _, said = run(root, "certificate", "key")
    assert (2, True) == (code, "build the site first with `carebase build`" in said)
    assert 0 == run(root, "build")[0]
    code, said, _ = run(root, "certificate", "key")
    assert 0 == code
    assert "commit it, and build the site" in said
    private = root / "site.private" / "certificate.key"
    first = write_multikey(load_key(private).public_key())
    assert (first,) == tuple(one.key for one in keys_of(load_site(root)).keys)

    assert 2 == run(root, "certificate", "key")[0]
    assert 2 == run(root, "certificate", "key", "-o", "docs/x.key")[0]
    assert 0 == run(root, "certificate", "key", "--replace")[0]
    second = write_multikey(load_key(private).public_key())
    assert 0 == run(root, "build")[0]
    # A build leaves the private key where it is, and puts the public ones into the site.
    assert second == write_multikey(load_key(private).public_key())
    assert 0o600 == stat.S_IMODE(private.stat().st_mode)
    issuer = json.loads((root / "site" / "certificates" / "issuer.json").read_text("utf-8"))
    assert [first, second] == [one["publicKeyMultibase"] for one in issuer["verificationMethod"]]
    assert issuer["assertionMethod"] == [one["id"] for one in issuer["verificationMethod"]]
    page = (root / "site" / "certificates" / "index.html").read_text("utf-8")
    assert first in page
    assert second in page
    secret = private.read_text("ascii").splitlines()[1].encode()
    published = [path for path in (root / "site").rglob("*") if path.is_file()]
    assert [] == [path for path in published if secret in path.read_bytes()]
    assert not list((root / "site").rglob("*.key"))


@pytest.mark.parametrize(
    ("text", "keys", "code", "said"),
    [
        (write(signed()), PUBLIC, 0, "This certificate is genuine"),
        (write(signed()).replace("87.5", "97.5"), PUBLIC, 3, "was changed after it was signed"),
        (write(signed())[:300], PUBLIC, 3, "This file is damaged"),
        ("{}", PUBLIC, 3, "holds no signed certificate of a course"),
        (write(signed()), "z6Mk", 2, "This is no public key that certificates are checked with."),
        (write(signed()), "", 2, "There are no public keys in docs/certificates.yml"),
        (
            write(signed({**content(), "validUntil": "2026-11-20T10:00:00Z"})),
            PUBLIC,
            3,
            "genuine, but expired on 2026-11-20",
        ),
    ],
)
def test_verify_says_one_clear_sentence(
    tmp_path: Path, text: str, keys: str, code: int, said: str
) -> None:
    root = make_site(tmp_path)
    (root / "it.json").write_text(text, "utf-8")
    if keys:
        (root / "docs" / "certificates.yml").write_text(f"keys:\n  - key: {keys}\n", "utf-8")
    result, out, error = run(root, "certificate", "verify", "it.json")
    assert code == result
    assert said in out + error
    assert "Traceback" not in error
    # One sentence; a genuine one is told with what it says, a problem with its place.
    assert 1 == len(error.splitlines()) or code in (0, 2)
    if code == 0:
        for fact in ("name: Zoë O’Neil", "score: 87.5", "passed: 2026-11-20", "version: 2026-11"):
            assert fact in out


def test_verify_takes_keys_from_the_site_of_others(tmp_path: Path) -> None:
    (tmp_path / "it.json").write_text(write(signed()), "utf-8")
    issuer = tmp_path / "issuer.json"
    issuer.write_text(json.dumps(ISSUER.document(KNOWN)), "utf-8")
    verify = ("certificate", "verify", "it.json", "--keys")
    assert 0 == run(tmp_path, *verify, "issuer.json")[0]
    code, out, _ = run(tmp_path, *verify, "issuer.json", "--json")
    told = json.loads(out)
    assert (0, True, "valid") == (code, told["valid"], told["state"])
    retired = PublicKey(key=PUBLIC, until=datetime(2026, 11, 19).date())
    issuer.write_text(json.dumps(ISSUER.document([retired])), "utf-8")
    code, _, said = run(tmp_path, *verify, "issuer.json")
    assert (3, True) == (code, "after its key was given up on 2026-11-19" in said)
    issuer.write_text("{}", "utf-8")
    assert 2 == run(tmp_path, *verify, "issuer.json")[0]
    assert 2 == run(tmp_path, *verify, "none.yml")[0]
    assert 2 == run(tmp_path, "certificate", "verify", "none.json", "--keys", "issuer.json")[0]


def test_a_key_that_is_none_and_one_that_stands_twice_are_told(tmp_path: Path) -> None:
    root = make_site(tmp_path)
    bad = f"keys:\n  - key: {PUBLIC}\n  - key: {PUBLIC}\n  - key: z6Mk\n"
    (root / "docs" / "certificates.yml").write_text(bad, "utf-8")
    code, out, _ = run(root, "check")
    assert 1 == code
    assert "docs/certificates.yml:3:10: error certificate-key-twice" in out
    assert "docs/certificates.yml:4:10: error certificate-key:" in out
