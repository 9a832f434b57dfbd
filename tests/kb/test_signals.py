"""What readers ran into: counted by day, with nothing of who they are, and never without end."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carebase.cli import main
from carebase.signals import OUTCOME, SEARCH, SUGGESTION, Signal, SignalChecker
from carebase.signals.query import LONGEST, PERSONAL, looks_personal, normalise
from carebase.signals.tally import Counted, tally
from carebase.store import Store
from carebase.store.maintenance import upgrade
from carebase.store.signals import KEPT, MOST_SEARCHES, read_counts
from tests.kb.databases import read
from tests.kb.endpoint_site import Client, clean_environment, make_site, serving, wait_until
from tests.plugins.making import BRIO, make
from tests.support.process import run_carebase

SIGNALS = "/v1/signals"
PAGE = "products/brio/troubleshooter/"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TODAY = date(2026, 11, 21)
SCRIPT = Path(__file__).parents[2] / "widgets/carebase_widgets/static/signals.js"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    site = make_site(tmp_path_factory.mktemp("signals"))
    with serving(site, now=lambda: NOON) as client:
        yield client


def counted(client: Client) -> dict[tuple[str, ...], int]:
    return {
        (row["day"], row["kind"], row["subject"], row["part"], row["value"]): row["count"]
        for row in client.rows("signals")
    }


@pytest.mark.parametrize("kind", ["application/json", "text/plain;charset=UTF-8"])
def test_counts_a_failed_search_and_nothing_else(client: Client, kind: str) -> None:
    key = ("2026-11-21", "search", "descale the pump", "", "en")
    before = counted(client).get(key, 0)
    body = json.dumps({"kind": "search", "query": " Descale  the PUMP\u00a0", "lang": "en-GB"})
    answer = client.send("POST", SIGNALS, body, {"Content-Type": kind})

    assert (204, b"") == (answer.status, answer.body)
    assert "set-cookie" not in answer.headers
    assert before + 1 == counted(client)[key]
    assert [] == client.rows("submissions")


@pytest.mark.parametrize(
    ("node", "result"), [("primed", "solved"), ("primed", "not_solved"), ("dead", "escalated")]
)
def test_counts_how_a_troubleshooter_ended(client: Client, node: str, result: str) -> None:
    signal = {"kind": "outcome", "page": PAGE, "node": node, "result": result}
    for _ in range(2):
        assert 204 == client.post_json(SIGNALS, signal).status

    assert 2 == counted(client)["2026-11-21", "outcome", PAGE, node, result]


def test_counts_how_a_form_ended_from_which_an_article_was_opened(client: Client) -> None:
    form = "support-request"
    for result in ("left", "left", "sent"):
        signal = {"kind": "suggestion", "form": form, "result": result}
        assert 204 == client.post_json(SIGNALS, signal).status

    found = counted(client)
    assert 2 == found["2026-11-21", "suggestion", form, "", "left"]
    assert 1 == found["2026-11-21", "suggestion", form, "", "sent"]


@pytest.mark.parametrize(
    ("signal", "field", "said"),
    [
        ([], "", 'A signal is one JSON object, such as {"kind": "search", "query": "limescale"}.'),
        ({"kind": "visit"}, "kind", "A signal is of the kind `search`, `outcome` or `suggestion`."),
        (
            {"kind": ["search"]},
            "kind",
            "A signal is of the kind `search`, `outcome` or `suggestion`.",
        ),
        ({"kind": "search"}, "query", "A query is a text of 2 to 200 characters."),
        (
            {"kind": "search", "query": "pump", "langs": "en"},
            "langs",
            "A signal of this kind has no such key. Did you mean `lang`?",
        ),
        (
            {"kind": "search", "query": "pump", "lang": "English"},
            "lang",
            "A language is a code such as `en` or `de-AT`.",
        ),
        (
            {"kind": "search", "query": "ana@example.com"},
            "query",
            "This looks like a mail address or a number of somebody; it is not counted.",
        ),
        (
            {"kind": "suggestion", "form": "wishes", "result": "left"},
            "form",
            "The site has no such form.",
        ),
        (
            {"kind": "suggestion", "form": "support-request", "result": "liked"},
            "result",
            "Of a form only `sent` or `left` is counted.",
        ),
        (
            {"kind": "outcome", "page": "nowhere/", "node": "primed", "result": "solved"},
            "page",
            "There is no troubleshooter at this address.",
        ),
        (
            {"kind": "outcome", "page": PAGE, "node": "start", "result": "solved"},
            "node",
            "This page has no such outcome.",
        ),
        (
            {"kind": "outcome", "page": PAGE, "node": "primed", "result": "escalated"},
            "result",
            "Of this outcome only `solved` or `not_solved` is counted.",
        ),
    ],
)
def test_refuses_what_the_site_does_not_have(
    client: Client, signal: object, field: str, said: str
) -> None:
    before = counted(client)
    answer = client.post_json(SIGNALS, signal)

    assert 422 == answer.status
    assert [{"field": field, "message": said}] == answer.json["errors"]
    assert before == counted(client)


def test_refuses_what_is_large_foreign_or_of_another_type(client: Client) -> None:
    search = {"kind": "search", "query": "pump"}
    large = client.post_json(SIGNALS, b'{"kind": "search", "query": "' + b"a" * 2000 + b'"}')
    foreign = client.post_json(SIGNALS, search, headers={"Origin": "https://evil.example"})
    form = client.post_form(SIGNALS, search, headers={"Accept": "application/json"})
    read = client.get(SIGNALS)

    assert [413, 403, 415, 405] == [one.status for one in (large, foreign, form, read)]
    assert "POST" == read.headers["allow"]
    assert (
        "Send this as application/json or text/plain, not as application/x-www-form-urlencoded."
        == form.json["detail"]
    )


def test_one_client_cannot_count_without_end(tmp_path: Path) -> None:
    search = {"kind": "search", "query": "pump"}
    with serving(make_site(tmp_path), now=lambda: NOON, rate_limits=True) as client:
        answers = [client.post_json(SIGNALS, search) for _ in range(21)]

        assert [204] * 20 + [429] == [one.status for one in answers]
        assert "30" == answers[-1].headers["retry-after"]
        assert {("2026-11-21", "search", "pump", "", "en"): 20} == counted(client)


@pytest.mark.parametrize(
    "query",
    [
        "ana@example.com",
        "+43 1 555 0142",
        "0664/123 45 67",
        "BR24100042",
        "br-2410-0042",
        "serial BR24100042 blinks",
        "24100042BR",
        "cb-7k3m-9qxt",
        "order 1234567",
        "AT61 1904 3002 3457 3201",
    ],
)
def test_what_looks_like_a_person_is_refused(query: str) -> None:
    assert looks_personal(query)
    read = SignalChecker().read({"kind": "search", "query": query})
    assert not isinstance(read, Signal)


@pytest.mark.parametrize(
    "query", ["limescale", "error E15", "58 mm", "2 bar", "Brio X1", "how long is 24/7", "bj 2024"]
)
def test_what_people_search_for_is_not(query: str) -> None:
    assert not looks_personal(query)


def test_a_serial_number_of_the_site_is_counted_without_its_words(tmp_path: Path) -> None:
    short = (
        "id: pip\nname: Pip\nserial: {pattern: '[A-Z]{2}[0-9]{3}', example: AB123, where: Below.}\n"
    )
    site = make_site(tmp_path, sources={"docs/products/pip/product.yml": short})
    with serving(site, now=lambda: NOON) as client:
        for query in ("ab123", "pip ab123", "\uff11\uff12\uff13\uff14\uff15\uff16\uff17"):
            assert 204 == client.post_json(SIGNALS, {"kind": "search", "query": query}).status

        assert {("2026-11-21", "search", "", "", "en"): 3} == counted(client)


@given(st.text())
def test_a_query_has_one_spelling(query: str) -> None:
    once = normalise(query)

    assert len(once) <= LONGEST
    assert once.isprintable()
    assert "  " not in once
    assert once == once.strip()


def test_the_browser_keeps_back_the_same_words() -> None:
    written = re.search(r"PERSONAL =\s*/(.*)/;", SCRIPT.read_text("utf-8"))

    assert written
    assert PERSONAL == written[1]


def test_a_day_has_only_so_many_different_searches(database: str) -> None:
    upgrade(database)
    with Store(database) as store:
        for number in range(MOST_SEARCHES + 5):
            words = "".join(chr(97 + int(digit)) for digit in f"{number:05}")
            signal = Signal(SEARCH, words, value="en")
            store.count_signal(signal, TODAY, (), NOON)
        for language in ("en", "de", "fr"):
            store.count_signal(Signal(SEARCH, "zzz", value=language), TODAY, (), NOON)
        # One that is there already is counted on; the next day begins anew.
        store.count_signal(Signal(SEARCH, "aaaaa", value="en"), TODAY, (), NOON)
        tomorrow = TODAY + timedelta(days=1)
        store.count_signal(Signal(SEARCH, "zzz", value="en"), tomorrow, (), NOON).result()

    rows = read(database, "select count(*), sum(count) from signals where day = '2026-11-21'")
    assert [(MOST_SEARCHES + 1, MOST_SEARCHES + 9)] == rows
    found = {(one.subject, one.value): one.count for one in read_counts(database, TODAY)}
    assert 2 == found["aaaaa", "en"]
    assert 8 == found["", ""]
    assert 1 == found["zzz", "en"]


def test_counters_are_forgotten_in_time(database: str) -> None:
    upgrade(database)
    search, outcome = Signal(SEARCH, "pump", value="en"), Signal(OUTCOME, PAGE, "primed", "solved")
    with Store(database) as store:
        for signal in (search, outcome):
            for days in (KEPT[signal.kind].days, KEPT[signal.kind].days + 1):
                day = TODAY - timedelta(days=days)
                store.count_signal(signal, day, (), NOON).result()
        assert 2 == store.forget_signals(TODAY).result()

    rows = read(database, "select kind, day from signals order by kind")
    assert [("outcome", "2025-10-17"), ("search", "2026-08-23")] == rows


def test_the_endpoint_forgets_by_itself(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    with serving(site, now=lambda: NOON) as client:
        client.post_json(SIGNALS, {"kind": "search", "query": "pump"})
        assert 1 == len(client.rows("signals"))
    with serving(site, now=lambda: NOON + timedelta(days=91)) as client:
        wait_until(lambda: [] == client.rows("signals"))


def test_the_sum_begins_with_what_is_most_frequent() -> None:
    found = tally(
        [
            Counted(SEARCH, "pump", "", "en", 1),
            Counted(SEARCH, "valve", "", "en", 3),
            Counted(OUTCOME, PAGE, "primed", "solved", 3),
            Counted(OUTCOME, PAGE, "primed", "not_solved", 1),
            Counted(OUTCOME, PAGE, "dead", "escalated", 2),
            Counted(SUGGESTION, "contact", "", "sent", 1),
            Counted(SUGGESTION, "contact", "", "left", 3),
        ]
    )
    (form,) = found.forms
    assert ("contact", 3, 1, 0.75) == (form.form, form.left, form.sent, form.share_left)

    assert [("valve", 3), ("pump", 1)] == [(one.query, one.count) for one in found.searches]
    (page,) = found.pages
    assert (3, 1, 2, 0.5) == (
        page.results.solved,
        page.results.not_solved,
        page.results.escalated,
        page.results.share_solved,
    )
    assert ["primed", "dead"] == list(page.nodes)


NO_INDEX = (
    "The nearest pages are not shown: there is no search index beside site"
    " (CAREBASE_SITE names the built site).\n"
)


@pytest.fixture
def filled(database: str) -> str:
    upgrade(database)
    today = datetime.now(UTC).astimezone().date()
    with Store(database) as store:
        for words, language, days in (
            ("wassertank", "de", 0),
            ("pump noise", "en", 0),
            ("pump noise", "en", 29),
            ("pump noise", "en", 40),
            ("", "en", 0),
        ):
            signal = Signal(SEARCH, words, value=language)
            store.count_signal(signal, today - timedelta(days=days), (), NOON)
        for node, result, times in (
            ("primed", "solved", 3),
            ("primed", "not_solved", 1),
            ("dead", "escalated", 2),
        ):
            for _ in range(times):
                signal = Signal(OUTCOME, PAGE, node, result)
                store.count_signal(signal, today, (), NOON).result()
        for result in ("left", "sent", "left"):
            signal = Signal(SUGGESTION, "contact", value=result)
            store.count_signal(signal, today, (), NOON).result()
    return database


def listed(*arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["inbox", "signals", *arguments])
    said = capsys.readouterr()
    assert 0 == ended.value.code
    assert said.err in ("", NO_INDEX)
    return said.out


def test_lists_for_programs(
    tmp_path: Path, filled: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CAREBASE_DATABASE_URL", filled)
    monkeypatch.chdir(tmp_path)

    assert [
        "search\t2\ten\tpump noise\t\t",
        "search\t1\ten\t\t\t",
        "search\t1\tde\twassertank\t\t",
        f"outcome\t{PAGE}\tprimed\t3\t1\t0",
        f"outcome\t{PAGE}\tdead\t0\t0\t2",
        "suggestion\tcontact\t2\t1",
    ] == listed(capsys=capsys).splitlines()
    found = json.loads(listed("--since", "2020-01-01", "--json", capsys=capsys))
    first = {"query": "pump noise", "language": "en", "count": 3, "nearest": None}
    assert (False, first) == (found["index"], found["searches"][0])
    (page,) = found["troubleshooters"]
    assert (PAGE, 3, 1, 2, 0.5) == tuple(
        page[key] for key in ("page", "solved", "not_solved", "escalated", "share_solved")
    )
    assert 0.75 == page["outcomes"][0]["share_solved"]
    form = {"form": "contact", "left": 2, "sent": 1, "share_left": 0.667}
    assert [form] == found["suggestions"]


def test_lists_for_people(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'c.db'}"
    today = datetime.now(UTC).astimezone().date()
    with Store(address) as store:
        store.count_signal(Signal(SEARCH, "pump noise", value="en"), today, (), NOON)
        store.count_signal(Signal(SEARCH, "", value="en"), today, (), NOON)
        store.count_signal(Signal(OUTCOME, PAGE, "primed", "solved"), today, (), NOON)
        store.count_signal(Signal(OUTCOME, PAGE, "dead", "escalated"), today, (), NOON).result()
    ours, theirs = pty.openpty()
    subprocess.run(
        [sys.executable, "-m", "carebase", "inbox", "signals", "--since", str(today)],
        env={**clean_environment(), "CAREBASE_DATABASE_URL": address},
        cwd=tmp_path,
        stdout=theirs,
        check=True,
        timeout=60,
    )
    os.close(theirs)
    written = os.read(ours, 100_000).decode().replace("\r\n", "\n")
    os.close(ours)

    assert (
        f"Searches without a result since {today}\n"
        "      1  en  (words not kept)\n"
        "      1  en  pump noise\n"
        f"{NO_INDEX}"
        "\n"
        f"Troubleshooters since {today}\n"
        "  share  solved  not solved  escalated\n"
        f"    50%       1           0          1  {PAGE}\n"
        "     0%       0           0          1    #dead\n"
        "   100%       1           0          0    #primed\n"
    ) == written


def test_shows_the_page_that_comes_nearest(
    tmp_path: Path, filled: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site = make(
        tmp_path,
        {
            "docs/products/brio/product.yml": BRIO,
            "docs/products/brio/pump.md": "# The pump is loud\n\n## Tighten it\n\nIt hums.\n",
        },
    )
    monkeypatch.setenv("CAREBASE_DATABASE_URL", filled)
    monkeypatch.setenv("CAREBASE_SITE", str(site.folder))

    assert [
        "search\t2\ten\tpump noise\tproducts/brio/pump/\tnoise",
        "search\t1\ten\t\t\t",
        "search\t1\tde\twassertank\t\t",
    ] == listed(capsys=capsys).splitlines()[:3]
    found = json.loads(listed("--json", capsys=capsys))
    page = {"title": "The pump is loud", "address": "products/brio/pump/", "lacks": ["noise"]}
    assert [page, None, None] == [one["nearest"] for one in found["searches"]]
    assert found["index"]


@pytest.mark.parametrize(
    ("arguments", "settings", "said"),
    [
        (["--since", "soon"], {}, "`soon` is no day. Write `today`, `yesterday` or a date such as"),
        ([], {"CAREBASE_DATABASE_URL": "sqlite:///none.db"}, "There is no database"),
    ],
)
def test_says_what_hinders(
    tmp_path: Path, arguments: list[str], settings: dict[str, str], said: str
) -> None:
    ended = run_carebase("inbox", "signals", *arguments, cwd=tmp_path, env=settings)

    assert 2 == ended.returncode
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
