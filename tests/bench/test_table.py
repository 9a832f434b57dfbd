"""The handbook's table about builds, made of what was measured."""

from __future__ import annotations

from carebase.build.bench import Case, Result, Took
from tests.bench.table import table


def test_the_table_shows_each_task_beside_the_other_generators() -> None:
    result = Result(Case("2,000 pages", 2000), served=[0.125, 0.0625, 0.25])
    for number, task in enumerate(("cold", "unchanged", "one edit", "title edit"), 1):
        result.runs["carebase", task] = [Took(10 / number, 16 / number, 240.0)] * 5
        result.runs["zensical", task] = [Took(40.0, 64.0, 100.0)] * 5
    result.runs["mkdocs", "cold"] = [Took(20.0, 20.0, 90.0)] * 5

    said = list(table(result.plain()))

    assert "Medians of 5 runs, 2,000 pages; from nothing took:" == said[0]
    assert "- MkDocs: 20.0 s, processors 20.0 s" in said
    assert "| from nothing | 10.0 s | 0.50 | 0.25 | 16.0 s | 0.80 | 0.25 | 240 MB |" in said
    assert "| title edit" not in "".join(said)
    assert "| a title edited | 2.5 s | 0.12 | 0.06 | 4.0 s | 0.20 | 0.06 | 240 MB |" in said
    served = "`carebase serve` answered with an edit after 0.12 s, with the slowest after 0.25 s."
    assert served in said
