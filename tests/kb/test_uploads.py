"""Files over a real socket: sent in pieces or within a plain form, and every attack refused."""

from __future__ import annotations

import json
import re
import secrets
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image

from carebase.endpoint import arrivals
from carebase.store.files import Quota
from carebase.store.maintenance import upgrade
from tests.kb.endpoint_site import Answer, Client, clean_environment, make_site, process, serving
from tests.support import attacks
from tests.support.postgres import Server

PROOF = """\
title: Proof
fields:
  - {id: email, type: email, label: E-mail, required: true}
  - {id: receipt, type: file, label: Receipt, limits: {max: 2, max_megabytes: 1}}
  - {id: picture, type: file, label: Picture, required: true, limits: {max: 1, kinds: [picture]}}
"""
FORM = "/v1/forms/proof"
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
PIECE = {"Content-Type": "application/octet-stream"}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return make_site(tmp_path, sources={"docs/forms/proof.yml": PROOF})


@pytest.fixture
def client(site: Path) -> Iterator[Client]:
    with serving(site) as client:
        yield client


def create(
    client: Client,
    content: bytes,
    name: str = "tap.jpg",
    field: str = "picture",
    headers: dict[str, str] | None = None,
    **more: Any,
) -> Answer:
    asked = {"form": "proof", "field": field, "name": name, "size": len(content), **more}
    return client.post_json("/v1/uploads", asked, headers=headers)


def patch(client: Client, token: str, offset: int, piece: bytes, query: str = "") -> Answer:
    headers = {**PIECE, "Upload-Offset": str(offset)}
    return client.send("PATCH", f"/v1/uploads/{token}{query}", piece, headers)


def upload(
    client: Client, content: bytes, name: str = "tap.jpg", field: str = "picture", piece: int = 700
) -> str:
    made = create(client, content, name, field)
    assert 201 == made.status, made.text
    token: str = made.json["id"]
    for start in range(0, len(content), piece):
        sent = patch(client, token, start, content[start : start + piece])
        assert 204 == sent.status, sent.text
    assert ("?1", str(len(content))) == (
        sent.headers["upload-complete"],
        sent.headers["upload-offset"],
    )
    return token


def send(client: Client, *pictures: str, key: str = "", **more: Any) -> Answer:
    answers = {"email": "ana@example.com", "picture": list(pictures), **more}
    return client.post_json(FORM, answers, key)


def kept(client: Client) -> dict[str, bytes]:
    folder = client.database.with_suffix(".files")
    return {one.name: one.read_bytes() for one in folder.glob("*") if one.is_file()}


def arriving(client: Client) -> list[Path]:
    return list((client.database.with_suffix(".files") / "arriving").glob("*"))


def test_a_file_comes_in_pieces_and_is_committed_with_the_form(client: Client) -> None:
    content = attacks.located_jpeg()
    token = upload(client, content, "IMG 1.jpg")
    receipt = upload(client, attacks.pdf(), "Rechnung.exe", "receipt")

    answer = send(client, token, receipt=[receipt])

    assert 201 == answer.status, answer.text
    (row,) = client.rows()
    assert {"picture": ["IMG 1.jpg"], "receipt": ["Rechnung.pdf"]} == {
        name: json.loads(row["values"])[name] for name in ("picture", "receipt")
    }
    rows = {one["field"]: one for one in client.rows("files")}
    assert row["id"] == rows["picture"]["submission_id"]
    files = kept(client)
    assert attacks.pdf() == files[rows["receipt"]["stored"]]
    picture = files[rows["picture"]["stored"]]
    assert attacks.SECRET not in picture
    with Image.open(BytesIO(picture)) as image:
        assert ((48, 64), {}) == (image.size, dict(image.getexif()))
    assert ([], []) == (client.rows("uploads"), arriving(client))


def test_it_goes_on_where_it_broke_off(client: Client) -> None:
    content = attacks.large_jpeg(300_000)
    token = create(client, content).json["id"]
    assert 204 == patch(client, token, 0, content[:100_000]).status
    # A connection that is lost in the middle of a piece.
    parts = urlsplit(client.address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), 10) as line:
        head = (
            f"PATCH /v1/uploads/{token} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n"
            "Content-Type: application/octet-stream\r\nUpload-Offset: 100000\r\n\r\n"
        )
        line.sendall(head.encode() + content[100_000:150_000])

    asked = client.send("HEAD", f"/v1/uploads/{token}")
    assert (204, "100000", "?0", str(len(content))) == (
        asked.status,
        asked.headers["upload-offset"],
        asked.headers["upload-complete"],
        asked.headers["upload-length"],
    )
    # A piece whose answer was lost is there already; one that leaves a gap is not taken.
    assert 204 == patch(client, token, 0, content[:100_000]).status
    beyond = patch(client, token, 100_001, content[100_001:])
    assert (409, "100000") == (beyond.status, beyond.headers["upload-offset"])
    assert 204 == patch(client, token, 100_000, content[100_000:]).status
    assert 201 == send(client, token).status


def test_the_answer_to_the_last_piece_may_be_lost(client: Client) -> None:
    content = attacks.jpeg()
    token = upload(client, content)

    # A sender that heard nothing asks, and finds the file whole; or sends the last piece again.
    asked = client.send("HEAD", f"/v1/uploads/{token}")
    assert ("?1", str(len(content))) == (
        asked.headers["upload-complete"],
        asked.headers["upload-offset"],
    )
    assert 204 == patch(client, token, len(content) - 5, content[-5:]).status


def test_the_same_form_again_is_the_same_with_its_files(client: Client) -> None:
    token = upload(client, attacks.jpeg())
    first = send(client, token, key="k")
    again = send(client, token, key="k")
    # Its sender could not know that it had come, and has sent the file once more.
    other = send(client, upload(client, attacks.jpeg()), key="k")

    assert [201, 201, 201] == [first.status, again.status, other.status]
    assert first.json == again.json == other.json
    assert 1 == len(client.rows("files"))


@pytest.mark.parametrize(
    ("content", "name", "language", "said"),
    [
        (attacks.svg, "a.jpg", "en", "“a.jpg” is not one of the files that we can take"),
        (attacks.html, "a.jpg", "de", "„a.jpg“ gehört nicht zu den Dateien"),
        (attacks.gif_and_script, "a.gif", "es", "«a.gif» no es un archivo que podamos"),
        (attacks.zip_bomb, "a.png", "fr", "« a.png » n’est pas un fichier"),
        (attacks.huge_png, "a.png", "en", "too many pixels; we take up to 50 million"),
        (attacks.huge_jpeg, "a.jpg", "de", "zu viele Bildpunkte"),
        (attacks.cut_jpeg, "a.jpg", "en", "seems to be damaged"),
        (attacks.pdf_with_script, "a.pdf", "en", "holds more than pages"),
        (attacks.pdf_with_hidden_script, "a.pdf", "es", "contiene algo más que páginas"),
        (attacks.pdf_and_archive, "a.pdf", "fr", "contient plus que des pages"),
        (attacks.locked_pdf, "a.pdf", "en", "is protected"),
        (attacks.pdf_bomb, "a.pdf", "en", "seems to be damaged"),
    ],
)
def test_what_is_no_sound_file_is_refused_in_one_sentence(
    client: Client, content: Callable[[], bytes], name: str, language: str, said: str
) -> None:
    sent = content()
    token = create(client, sent, name, "receipt", _lang=language).json["id"]

    answer = patch(client, token, 0, sent, f"?lang={language}")

    assert (422, "receipt") == (answer.status, answer.json["errors"][0]["field"])
    assert said in answer.json["errors"][0]["message"]
    assert ([], {}, []) == (client.rows("uploads"), kept(client), arriving(client))
    assert 404 == client.send("HEAD", f"/v1/uploads/{token}").status


def test_a_field_for_pictures_takes_no_pdf(client: Client) -> None:
    token = create(client, attacks.pdf()).json["id"]

    assert 422 == patch(client, token, 0, attacks.pdf()).status


@pytest.mark.parametrize(
    ("asked", "field", "said"),
    [
        ({"size": 1_000_001, "field": "receipt"}, "receipt", "1 MB at most"),
        ({"size": 0}, "picture", "is empty"),
        ({"size": -1}, "size", "minimum"),
        ({"size": "1"}, "size", "integer"),
        ({"form": "nothing"}, "form", "no form `nothing`"),
        ({"field": "email"}, "field", "takes no files as `email`"),
        ({"more": 1}, "", "unexpected"),
        ({"name": "x" * 501}, "name", "longer"),
    ],
)
def test_what_cannot_come_is_told_before_it_does(
    client: Client, asked: dict[str, Any], field: str, said: str
) -> None:
    answer = client.post_json(
        "/v1/uploads", {"form": "proof", "field": "picture", "name": "a", "size": 5, **asked}
    )

    assert (422, field) == (answer.status, answer.json["errors"][0]["field"])
    assert said in answer.json["errors"][0]["message"]
    assert [] == client.rows("uploads")


def test_a_piece_must_fit(client: Client) -> None:
    token = create(client, b"12345").json["id"]

    assert 422 == patch(client, token, 0, b"123456").status
    assert 413 == patch(client, token, 0, b"x" * 1_048_577).status
    assert 409 == patch(client, token, 3, b"45").status
    path = f"/v1/uploads/{token}"
    assert 400 == client.send("PATCH", path, b"1", PIECE).status
    assert 415 == client.send("PATCH", path, b"1", {"Upload-Offset": "0"}).status
    assert 404 == patch(client, secrets.token_urlsafe(24), 0, b"1").status
    assert patch(client, "..%2f..%2fcarebase.db", 0, b"1").status in (404, 405)


def test_pages_of_other_sites_send_no_files(client: Client) -> None:
    foreign = {"Origin": "https://evil.example"}
    token = upload(client, attacks.jpeg())

    assert 403 == create(client, b"1", headers=foreign).status
    path = f"/v1/uploads/{token}"
    assert 403 == client.send("DELETE", path, headers=foreign).status
    assert (
        403 == client.send("PATCH", path, b"1", {**PIECE, **foreign, "Upload-Offset": "0"}).status
    )
    assert 1 == len(client.rows("uploads"))


def test_an_allowed_site_may_send_files_from_its_own_address(site: Path) -> None:
    origin = {"Origin": "https://www.fjellby.example"}
    with serving(site, origins=("https://www.fjellby.example",)) as client:
        asked = client.send(
            "OPTIONS",
            "/v1/uploads/x",
            headers={
                **origin,
                "Access-Control-Request-Method": "PATCH",
                "Access-Control-Request-Headers": "upload-offset",
            },
        )
        made = create(client, attacks.jpeg(), headers=origin)

    assert (204, True) == (
        asked.status,
        "PATCH" in asked.headers["access-control-allow-methods"],
    )
    assert "upload-offset" in asked.headers["access-control-allow-headers"]
    assert "Upload-Offset" in made.headers["access-control-expose-headers"]


def test_a_file_can_be_given_up(client: Client) -> None:
    token = upload(client, attacks.jpeg())

    assert 204 == client.send("DELETE", f"/v1/uploads/{token}").status

    assert ({}, []) == (kept(client), client.rows("uploads"))
    answer = send(client, token)
    assert (422, "picture") == (answer.status, answer.json["errors"][0]["field"])
    assert "choose it again" in answer.json["errors"][0]["message"]


def test_the_number_of_files_is_limited(client: Client) -> None:
    tokens = [upload(client, attacks.jpeg()) for _ in range(2)]

    answer = send(client, *tokens)

    assert (422, "Please choose at most 1.") == (
        answer.status,
        answer.json["errors"][0]["message"],
    )
    missing = client.post_json(FORM, {"email": "ana@example.com"})
    assert "Please choose a file." == missing.json["errors"][0]["message"]


def test_a_file_waits_a_day_for_its_form(site: Path) -> None:
    now = [NOW]
    with serving(site, now=lambda: now[0]) as client:
        token = upload(client, attacks.jpeg())
        now[0] += timedelta(hours=24)

        assert 404 == client.send("HEAD", f"/v1/uploads/{token}").status
        assert 422 == send(client, token).status
        create(client, b"1")
        assert {} == kept(client)


def test_nobody_fills_the_disk(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "QUOTA", Quota(client=2_000, total=10_000))
    with serving(site, rate_limits=True) as client:
        assert 201 == create(client, b"x" * 1_500).status
        full = create(client, b"x" * 1_500)
        assert (429, "3600") == (full.status, full.headers["retry-after"])
        assert "Please try again later" in full.json["errors"][0]["message"]
        monkeypatch.setattr(arrivals, "RESERVE", 10**18)
        assert 503 == create(client, b"1").status


def test_one_client_may_send_only_so_many(site: Path) -> None:
    with serving(site, now=lambda: NOW, rate_limits=True) as client:
        answers = [create(client, b"1").status for _ in range(22)]

    assert (20, [429, 429]) == (answers.count(201), answers[20:])


def test_a_proof_of_work_is_needed_where_forms_need_one(site: Path) -> None:
    with serving(site, challenge="required") as client:
        answer = create(client, b"1")

    assert (403, "_proof") == (answer.status, answer.json["errors"][0]["field"])


def multipart(
    pairs: list[tuple[str, str]], files: list[tuple[str, str, bytes]]
) -> tuple[bytes, dict[str, str]]:
    mark = secrets.token_hex(12)
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{said}\r\n'.encode()
        for name, said in pairs
    ]
    for name, called, content in files:
        head = f'form-data; name="{name}"; filename="{called}"'
        about = f"--{mark}\r\nContent-Disposition: {head}\r\nContent-Type: text/html\r\n\r\n"
        parts.append(about.encode() + content + b"\r\n")
    headers = {"Content-Type": f"multipart/form-data; boundary={mark}", "Accept": "text/html"}
    return b"".join(parts) + f"--{mark}--\r\n".encode(), headers


def plain(
    client: Client, pairs: list[tuple[str, str]], files: list[tuple[str, str, bytes]]
) -> Answer:
    body, headers = multipart(pairs, files)
    return client.send("POST", FORM, body, headers)


ANA = [("email", "ana@example.com")]


def test_a_plain_form_brings_its_files(client: Client) -> None:
    answer = plain(
        client,
        ANA,
        [
            ("picture", "tap.png", attacks.located_jpeg()),
            ("receipt", "one.pdf", attacks.pdf()),
            ("receipt", "", b""),
            ("unknown", "x.pdf", attacks.pdf()),
        ],
    )

    assert (303, True) == (answer.status, "/requests/" in answer.headers["location"])
    assert {"email": "ana@example.com", "picture": ["tap.jpg"], "receipt": ["one.pdf"]} == (
        json.loads(client.rows()[0]["values"])
    )
    assert not any(attacks.SECRET in content for content in kept(client).values())


def test_a_plain_form_that_is_shown_again_has_not_lost_its_files(client: Client) -> None:
    answer = plain(
        client,
        [("email", "nobody")],
        [
            ("picture", "tap.jpg", attacks.jpeg()),
            ("receipt", "a.svg", attacks.svg()),
            ("receipt", "one.pdf", attacks.pdf()),
        ],
    )

    assert 422 == answer.status
    assert "“a.svg” is not one of the files" in answer.words
    assert "Send “tap.jpg” along" in answer.words
    tokens = re.findall(r'name="(\w+)" value="([\w-]{32})" checked', answer.text)
    assert ["receipt", "picture"] == [name for name, _ in tokens]

    body, headers = multipart([*ANA, *tokens], [("picture", "", b""), ("receipt", "", b"")])
    assert 303 == client.send("POST", FORM, body, headers).status
    assert ["one.pdf"] == json.loads(client.rows()[0]["values"])["receipt"]


def test_a_plain_form_has_no_more_files_than_it_may(client: Client) -> None:
    answer = plain(client, ANA, [("picture", f"{n}.jpg", attacks.jpeg()) for n in range(2)])

    assert (422, True) == (answer.status, "Please choose at most 1." in answer.words)
    assert 1 == len(kept(client))


def test_a_plain_form_that_is_far_too_long_is_told_so(client: Client) -> None:
    answer = plain(client, ANA, [("receipt", "a.pdf", b"x" * 13_000_000)])

    assert 413 == answer.status
    assert ({}, []) == (kept(client), client.rows("uploads"))


def test_a_plain_form_of_another_site_is_refused(client: Client) -> None:
    body, headers = multipart(ANA, [("picture", "tap.jpg", attacks.jpeg())])
    foreign = {**headers, "Origin": "https://evil.example"}

    assert 403 == client.send("POST", FORM, body, foreign).status
    assert {} == kept(client)


def test_the_schema_tells_what_may_be_sent(client: Client) -> None:
    schema = client.get(FORM).json["properties"]["receipt"]

    assert (2, 1_000_000) == (schema["maxItems"], schema["x-max-bytes"])
    assert [
        "image/jpeg",
        "image/png",
        "image/webp",
        "application/pdf",
    ] == schema["x-media-types"]


def test_files_survive_a_stop_and_come_with_several_workers(site: Path) -> None:
    content = attacks.large_jpeg(200_000)
    with process(site, "--workers", "2") as (_, client):
        token = create(client, content).json["id"]
        for start in range(0, 150_000, 50_000):
            assert 204 == patch(client, token, start, content[start : start + 50_000]).status
    with process(site, "--workers", "2") as (_, client):
        asked = client.send("HEAD", f"/v1/uploads/{token}")
        assert "150000" == asked.headers["upload-offset"]
        assert 204 == patch(client, token, 150_000, content[150_000:]).status
        assert 201 == send(client, token).status


def test_a_customer_gets_a_file_back_as_an_attachment_alone(client: Client) -> None:
    receipt = upload(client, attacks.pdf(), "Rechnung März.pdf", "receipt")
    sent = send(client, upload(client, attacks.jpeg()), receipt=[receipt]).json

    shown = client.get(sent["status_url"])
    links = re.findall(r'href="([^"]*/files/[^"]*)" download="([^"]*)"', shown.text)
    assert ["tap.jpg", "Rechnung März.pdf"] == sorted((name for _, name in links), reverse=True)
    (address,) = [link for link, name in links if name.endswith(".pdf")]
    got = client.get(address)
    assert (200, "application/pdf", attacks.pdf()) == (
        got.status,
        got.headers["content-type"],
        got.body,
    )
    assert got.headers["content-disposition"].startswith("attachment; filename*=utf-8''Rechnung")
    assert "nosniff" == got.headers["x-content-type-options"]
    assert "sandbox; default-src 'none'" == got.headers["content-security-policy"]
    assert "private, no-store" == got.headers["cache-control"]

    other = send(client, upload(client, attacks.jpeg())).json["status_url"]
    file_id = address.rpartition("/")[2]
    for wrong in (f"{other}/files/{file_id}", f"{sent['status_url']}/files/{'0' * 36}"):
        answer = client.get(wrong)
        assert (404, True) == (answer.status, "This file is not here" in answer.words)


def run(client: Client, *arguments: str) -> tuple[int, str, str]:
    """Run `carebase` beside the endpoint."""
    ended = subprocess.run(
        [sys.executable, "-m", "carebase", *arguments],
        env={**clean_environment(), "CAREBASE_DATABASE_URL": f"sqlite:///{client.database}"},
        cwd=client.database.parent,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return ended.returncode, ended.stdout, ended.stderr


def test_those_who_answer_see_and_save_files_and_back_them_up(client: Client) -> None:
    ref = send(client, upload(client, attacks.located_jpeg(), "tap.jpg")).json["ref"]
    (content,) = kept(client).values()

    shown = run(client, "inbox", "show", ref)[1]
    assert f"Files (`carebase inbox files {ref}` saves them)" in shown
    assert f"    tap.jpg  image/jpeg, {len(content):,} bytes" in shown
    about = json.loads(run(client, "inbox", "show", ref, "--json")[1])["files"]
    assert [("picture", "tap.jpg", len(content))] == [
        (one["field"], one["name"], one["size"]) for one in about
    ]
    exported = json.loads(run(client, "inbox", "export", "--format", "json")[1])
    assert about == exported[0]["files"]

    assert 0 == run(client, "inbox", "files", ref, "-o", "saved")[0]
    saved = client.database.parent / "saved" / f"{ref}-1-tap.jpg"
    assert (content, 0o600) == (saved.read_bytes(), saved.stat().st_mode & 0o777)
    code, _, said = run(client, "inbox", "files", ref, "-o", "saved")
    assert (2, True) == (code, "is there already. Name another folder." in said)

    code, printed, _ = run(client, "db", "backup", "copy.db")
    assert (0, "copy.files: 1 file") == (code, printed.splitlines()[1])
    copied = client.database.parent / "copy.files"
    assert kept(client) == {one.name: one.read_bytes() for one in copied.iterdir()}


def test_on_postgresql_files_need_a_folder_and_then_are_shared(
    site: Path, postgres: Server, tmp_path: Path
) -> None:
    address = postgres.new_database()
    upgrade(address)
    shared: dict[str, Any] = {"database_url": address, "secret": "x" * 64}
    with serving(site, **shared) as client:
        refused = create(client, attacks.jpeg())
        assert 503 == refused.status
        assert "Please send the form without." in refused.json["errors"][0]["message"]
    shared["files"] = tmp_path / "shared"
    content = attacks.jpeg()
    with serving(site, **shared) as one, serving(site, **shared) as other:
        token = create(one, content).json["id"]
        assert 204 == patch(one, token, 0, content[:300]).status
        assert 204 == patch(other, token, 300, content[300:]).status
        sent = send(one, token).json
        (link,) = re.findall(r'href="([^"]*/files/[^"]*)"', other.get(sent["status_url"]).text)
        assert 200 == other.get(link).status
