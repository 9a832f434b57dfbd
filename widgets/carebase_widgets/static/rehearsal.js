// A made-up search through all that a first question runs, while its files are still on their way:
// browsers run what they have run before several times as fast.

import { HeavyWords } from "./heavy-words.js";
import { corrected, everyPlace } from "./passage.js";
import { placesOf, rank } from "./ranking.js";
import { resultOf } from "./result.js";
import { wordsOf } from "./words.js";

/** So many rounds at least, and further ones for so many milliseconds: some clocks stand still. */
const FEWEST_ROUNDS = 2;
const MOST_ROUNDS = 6;
const LONGEST = 8;
const PAGES = 300;
const SAID = "The pump of this machine hums when it is cold";
const WORDS = SAID.split(" ");
const LOOK = { base: new URL("http://localhost/"), language: "", words: {}, products: {}, leave: () => {} };
const FACTS = { products: [], kind: "page", stale: false, boost: 1 };

/** Search a made-up site again and again for a short time. */
export function rehearse() {
  const end = performance.now() + LONGEST;
  const columns = { words: new Uint32Array(PAGES).fill(99), facts: new Uint16Array(PAGES), titles: new Uint8Array(PAGES).fill(2) };
  const pages = { ids: Array.from({ length: PAGES }, (_, page) => `${page}`), ...columns };
  const anchors = [{ element: "h2", id: "a", text: "the pump", location: 40 }];
  const text = { url: "", title: "A pump", words: Array.from({ length: 200 }, (_, at) => WORDS[at % WORDS.length] ?? ""), anchors };
  const heavy = new HeavyWords(pages, 2);
  const ideas = ["0", "1"].map((word) => [{ words: [word], weight: 1 }]);
  const asked = new Map([["pump", 0]]);
  /** @type {Map<string, import("./heavy-words.js").Hits>} */
  const hits = new Map();
  const half = PAGES / 2;
  for (let round = 0; round < FEWEST_ROUNDS || (round < MOST_ROUNDS && performance.now() < end); round += 1) {
    const key = round % 2;
    const [steps, weights, counts] = [1, 24, 2].map((value) => new Array(half).fill(value));
    const places = Array.from({ length: 2 * half }, (_, at) => (at % 2 ? 9 : key + (at % 50)));
    heavy.beside.delete(key);
    heavy.listed.set(key, { form: `${key}`, count: half, bytes: Uint8Array.from([steps, weights, counts, places].flat()) });
    const own = pages.ids.slice(-20).map((id) => ({ id, score: 0.5, words: [key, 40] }));
    hits.set(`${key}`, heavy.hits(`${key}`, [{ id: `~${key}`, score: 1, words: [0] }, ...own]));
    const { kept, best, said } = rank(ideas, hits, pages, heavy.brakes, [1], [1]);
    const [first = 0] = best(kept, 10);
    corrected(SAID, [{ from: wordsOf(SAID)[1] ?? "", to: "pumps" }]);
    const placesIn = () => everyPlace(text, placesOf(said, first, 2), asked);
    resultOf({ id: "", score: 1, held: 1, facts: FACTS, language: "", placesIn, data: async () => text }, text, LOOK);
  }
}
