"""Files of submissions: committed with their row, gone with it, whatever is killed in between."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from carebase.files.folder import Folder, new_name
from carebase.store import Full, NewSubmission, Store, UploadGone
from carebase.store.files import Kept, NewUpload, Quota, Wanted
from carebase.store.ids import new_id
from carebase.store.maintenance import upgrade as upgrade_database
from carebase.store.rates import Meter, Rate, TooMany
from tests.kb.databases import read

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
PLENTY = Quota(1_000, 10_000)


@pytest.fixture
def store(database: str, tmp_path: Path) -> Iterator[Store]:
    upgrade_database(database)
    with Store(database, tmp_path / "kept") as store:
        yield store


def upload(number: int = 1, size: int = 4, at: datetime = NOW, field: str = "picture") -> NewUpload:
    return NewUpload(
        f"hash-{number}",
        "repair-request",
        field,
        f"tap {number}.jpg",
        size,
        "client",
        at,
        at + DAY,
        new_name(),
    )


def take_in(store: Store, new: NewUpload, content: bytes = b"tap!") -> NewUpload:
    """Bring a file as the endpoint does: noted, written, named, and known to be whole."""
    store.create_upload(new, PLENTY, ()).result()
    folder = folder_of(store)
    folder.prepare()
    draft = folder.arriving(new.stored)
    draft.write_bytes(content)
    folder.keep(draft, new.stored)
    assert store.finish_upload(
        new.token_hash, Kept(new.name, "image/jpeg", len(content), "0" * 64)
    ).result()
    return new


def submission(*uploads: NewUpload, key: str | None = None, at: datetime = NOW) -> NewSubmission:
    row_id = new_id()
    return NewSubmission(
        id=row_id,
        form="repair-request",
        form_version="v1",
        values={},
        token_hash=row_id,
        received_at=at,
        body_hash="h",
        key=key,
        uploads=tuple(Wanted(one.field, one.token_hash) for one in uploads),
    )


def folder_of(store: Store) -> Folder:
    assert store.folder is not None
    return store.folder


def kept(store: Store) -> set[str]:
    return {one.name for one in folder_of(store).path.iterdir() if one.is_file()}


def test_files_are_committed_with_the_row_in_their_order(store: Store) -> None:
    one, two = take_in(store, upload(1)), take_in(store, upload(2))
    new = submission(two, one)

    store.accept(new).result()

    found = store.find_files(new.id)
    assert ["tap 2.jpg", "tap 1.jpg"] == [file.name for file in found]
    assert [two.stored, one.stored] == [file.stored for file in found]
    assert found[0] == store.find_file(new.id, found[0].id)
    assert store.find_file(new_id(), found[0].id) is None
    assert {} == store.find_uploads(["hash-1", "hash-2"], NOW)


def test_the_same_submission_again_finds_its_files_where_they_are(store: Store) -> None:
    new = submission(take_in(store, upload()), key="k")

    first = store.accept(new).result()
    again = store.accept(replace(new, id=new_id(), token_hash="other")).result()

    assert (True, first.submission) == (again.again, again.submission)
    assert 1 == len(store.find_files(new.id))


@pytest.mark.parametrize("flaw", ["unknown", "other form", "other field", "not whole", "late"])
def test_nothing_is_stored_with_a_file_that_is_not_there(store: Store, flaw: str) -> None:
    new = upload()
    if flaw == "not whole":
        store.create_upload(new, PLENTY, ()).result()
    else:
        take_in(store, new)
    sent = submission(new)
    if flaw == "unknown":
        sent = replace(sent, uploads=(Wanted("picture", "nothing"),))
    elif flaw == "other form":
        sent = replace(sent, form="support-request")
    elif flaw == "other field":
        sent = replace(sent, uploads=(Wanted("receipt", new.token_hash),))
    elif flaw == "late":
        sent = replace(sent, received_at=NOW + DAY)

    with pytest.raises(UploadGone) as told:
        store.accept(sent).result()

    assert ("receipt" if flaw == "other field" else "picture") == told.value.field
    assert store.find_by_id(sent.id) is None


def test_a_file_belongs_to_one_submission(store: Store) -> None:
    file = take_in(store, upload())
    senders = [submission(file) for _ in range(8)]

    with (
        Store(str(store.url.render_as_string(hide_password=False)), folder_of(store).path) as other,
        ThreadPoolExecutor(8) as threads,
    ):
        futures = [
            threads.submit(lambda one, at: at.accept(one).exception(20), one, at)
            for one, at in zip(senders, [store, other] * 4, strict=True)
        ]
        failures = [future.result() for future in futures]

    assert 7 == sum(isinstance(failure, UploadGone) for failure in failures)
    assert 1 == failures.count(None)


def test_files_go_with_what_has_been_kept_long_enough(store: Store) -> None:
    old, young = take_in(store, upload(1)), take_in(store, upload(2))
    store.accept(submission(old, at=NOW)).result()
    store.accept(submission(young, at=NOW + timedelta(hours=12))).result()

    assert 1 == store.delete_older("repair-request", NOW + timedelta(hours=1)).result()

    assert {young.stored} == kept(store)


def test_files_go_with_one_submission(store: Store) -> None:
    new = submission(take_in(store, upload(1)), take_in(store, upload(2)))
    store.accept(new).result()

    assert 1 == store.delete_submission(new.id).result()
    assert 0 == store.delete_submission(new.id).result()

    assert (set(), []) == (kept(store), store.find_files(new.id))


def test_files_without_a_form_expire(store: Store) -> None:
    take_in(store, upload(1))
    young = take_in(store, upload(2, at=NOW + timedelta(hours=1)))

    assert 1 == store.forget_uploads(NOW + DAY).result()

    assert {young.stored} == kept(store)
    assert ["hash-2"] == list(store.find_uploads(["hash-1", "hash-2"], NOW))


def test_a_file_that_is_cancelled_is_gone(store: Store) -> None:
    take_in(store, upload())

    assert 1 == store.cancel_upload("hash-1").result()

    assert set() == kept(store)


def test_what_is_on_its_way_has_a_quota(store: Store) -> None:
    quota = Quota(10, 25)
    store.create_upload(upload(1, 10), quota, ()).result()
    with pytest.raises(Full) as told:
        store.create_upload(upload(2, 1), quota, ()).result()
    assert told.value.own
    store.create_upload(replace(upload(3, 10), client="other"), quota, ()).result()
    with pytest.raises(Full) as told:
        store.create_upload(replace(upload(4, 6), client="third"), quota, ()).result()
    assert not told.value.own

    # What has expired counts no more.
    store.create_upload(upload(5, 10, NOW + DAY), quota, ()).result()


def test_a_meter_counts_several_at_once(store: Store) -> None:
    meter = Meter("bytes", Rate(10, timedelta(days=2)), NOW + DAY, units=6)

    store.create_upload(upload(1), PLENTY, [meter]).result()

    with pytest.raises(TooMany):
        store.create_upload(upload(2), PLENTY, [meter]).result()
    store.create_upload(upload(3), PLENTY, [replace(meter, units=4)]).result()


KILLED = """
import os, sys
from pathlib import Path
from carebase.store import Store
from carebase.store import files
from carebase.files.folder import Folder
from tests.kb.test_store_files import submission, take_in, upload

address, folder, when = sys.argv[1:]
store = Store(address, Path(folder))
if when == "before the row":
    keep = Folder.keep
    def killed(self, draft, stored):
        keep(self, draft, stored)
        os.kill(os.getpid(), 9)
    Folder.keep = killed
    take_in(store, upload())
new = submission(take_in(store, upload()))
store.accept(new).result()
print(new.id, flush=True)
if when == "after the deletion":
    Folder.remove = lambda *_: os.kill(os.getpid(), 9)
    store.delete_submission(new.id).result()
os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("when", ["before the row", "after the deletion", "after the row"])
def test_a_kill_in_between_leaves_nothing_for_good(
    database: str, tmp_path: Path, when: str
) -> None:
    upgrade_database(database)
    place = tmp_path / "kept"
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, database, str(place), when],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert -9 == ended.returncode, ended.stderr
    with Store(database, place) as store:
        assert 1 == len(kept(store))
        # Young, it may be that its row is on its way.
        assert 0 == store.sweep_files()
        for path in place.iterdir():
            os.utime(path, (time.time() - 7200,) * 2)

        # Before its row, the upload is still on its way: it goes with those that nobody sent.
        early = when == "before the row"
        count = store.forget_uploads(NOW + DAY).result() if early else store.sweep_files()

        if when == "after the row":
            assert (0, 1) == (count, len(store.find_files(ended.stdout.strip())))
        else:
            assert (1, set()) == (count, kept(store))
            assert [] == read(database, "SELECT stored FROM files")


def test_the_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "a" / "kept")
    folder.prepare()
    assert 0o700 == folder.path.stat().st_mode & 0o777
    assert 0o700 == folder.arriving("").stat().st_mode & 0o777
    assert folder.free > 0
