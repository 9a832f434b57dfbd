// How much each page says to a query: its words, how near each other they stand, and how early.

/** @typedef {import("./heavy-words.js").Hits} Hits */
/** @typedef {import("./query.js").Way} Way */
/** @typedef {{lists: Hits[], idea: number}} Said One way to say an idea, by the pages of each of its words. */

/** How much a page counts by the share of what was asked that it holds. */
const COVERAGE = 0.5;
/** Words of the query that stand within so many words of each other count more. */
const NEAR = 30;
const NEARNESS = 0.5;
/** What stands among the first words of a page counts more, and what stands in its title more still. */
const HEAD = 20;
const EARLY = 0.2;
const TITLE = 0.5;
/** Up to so many places are sorted one by one. */
const BRIEFLY = 32;

/**
 * Add up what each page says to each idea of a query. The same as in `ranking.py`.
 * @param {Way[][]} ideas
 * @param {Map<string, Hits>} hits
 * @param {{title: number}[]} pages With the words of their titles.
 */
export function score(ideas, hits, pages) {
  const count = ideas.length || 1;
  const scores = new Float64Array(pages.length);
  /** How many ideas each page holds. */
  const held = new Uint16Array(pages.length);
  const best = new Float64Array(pages.length);
  /** @type {Said[]} */
  const said = [];
  ideas.forEach((ways, idea) => {
    best.fill(-1);
    for (const { words, weight } of ways) {
      const lists = words.flatMap((word) => hits.get(word) ?? []);
      const [list, ...others] = lists;
      if (!list || lists.length < words.length) continue;
      said.push({ lists, idea });
      list.pages.forEach((page, row) => {
        let sum = list.scores[row] ?? 0;
        let first = firstPlace(list, row);
        for (const other of others) {
          const own = (other.rows[page] ?? 0) - 1;
          if (own < 0) return;
          sum += other.scores[own] ?? 0;
          first = Math.min(first, firstPlace(other, own));
        }
        const more = 1 + (first < HEAD ? EARLY : 0) + (first < (pages[page]?.title ?? 0) ? TITLE : 0);
        best[page] = Math.max(best[page] ?? 0, (weight * more * sum) / words.length);
      });
    }
    best.forEach((own, page) => {
      if (own < 0) return;
      scores[page] = (scores[page] ?? 0) + own;
      held[page] = (held[page] ?? 0) + 1;
    });
  });
  const shares = Float64Array.from({ length: count + 1 }, (_, own) => (own / count) ** COVERAGE);
  held.forEach((own, page) => {
    if (!own) return;
    const near = count > 1 ? 1 + NEARNESS * ((own > 1 ? together(said, page, count) : 1) / count) ** 2 : 1;
    scores[page] = (scores[page] ?? 0) * (shares[own] ?? 1) * near;
  });
  return { scores, held, said };
}

/**
 * Give the first place of a word in one of its pages.
 * @param {Hits} list
 * @param {number} row
 */
function firstPlace({ starts, places }, row) {
  let first = Infinity;
  const end = starts[row + 1] ?? 0;
  for (let at = starts[row] ?? 0; at < end; at += 1) {
    const place = places[at] ?? 0;
    if (place < first) first = place;
  }
  return first;
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
  for (const { lists, idea } of said) {
    if (lists.length > 1 && !lists.every(({ rows }) => rows[page])) continue;
    for (const { rows, starts, places } of lists) {
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
 */
function together(said, page, count) {
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
  }
  return most;
}
