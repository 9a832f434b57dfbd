// What each page says to a word. The pages of words that very many hold stand beside the index, for
// Pagefind compares each page of a word with all others.

/** @typedef {{id: string, score: number, words: number[]}} Result */
/** @typedef {{form: string, pages: Uint32Array, weights: Uint32Array, starts: Uint32Array, places: Uint32Array}} Beside What stands beside the index of a word: its pages, and its places in the page at `row` from `starts[row]` on. */
/** @typedef {{form: string, count: number, bytes: Uint8Array}} Listed The same of so many pages, not read yet. */
/** @typedef {{pages: Uint32Array, rarity: number, frequencies: Float64Array, firsts: Uint32Array, starts: Uint32Array, places: Uint32Array, rows: Uint32Array}} Hits The pages of a word by their number, with how often it stands there, its first place and all places in each; `rows` holds for each page of the site where it stands in `pages`, plus one, and nought for the others. */

/** Before the number of a page that is none: it stands for a word whose pages are listed beside. */
const STAND_IN = "~";
/** How a word counts in a page, BM25 (Robertson and Zaragoza, 2009); the same as in `ranking.py`. */
const SATURATION = 3;
const LONGER = 0.85;
/** How Pagefind does: it goes no higher than 2, so what it gives is taken back to how often a word stands there. */
export const RANKING = { metaWeights: { title: 0 }, termSimilarity: 3, termSaturation: 1.4, pageLength: 0.75, diacriticSimilarity: 0.8 };
/** What Pagefind gives more for a word that is written as asked, accents and all. */
const SPELLED = 1 + RANKING.diacriticSimilarity;
/** No word in a page comes nearer to what would be the most. */
const FULL = 0.98;
/** Behind the last place of any page. */
const NOWHERE = 0xffffffff;
/** The weight of a word in text. */
const TEXT = 24;

export class HeavyWords {
  /**
   * @param {import("./index-files.js").Pages} pages All pages of the site.
   * @param {number} count How many words have their pages beside the index.
   */
  constructor(pages, count) {
    const { ids } = pages;
    this.total = ids.length;
    this.count = count;
    this.numbers = new Map(ids.map((id, page) => [id, page]));
    const words = pages.words.reduce((sum, length) => sum + length, 0);
    this.average = Math.round(words / (this.total || 1));
    /** @type {Map<number, Listed>} What has come of them. */
    this.listed = new Map();
    /** @type {Map<number, Beside>} What has been read of that. */
    this.beside = new Map();
    /** As Pagefind counts it. */
    this.mean = (words + count * this.average) / (this.total + count);
    /** What the length of a page takes from each of its words: here, and as Pagefind does. */
    const average = this.average || 1;
    this.brakes = Float64Array.from(pages.words, (length) => SATURATION * (1 - LONGER + (LONGER * length) / average));
    this.lengths = pages.words;
    /** Where `room` counts. */
    this.counts = new Uint32Array(this.total);
    /** What stands for these words among the pages that Pagefind knows. */
    this.standIns = Array.from({ length: count }, (_, at) => ({ id: `${STAND_IN}${at}`, words: this.average }));
  }

  /**
   * Take what stands behind a part of the index: lists of pages, words of the site, and the bytes of
   * either. The lists are kept, and the words given.
   * @param {Uint8Array<ArrayBuffer>} data
   */
  take(data) {
    const end = data.length - 8;
    const sizes = new DataView(data.buffer, data.byteOffset + end);
    const words = end - sizes.getUint32(4);
    const coder = new TextDecoder();
    for (let at = words - sizes.getUint32(0); at < words; ) {
      const [head, start] = numbers(data, at, 4);
      const [length = 0, key = 0, count = 0, size = 0] = head;
      const bytes = data.subarray(start + length, (at = start + length + size));
      this.listed.set(key, { form: coder.decode(data.subarray(start, start + length)), count, bytes });
    }
    return coder.decode(data.subarray(words, end));
  }

  /**
   * Read the list beside of a word: most of those that come with it are never asked for.
   * @param {number} key
   */
  list(key) {
    const known = this.beside.get(key);
    const listed = this.listed.get(key);
    if (known || !listed) return known;
    const { form, count, bytes } = listed;
    const [pages, afterPages] = numbers(bytes, 0, count);
    for (let row = 1; row < count; row += 1) pages[row] = (pages[row] ?? 0) + (pages[row - 1] ?? 0);
    const [weights, afterWeights] = numbers(bytes, afterPages, count);
    const [counts, afterCounts] = numbers(bytes, afterWeights, count);
    const starts = startsOf(counts);
    const [places] = numbers(bytes, afterCounts, starts[count] ?? 0);
    for (let row = 0; row < count; row += 1) {
      const until = starts[row + 1] ?? 0;
      for (let at = (starts[row] ?? 0) + 1; at < until; at += 1) places[at] = (places[at] ?? 0) + (places[at - 1] ?? 0);
    }
    const list = { form, pages, weights, starts, places };
    this.listed.delete(key);
    this.beside.set(key, list);
    return list;
  }

  /**
   * Give the pages of a word: those that Pagefind found, and those beside of what they stand for.
   * @param {string} word As Pagefind was asked for it.
   * @param {Result[]} results
   * @returns {Hits}
   */
  hits(word, results) {
    /** @type {(Beside & {score: number})[]} */
    const lists = [];
    /** @type {(Result & {page: number})[]} */
    const own = [];
    for (const result of results) {
      const list = result.id.startsWith(STAND_IN) ? this.list(Number(result.id.slice(STAND_IN.length))) : undefined;
      if (list) lists.push({ ...list, score: result.score });
      else own.push({ ...result, page: this.numbers.get(result.id) ?? 0 });
    }
    const hits = this.room(lists, own);
    const { frequencies, firsts, starts, places, rows } = hits;
    const { total } = this;
    hits.rarity = idf(total, hits.pages.length);
    // Pagefind took the word for as rare as it is without the lists, among pages that stand for words.
    const taken = this.count ? idf(total + this.count, results.length) : hits.rarity;
    const next = starts.slice();
    // Of several words in one place, as of a compound and its parts, the first counts.
    lists.sort((one, other) => (one.form < other.form ? -1 : 1));
    for (const { form, score, ...list } of lists) {
      const isSpelledSo = form.startsWith(word) || word.startsWith(form);
      const likeness = this.likeness(score / taken / (isSpelledSo ? SPELLED : 1)) / TEXT / (isSpelledSo ? 1 : SPELLED);
      for (let at = 0; at < list.pages.length; at += 1) {
        const page = list.pages[at] ?? 0;
        const row = (rows[page] ?? 1) - 1;
        const start = list.starts[at] ?? 0;
        const first = list.places[start] ?? 0;
        if (first < (firsts[row] ?? 0)) firsts[row] = first;
        const fresh = add(row, list.places, start, list.starts[at + 1] ?? 0);
        frequencies[row] = (frequencies[row] ?? 0) + likeness * (list.weights[at] ?? 0) * fresh;
      }
    }
    for (const { score, words, page } of own) {
      const row = (rows[page] ?? 1) - 1;
      firsts[row] = Math.min(firsts[row] ?? 0, ...words);
      const often = frequency(score / taken / SPELLED, brake((this.lengths[page] ?? 0) / this.mean));
      frequencies[row] = (frequencies[row] ?? 0) + often * add(row, words, 0, words.length);
    }
    return hits;

    /**
     * Add places of a page and give the share of them that are new.
     * @param {number} row
     * @param {ArrayLike<number>} found
     * @param {number} from
     * @param {number} until
     */
    function add(row, found, from, until) {
      const start = starts[row] ?? 0;
      const end = next[row] ?? 0;
      let to = end;
      let again = 0;
      for (let at = from; at < until; at += 1) {
        const place = found[at] ?? 0;
        for (let one = start; one < end; one += 1) {
          if (places[one] !== place) continue;
          again += 1;
          break;
        }
        places[to++] = place;
      }
      next[row] = to;
      return again ? 1 - again / (until - from) : 1;
    }
  }

  /**
   * Give room for the places of all pages that hold a word.
   * @param {Beside[]} lists
   * @param {{words: number[], page: number}[]} own
   * @returns {Hits}
   */
  room(lists, own) {
    const rows = new Uint32Array(this.total);
    const { counts } = this;
    counts.fill(0);
    for (const { page, words } of own) {
      counts[page] = (counts[page] ?? 0) + words.length;
      rows[page] = 1;
    }
    for (const { pages, starts } of lists) {
      let start = 0;
      for (let row = 0; row < pages.length; row += 1) {
        const page = pages[row] ?? 0;
        const end = starts[row + 1] ?? 0;
        counts[page] = (counts[page] ?? 0) + end - start;
        start = end;
      }
    }
    let held = 0;
    for (let page = 0; page < rows.length; page += 1) if (counts[page] || rows[page]) rows[page] = held += 1;
    const pages = new Uint32Array(held);
    const starts = new Uint32Array(held + 1);
    let end = 0;
    for (let page = 0; page < rows.length; page += 1) {
      const row = rows[page] ?? 0;
      if (!row) continue;
      pages[row - 1] = page;
      starts[row] = end += counts[page] ?? 0;
    }
    const firsts = new Uint32Array(held).fill(NOWHERE);
    return { pages, rarity: 0, frequencies: new Float64Array(held), firsts, starts, places: new Uint32Array(end), rows };
  }

  /**
   * Tell what Pagefind made of the likeness of two words from the score of one of them in a page of
   * the mean length that holds it once: `saturated` the other way round.
   * @param {number} score Without rarity.
   */
  likeness(score) {
    return frequency(score, brake(this.average / this.mean));
  }
}

/**
 * Tell how often a word stands in a page from what Pagefind gives for it, without its rarity. Of
 * several forms it is what all give together.
 * @param {number} score
 * @param {number} braked
 */
function frequency(score, braked) {
  const most = RANKING.termSaturation + 1;
  const share = Math.min(score / most, FULL);
  return (share * braked) / (1 - share);
}

/**
 * Give by how much a page of a length keeps its words from adding up.
 * @param {number} length Beside the mean.
 */
function brake(length) {
  return RANKING.termSaturation * (1 - RANKING.pageLength + RANKING.pageLength * length);
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
 * Read so many numbers of seven bits a byte, the least first, and tell where they end.
 * @param {Uint8Array} data
 * @param {number} at
 * @param {number} count
 * @returns {[Uint32Array, number]}
 */
function numbers(data, at, count) {
  const found = new Uint32Array(count);
  for (let row = 0; row < count; row += 1) {
    let byte = data[at++] ?? 0;
    let sum = byte & 127;
    for (let unit = 128; byte > 127; unit *= 128) {
      byte = data[at++] ?? 0;
      sum += (byte & 127) * unit;
    }
    found[row] = sum;
  }
  return [found, at];
}

/**
 * Give where each of some lists starts behind one another, and where the last ends.
 * @param {Uint32Array} counts
 */
function startsOf(counts) {
  const starts = new Uint32Array(counts.length + 1);
  for (let at = 0; at < counts.length; at += 1) starts[at + 1] = (starts[at] ?? 0) + (counts[at] ?? 0);
  return starts;
}
