"""`carebase endpoint` as an operator starts and stops it."""

from __future__ import annotations

import re
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from carebase.endpoint.app import create_app
from carebase.endpoint.private import PrivateError, load_private
from carebase.endpoint.sending import NO_MAIL
from carebase.endpoint.setting import SETTINGS
from carebase.endpoint.settings import Settings
from carebase.errors import UsageError
from tests.kb.endpoint_site import make_site, process, run_endpoint, wait_until
from tests.support.process import give_up_power, run_powerless


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_starts_answers_and_stops(tmp_path: Path, number: signal.Signals) -> None:
    with process(make_site(tmp_path)) as (running, client):
        assert 201 == client.post_json("/v1/forms/page-feedback", {"helpful": "yes"}).status
        running.send_signal(number)

        assert 0 == running.wait(10)
        assert running.stdout is not None
        notice, line, end = running.stdout.read().split("\n")
        assert (NO_MAIL, "") == (notice, end)
        assert " POST /v1/forms/{id} 201 " in line
        with pytest.raises(ConnectionRefusedError):
            client.get("/healthz")
    assert {"carebase.db", "carebase.secret", "docs", "site", "site.private"} == {
        path.name for path in tmp_path.iterdir()
    }
    for name in ("carebase.db", "carebase.secret"):
        assert 0o600 == (tmp_path / name).stat().st_mode & 0o777


def test_requests_under_way_are_answered_before_the_end(tmp_path: Path) -> None:
    """Told to stop in the middle of their bodies: what has begun is stored and acknowledged."""
    with process(make_site(tmp_path)) as (running, client), ExitStack() as lines_open:
        body = b'{"helpful": "yes"}'
        head = (
            "POST /v1/forms/page-feedback HTTP/1.1\r\nHost: care.test\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        port = urlsplit(client.address).port or 0
        lines = [
            lines_open.enter_context(socket.create_connection(("127.0.0.1", port), 20))
            for _ in range(20)
        ]
        for line in lines:
            line.sendall(head.encode() + body[:9])
        # Any answer shows that what came before has been read.
        assert 200 == client.get("/healthz").status
        running.send_signal(signal.SIGTERM)
        wait_until(lambda: is_refused(port))
        for line in lines:
            line.sendall(body[9:])
        answers = [read_all(line) for line in lines]

        assert 0 == running.wait(20)
    assert {b"HTTP/1.1 201 Created"} == {answer.partition(b"\r\n")[0] for answer in answers}
    told = {re.search(rb'"ref":"([^"]+)"', answer)[1].decode() for answer in answers}  # type: ignore[index]
    assert 20 == len(told)
    assert told == {row["ref"] for row in client.rows()}


def read_all(line: socket.socket) -> bytes:
    """Read until the other side closes the line."""
    return b"".join(iter(lambda: line.recv(10_000), b""))


def is_refused(port: int) -> bool:
    """Tell whether nothing listens on a port any more."""
    with socket.socket() as other:
        return other.connect_ex(("127.0.0.1", port)) != 0


def test_several_workers_share_the_database(tmp_path: Path) -> None:
    with process(make_site(tmp_path), "--workers", "2") as (running, client):
        wait_until(lambda: 200 == client.get("/healthz").status)
        with ThreadPoolExecutor(8) as pool:
            answers = list(
                pool.map(
                    lambda number: client.post_json(
                        "/v1/forms/page-feedback", {"helpful": "yes"}, key=f"key-{number % 20}"
                    ),
                    range(40),
                )
            )
        assert {201} == {answer.status for answer in answers}
        assert 20 == len({answer.json["ref"] for answer in answers}) == len(client.rows())
        running.send_signal(signal.SIGTERM)
        running.wait(15)


def test_workers_end_with_the_process_that_was_killed(tmp_path: Path) -> None:
    with process(make_site(tmp_path), "--workers", "2") as (running, client):
        wait_until(lambda: 200 == client.get("/healthz").status)
        running.kill()
        running.wait(15)
        wait_until(lambda: is_refused(urlsplit(client.address).port or 0), 20)


def test_help_lists_every_setting(tmp_path: Path) -> None:
    said = run_endpoint("--help", cwd=tmp_path).stdout

    for setting in SETTINGS:
        assert setting.name in said
        assert setting.meaning in " ".join(said.split())


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"CAREBASE_SITE": ""},
            "Set CAREBASE_SITE to the folder of the built site; `carebase build` makes it.",
        ),
        ({"CAREBASE_SITE": "nothing"}, "CAREBASE_SITE is not a folder: nothing"),
        (
            {"CAREBASE_SITE": "docs"},
            "The private folder {tmp}/docs.private is not there. Build the site again:"
            " `carebase build` writes both.",
        ),
        (
            {"CAREBASE_ORIGIN": "https://a.example"},
            "There is no setting CAREBASE_ORIGIN. Did you mean CAREBASE_ORIGINS?",
        ),
        (
            {"CAREBASE_XYZ": "1"},
            "There is no setting CAREBASE_XYZ. Settings: CAREBASE_SITE, CAREBASE_DATABASE_URL, "
            "CAREBASE_FILES, CAREBASE_URL, CAREBASE_ORIGINS, CAREBASE_SMTP_URL, "
            "CAREBASE_MAIL_FROM, CAREBASE_DIGEST, CAREBASE_SILENCE_ALARM, "
            "CAREBASE_QUARANTINE_ALARM, "
            "CAREBASE_WEBHOOK_SECRET, CAREBASE_ALLOW_PRIVATE_WEBHOOKS, CAREBASE_WORKER, "
            "CAREBASE_SECRET, CAREBASE_SECRET_BEFORE, CAREBASE_CERTIFICATE_KEY, "
            "CAREBASE_TRUSTED_PROXIES, "
            "CAREBASE_CHALLENGE, CAREBASE_RATE_LIMITS, CAREBASE_LOG, CAREBASE_METRICS, "
            "CAREBASE_METRICS_TOKEN, CAREBASE_CANARY_TO, CAREBASE_CANARY_MAILBOX.",
        ),
        (
            {"CAREBASE_URL": "care.example"},
            "CAREBASE_URL must be an address such as https://care.fjellby.example/, not"
            " `care.example`.",
        ),
        (
            {"CAREBASE_ORIGINS": "https://a.example, https://b.example/path"},
            "CAREBASE_ORIGINS must hold addresses without a path, such as"
            " https://www.fjellby.example, not `https://b.example/path`.",
        ),
        (
            {"CAREBASE_ORIGINS": "*"},
            "CAREBASE_ORIGINS must hold addresses without a path, such as"
            " https://www.fjellby.example, not `*`.",
        ),
        (
            {"CAREBASE_SECRET": "short"},
            "CAREBASE_SECRET must have at least 32 characters; it has 5.",
        ),
        (
            {"CAREBASE_SECRET_BEFORE": "s" * 64 + ", older"},
            "CAREBASE_SECRET_BEFORE must have at least 32 characters; it has 5.",
        ),
        (
            {"CAREBASE_CHALLENGE": "on"},
            "CAREBASE_CHALLENGE can be `quarantine`, `required` or `off`, not `on`.",
        ),
        (
            {"CAREBASE_RATE_LIMITS": "yes"},
            "CAREBASE_RATE_LIMITS can be `on` or `off`, not `yes`.",
        ),
        (
            {"CAREBASE_LOG": "text"},
            "CAREBASE_LOG can be `plain`, `json` or `quiet`, not `text`.",
        ),
        (
            {"CAREBASE_METRICS": "prometheus"},
            "CAREBASE_METRICS must hold addresses or networks such as 10.0.0.0/8, not"
            " `prometheus`.",
        ),
        (
            {"CAREBASE_METRICS_TOKEN": "short"},
            "CAREBASE_METRICS_TOKEN must have at least 32 characters; it has 5.",
        ),
        (
            {"CAREBASE_TRUSTED_PROXIES": "10.0.0.0/8, proxy"},
            "CAREBASE_TRUSTED_PROXIES must hold addresses or networks such as 10.0.0.0/8, not"
            " `proxy`.",
        ),
        (
            {"CAREBASE_SMTP_URL": "mail.fjellby.example:25"},
            "CAREBASE_SMTP_URL must be an address such as"
            " smtp://user:password@mail.fjellby.example:587; special signs in the password are"
            " written as %40.",
        ),
        (
            {"CAREBASE_SMTP_URL": "smtp://mail.example?starttls=no"},
            "CAREBASE_SMTP_URL knows one option, `?starttls=required`, and not `starttls=no`.",
        ),
        (
            {"CAREBASE_SMTP_URL": "smtp://ana@mail.example"},
            "CAREBASE_SMTP_URL must hold both user and password, or neither.",
        ),
        (
            {"CAREBASE_SMTP_URL": "smtp://mail.example"},
            "CAREBASE_SMTP_URL needs CAREBASE_MAIL_FROM, the address that mails come from.",
        ),
        (
            {"CAREBASE_MAIL_FROM": "Fjellby Care"},
            "CAREBASE_MAIL_FROM must be a mail address such as Fjellby Care"
            " <care@fjellby.example>, not `Fjellby Care`.",
        ),
        (
            {"CAREBASE_WEBHOOK_SECRET": "whsec_short"},
            "CAREBASE_WEBHOOK_SECRET must be `whsec_` and 24 to 64 bytes in base64, or several of"
            " these with commas between them.",
        ),
        (
            {"CAREBASE_ALLOW_PRIVATE_WEBHOOKS": "yes"},
            "CAREBASE_ALLOW_PRIVATE_WEBHOOKS can be `1` or `0`, not `yes`.",
        ),
        (
            {"CAREBASE_DIGEST": "7:00"},
            "CAREBASE_DIGEST must be a time of day such as 07:00, or `off`, not `7:00`.",
        ),
        (
            {"CAREBASE_WORKER": "yes"},
            "CAREBASE_WORKER can be `on` or `off`, not `yes`.",
        ),
        (
            {"CAREBASE_DATABASE_URL": "mysql://localhost/x"},
            "Carebase cannot use a database of the kind `mysql`. Write `sqlite:///carebase.db` or"
            " `postgresql://user@host/carebase`.",
        ),
        (
            {"CAREBASE_DATABASE_URL": "carebase.db"},
            "`carebase.db` is not the address of a database. Write `sqlite:///carebase.db` or"
            " `postgresql://user@host/carebase`.",
        ),
        (
            {"CAREBASE_DATABASE_URL": "sqlite://"},
            "The database must be a file, so that nothing is lost: write `sqlite:///carebase.db`.",
        ),
        (
            {"CAREBASE_DATABASE_URL": "postgresql://care:secret@localhost:port/care"},
            "`postgresql://care:***@localhost:port/care` is not the address of a database. Write"
            " `sqlite:///carebase.db` or `postgresql://user@host/carebase`.",
        ),
        (
            {"CAREBASE_DATABASE_URL": "postgresql://care@localhost"},
            "The address names no database of PostgreSQL. Write `sqlite:///carebase.db` or"
            " `postgresql://user@host/carebase`.",
        ),
        (
            {"CAREBASE_DATABASE_URL": "postgresql://care:secret@127.0.0.1:1/care?password=x"},
            "The database postgresql://care:***@127.0.0.1:1/care cannot be used: connection"
            ' failed: connection to server at "127.0.0.1", port 1 failed: Connection refused.',
        ),
        (
            {"CAREBASE_DATABASE_URL": "sqlite:///site"},
            "The database is a folder: {tmp}/site. Name the file in it too, such as"
            " `sqlite:///{tmp}/site/carebase.db`.",
        ),
        (
            {"CAREBASE_DATABASE_URL": "sqlite:///."},
            "The database is a folder: {tmp}. Name the file in it too, such as"
            " `sqlite:///{tmp}/carebase.db`.",
        ),
        (
            {"CAREBASE_DATABASE_URL": "sqlite:///nothing/carebase.db"},
            "The folder of the database is not there: {tmp}/nothing",
        ),
        (
            {"CAREBASE_DATABASE_URL": "sqlite:///site/index.html"},
            "The database site/index.html cannot be used: file is not a database.",
        ),
    ],
)
def test_a_setting_that_cannot_be_used_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], message: str
) -> None:
    make_site(tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as told:
        create_app(Settings.from_environment({"CAREBASE_SITE": "site", **settings}))

    assert message.replace("{tmp}", str(tmp_path)) == str(told.value)


def test_what_hinders_is_one_sentence_and_the_exit_code_is_2(tmp_path: Path) -> None:
    make_site(tmp_path)
    ended = run_endpoint(cwd=tmp_path, settings={"CAREBASE_SITE": "docs"})

    assert (2, "") == (ended.returncode, ended.stdout)
    assert (
        f"The private folder {tmp_path}/docs.private is not there. Build the site again:"
        " `carebase build` writes both.\n" == ended.stderr
    )


@pytest.mark.parametrize(
    ("closed", "message"),
    [
        ("site", "CAREBASE_SITE may not be read by this user: site. Give it to the endpoint's, or"),
        ("site.private/forms", "{tmp}/site.private/forms may not be read by this user. Give"),
        ("site.private/policies", "{tmp}/site.private/policies may not be read by this user. Give"),
        ("site.private/site.json", "{tmp}/site.private/site.json may not be read by this user."),
    ],
)
def test_what_may_not_be_read_is_not_taken_for_empty(
    tmp_path: Path, closed: str, message: str
) -> None:
    make_site(tmp_path)
    (tmp_path / closed).chmod(0)
    settings = {"CAREBASE_SITE": "site"}
    ended = run_powerless("endpoint", "--port", "0", cwd=tmp_path, env=settings)
    (tmp_path / closed).chmod(0o700)

    assert (2, "", 1) == (ended.returncode, ended.stdout, ended.stderr.count("\n"))
    assert ended.stderr.startswith(message.replace("{tmp}", str(tmp_path))), ended.stderr


def test_a_folder_for_files_that_takes_none_is_told_at_the_start(tmp_path: Path) -> None:
    form = "title: Show us\nfields: [{id: receipt, type: file, label: Receipt}]\n"
    site = make_site(tmp_path, sources={"docs/forms/show.yml": form})
    (tmp_path / "files").mkdir(mode=0o500)
    settings = {"CAREBASE_FILES": str(tmp_path / "files" / "care")}
    with process(site, settings=settings, before=give_up_power) as (started, _):
        started.terminate()
        assert 0 == started.wait(20)
        # Some of it may have been read with the line that tells the address.
        told = started.stdout.read() if started.stdout else ""

    assert (
        f"\nForms take no files, because this user cannot write into {tmp_path}/files/care: set"
        " CAREBASE_FILES to a folder that belongs to it.\n" in told
    )


def test_a_port_in_use_is_told_in_one_sentence(tmp_path: Path) -> None:
    make_site(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ended = run_endpoint("--port", str(port), cwd=tmp_path, settings={"CAREBASE_SITE": "site"})

    assert (2, "") == (ended.returncode, ended.stdout)
    assert (
        f"The port {port} is in use. Stop what uses it, or choose another with --port.\n"
        == ended.stderr
    )


def test_a_private_folder_of_another_version_is_told(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    (tmp_path / "site.private" / "site.json").write_text('{"format": 99}')
    with pytest.raises(PrivateError) as told:
        load_private(site)

    assert (
        f"The private folder {tmp_path}/site.private was written by another version of Carebase."
        " Build the site again." == str(told.value)
    )


def test_nothing_is_read_from_the_current_folder(tmp_path: Path) -> None:
    make_site(tmp_path)
    ended = run_endpoint(cwd=tmp_path)

    assert 2 == ended.returncode
    assert not (tmp_path / "carebase.db").exists()
    assert re.match(r"Set CAREBASE_SITE", ended.stderr)
