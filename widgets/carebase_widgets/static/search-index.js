// The words of the site's sections and which of them answer a query best.

/** @typedef {{location: string, title: string, text: string, boost?: number}} Entry */
/** @typedef {{entry: Entry, page: Entry, score: number, terms: string[]}} Hit */

const STOP = new Set(
  (
    "a an and are as at be but by can do does for from had has have how i in is it its me my not of" +
    " on or our so that the their there this to was we what when where which who why will with you your" +
    " aber als am an auf aus bei das dass dem den der des die ein eine er es für hat ich im in ist kann" +
    " man mein mit nicht sie sind und von war warum was wenn wie wird wo zu zum zur" +
    " au aux avec ce ces dans de des du elle en est et il je la le les mon ne pas pour que qui sur un une" +
    " con cómo del el en es la las lo los mi no para por que se su un una y"
  ).split(" "),
);
const TITLE = 2;
// What a page says first counts a little more than the same words further down.
const HEAD = 1.2;
const WORD = /[\p{L}\p{N}]+/gu;

/**
 * Give the words of a text as they are compared: small, without accents.
 * @param {string} text
 */
export function wordsOf(text) {
  const plain = text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
  return plain.match(WORD) ?? [];
}

/**
 * Give the text of an indexed section without its markup.
 * @param {string} markup
 */
export function plainText(markup) {
  const text = markup.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
  const named = /** @type {Record<string, string>} */ ({ lt: "<", gt: ">", amp: "&", quot: '"' });
  return text.replace(/&(lt|gt|amp|quot|#39);/g, (_, name) => named[name] ?? "'").trim();
}

/**
 * Tell whether two words differ by one letter: changed, left out, doubled or swapped.
 * @param {string} one
 * @param {string} other
 */
export function isTypo(one, other) {
  if (Math.abs(one.length - other.length) > 1 || one === other) return false;
  let start = 0;
  while (start < one.length && one[start] === other[start]) start += 1;
  let a = one.length;
  let b = other.length;
  while (a > start && b > start && one[a - 1] === other[b - 1]) {
    a -= 1;
    b -= 1;
  }
  const left = one.slice(start, a);
  const right = other.slice(start, b);
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}

/** An index of sections, made once in the browser from the site's own list of them. */
export class SearchIndex {
  /** @param {Entry[]} entries */
  constructor(entries) {
    this.entries = entries.map((entry) => ({ ...entry, title: plainText(entry.title), text: plainText(entry.text) }));
    /** @type {Map<string, Entry>} */
    this.pages = new Map();
    /** @type {Map<string, Map<number, number>>} */
    this.postings = new Map();
    this.lengths = this.entries.map((entry, number) => this.add(entry, number));
    this.average = this.lengths.reduce((sum, length) => sum + length, 0) / (this.lengths.length || 1);
  }

  /**
   * @param {Entry} entry
   * @param {number} number
   */
  add(entry, number) {
    const [path] = entry.location.split("#");
    if (path === entry.location) this.pages.set(path, entry);
    const body = wordsOf(entry.text);
    for (const [words, weight] of /** @type {[string[], number][]} */ ([[wordsOf(entry.title), TITLE], [body, 1]])) {
      for (const word of words) {
        let found = this.postings.get(word);
        if (!found) this.postings.set(word, (found = new Map()));
        found.set(number, (found.get(number) ?? 0) + weight);
      }
    }
    return body.length;
  }

  /**
   * Give the words of the site that a word of a query stands for, each with how sure that is.
   * @param {string} word
   * @returns {[string, number][]}
   */
  meanings(word) {
    /** @type {[string, number][]} */
    const found = [];
    for (const known of this.postings.keys()) {
      if (known === word) found.push([known, 1]);
      else if (word.length > 2 && known.startsWith(word)) found.push([known, 0.6]);
      else if (known.length > 3 && word.startsWith(known) && word.length - known.length < 3) found.push([known, 0.6]);
    }
    if (found.length || word.length < 4) return found;
    for (const known of this.postings.keys()) if (isTypo(word, known)) found.push([known, 0.4]);
    return found;
  }

  /**
   * Give the best section of each page that answers, the best page first.
   * BM25 for each word; a section that holds more of the words counts by the square of its share.
   * @param {string} query
   * @param {number} most
   * @returns {{hits: Hit[], pages: number}}
   */
  find(query, most) {
    const all = [...new Set(wordsOf(query))];
    const asked = all.some((word) => !STOP.has(word)) ? all.filter((word) => !STOP.has(word)) : all;
    /** @type {Map<number, {score: number, words: Set<string>, terms: Set<string>}>} */
    const scores = new Map();
    for (const word of asked) {
      for (const [known, sure] of this.meanings(word)) {
        const postings = this.postings.get(known) ?? new Map();
        const rare = Math.log(1 + (this.entries.length - postings.size + 0.5) / (postings.size + 0.5));
        for (const [number, count] of postings) {
          const length = 0.3 + (0.9 * (this.lengths[number] ?? 0)) / this.average;
          const row = scores.get(number) ?? { score: 0, words: new Set(), terms: new Set() };
          row.score += sure * rare * (count / (count + length));
          row.words.add(word);
          row.terms.add(known);
          scores.set(number, row);
        }
      }
    }
    return this.fold(scores, asked.length, most);
  }

  /**
   * @param {Map<number, {score: number, words: Set<string>, terms: Set<string>}>} scores
   * @param {number} asked
   * @param {number} most
   */
  fold(scores, asked, most) {
    /** @type {Map<string, Hit>} */
    const best = new Map();
    for (const [number, row] of scores) {
      const entry = /** @type {Entry} */ (this.entries[number]);
      const [path = ""] = entry.location.split("#");
      const share = (row.words.size / asked) ** 2;
      const score = row.score * share * (entry.boost ?? 1) * (entry.location === path ? HEAD : 1);
      const before = best.get(path);
      if (!before || score > before.score) {
        best.set(path, { entry, page: this.pages.get(path) ?? entry, score, terms: [...row.terms] });
      }
    }
    const hits = [...best.values()].sort((a, b) => b.score - a.score);
    return { hits: hits.slice(0, most), pages: hits.length };
  }
}

/**
 * Give the part of a text around the first of some words, cut into pieces with those words apart.
 * @param {string} text
 * @param {string[]} terms
 * @param {number} length
 * @returns {{text: string, marked: boolean}[]}
 */
export function passage(text, terms, length) {
  const known = new Set(terms);
  const words = [...text.matchAll(WORD)].map((found) => ({
    start: found.index,
    end: found.index + found[0].length,
    marked: known.has(wordsOf(found[0])[0] ?? ""),
  }));
  const first = words.find((word) => word.marked)?.start ?? 0;
  const from = first < length / 2 ? 0 : text.lastIndexOf(" ", first - length / 3) + 1;
  const to = from + length >= text.length ? text.length : text.lastIndexOf(" ", from + length);
  const pieces = [];
  let at = from;
  for (const word of words) {
    if (!word.marked || word.start < from || word.end > to) continue;
    if (word.start > at) pieces.push({ text: text.slice(at, word.start), marked: false });
    pieces.push({ text: text.slice(word.start, word.end), marked: true });
    at = word.end;
  }
  pieces.push({ text: text.slice(at, to) + (to < text.length ? " …" : ""), marked: false });
  if (from > 0) pieces.unshift({ text: "… ", marked: false });
  return pieces;
}
