"""The browser puts in order only what it shows; what it shows is the same as of all."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

import carebase_widgets

STATIC = Path(carebase_widgets.__file__).parent / "static"
# A site of made-up pages, three words with their places, and the order of what they find: of all
# pages, as far as ten are shown, of ten more, and of those of one kind.
SCRIPT = """
import {{ rank }} from "{ranking}";
let seed = {seed};
const chance = (most) => (seed = (seed * 48271) % 2147483647) % most;
const PAGES = {pages};
const pages = {{
  ids: Array.from({{ length: PAGES }}, (_, page) => `p${{page}}`),
  words: new Uint32Array(PAGES).fill(200),
  facts: Uint16Array.from({{ length: PAGES }}, () => chance(2)),
  titles: Uint8Array.from({{ length: PAGES }}, () => chance(6)),
}};
function listOf() {{
  const held = pages.ids.flatMap((_, page) => (chance(3) ? [page] : []));
  const places = held.map(() => Array.from({{ length: 1 + chance(4) }}, () => chance(200)));
  const ends = places.map((_, at) => places.slice(0, at + 1).flat().length);
  const rows = new Uint32Array(PAGES);
  held.forEach((page, at) => (rows[page] = at + 1));
  return {{
    pages: Uint32Array.from(held),
    rarity: 1 + chance(5),
    frequencies: Float64Array.from(held, () => 0.2 + chance(1000) / 300),
    firsts: Uint32Array.from(places, (own) => Math.min(...own)),
    starts: Uint32Array.from([0, ...ends]), rows, places: Uint32Array.from(places.flat()),
  }};
}}
const words = ["pump", "hums", "cold"];
const hits = new Map(words.map((word) => [word, listOf()]));
const ideas = words.map((word) => [{{ words: [word], weight: 1 }}]);
const brakes = new Float64Array(PAGES).fill(3);
const asked = () => rank(ideas, hits, pages, brakes, [1, 0.7], [2, 1]);
const [whole, few] = [asked(), asked()];
const all = whole.best(whole.kept, whole.kept.length);
const ten = few.best(few.kept, 10);
const twenty = few.best(few.kept, 20);
const ofKind = few.best(few.kept.filter((page) => pages.facts[page]), 10);
const evenly = rank(ideas, hits, pages, brakes, [1, 0.7], [1, 1]);
const unevenly = rank(ideas, hits, pages, brakes, [1, 0.7], [8, 1]);
console.log(JSON.stringify({{
  found: [evenly, unevenly].map(({{ kept }}) => [...kept].length),
  all, ten, twenty, ofKind,
  scores: all.map((page) => whole.scores[page]),
  wanted: all.filter((page) => pages.facts[page]).slice(0, 10),
}}));
"""


@pytest.mark.parametrize(("seed", "pages"), [(1, 400), (2, 400), (3, 60), (4, 7)])
def test_what_is_shown_first_is_the_best_of_all(seed: int, pages: int) -> None:
    script = SCRIPT.format(ranking=(STATIC / "ranking.js").as_uri(), seed=seed, pages=pages)
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script], capture_output=True, encoding="utf-8"
    )
    found = json.loads(done.stdout or done.stderr)

    assert min(pages, 10) <= len(found["all"]) <= pages or pages < 10
    assert sorted(found["scores"], reverse=True) == found["scores"]
    assert found["all"][:10] == found["ten"]
    assert found["all"][:20] == found["twenty"]
    assert found["wanted"] == found["ofKind"]
    # The product at hand comes first, and the others are found as before.
    evenly, unevenly = found["found"]
    assert evenly == unevenly
