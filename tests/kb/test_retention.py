"""What a form says it keeps for so long is deleted then."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from carebase.endpoint.retention import leapt_from
from carebase.forms.retention import earliest_kept
from carebase.store import FormVersion, NewSubmission, Store
from carebase.store.maintenance import upgrade
from tests.kb.endpoint_site import make_site, serving, wait_until

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("retention", "expected"),
    [
        ("1 day", datetime(2026, 3, 30, 12, 0, tzinfo=UTC)),
        ("2 weeks", datetime(2026, 3, 17, 12, 0, tzinfo=UTC)),
        ("1 month", datetime(2026, 2, 28, 12, 0, tzinfo=UTC)),
        ("24 months", datetime(2024, 3, 31, 12, 0, tzinfo=UTC)),
        ("7 years", datetime(2019, 3, 31, 12, 0, tzinfo=UTC)),
        ("13 months", datetime(2025, 2, 28, 12, 0, tzinfo=UTC)),
    ],
)
def test_retention_goes_by_the_calendar(retention: str, expected: datetime) -> None:
    assert expected == earliest_kept(retention, NOW)


def submission(number: int, form: str, received_at: datetime) -> NewSubmission:
    return NewSubmission(
        id=f"0190-{number}",
        form=form,
        form_version="v1",
        values={"message": "x"},
        token_hash=f"hash-{number}",
        received_at=received_at,
        body_hash="b",
        language="en",
        page="",
        key=None,
    )


def accept(store: Store, new: NewSubmission) -> str:
    return store.accept(new).result().submission.ref


def test_only_what_is_older_and_of_the_form_goes(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path}/carebase.db") as store:
        old, young, other = (
            store.accept(submission(number, form, NOW - timedelta(days=days)))
            .result()
            .submission.ref
            for number, form, days in (
                (1, "page-feedback", 800),
                (2, "page-feedback", 700),
                (3, "repair-request", 800),
            )
        )

        deleted = store.delete_older("page-feedback", earliest_kept("24 months", NOW)).result()

        assert 1 == deleted
        assert store.find_by_ref(old) is None
        assert store.find_by_ref(young) is not None
        assert store.find_by_ref(other) is not None


def test_a_form_that_is_gone_keeps_what_it_promised(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    database = f"sqlite:///{tmp_path}/carebase.db"
    gone = {"id": "leasing", "title": "Lease", "retention": "24 months", "fields": []}
    with Store(database) as store:
        store.keep_forms([FormVersion("leasing", "v1", gone)])
        old, young, unsaid = (
            accept(store, submission(number, form, NOW - timedelta(days=days)))
            for number, form, days in ((1, "leasing", 800), (2, "leasing", 700), (3, "other", 800))
        )
    with serving(site, now=lambda: NOW) as client:
        wait_until(lambda: len(client.rows()) == 2, 20)

        assert {young, unsaid} == {row["ref"] for row in client.rows()}
        assert old


def test_a_clock_that_leapt_ahead_deletes_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    site = make_site(tmp_path)
    wrong = NOW.replace(year=2062)
    told = (
        "The clock says 2062-03-31, and nothing that was stored is of the years after 2026:"
        " so that a wrong clock deletes nothing, nothing is deleted. Please set it right."
    )
    with Store(f"sqlite:///{tmp_path}/carebase.db") as store:
        sent = accept(store, submission(1, "page-feedback", NOW))
    for number in (2, 3):
        # What comes under the wrong clock does not make it right.
        caplog.clear()
        with (
            caplog.at_level(logging.ERROR, "carebase.endpoint"),
            serving(site, lambda: wrong) as it,
        ):
            wait_until(lambda: told in caplog.messages, 20)
            assert sent in {row["ref"] for row in it.rows()}
        with Store(f"sqlite:///{tmp_path}/carebase.db") as store:
            accept(store, submission(number, "page-feedback", wrong))
    with serving(site, now=lambda: NOW.replace(year=2029)) as client:
        wait_until(lambda: len(client.rows()) == 2, 20)
        assert sent not in {row["ref"] for row in client.rows()}


def test_the_years_in_which_something_was_sent(database: str) -> None:
    upgrade(database)
    with Store(database) as store:
        for number, year in enumerate((2062, 2026, 2026, 2028)):
            accept(store, submission(number, "page-feedback", NOW.replace(year=year)))

        assert {2026, 2028} == store.years(NOW.replace(year=2030))


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        ((), None),
        ((2026, 2027, 2030), None),
        ((2020, 2026), None),
        ((1970, 2026), None),
        ((2026, 2050), 2026),
        ((2025, 2030), 2030),
        ((1970, 2026, 2060), 2026),
    ],
)
def test_a_leap_of_the_clock_is_seen_by_the_years(
    years: tuple[int, ...], expected: int | None
) -> None:
    now = NOW.replace(year=2050 if expected else 2031)
    assert expected == leapt_from(years, now)
