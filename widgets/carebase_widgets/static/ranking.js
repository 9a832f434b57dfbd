// How much each page says to a query: its words, how near each other they stand, and how early.

/** @typedef {import("./heavy-words.js").Hits} Hits */
/** @typedef {import("./index-files.js").Pages} Pages */
/** @typedef {import("./query.js").Way} Way */
/** @typedef {{lists: Hits[], idea: number}} Said One way to say an idea, by the pages of each of its words. */
/** @typedef {{scores: Float64Array, held: Uint16Array, said: Said[]}} Sums What each page says, and how many ideas it holds. */

/** How much a page counts by the share of what was asked that it holds. */
const COVERAGE = 0.5;
/** Words of the query that stand within so many words of each other count more. */
const NEAR = 30;
const NEARNESS = 0.5;
/** What stands among the first words of a page counts more, and what stands in its title more still. */
const HEAD = 20;
const EARLY = 0.2;
const TITLE = 0.5;
/** Pages that cannot but answer much worse than the best are not counted as found. */
const LEAST = 0.12;
const FEW = 10;
/** Up to so many places are sorted one by one. */
const BRIEFLY = 32;

/**
 * Find the pages that answer a query, and give what puts them in order. The same as in `ranking.py`.
 * @param {Way[][]} ideas
 * @param {Map<string, Hits>} hits
 * @param {Pages} pages
 * @param {number[]} factors What pages of each number of facts count.
 */
export function rank(ideas, hits, pages, factors) {
  const count = ideas.length || 1;
  const { scores, held, said } = score(ideas, hits, pages);
  const shares = Float64Array.from({ length: count + 1 }, (_, own) => (own / count) ** COVERAGE);
  /** What a page gets for so many words that stand near each other. */
  const nears = Float64Array.from({ length: count + 1 }, (_, own) => (count > 1 ? 1 + NEARNESS * (own / count) ** 2 : 1));
  const all = new Uint32Array(held.length);
  let found = 0;
  let sure = 0;
  for (let page = 0; page < held.length; page += 1) {
    const own = held[page] ?? 0;
    if (!own) continue;
    all[found++] = page;
    const score = (scores[page] ?? 0) * (shares[own] ?? 1) * (factors[pages.facts[page] ?? 0] ?? 1);
    scores[page] = score;
    sure = Math.max(sure, score * (nears[1] ?? 1));
  }
  /** Whether it has been looked at where the words stand in a page: then its score is whole. */
  const looked = new Uint8Array(held.length);
  const most = (/** @type {number} */ page) => (scores[page] ?? 0) * (looked[page] ? 1 : (nears[held[page] ?? 0] ?? 1));
  const least = (/** @type {number} */ page) => (scores[page] ?? 0) * (looked[page] ? 1 : (nears[1] ?? 1));
  const id = (/** @type {number} */ page) => pages.ids[page] ?? "";
  /**
   * Give so many of some pages, the best first. Only what may be one of them is looked at closely.
   * @param {Uint32Array} among
   * @param {number} wanted
   */
  const best = (among, wanted) => {
    const floor = wanted < among.length ? highest(among, least, wanted) : 0;
    const hopeful = [...among.filter((page) => most(page) >= floor)];
    for (const page of hopeful) {
      const own = held[page] ?? 0;
      if (!looked[page]) scores[page] = (scores[page] ?? 0) * (nears[own > 1 ? together(said, page, count, own) : 1] ?? 1);
      looked[page] = 1;
    }
    hopeful.sort((one, other) => (scores[other] ?? 0) - (scores[one] ?? 0) || (id(one) < id(other) ? -1 : 1));
    return hopeful.slice(0, wanted);
  };
  const known = all.subarray(0, found);
  // What is too little even if all of its words stand together is not found.
  const kept = known.filter((page) => most(page) >= sure * LEAST);
  // A few are, however badly they answer.
  return { kept: kept.length < FEW ? Uint32Array.from(best(known, FEW)) : kept, best, scores, held, said };
}

/**
 * Give the last of the so many highest values of some pages.
 * @param {Uint32Array} among
 * @param {(page: number) => number} valueOf
 * @param {number} count
 */
function highest(among, valueOf, count) {
  const top = new Float64Array(count);
  for (let at = 0; at < among.length; at += 1) {
    const value = valueOf(among[at] ?? 0);
    if (value <= (top[0] ?? 0)) continue;
    let to = 0;
    for (; to + 1 < count && (top[to + 1] ?? 0) < value; to += 1) top[to] = top[to + 1] ?? 0;
    top[to] = value;
  }
  return top[0] ?? 0;
}

/**
 * Add up what each page says to each idea of a query.
 * @param {Way[][]} ideas
 * @param {Map<string, Hits>} hits
 * @param {Pages} pages
 * @returns {Sums}
 */
function score(ideas, hits, { ids, titles }) {
  const scores = new Float64Array(ids.length);
  /** How many ideas each page holds. */
  const held = new Uint16Array(ids.length);
  /** The idea for which a page was last counted, plus one, and what it got for it. */
  const counted = new Uint16Array(ids.length);
  const best = new Float64Array(ids.length);
  /** @type {Said[]} */
  const said = [];
  ideas.forEach((ways, idea) => {
    for (const { words, weight } of ways) {
      const lists = words.flatMap((word) => hits.get(word) ?? []);
      const [list, ...others] = lists;
      if (!list || lists.length < words.length) continue;
      said.push({ lists, idea });
      for (let row = 0; row < list.pages.length; row += 1) {
        const page = list.pages[row] ?? 0;
        let sum = list.scores[row] ?? 0;
        let first = list.firsts[row] ?? 0;
        let isWhole = true;
        for (const other of others) {
          const own = (other.rows[page] ?? 0) - 1;
          if (own < 0) isWhole = false;
          sum += other.scores[own] ?? 0;
          first = Math.min(first, other.firsts[own] ?? 0);
        }
        if (!isWhole) continue;
        const more = 1 + (first < HEAD ? EARLY : 0) + (first < (titles[page] ?? 0) ? TITLE : 0);
        const own = (weight * more * sum) / words.length;
        // Of several ways the best counts.
        const before = counted[page] === idea + 1 ? (best[page] ?? 0) : -1;
        if (own <= before) continue;
        if (before < 0) held[page] = (held[page] ?? 0) + 1;
        scores[page] = (scores[page] ?? 0) + own - Math.max(before, 0);
        counted[page] = idea + 1;
        best[page] = own;
      }
    }
  });
  return { scores, held, said };
}

/** Where `marksOf` writes. */
let noted = new Float64Array(1024);

/**
 * Note where in a page the words of which idea stand, each place and idea as one number, in order.
 * @param {Said[]} said
 * @param {number} page
 * @param {number} count How many ideas there are.
 */
function marksOf(said, page, count) {
  let size = 0;
  for (let way = 0; way < said.length; way += 1) {
    const { lists, idea } = /** @type {Said} */ (said[way]);
    if (lists.length > 1 && !lists.every(({ rows }) => rows[page])) continue;
    for (let list = 0; list < lists.length; list += 1) {
      const { rows, starts, places } = /** @type {Hits} */ (lists[list]);
      const row = rows[page] ?? 0;
      if (!row) continue;
      const from = starts[row - 1] ?? 0;
      const until = starts[row] ?? 0;
      if (size + until - from > noted.length) {
        const longer = new Float64Array(2 * (size + until - from));
        longer.set(noted);
        noted = longer;
      }
      for (let at = from; at < until; at += 1) noted[size++] = (places[at] ?? 0) * count + idea;
    }
  }
  const marks = noted.subarray(0, size);
  if (size > BRIEFLY) return marks.sort();
  for (let at = 1; at < size; at += 1) {
    const own = marks[at] ?? 0;
    let to = at;
    for (; to > 0 && (marks[to - 1] ?? 0) > own; to -= 1) marks[to] = marks[to - 1] ?? 0;
    marks[to] = own;
  }
  return marks;
}

/**
 * Give for each place in a page the idea that stands there; the last, where several do.
 * @param {Said[]} said
 * @param {number} page
 * @param {number} count
 */
export function placesOf(said, page, count) {
  return new Map([...marksOf(said, page, count || 1)].map((one) => [Math.floor(one / count), one % count]));
}

/**
 * Count how many of the words asked for stand near each other in a page at best.
 * @param {Said[]} said
 * @param {number} page
 * @param {number} count
 * @param {number} all So many of them stand in it.
 */
function together(said, page, count, all) {
  const marks = marksOf(said, page, count);
  const within = new Uint32Array(count);
  let [from, held, most] = [0, 0, 0];
  // Of several ideas in one place the last counts.
  let rows = 0;
  for (let at = 0; at < marks.length; at += 1) {
    const one = marks[at] ?? 0;
    const isLast = at + 1 === marks.length || Math.floor((marks[at + 1] ?? 0) / count) !== Math.floor(one / count);
    if (isLast) marks[rows++] = one;
  }
  for (let at = 0; at < rows; at += 1) {
    const one = marks[at] ?? 0;
    const before = within[one % count] ?? 0;
    within[one % count] = before + 1;
    if (before === 0) held += 1;
    const start = (Math.floor(one / count) - NEAR) * count;
    for (let row = marks[from] ?? one; row < start; row = marks[from] ?? one) {
      const left = (within[row % count] ?? 1) - 1;
      within[row % count] = left;
      if (left === 0) held -= 1;
      from += 1;
    }
    if (held > most) most = held;
    if (most === all) break;
  }
  return most;
}
