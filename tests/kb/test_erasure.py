"""What is erased is found in no byte of the data: database, log, exports and backups."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2 as sqlite

from carebase.files.folder import new_name
from carebase.forms.load import standard_forms
from carebase.store import FormVersion, NewSubmission, Store
from carebase.store.attempts import NewAnswer, NewAnswers
from carebase.store.database import read_url
from carebase.store.erasure import PAGE, find_by_ref
from carebase.store.ids import new_id
from carebase.store.inbox import Inbox
from carebase.store.letters import ACKNOWLEDGEMENT, ERASED, NOTIFICATION, PRIVACY, NewLetter
from carebase.store.maintenance import backup, upgrade
from carebase.store.messages import NewMessage
from carebase.store.scrub import scrub
from carebase.store.tables import files
from carebase.training.grading import Score
from carebase.warranty.unit import Registration
from tests.kb.databases import read
from tests.kb.endpoint_site import clean_environment
from tests.support.postgres import Server, find

CANARY = "kanarienvogel"
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def submission(name: str, word: str, **more: Any) -> NewSubmission:
    return NewSubmission(
        id=f"0190-{name}",
        form="support-request",
        form_version="v1",
        values={"message": f"{word} " * 900, "email": f"{word}@example.com"},
        token_hash=f"hash-{name}",
        received_at=NOW,
        body_hash="b",
        page=f"products/{word}/",
        key=f"key-{word}",
        letters=(
            NewLetter(NOTIFICATION, "care@x.example", content={"reply_to": f"{word}@x.example"}),
            NewLetter(ACKNOWLEDGEMENT, f"{word}@example.com"),
        ),
        **more,
    )


def fill(store: Store, name: str, word: str) -> str:
    """Store everything that can hang on a submission, with one word in all of it."""
    attempt = store.take_answers(
        NewAnswers(
            course="c",
            course_version="1",
            token_hash=f"learner-{name}",
            mark=80,
            at=NOW,
            key=f"key-{word}",
            body_hash="b",
            answers=(NewAnswer("q", "1", (word,), Fraction(1)),),
            weigh=lambda shares: Score(sum(shares.values(), Fraction(0)), Fraction(1)),
        )
    ).result()
    accepted = store.accept(
        submission(
            name,
            word,
            registration=Registration("pip", "", f"SN{word}", "2026-11-22", "2026-10-01"),
            attempt=attempt.attempt.id,
        )
    ).result()
    add_file(store, f"0190-{name}", word)
    message = NewMessage(f"m-{name}", accepted.submission.id, f"{word} again " * 300, NOW)
    assert store.take_message(message).result()
    with Inbox(store.url.render_as_string(hide_password=False)) as inbox:
        inbox.change(accepted.submission.ref, "working", f"rang {word}")
        inbox.answer(accepted.submission.ref, f"Dear {word}", f"{word}@example.com")
    return accepted.submission.ref


def add_file(store: Store, submission_id: str, word: str) -> None:
    """Keep a file for a submission, as one that was sent with it is kept."""
    assert store.folder or store.path is None
    stored, held = new_name(), f"PNG {word}".encode()
    with store._writing.begin() as connection:
        connection.execute(
            files.insert(),
            {
                "id": new_id(),
                "submission_id": submission_id,
                "field": "picture",
                "number": 1,
                "name": f"{word}.png",
                "type": "image/png",
                "size": len(held),
                "sha256": "0" * 64,
                "stored": stored,
                "at": "2026-11-22T09:30:00+00:00",
            },
        )
    if store.folder:
        store.folder.prepare()
        store.folder.place(stored).write_bytes(held)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def found_in(folder: Path, word: str = CANARY) -> list[str]:
    return sorted(name for name, held in bytes_of(folder).items() if word.encode() in held)


def test_no_byte_of_sqlite_holds_what_was_erased(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with Store(f"sqlite:///{data}/carebase.db") as store:
        kept = [fill(store, f"a{number}", f"rotkehlchen{number}") for number in range(20)]
        ref = fill(store, "b", CANARY)
        kept += [fill(store, f"c{number}", f"rotkehlchen{number}x") for number in range(20)]
        assert found_in(data)

        assert [ref] == store.erase(["0190-b"], PAGE, NOW).result()
        assert store.scrub()

        assert [] == found_in(data)
        # The others have all that they had.
        assert set(kept) == {row[0] for row in read(str(store.url), "SELECT ref FROM submissions")}
        for table, each in (
            ("messages", 2),
            ("outbox", 3),
            ("attempts", 1),
            ("units", 1),
            ("files", 1),
        ):
            assert [(40 * each,)] == read(str(store.url), f"SELECT count(*) FROM {table}")
        # Erasing it again does nothing, and one can tell that it was done.
        assert [] == store.erase(["0190-b"], PAGE, NOW).result()
        assert NOW == store.find_erased("hash-b")
        assert store.find_erased("hash-a1") is None
    backup(f"sqlite:///{data}/carebase.db", data / "copy.db")
    with Inbox(f"sqlite:///{data}/carebase.db") as inbox, inbox._reading() as connection:
        assert NOW == find_by_ref(connection, ref)
    assert [] == found_in(data)


def test_the_log_is_emptied_when_the_last_reader_has_gone(tmp_path: Path) -> None:
    path = tmp_path / "carebase.db"
    with Store(f"sqlite:///{path}") as store:
        fill(store, "b", CANARY)
        reader = sqlite.connect(str(path), isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM submissions").fetchone()
        store.erase(["0190-b"], PAGE, NOW).result()
        done: list[bool] = []
        clearing = threading.Thread(target=lambda: done.append(store.scrub()))
        clearing.start()
        clearing.join(0.5)
        # As long as somebody looks at the moment before, it is there to be looked at.
        assert found_in(tmp_path)
        reader.close()
        clearing.join(20)

        assert [True] == done
        assert [] == found_in(tmp_path)


def test_postgresql_keeps_nothing_once_its_tables_are_written_anew(postgres: Server) -> None:
    address = postgres.new_database()
    with Store(upgraded(address)) as store:
        other = fill(store, "a", "rotkehlchen")
        ref = fill(store, "b", CANARY)
        oids = read(address, "SELECT oid FROM pg_database WHERE datname = current_database()")
        files = postgres.folder / "data" / "base" / str(oids[0][0])

        assert [ref] == store.erase(["0190-b"], PAGE, NOW).result()
        dumped = dump_of(address)
        assert b"rotkehlchen" in dumped
        assert CANARY.encode() not in dumped
        # The short way marks room as free and is no promise; writing the tables anew is.
        assert not store.scrub()
        assert scrub(read_url(address), wholly=True)

        assert [] == found_in(files)
        assert [(other,)] == read(address, "SELECT ref FROM submissions")


def test_those_who_answer_are_told_by_number_alone(database: str) -> None:
    with Store(upgraded(database)) as store:
        ref = fill(store, "b", CANARY)
        told = NewLetter(ERASED, "care@x.example", content={"ref": ref, "title": "Ask for help"})
        store.erase(["0190-b", "0190-none"], PAGE, NOW, [told]).result()
        store.erase(["0190-none"], PAGE, NOW, [told]).result()

        assert [(ERASED, "care@x.example")] == read(database, "SELECT kind, target FROM outbox")


def test_what_is_only_kept_long_enough_leaves_the_days_of_its_unit(database: str) -> None:
    with Store(upgraded(database)) as store:
        fill(store, "b", CANARY)
        assert 1 == store.delete_older("support-request", NOW + timedelta(days=1)).result()

        for table in ("submissions", "messages", "events", "outbox", "erasures"):
            assert [(0,)] == read(database, f"SELECT count(*) FROM {table}")
        assert [(None,)] == read(database, "SELECT DISTINCT submission_id FROM unit_events")
        assert [(None,)] == read(database, "SELECT DISTINCT submission_id FROM attempts")


def test_a_unit_that_the_maker_knows_stays_without_its_registration(database: str) -> None:
    with Store(upgraded(database)) as store:
        fill(store, "b", CANARY)
        with store._writing.begin() as connection:
            connection.exec_driver_sql("UPDATE units SET stated = 0")
        store.erase(["0190-b"], PAGE, NOW).result()

        assert [(1,)] == read(database, "SELECT count(*) FROM units")
        assert [(0,)] == read(database, "SELECT count(*) FROM unit_events")


def test_a_letter_about_privacy_leaves_no_row(database: str) -> None:
    letter = NewLetter(PRIVACY, f"{CANARY}@example.com", content={"kind": "access"})
    with Store(upgraded(database)) as store:
        for end in ("finish", "bury"):
            store.put_letters([letter], NOW).result()
            batch = store.claim_letters([PRIVACY], NOW, timedelta(minutes=5)).result()
            assert batch is not None
            if end == "finish":
                assert store.finish_letters(batch, NOW).result()
            else:
                assert store.bury_letters(batch, NOW, "refused").result()
            assert [(0,)] == read(database, "SELECT count(*) FROM outbox")


def upgraded(address: str) -> str:
    upgrade(address)
    return address


def dump_of(address: str) -> bytes:
    """What `pg_dump` writes, with the program of the server that runs."""
    folder = find()
    assert folder is not None
    beside = folder / "pg_dump"
    program = str(beside) if beside.is_file() else shutil.which("pg_dump")
    assert program, "PostgreSQL's own pg_dump is missing: install postgresql-client."
    return subprocess.run([program, address], capture_output=True, check=True).stdout


def run(address: str, *arguments: str) -> tuple[int, str]:
    """Run `carebase` as a process; give its exit code and what it says."""
    ended = subprocess.run(
        [sys.executable, "-m", "carebase", *arguments],
        env={**clean_environment(), "CAREBASE_DATABASE_URL": address},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )
    return ended.returncode, ended.stdout + ended.stderr


def test_the_inbox_erases_by_reference_and_by_address(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/carebase.db"
    with Store(address) as store:
        first, second = fill(store, "a", CANARY), fill(store, "b", f"{CANARY}zwei")
        other = fill(store, "c", "rotkehlchen")

    assert (2, "Nobody is here to be asked: say --yes, and it is erased for good.") == (
        (asked := run(address, "inbox", "erase", first))[0],
        asked[1].splitlines()[-1],
    )
    assert (0, f"{first}  support-request, 2026-11-22\nErased.\n") == run(
        address, "inbox", "erase", first, "--yes"
    )
    code, said = run(address, "inbox", "show", first)
    assert (2, True) == (code, said.startswith(f"{first} was erased on 20"))
    code, said = run(
        address, "inbox", "erase", "--address", f"{CANARY.upper()}zwei@EXAMPLE.com", "--yes"
    )
    assert (0, True) == (code, second in said)
    assert (2, "Nothing is held about nobody@example.com.\n") == run(
        address, "inbox", "erase", "--address", "nobody@example.com"
    )
    assert [] == found_in(tmp_path)
    assert (0, True) == ((left := run(address, "inbox", "--refs"))[0], left[1].split() == [other])
    for wrong in (("erase",), ("erase", other, "--address", "a@b.example")):
        assert 2 == run(address, "inbox", *wrong)[0]


def test_a_command_clears_what_an_older_carebase_deleted(database: str) -> None:
    with Store(upgraded(database)) as store:
        fill(store, "b", CANARY)
        store.erase(["0190-b"], PAGE, NOW).result()

    code, said = run(database, "db", "scrub")
    assert (0, True) == (code, said.endswith(": what was erased is cleared.\n"))
    if database.startswith("sqlite"):
        assert [] == found_in(Path(database.removeprefix("sqlite:///")).parent)


def test_somebody_else_in_a_form_is_taken_out_of_it_alone(database: str) -> None:
    form = standard_forms()["refer-a-friend"]
    with Store(upgraded(database)) as store:
        store.keep_forms([FormVersion(form.id, form.version, form.definition)])
        given = {
            "name": "Ana",
            "email": "ana@example.com",
            "friend_name": CANARY,
            "friend_email": f"{CANARY}@Bücher.example",
            "greeting": f"Dear {CANARY}",
        }
        new = replace(
            submission("a", "x"), form=form.id, form_version=form.version, values=given, letters=()
        )
        store.accept(new).result()
        found = store.find_holdings(f"{CANARY}@xn--bcher-kva.example")

        assert [(True, {"friend_name", "friend_email", "greeting"})] == [
            (one.mentioned, set(one.values)) for one in found
        ]
        erased = store.erase_holdings(f"{CANARY}@xn--bcher-kva.example", NOW, {}).result()
        assert ((), 1) == (erased.refs, erased.trimmed)
        (mine,) = store.find_holdings("ana@example.com")
        assert {"name": "Ana", "email": "ana@example.com"} == mine.values
        assert "answers about somebody else were erased at their wish" == mine.history[-1].text
        assert CANARY not in str(read(database, "SELECT * FROM submissions"))
