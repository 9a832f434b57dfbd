// Words that very many pages hold: their pages stand beside the index and are scored here, in the way
// of Pagefind, which compares each page of a word with all others.

/** @typedef {{id: string, score: number, words: number[]}} Result */
/** @typedef {{form: string, pages: Uint32Array, weights: Uint32Array, starts: Uint32Array, places: Uint32Array}} Beside What stands beside the index of a word: its pages, and its places in the page at `row` from `starts[row]` on. */
/** @typedef {{pages: Uint32Array, scores: Float64Array, starts: Uint32Array, places: Uint32Array, rows: Uint32Array}} Hits The pages of a word by their number, with its places in each; `rows` holds for each page of the site where it stands in `pages`, plus one, and nought for the others. */

/** Before the number of a page that is none: it stands for a word whose pages are listed beside. */
const STAND_IN = "~";
/** How Pagefind scores a word in a page, BM25 (Robertson and Zaragoza, 2009): told to it, and done here. */
export const RANKING = { metaWeights: { title: 0 }, termSimilarity: 3, termSaturation: 1.4, pageLength: 0.75, diacriticSimilarity: 0.8 };
/** The weight of a word in text. */
const TEXT = 24;

export class HeavyWords {
  /**
   * @param {{id: string, words: number}[]} pages All pages of the site.
   * @param {number} count How many words have their pages beside the index.
   */
  constructor(pages, count) {
    this.pages = pages;
    this.count = count;
    this.numbers = new Map(pages.map(({ id }, page) => [id, page]));
    const words = pages.reduce((sum, page) => sum + page.words, 0);
    this.average = Math.round(words / (pages.length || 1));
    /** @type {Map<number, Beside>} What has come of them. */
    this.beside = new Map();
    /** As Pagefind counts it. */
    this.mean = (words + count * this.average) / (pages.length + count);
    /** What stands for these words among the pages that Pagefind knows. */
    this.standIns = Array.from({ length: count }, (_, at) => ({ id: `${STAND_IN}${at}`, words: this.average }));
  }

  /**
   * Read what stands behind a part of the index: lists of pages, words of the site, and the bytes of
   * either. The lists are kept, and the words given.
   * @param {Uint8Array<ArrayBuffer>} data
   */
  read(data) {
    const end = data.length - 8;
    const sizes = new DataView(data.buffer, end);
    const words = end - sizes.getUint32(4);
    let at = words - sizes.getUint32(0);
    const number = () => {
      let [sum, unit, byte] = [0, 1, 128];
      for (; byte > 127; unit *= 128) {
        byte = data[at++] ?? 0;
        sum += (byte & 127) * unit;
      }
      return sum;
    };
    while (at < words) {
      const [length, key, pages] = [number(), number(), number()];
      const form = new TextDecoder().decode(data.subarray(at, (at += length)));
      let page = 0;
      const numbers = Uint32Array.from({ length: pages }, () => (page += number()));
      const weights = Uint32Array.from({ length: pages }, number);
      const counts = Uint32Array.from({ length: pages }, number);
      const starts = startsOf(counts);
      const places = new Uint32Array(starts[pages] ?? 0);
      counts.forEach((count, row) => {
        let place = 0;
        const start = starts[row] ?? 0;
        for (let one = start; one < start + count; one += 1) places[one] = place += number();
      });
      this.beside.set(key, { form, pages: numbers, weights, starts, places });
    }
    return new TextDecoder().decode(data.subarray(words, end));
  }

  /**
   * Give the pages of a word: those that Pagefind found, and those beside of what they stand for.
   * @param {string} word As Pagefind was asked for it.
   * @param {Result[]} results
   * @returns {Hits}
   */
  hits(word, results) {
    const total = this.pages.length;
    const own = results.filter(({ id }) => !id.startsWith(STAND_IN));
    const lists = results.flatMap(({ id, score }) => {
      const list = id.startsWith(STAND_IN) ? this.beside.get(Number(id.slice(STAND_IN.length))) : undefined;
      return list ? [{ ...list, score }] : [];
    });
    const counts = new Uint32Array(total);
    const rows = new Uint32Array(total);
    const ownPages = own.map(({ id }) => this.numbers.get(id) ?? 0);
    own.forEach(({ words }, at) => note(ownPages[at] ?? 0, words.length));
    for (const { pages, starts } of lists) pages.forEach((page, row) => note(page, (starts[row + 1] ?? 0) - (starts[row] ?? 0)));
    const pages = Uint32Array.from(rows.keys()).filter((page) => rows[page]);
    pages.forEach((page, row) => (rows[page] = row + 1));
    const starts = startsOf(Uint32Array.from(pages, (page) => counts[page] ?? 0));
    const next = starts.slice();
    const places = new Uint32Array(starts[pages.length] ?? 0);
    const scores = new Float64Array(pages.length);
    const rarity = idf(total, pages.length);
    // Pagefind took the word for as rare as it is without the lists, among pages that stand for words.
    const taken = this.count ? idf(total + this.count, results.length) : rarity;
    // Of several words in one place, as of a compound and its parts, the first counts.
    lists.sort((one, other) => (one.form < other.form ? -1 : 1));
    for (const { form, score, ...list } of lists) {
      const accent = form.startsWith(word) || word.startsWith(form) ? 1 + RANKING.diacriticSimilarity : 1;
      const likeness = this.likeness(score / taken / accent);
      list.pages.forEach((page, row) => {
        const length = (this.pages[page]?.words ?? 0) / this.mean;
        const found = list.places.subarray(list.starts[row], list.starts[row + 1]);
        const weight = (likeness * (list.weights[row] ?? 0) * add(page, found)) / TEXT;
        raise(page, rarity * accent * saturated(weight, length));
      });
    }
    own.forEach(({ score, words }, at) => raise(ownPages[at] ?? 0, score * (rarity / taken) * add(ownPages[at] ?? 0, words)));
    return { pages, scores, starts, places, rows };

    /** @param {number} page @param {number} count */
    function note(page, count) {
      rows[page] = 1;
      counts[page] = (counts[page] ?? 0) + count;
    }

    /** @param {number} page @param {number} score */
    function raise(page, score) {
      const row = (rows[page] ?? 1) - 1;
      scores[row] = (scores[row] ?? 0) + score;
    }

    /**
     * Add places of a page and give the share of them that are new.
     * @param {number} page
     * @param {ArrayLike<number>} found
     */
    function add(page, found) {
      const row = (rows[page] ?? 1) - 1;
      const [start, end] = [starts[row] ?? 0, next[row] ?? 0];
      const known = places.subarray(start, end);
      places.set(found, end);
      next[row] = end + found.length;
      return known.length && found.length ? 1 - Array.from(found).filter((one) => known.includes(one)).length / found.length : 1;
    }
  }

  /**
   * Tell what Pagefind made of the likeness of two words from the score of one of them in a page of
   * the mean length that holds it once: `saturated` the other way round.
   * @param {number} score Without rarity.
   */
  likeness(score) {
    const { termSaturation: k } = RANKING;
    return (score * k * lengthOf(this.average / this.mean)) / (k + 1 - score);
  }
}

/**
 * Give what a word adds to a page that holds it so often, without its rarity.
 * @param {number} weight
 * @param {number} length Of the page beside the mean.
 */
function saturated(weight, length) {
  const { termSaturation: k } = RANKING;
  return ((k + 1) * weight) / (k * lengthOf(length) + weight);
}

/** @param {number} length */
function lengthOf(length) {
  return 1 - RANKING.pageLength + RANKING.pageLength * length;
}

/**
 * Give the rarity of a word on so many of all pages.
 * @param {number} total
 * @param {number} pages
 */
function idf(total, pages) {
  return Math.log(1 + (total - pages + 0.5) / (pages + 0.5));
}

/**
 * Give where each of some lists starts behind one another, and where the last ends.
 * @param {Uint32Array} counts
 */
function startsOf(counts) {
  const starts = new Uint32Array(counts.length + 1);
  let sum = 0;
  counts.forEach((count, at) => (starts[at + 1] = sum += count));
  return starts;
}
