// Finds the pages that answer a query best, with Pagefind's index of a language.
// One search for each word: together they would be joined by AND, and one ordinary word that the
// right page lacks would find nothing.

import { RANKING } from "./heavy-words.js";
import { IndexFiles } from "./index-files.js";
import { everyPlace } from "./passage.js";
import { QueryReader } from "./query.js";
import { placesOf, rank } from "./ranking.js";
import { Vocabulary } from "./vocabulary.js";
import { wordsOf } from "./words.js";

/** @typedef {{url: string, title: string, words: string[], anchors: import("./index-files.js").Anchor[]}} Text What a page says: its words as its places count them. */
/** @typedef {import("./heavy-words.js").Hits} Hits */
/** @typedef {{search: (term: string) => Promise<{results: import("./heavy-words.js").Result[]}>, options: (options: object) => Promise<void>, init: () => Promise<void>}} Pagefind */
/** @typedef {import("./query.js").Mended} Mended */
/** @typedef {{products: string[], kind: string, stale: boolean, boost: number}} Facts */
/** @typedef {{id: string, score: number, held: number, facts: Facts, language: string, placesIn: (text: Text) => Map<number, number>, data: () => Promise<Text>}} Page It holds so many of the words asked for; `placesIn`: which word of the query stands where in its text. */
/** @typedef {{pages: Answers, products: Map<string, number>, kinds: Map<string, number>, mended: Mended[], query: string, total: number, asked: number, known: number}} Found `total`: the pages, were they not narrowed to a product or kind. So many words were looked for, and so many of them are on the site as typed. */
/** @typedef {{product?: string, kind?: string, here?: string, literal?: boolean, typing?: boolean}} Wishes */

const STALE = 0.7;
/** Who searches wants to be done with it: what teaches comes after what helps. */
const TEACHING = new Set(["course", "lesson"]);
const TAUGHT = 0.75;
/** The product from whose pages one searches comes first, then what is about none, then the others. */
const HERE = 8;
const ANY = 3;
/** Two Han characters. Kana are not told apart by their marks, as of accents. */
const PAIR = /^\p{Script=Han}{2}$/u;
/** So many pages are shown at first, and of so many the order is made out at once. Of some more on demand, and then of all. */
const AT_ONCE = 4;
const FURTHER = 100;
/** A first answer loads so many files behind what every search needs: what its words take more is taken from the pages. */
const FILES = 11;
const NO_FACTS = { products: [], kind: "page", stale: false, boost: 1 };

export class Finder {
  /**
   * Load the index of a language. Nothing of it is loaded before.
   * @param {URL} base The folder `search` of the site.
   * @param {string} language
   */
  static async load(base, language) {
    const folder = new URL(`${encodeURIComponent(language)}/`, base);
    const [{ createInstance, fetchWith }, files] = await Promise.all([
      import(new URL("pagefind.js", folder).href),
      IndexFiles.load(folder),
    ]);
    fetchWith((/** @type {string} */ address) => files.fetch(address));
    // On the main thread: a worker would be one more file of the same size.
    const pagefind = createInstance({ basePath: folder.href, noWorker: true });
    await pagefind.options({ ranking: RANKING });
    // What it makes ready for the first word is ready before there is one.
    await pagefind.init();
    return new Finder(folder, language, pagefind, files);
  }

  /**
   * @param {URL} folder
   * @param {string} language
   * @param {Pagefind} pagefind
   * @param {IndexFiles} files
   */
  constructor(folder, language, pagefind, files) {
    this.folder = folder;
    this.language = language;
    this.pagefind = pagefind;
    this.files = files;
    this.words = files.words;
    const vocabulary = new Vocabulary(folder, files.words.vocabulary, files.words.files);
    files.onWords = (packed) => vocabulary.add(packed);
    this.vocabulary = vocabulary;
    const partOf = (/** @type {string} */ word) => files.partOf(word);
    this.reader = new QueryReader(files.words, vocabulary, files.pages.ids.length, (word) => this.hits(word), partOf);
    this.stop = this.reader.stop;
    /** @type {Map<string, Promise<Hits>>} */
    this.searched = new Map();
    /** @type {Map<string, Promise<Text>>} */
    this.texts = new Map();
    /** @type {Facts[]} */
    this.facts = files.words.facts.map((value) => {
      const [products, kind = "page", stale, boost] = value.split("|");
      return { products: products?.split(",").filter(Boolean) ?? [], kind, stale: stale === "1", boost: Number(boost) || 1 };
    });
  }

  /**
   * Give the text of a page.
   * @param {string} id
   */
  async text(id) {
    let text = this.texts.get(id);
    if (!text) {
      text = IndexFiles.fragment(this.folder, id).then(({ url, content, meta, anchors }) => {
        return { url, title: meta["title"] ?? "", words: content.split(/\s+/), anchors };
      });
      text.catch(() => this.texts.delete(id));
      this.texts.set(id, text);
    }
    return text;
  }

  /** Tell how many files the words of questions have taken. */
  get taken() {
    return this.files.parts + this.vocabulary.loading.size;
  }

  /**
   * Give how many pages are shown at first: fewer where much had to be loaded for the words of a first question.
   * @param {number} before So many files took asking other languages.
   */
  room(before) {
    return this.texts.size ? AT_ONCE : Math.max(1, Math.min(AT_ONCE, FILES - before - this.taken));
  }

  /**
   * Give the site's other languages of which a query has more small words than of this one, first
   * those of which it has the most, each with their number.
   * @param {string} query
   * @param {boolean} typing
   * @returns {Map<string, number>}
   */
  likely(query, typing) {
    const words = new Set(wordsOf(typing ? query.slice(0, query.search(/\S*$/)) : query));
    const own = [...words].filter((word) => this.stop.has(word)).length;
    const counts = Object.entries(this.words.others).map(([other, small]) => {
      return /** @type {[string, number]} */ ([other, small.filter((word) => words.has(word)).length]);
    });
    return new Map(counts.filter(([, count]) => count > own).sort(([, one], [, other]) => other - one));
  }

  /**
   * Search for one word.
   * @param {string} word
   */
  async hits(word) {
    let found = this.searched.get(word);
    if (!found) {
      found = this.asked(word);
      found.catch(() => this.searched.delete(word));
      this.searched.set(word, found);
    }
    return found;
  }

  /**
   * Ask Pagefind for one word. For one that no page holds it would give those that begin like it: of
   * a pair of characters that is another word.
   * @param {string} word
   */
  async asked(word) {
    const exact = PAIR.test(word) ? await this.pagefind.search(`"${word}"`) : undefined;
    const { results } = exact?.results.length === 0 ? exact : await this.pagefind.search(word);
    if (this.files.isBroken) throw new Error("A part of the index did not come.");
    return this.files.heavy.hits(word, results);
  }

  /**
   * Load what a query that is being written will need of the index, as far as its words are whole.
   * @param {string} query
   */
  async prepare(query) {
    await Promise.all(this.reader.wholeWords(query).map((word) => this.hits(word)));
  }

  /**
   * Find the pages that answer a query, the best first.
   * @param {string} query
   * @param {Wishes} [wishes]
   * @param {number} [before] So many files took asking other languages.
   * @returns {Promise<Found>}
   */
  async find(query, wishes = {}, before = 0) {
    const { ideas, mended, known } = await this.reader.understand(query, wishes, FILES - before - 1);
    const asked = [...new Set(ideas.flatMap((ways) => ways.flatMap(({ words }) => words)))];
    const lists = await Promise.all(asked.map((word) => this.hits(word)));
    const hits = new Map(asked.map((word, at) => [word, /** @type {Hits} */ (lists[at])]));
    const factors = this.facts.map(({ boost, stale, kind }) => boost * (stale ? STALE : 1) * (TEACHING.has(kind) ? TAUGHT : 1));
    const firsts = this.facts.map(({ products }) => {
      if (!wishes.here) return 1;
      return products.includes(wishes.here) ? HERE : products.length ? 1 : ANY;
    });
    const all = this.files.pages;
    const { kept, best, scores, held, said } = rank(ideas, hits, all, this.files.heavy.brakes, factors, firsts);
    const { language } = this;
    const words = new Map(ideas.flatMap((ways, idea) => ways.flatMap((way) => way.words.map((word) => [word, idea]))));
    const { wanted, products, kinds } = this.narrowed(kept, wishes);
    const pages = new Answers(wanted, best, (page) => {
      const id = all.ids[page] ?? "";
      // Only those that are shown need to know where their words stand.
      const placesIn = (/** @type {Text} */ text) => everyPlace(text, placesOf(said, page, ideas.length), words);
      const more = { facts: this.facts[all.facts[page] ?? 0] ?? NO_FACTS, held: held[page] ?? 0, language, placesIn };
      return { id, score: scores[page] ?? 0, ...more, data: () => this.text(id) };
    }, this.room(before));
    return { pages, products, kinds, mended, query, total: kept.length, asked: ideas.length, known };
  }

  /**
   * Keep the pages that are wanted, and count what each filter would leave.
   * @param {Uint32Array} found
   * @param {Wishes} wishes
   */
  narrowed(found, { product, kind }) {
    const counts = new Uint32Array(this.facts.length);
    const { facts: factsOf } = this.files.pages;
    for (let at = 0; at < found.length; at += 1) {
      const facts = factsOf[found[at] ?? 0] ?? 0;
      counts[facts] = (counts[facts] ?? 0) + 1;
    }
    /** @type {Map<string, number>} */
    const products = new Map();
    /** @type {Map<string, number>} */
    const kinds = new Map();
    const fits = this.facts.map((facts, at) => {
      const count = counts[at] ?? 0;
      const isProduct = !product || facts.products.includes(product);
      const isKind = !kind || facts.kind === kind;
      if (count && isKind) for (const one of facts.products) products.set(one, (products.get(one) ?? 0) + count);
      if (count && isProduct) kinds.set(facts.kind, (kinds.get(facts.kind) ?? 0) + count);
      return isProduct && isKind;
    });
    return { wanted: product || kind ? found.filter((page) => fits[factsOf[page] ?? 0]) : found, products, kinds };
  }
}

/** The pages that answer a query, put in order as far as they are looked at. */
export class Answers {
  /**
   * @param {Uint32Array} found
   * @param {(among: Uint32Array, wanted: number) => number[]} best
   * @param {(page: number) => Page} pageOf
   * @param {number} first How many of them are shown at first.
   */
  constructor(found, best, pageOf, first) {
    this.length = found.length;
    this.first = first;
    this.found = found;
    this.best = best;
    this.pageOf = pageOf;
    /** @type {number[]} */
    this.ordered = [];
  }

  /**
   * Give some of the pages by their places in the order, the best first.
   * @param {number} from
   * @param {number} until
   */
  slice(from, until) {
    if (this.ordered.length < Math.min(until, this.length)) {
      this.ordered = this.best(this.found, until > FURTHER ? this.length : Math.max(until, AT_ONCE));
    }
    return this.ordered.slice(from, until).map(this.pageOf);
  }
}
