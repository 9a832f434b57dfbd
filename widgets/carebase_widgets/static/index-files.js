// Hands Pagefind its files: those that every search needs come as one, and each part of the index
// brings the words of the site that stand in its stretch of the alphabet. Words that very many pages
// hold are scored here: Pagefind compares each page of a word with all others.

/** @typedef {{stop: string[], things: string[], common: string[], synonyms: string[][], products: Record<string, string>, facts: string[], vocabulary: string, files: [number, number, string][], others: string[]}} Words */

/** @typedef {{element: string, id: string, text: string, location: number}} Anchor */
/** @typedef {{url: string, content: string, meta: Record<string, string>, anchors: Anchor[]}} Fragment A page as Pagefind keeps it. */

/** @typedef {{id: string, score: number, words: number[]}} Result */
/** @typedef {{form: string, pages: Uint32Array, weights: Uint32Array, starts: Uint32Array, places: Uint32Array}} Beside What stands beside the index of a word: its pages, and its places in the page at `row` from `starts[row]` on. */
/** @typedef {{pages: Uint32Array, scores: Float64Array, starts: Uint32Array, places: Uint32Array, rows: Uint32Array}} Hits The pages of a word by their number, with its places in each; `rows` holds for each page of the site where it stands in `pages`, plus one, and nought for the others. */

const START = "start.pf_pack";
/** What stands before the data of a file of Pagefind. */
const MARK = "pagefind_dcd";
const INDEX = ".pf_index";
/** Before the number of a page that is none: it stands for a word whose pages are listed beside. */
const STAND_IN = "~";
/** How Pagefind scores a word in a page, BM25 (Robertson and Zaragoza, 2009): told to it, and done here. */
export const RANKING = { metaWeights: { title: 0 }, termSimilarity: 3, termSaturation: 1.4, pageLength: 0.75, diacriticSimilarity: 0.8 };
/** The weight of a word in text. */
const TEXT = 24;
const HIGHEST = "\u{10ffff}";
/** What Pagefind asks for first, by the end of its name, and where we have it. */
const PACKED = /** @type {const} */ ([["pagefind-entry.json", "entry"], [".pf_meta", "meta"], [".pagefind", "wasm"]]);

export class IndexFiles {
  /**
   * Load what every search needs of an index.
   * @param {URL} folder
   */
  static async load(folder) {
    // Asked anew, for the names of all other files are in it: an old one would name what is gone.
    return new IndexFiles(await unpacked(new URL(START, folder).href, { cache: "no-cache" }));
  }

  /** @param {Uint8Array<ArrayBuffer>} data A line of JSON, the columns of the pages, and Pagefind's program. */
  constructor(data) {
    const line = data.indexOf(10);
    const head = JSON.parse(new TextDecoder().decode(data.subarray(0, line)));
    /** @type {Words} */
    this.words = head.words;
    this.entry = JSON.stringify(head.entry);
    const { pages, digits } = head;
    let at = line + 1;
    const column = (/** @type {number} */ size) => data.subarray(at, (at += size));
    const hex = [...column(Math.ceil((pages * digits) / 2))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const [low, middle, high, facts, moreFacts, titles] = Array.from({ length: 6 }, () => column(pages));
    /** @param {number} page @param {(Uint8Array | undefined)[]} columns */
    const number = (page, ...columns) => columns.reduceRight((sum, one) => 256 * sum + (one?.[page] ?? 0), 0);
    /** The pages in Pagefind's order, each with the number of its facts and the words of its title. */
    this.pages = Array.from({ length: pages }, (_, page) => {
      const id = hex.slice(page * digits, (page + 1) * digits);
      return { id, facts: number(page, facts, moreFacts), title: number(page, titles), words: number(page, low, middle, high) };
    });
    this.numbers = new Map(this.pages.map(({ id }, page) => [id, page]));
    const words = this.pages.reduce((sum, page) => sum + page.words, 0);
    this.average = Math.round(words / (pages || 1));
    /** How many words have their pages beside the index, and what has come of them. */
    this.standIns = head.beside;
    /** @type {Map<number, Beside>} */
    this.beside = new Map();
    /** As Pagefind counts it. */
    this.mean = (words + this.standIns * this.average) / (pages + this.standIns);
    const others = Array.from({ length: this.standIns }, (_, at) => ({ id: `${STAND_IN}${at}`, words: this.average }));
    this.meta = listed(head, [...this.pages, ...others]);
    this.wasm = data.slice(at);
    /** Whether a file did not come: Pagefind would go on as if no page held its words. */
    this.isBroken = false;
    /** @type {(packed: string) => void} Takes words of the site when some have come. */
    this.onWords = () => {};
  }

  /**
   * Load the text of a page. Pagefind would make an excerpt of it for each heading, which are not shown.
   * @param {URL} folder
   * @param {string} id
   * @returns {Promise<Fragment>}
   */
  static async fragment(folder, id) {
    const data = await unpacked(new URL(`fragment/${id}.pf_fragment`, folder).href);
    return JSON.parse(new TextDecoder().decode(data.subarray(MARK.length)));
  }

  /**
   * Answer in place of `fetch`.
   * @param {string} address
   */
  async fetch(address) {
    const name = address.split("?")[0] ?? "";
    const packed = PACKED.find(([end]) => name.endsWith(end));
    if (packed) return new Response(this[packed[1]]);
    try {
      const data = await unpacked(address);
      if (name.endsWith(INDEX)) this.readBehind(data);
      return new Response(data);
    } catch (error) {
      this.isBroken = true;
      throw error;
    }
  }

  /**
   * Read what stands behind a part of the index: lists of pages, words, and the bytes of either.
   * @param {Uint8Array<ArrayBuffer>} data
   */
  readBehind(data) {
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
    this.onWords(new TextDecoder().decode(data.subarray(words, end)));
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
    const taken = this.standIns ? idf(total + this.standIns, results.length) : rarity;
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

/**
 * Write Pagefind's own list of pages and parts of the index (CBOR, RFC 8949).
 * @param {{before: number[], after: number[], starts: string[], slices: string[]}} head
 * @param {{id: string, words: number}[]} pages
 */
function listed({ before, after, starts, slices }, pages) {
  const coder = new TextEncoder();
  const bytes = [...coder.encode(MARK), ...before];
  const sized = (/** @type {number} */ kind, /** @type {number} */ size) => {
    if (size < 24) bytes.push(kind + size);
    else if (size < 256) bytes.push(kind + 24, size);
    else if (size < 65536) bytes.push(kind + 25, size >> 8, size & 255);
    else bytes.push(kind + 26, size >>> 24, (size >> 16) & 255, (size >> 8) & 255, size & 255);
  };
  const text = (/** @type {string} */ said) => {
    const data = coder.encode(said);
    sized(0x60, data.length);
    bytes.push(...data);
  };
  sized(0x80, pages.length);
  for (const { id, words } of pages) {
    sized(0x80, 2);
    text(id);
    sized(0, words);
  }
  sized(0x80, slices.length);
  slices.forEach((name, at) => {
    sized(0x80, 3);
    // Without gaps: Pagefind would load several parts for a word that is in none.
    text(at ? (starts[at] ?? "") : "");
    text(lastBefore(starts[at + 1]));
    text(name);
  });
  bytes.push(...after);
  return Uint8Array.from(bytes);
}

/**
 * Give the last text that stands before another.
 * @param {string} [text]
 */
function lastBefore(text = "") {
  const signs = [...text];
  const before = (signs.pop()?.codePointAt(0) ?? 0) - 1;
  if (before < 0) return HIGHEST;
  // There is nothing between these two.
  return `${signs.join("")}${String.fromCodePoint(before === 0xdfff ? 0xd7ff : before)}${HIGHEST}`;
}

/**
 * Load a file that is packed with gzip, unless the host has unpacked it.
 * @param {string} address
 * @param {RequestInit} [options]
 */
async function unpacked(address, options) {
  const answer = await fetch(address, options);
  if (!answer.ok) throw new Error(`${answer.status}`);
  const data = new Uint8Array(await answer.arrayBuffer());
  if (data[0] !== 0x1f || data[1] !== 0x8b) return data;
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
