// How much each page says to a query: its words, how near each other they stand, and how early.

/** @typedef {import("./heavy-words.js").Hits} Hits */
/** @typedef {import("./index-files.js").Pages} Pages */
/** @typedef {import("./query.js").Way} Way */
/** @typedef {{lists: Hits[], idea: number}} Said One way to say an idea, by the pages of each of its words. */
/** @typedef {{scores: Float64Array, held: Uint16Array, named: Uint16Array, inTitle: Float64Array, said: Said[]}} Sums What each page says in its text, how many ideas it holds, how many of them in its title, and what those count. */

/** How much a page counts by the share of what was asked that it holds. */
const COVERAGE = 0.4;
/** Words of the query that stand within so many words of each other count more. */
const NEAR = 15;
const NEARNESS = 0.75;
/** And its neighbours that stand so near each other. */
const BESIDE = 2;
const BESIDES = 0.4;
/** What stands among the first words of a page counts more, and what stands in its title when all of the query does. */
const HEAD = 40;
const EARLY = 0.3;
const TITLE = 1.5;
/** What more the whole page counts whose title is the query. */
const NAMED = 0.6;
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
 * @param {Float64Array} brakes What the length of a page takes from each of its words.
 * @param {number[]} factors What pages of each number of facts count,
 * @param {number[]} firsts and what more in the order alone: others are found all the same.
 */
export function rank(ideas, hits, pages, brakes, factors, firsts) {
  const count = ideas.length || 1;
  const { scores, held, named, inTitle, said } = score(ideas, hits, pages, brakes);
  const shares = Float64Array.from({ length: count + 1 }, (_, own) => (own / count) ** COVERAGE);
  /** What a page gets for so many words that stand near each other, and the most for so many that it holds. */
  const nears = Float64Array.from({ length: count + 1 }, (_, own) => (count > 1 ? 1 + NEARNESS * (own / count) ** 2 : 1));
  const mosts = nears.map((near, own) => near * besidesOf(Math.max(own - 1, 0), count));
  const all = new Uint32Array(held.length);
  let found = 0;
  let sure = 0;
  for (let page = 0; page < held.length; page += 1) {
    const own = held[page] ?? 0;
    if (!own) continue;
    all[found++] = page;
    let score = scores[page] ?? 0;
    const title = named[page] ?? 0;
    if (title) {
      const share = title / count;
      score += TITLE * share * share * (inTitle[page] ?? 0);
      score *= 1 + NAMED * share * Math.min(1, title / (pages.titles[page] || 1));
    }
    score *= (shares[own] ?? 1) * (factors[pages.facts[page] ?? 0] ?? 1);
    sure = Math.max(sure, score * (nears[1] ?? 1));
    scores[page] = score * (firsts[pages.facts[page] ?? 0] ?? 1);
  }
  /** Whether it has been looked at where the words stand in a page: then its score is whole. */
  const looked = new Uint8Array(held.length);
  const most = (/** @type {number} */ page) => (scores[page] ?? 0) * (looked[page] ? 1 : (mosts[held[page] ?? 0] ?? 1));
  const least = (/** @type {number} */ page) => (scores[page] ?? 0) * (looked[page] ? 1 : (nears[1] ?? 1));
  const id = (/** @type {number} */ page) => pages.ids[page] ?? "";
  /**
   * Give so many of some pages, the best first. Only what may be one of them is looked at closely, what
   * promises most before the others.
   * @param {Uint32Array} among
   * @param {number} wanted
   */
  const best = (among, wanted) => {
    const floor = wanted < among.length ? highest(among, least, wanted) : 0;
    const hopeful = [...among.filter((page) => most(page) >= floor)].sort((one, other) => most(other) - most(one));
    const top = new Float64Array(wanted);
    const seen = [];
    for (const page of hopeful) {
      if (most(page) < (top[0] ?? 0)) break;
      const own = held[page] ?? 0;
      if (!looked[page]) scores[page] = (scores[page] ?? 0) * (own > 1 ? closeness(said, page, count, nears) : (nears[1] ?? 1));
      looked[page] = 1;
      raise(top, scores[page] ?? 0);
      seen.push(page);
    }
    seen.sort((one, other) => (scores[other] ?? 0) - (scores[one] ?? 0) || (id(one) < id(other) ? -1 : 1));
    return seen.slice(0, wanted);
  };
  const known = all.subarray(0, found);
  // What is too little even if all of its words stand together is not found.
  const kept = known.filter((page) => most(page) >= sure * LEAST * (firsts[pages.facts[page] ?? 0] ?? 1));
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
  for (let at = 0; at < among.length; at += 1) raise(top, valueOf(among[at] ?? 0));
  return top[0] ?? 0;
}

/**
 * Take a value into the highest, the lowest of them first, where it is one of them.
 * @param {Float64Array} top
 * @param {number} value
 */
function raise(top, value) {
  if (value <= (top[0] ?? 0)) return;
  let to = 0;
  for (; to + 1 < top.length && (top[to + 1] ?? 0) < value; to += 1) top[to] = top[to + 1] ?? 0;
  top[to] = value;
}

/**
 * Add up what each page says to each idea of a query.
 * @param {Way[][]} ideas
 * @param {Map<string, Hits>} hits
 * @param {Pages} pages
 * @param {Float64Array} brakes
 * @returns {Sums}
 */
function score(ideas, hits, { ids, titles }, brakes) {
  const scores = new Float64Array(ids.length);
  const held = new Uint16Array(ids.length);
  const named = new Uint16Array(ids.length);
  const inTitle = new Float64Array(ids.length);
  /** The idea for which a page was last counted, plus one, what it got for it, and where that stands first. */
  const counted = new Uint16Array(ids.length);
  const best = new Float64Array(ids.length);
  const firsts = new Uint32Array(ids.length);
  /** @type {Said[]} */
  const said = [];
  ideas.forEach((ways, idea) => {
    for (const { words, weight } of ways) {
      const lists = words.flatMap((word) => hits.get(word) ?? []);
      const [list, ...others] = lists;
      if (!list || lists.length < words.length) continue;
      said.push({ lists, idea });
      const { pages, frequencies, rarity } = list;
      for (let row = 0; row < pages.length; row += 1) {
        const page = pages[row] ?? 0;
        const braked = brakes[page] ?? 0;
        const often = frequencies[row] ?? 0;
        let own = (rarity * often) / (often + braked);
        let first = list.firsts[row] ?? 0;
        for (let next = 0; next < others.length; next += 1) {
          const other = /** @type {Hits} */ (others[next]);
          const at = (other.rows[page] ?? 0) - 1;
          const also = other.frequencies[at] ?? 0;
          own = at < 0 ? -1 : own + (other.rarity * also) / (also + braked);
          first = Math.min(first, other.firsts[at] ?? 0);
          if (at < 0) break;
        }
        if (own < 0) continue;
        own *= weight / words.length;
        let more = own;
        if (counted[page] === idea + 1) {
          // Of several ways the best counts, and the first place of all.
          const before = best[page] ?? 0;
          const start = firsts[page] ?? 0;
          own = Math.max(before, own);
          first = Math.min(start, first);
          more = own - before + (first < HEAD ? EARLY * own : 0) - (start < HEAD ? EARLY * before : 0);
          const title = titles[page] ?? 0;
          if (first < title) {
            inTitle[page] = (inTitle[page] ?? 0) + own - (start < title ? before : 0);
            if (start >= title) named[page] = (named[page] ?? 0) + 1;
          }
        } else {
          counted[page] = idea + 1;
          held[page] = (held[page] ?? 0) + 1;
          if (first < HEAD) {
            more *= 1 + EARLY;
            if (first < (titles[page] ?? 0)) {
              named[page] = (named[page] ?? 0) + 1;
              inTitle[page] = (inTitle[page] ?? 0) + own;
            }
          }
        }
        scores[page] = (scores[page] ?? 0) + more;
        best[page] = own;
        firsts[page] = first;
      }
    }
  });
  return { scores, held, named, inTitle, said };
}

/**
 * Give what a page gets for so many neighbours of a query that stand beside each other in it.
 * @param {number} found
 * @param {number} count How many ideas there are.
 */
function besidesOf(found, count) {
  return count > 1 ? 1 + (BESIDES * found) / (count - 1) : 1;
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
 * Give what a page gets for words of the query that stand near each other in it, and for neighbours
 * that stand beside each other.
 * @param {Said[]} said
 * @param {number} page
 * @param {number} count
 * @param {Float64Array} nears What it gets for so many near each other.
 */
function closeness(said, page, count, nears) {
  const marks = marksOf(said, page, count);
  const within = new Uint32Array(count);
  const beside = new Uint8Array(count);
  let [from, held, most, besides] = [0, 0, 0, 0];
  // Of several ideas in one place the last counts.
  let rows = 0;
  for (let at = 0; at < marks.length; at += 1) {
    const one = marks[at] ?? 0;
    const isLast = at + 1 === marks.length || Math.floor((marks[at + 1] ?? 0) / count) !== Math.floor(one / count);
    if (isLast) marks[rows++] = one;
  }
  for (let at = 0; at < rows; at += 1) {
    const one = marks[at] ?? 0;
    const idea = one % count;
    const place = (one - idea) / count;
    const next = at ? (marks[at - 1] ?? 0) : 0;
    const before = next % count;
    if (at && before + 1 === idea && place - (next - before) / count <= BESIDE && !beside[idea]) {
      beside[idea] = 1;
      besides += 1;
    }
    const often = within[idea] ?? 0;
    within[idea] = often + 1;
    if (often === 0) held += 1;
    const start = (place - NEAR) * count;
    for (let row = marks[from] ?? one; row < start; row = marks[from] ?? one) {
      const left = (within[row % count] ?? 1) - 1;
      within[row % count] = left;
      if (left === 0) held -= 1;
      from += 1;
    }
    if (held > most) most = held;
  }
  return (nears[most] ?? 1) * besidesOf(besides, count);
}
