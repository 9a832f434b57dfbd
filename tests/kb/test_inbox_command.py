"""`carebase inbox` as the people who answer use it."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pysqlite3 import dbapi2 as sqlite

from carebase.cli import main
from carebase.forms.load import standard_forms
from carebase.store import FormVersion, NewSubmission, Store
from carebase.store.database import name_of, read_url
from carebase.store.ids import new_id, read_ref
from carebase.store.inbox import Inbox
from carebase.store.maintenance import upgrade
from carebase.store.messages import NewMessage
from carebase.store.migrate import HEAD
from tests.kb.databases import read, write
from tests.kb.endpoint_site import clean_environment
from tests.support.process import run_carebase

# A Saturday; two working days later is Tuesday, the 24th.
WHEN = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ANSWERS = {
    "topic": "fault",
    "message": "It hums.\nThen it stops.",
    "name": "=HYPERLINK(1)",
    "email": "ana@example.com",
    "phone": "+43 1 555 0142",
}


only_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class Command:
    """Calls `carebase inbox` in this process with one database."""

    def __init__(self, address: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.address = address
        self._capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        """Give exit code, output and messages."""
        with pytest.raises(SystemExit) as ended:
            main(["inbox", *arguments])
        said = self._capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, said.out, said.err

    def send(self, form: str, values: dict[str, Any], hours: int = 0, page: str = "") -> str:
        """Store a submission as the endpoint does and give its reference."""
        row_id = new_id()
        with Store(self.address) as store:
            known = standard_forms()[form]
            store.keep_forms([FormVersion(form, known.version, known.definition)])
            new = NewSubmission(
                id=row_id,
                form=form,
                form_version=known.version,
                values=values,
                token_hash=row_id,
                received_at=WHEN + timedelta(hours=hours),
                body_hash="",
                language="en",
                page=page,
            )
            return store.accept(new).result().submission.ref


@pytest.fixture
def inbox(
    database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Command]:
    if database.startswith("postgresql"):
        upgrade(database)
    for name in [name for name in os.environ if name.startswith("CAREBASE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CAREBASE_DATABASE_URL", database)
    # What these tests send is as old as `WHEN` is.
    monkeypatch.setenv("CAREBASE_SILENCE_ALARM", "off")
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield Command(database, capsys)
    monkeypatch.undo()
    time.tzset()


def test_lists_the_newest_first_with_the_day_that_was_promised(inbox: Command) -> None:
    first = inbox.send("support-request", ANSWERS)
    second = inbox.send("page-feedback", {"helpful": "no"}, hours=1)

    assert (
        0,
        f"{second}\t2026-11-21T10:30:00Z\t-\treceived\tpage-feedback\n"
        f"{first}\t2026-11-21T09:30:00Z\t2026-11-24\treceived\tsupport-request\n",
        "2 submissions: 2 received.\n",
    ) == inbox()
    assert (0, f"{first}\n{second}\n", "") == inbox("--refs")


def test_chooses_by_form_state_and_due_day(inbox: Command) -> None:
    first = inbox.send("support-request", ANSWERS)
    second = inbox.send("support-request", ANSWERS, hours=100)
    third = inbox.send("page-feedback", {"helpful": "no"})
    inbox("set", second, "working")
    inbox("set", third, "quarantined")

    def refs(*arguments: str) -> list[str]:
        code, printed, _ = inbox(*arguments)
        assert 0 == code
        return [line.split("\t")[0] for line in printed.splitlines()]

    assert [second, first] == refs("--form", "support-request")
    assert [third] == refs("--state", "quarantined") == refs("--state", "In  Quarantine")
    assert [second, first] == refs("--state", "open")
    assert [second, first] == refs("--state", "received", "--state", "working")
    assert [first] == refs("--due", "2026-11-24")
    assert [second, first] == refs("--due", "2026-11-27")
    assert {first, second, third} == set(refs("--refs", "--state", "done"))
    assert (
        0,
        "",
        "Nothing matches. In all 3 submissions: 1 received, 1 being worked on, 1 in quarantine.\n",
    ) == inbox("--state", "done")
    assert (
        "1 shown. In all 3 submissions: 1 received, 1 being worked on, 1 in quarantine.\n"
        == inbox("--state", "working")[2]
    )


def test_shows_every_answer_with_its_question(
    inbox: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = inbox.send("support-request", ANSWERS | {"extra": "x"}, page="products/brio/")
    inbox("set", ref, "answered", "--note", "wrote\x1b[2J back")
    write(inbox.address, "UPDATE events SET at = '2026-11-21T09:30:01.000000Z'")
    version = standard_forms()["support-request"].version

    assert (
        0,
        f"""\
{ref}  Ask for help
answered

Received  2026-11-21 09:30
Form      support-request, version {version}
Language  en
Page      products/brio/

What is it about?
    Something does not work
What happens, and what have you tried?
    It hums.
    Then it stops.
Your name
    =HYPERLINK(1)
Your e-mail address
    ana@example.com
Your phone number
    +43 1 555 0142
extra
    x

History
    2026-11-21 09:30  received
    2026-11-21 09:30  answered: wrote�[2J back
""",
        "",
    ) == inbox("show", ref.lower().replace("-", " "))


def test_an_answer_cannot_write_to_the_terminal(inbox: Command) -> None:
    ref = inbox.send("support-request", {"message": "a\x1b[31m\u202eb\x9b\tc"}, page="p\x1b\n/")
    printed = inbox("show", ref)[1]

    assert "    a�[31m�b�\tc\n" in printed
    assert "Page      p� /\n" in printed


def test_an_unknown_version_shows_the_stored_names(inbox: Command) -> None:
    ref = inbox.send("support-request", ANSWERS)
    write(inbox.address, "DELETE FROM form_versions")
    printed = inbox("show", ref)[1]

    assert (
        "This version of the form is not in the database: fields have their stored names."
        in printed
    )
    assert "topic\n    fault\n" in printed


def test_show_gives_an_object_for_programs(inbox: Command) -> None:
    ref = inbox.send("support-request", {"topic": "fault"})
    code, printed, said = inbox("show", ref, "--json")
    shown = json.loads(printed)

    assert (0, "") == (code, said)
    assert {
        "ref": ref,
        "form": "support-request",
        "form_version": standard_forms()["support-request"].version,
        "title": "Ask for help",
        "state": "received",
        "received_at": "2026-11-21T09:30:00Z",
        "due": "2026-11-24",
        "late": shown["late"],
        "unread": 0,
        "messages_in_quarantine": 0,
        "language": "en",
        "page": "",
        "promise": "We answer within 2 working days.",
        "answers": [
            {
                "id": "topic",
                "label": "What is it about?",
                "text": "Something does not work",
                "value": "fault",
            }
        ],
        "files": [],
        "messages": [],
        "history": [{"at": "2026-11-21T09:30:00Z", "kind": "received", "data": {}}],
    } == shown
    listed = json.loads(inbox("--json")[1])
    assert [{name: shown[name] for name in listed[0]}] == listed


def test_sets_a_state_and_keeps_the_history(inbox: Command) -> None:
    ref = inbox.send("support-request", ANSWERS)

    assert (0, f"{ref}: received → being worked on\n", "") == inbox("set", ref, "being worked on")
    assert (0, f"{ref} is being worked on already\n", "") == inbox("set", ref, "working")
    assert (0, f"{ref}: being worked on, note added\n", "") == inbox(
        "set", ref, "working", "--note", "called back"
    )
    assert (0, f"{ref}: being worked on → in quarantine\n", "") == inbox("set", ref, "quarantined")
    assert (
        2,
        "",
        f"{ref} is in quarantine. Take it out first: carebase inbox restore {ref}\n",
    ) == inbox("set", ref, "done")
    assert (0, f"{ref}: in quarantine → received\n", "") == inbox("restore", ref)
    assert (2, "", f"{ref} is not in quarantine; it is received.\n") == inbox("restore", ref)
    with Inbox(inbox.address) as opened:
        found, history = opened.find(ref)
    assert "received" == found.state
    assert [
        ("received", {}),
        ("state", {"from": "received", "to": "working"}),
        ("state", {"from": "working", "to": "working", "note": "called back"}),
        ("quarantined", {"from": "working", "to": "quarantined"}),
        ("restored", {"from": "quarantined", "to": "received"}),
    ] == [(moment.kind, moment.data) for moment in history]


def test_state_and_history_are_written_together_or_not_at_all(inbox: Command) -> None:
    ref = inbox.send("support-request", ANSWERS)
    write(inbox.address, "DROP TABLE events")
    reason = (
        "no such table: events"
        if inbox.address.startswith("sqlite")
        else 'relation "events" does not exist'
    )

    assert (
        2,
        "",
        f"The database {name_of(read_url(inbox.address))} cannot be used: {reason}.\n",
    ) == inbox("set", ref, "done")
    assert [("received",)] == read(inbox.address, "SELECT state FROM submissions")


def test_csv_gives_a_spreadsheet_no_formula(inbox: Command) -> None:
    risky = ["=1", "+1", "-1", "@a", "\t=1", " =1", "＝1", "|cmd", "%x"]
    refs = [
        inbox.send("support-request", {"name": text, "message": 'a "b";=1\nc'}) for text in risky
    ]
    refs.append(inbox.send("page-feedback", {"helpful": "yes", "page": "x", "n": -5, "m": ["a"]}))
    code, printed, _ = inbox("export", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(printed, newline="")))

    assert 0 == code
    assert refs[::-1] == [row["ref"] for row in rows]
    assert [f"'{text}" for text in risky] == [row["answers.name"] for row in rows[:0:-1]]
    assert {'a "b";=1\nc'} == {row["answers.message"] for row in rows[1:]}
    assert ("yes", "x", "-5", "a", "", "") == tuple(
        rows[0][name]
        for name in ("answers.helpful", "answers.page", "answers.n", "answers.m", "page", "due")
    )
    assert all(re.fullmatch(r'"[^\r]*"', line) for line in printed.split("\r\n")[:-1])


def test_json_export_holds_what_was_sent(inbox: Command, tmp_path: Path) -> None:
    assert (0, "[]\n", "") == (
        inbox.send("page-feedback", {}) and inbox("export", "--format", "json", "--state", "done")
    )
    ref = inbox.send("support-request", ANSWERS, hours=1)
    target = tmp_path / "out.json"
    code, printed, _ = inbox("export", "--format", "json", "-o", str(target))
    written = json.loads(target.read_text("utf-8"))

    assert (0, f"Written to {target}\n") == (code, printed)
    assert (2, ref, ANSWERS) == (len(written), written[0]["ref"], written[0]["answers"])
    assert 0o600 == target.stat().st_mode & 0o777
    assert (2, "", f"{tmp_path} cannot be written: Is a directory.\n") == inbox(
        "export", "-o", str(tmp_path)
    )


def test_an_export_holds_the_messages_and_gives_a_spreadsheet_no_formula(inbox: Command) -> None:
    ref = inbox.send("support-request", ANSWERS)
    with Store(inbox.address) as store:
        found = store.find_by_ref(ref)
        assert found
        store.take_message(NewMessage(new_id(), found.id, "=1+1\nagain", WHEN)).result()
    (row,) = csv.DictReader(io.StringIO(inbox("export")[1], newline=""))
    (about,) = json.loads(inbox("export", "--format", "json")[1])

    assert "2026-11-21T09:30:00Z customer: =1+1\nagain" == row["messages"]
    assert [("in", "=1+1\nagain")] == [(one["direction"], one["text"]) for one in about["messages"]]
    assert (1, "received, wrote again") == (
        about["unread"],
        inbox("show", ref)[1].splitlines()[1].partition(", due")[0],
    )


def test_a_message_in_quarantine_is_found_there_and_restored(inbox: Command) -> None:
    ref = inbox.send("support-request", ANSWERS)
    inbox.send("page-feedback", {"helpful": "no"})
    with Store(inbox.address) as store:
        found = store.find_by_ref(ref)
        assert found
        new = NewMessage(new_id(), found.id, "Buy", WHEN, reasons=("links",))
        store.take_message(new).result()
    inbox("set", ref, "done")

    code, printed, said = inbox("--state", "quarantined")
    assert (0, [ref]) == (code, [line.split("\t")[0] for line in printed.splitlines()])
    assert "1 shown. In all 2 submissions: 1 received, 1 done. 1 message in quarantine.\n" == said
    assert "done, message in quarantine\n" in inbox("show", ref)[1]
    assert (0, f"{ref}: done → received\n{ref}: 1 message restored\n", "") == inbox("restore", ref)
    assert [] == inbox("--state", "quarantined")[1].splitlines()


@only_sqlite
def test_an_export_replaces_a_file_as_a_whole(inbox: Command, tmp_path: Path) -> None:
    inbox.send("support-request", ANSWERS)
    target = tmp_path / "out.csv"
    target.write_text("of yesterday")
    target.chmod(0o644)
    write(inbox.address, "UPDATE submissions SET received_at = 'x'")
    with pytest.raises(ValueError, match="isoformat"):
        main(["inbox", "export", "-o", str(target)])
    assert "of yesterday" == target.read_text()
    write(inbox.address, "UPDATE submissions SET received_at = '2026-11-21T09:30:00.000000+00:00'")
    assert 0 == inbox("export", "-o", str(target))[0]
    assert 0o600 == target.stat().st_mode & 0o777
    assert ["out.csv"] == [path.name for path in tmp_path.glob("*out*")]


def test_a_narrow_terminal_gets_lines_that_fit(inbox: Command) -> None:
    old = inbox.send("support-request", ANSWERS, hours=-24 * 3650)
    settings = {
        "CAREBASE_DATABASE_URL": inbox.address,
        "CAREBASE_SILENCE_ALARM": "off",
        "TZ": "Europe/Vienna",
        "COLUMNS": "48",
    }
    assert f"""\
{old}  2016-11-23 10:30
    received, due 2016-11-25 late
    Ask for help

1 submission: 1 received.
""" == in_a_terminal(settings, "inbox")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--state", "opne"), "There is no state `opne`. Did you mean `open`?"),
        (("show", "XX"), "`XX` is no reference number. They look like CB-7K3M-9QXT."),
        (
            ("show", "CB-0000-0000"),
            "There is no submission CB-0000-0000. `carebase inbox --refs` lists them all.",
        ),
        (
            ("set", "CB-0000-0000", "finished"),
            "There is no state `finished`."
            " States: received, working, answered, done, taken-back, quarantined.",
        ),
        (("set", "CB-0000-0000", "dome"), "There is no state `dome`. Did you mean `done`?"),
        (
            ("--form", "suport-request"),
            "There is no form `suport-request` in this database. Did you mean `support-request`?",
        ),
        (
            ("export", "--form", "xyz"),
            "There is no form `xyz` in this database. Forms: support-request.",
        ),
        (("CB-0000-0000",), "Say what to do with it: carebase inbox show CB-0000-0000"),
        (("shw",), "There is no command `shw`. Did you mean `show`?"),
        (
            ("--state", "open", "export"),
            "Write options after the command that they belong to: carebase inbox export …",
        ),
    ],
)
def test_wrong_use_is_told(inbox: Command, arguments: tuple[str, ...], message: str) -> None:
    inbox.send("support-request", ANSWERS)
    code, printed, said = inbox(*arguments)

    assert (2, "") == (code, printed)
    assert message == said.splitlines()[-1].removeprefix("Error: ")


def test_a_day_that_is_none_is_told(inbox: Command) -> None:
    code, printed, said = inbox("--due", "soon")

    assert (2, "") == (code, printed)
    assert re.fullmatch(
        r"`soon` is no day. Write `today`, `tomorrow` or a date such as \d{4}-\d\d-\d\d\.\n", said
    )


@only_sqlite
def test_a_database_that_cannot_be_used_is_told_and_left_alone(
    inbox: Command, tmp_path: Path
) -> None:
    path = tmp_path / "c.db"
    absent = f"There is no database {path}. Set CAREBASE_DATABASE_URL to that of the endpoint.\n"

    assert (2, "", absent) == inbox("--refs")
    assert [] == list(tmp_path.iterdir())
    path.touch()
    assert (
        2,
        "",
        "The database holds no tables of Carebase yet: `carebase db upgrade` makes them.\n",
    ) == inbox()
    assert b"" == path.read_bytes()
    path.write_text("no database" * 100)
    assert (2, "", f"The database {path} cannot be used: file is not a database.\n") == inbox()
    path.unlink()
    Store(f"sqlite:///{path}").close()
    assert (0, "", "No submission has come in yet.\n") == inbox()
    assert (0, "", "") == inbox("--refs")
    write(inbox.address, "UPDATE alembic_version SET version_num = '0000'")
    assert (
        2,
        "",
        "The database was written by an older Carebase (version 0000 of its tables; this one needs"
        f" {HEAD}): `carebase db upgrade` brings them up to date.\n",
    ) == inbox()


def test_a_misspelt_setting_is_told(inbox: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAREBASE_DATABSE_URL", "x")

    assert (
        2,
        "",
        "There is no setting CAREBASE_DATABSE_URL. Did you mean CAREBASE_DATABASE_URL?\n",
    ) == inbox()


@only_sqlite
def test_an_sqlite_that_may_damage_the_database_writes_nothing(
    inbox: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = inbox.send("support-request", ANSWERS)
    monkeypatch.setattr(sqlite, "sqlite_version_info", (3, 51, 2))

    assert (
        2,
        "",
        "Writing beside the endpoint needs SQLite 3.51.3 or newer; older ones can damage a"
        " database that several processes write. Install a newer pysqlite3.\n",
    ) == inbox("set", ref, "done")


def in_a_terminal(settings: dict[str, str], *arguments: str) -> str:
    """Call `carebase` on a terminal and give what it shows."""
    master, slave = pty.openpty()
    environment = {**clean_environment(), **settings}
    command = [sys.executable, "-m", "carebase", *arguments]
    with subprocess.Popen(command, stdout=slave, stderr=subprocess.PIPE, env=environment) as run:
        os.close(slave)
        assert run.stderr is not None
        assert b"" == run.stderr.read()
    shown = os.read(master, 10_000).decode().replace("\r\n", "\n")
    os.close(master)
    return shown


def test_a_terminal_gets_a_table(inbox: Command) -> None:
    new = inbox.send("page-feedback", {"helpful": "no"})
    # Ten years earlier, so that it is late for certain.
    old = inbox.send("support-request", ANSWERS, hours=-24 * 3650)
    settings = {
        "CAREBASE_DATABASE_URL": inbox.address,
        "CAREBASE_SILENCE_ALARM": "off",
        "TZ": "Europe/Vienna",
    }
    shown = in_a_terminal({**settings, "COLUMNS": "72"}, "inbox")

    assert (
        f"""\
Reference     Received          Due              State     Form
{new}  2026-11-21 10:30                   received  Did this pag…
{old}  2016-11-23 10:30  2016-11-25 late  received  Ask for help

2 submissions: 2 received.
"""
        == shown
    )
    assert "\nreceived, due 2016-11-25 (late)\n" in inbox("show", old)[1]


@only_sqlite
def test_runs_as_a_process_without_a_site(inbox: Command, tmp_path: Path) -> None:
    ref = inbox.send("support-request", ANSWERS)
    ended = run_carebase(
        "inbox", "--refs", cwd=tmp_path, env={"CAREBASE_DATABASE_URL": "sqlite:///c.db"}
    )

    assert (0, f"{ref}\n", "") == (ended.returncode, ended.stdout, ended.stderr)


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("CB-7K3M-9QXT", "CB-7K3M-9QXT"),
        (" cb 7k3m 9qxt", "CB-7K3M-9QXT"),
        ("7K3M9QXT", "CB-7K3M-9QXT"),
        ("cb-OIL0-1111", "CB-0110-1111"),
        ("CB-7K3M-9QX", None),
        ("CB-7K3M-9QXU", None),
        ("", None),
    ],
)
def test_reads_a_reference_as_people_write_it(text: str, ref: str | None) -> None:
    assert ref == read_ref(text)
