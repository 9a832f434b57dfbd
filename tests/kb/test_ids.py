"""Ids and reference numbers: in order, never twice, and readable over the phone."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

from carebase.store.ids import new_id, new_ref, read_ref


def test_ids_are_uuids_of_version_7_in_the_order_in_which_they_were_made() -> None:
    made = [new_id() for _ in range(20_000)]

    assert sorted(made) == made
    assert {7} == {uuid.UUID(one).version for one in made}
    assert {uuid.RFC_4122} == {uuid.UUID(one).variant for one in made}


def test_threads_never_get_the_same() -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: new_id(), range(20_000)))
        refs = list(pool.map(lambda _: new_ref(), range(20_000)))

    assert len(ids) == len(set(ids))
    assert len(refs) - len(set(refs)) <= 1
    assert all(read_ref(ref) == ref for ref in refs[:1000])
