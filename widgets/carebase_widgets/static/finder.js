// Understands a query and finds the pages that answer it best, with Pagefind's index of a language.
// One search for each word: together they would be joined by AND, and one ordinary word that the
// right page lacks would find nothing.

import { IndexFiles, RANKING } from "./index-files.js";
import { everyPlace } from "./passage.js";
import { isDense, Vocabulary, wordsOf } from "./vocabulary.js";

/** @typedef {{url: string, title: string, words: string[], anchors: import("./index-files.js").Anchor[]}} Text What a page says: its words as its places count them. */
/** @typedef {import("./index-files.js").Hits} Hits */
/** @typedef {{search: (term: string) => Promise<{results: import("./index-files.js").Result[]}>, options: (options: object) => Promise<void>, init: () => Promise<void>}} Pagefind */
/** @typedef {import("./index-files.js").Words} Words */
/** @typedef {{products: string[], kind: string, stale: boolean, boost: number}} Facts */
/** @typedef {{lists: Hits[], idea: number}} Said One way to say an idea, by the pages of each of its words. */
/** @typedef {{words: string[], weight: number}} Way One way to say something: all its words must be there. */
/** @typedef {{from: string, to: string}} Mended */
/** @typedef {{id: string, score: number, held: number, facts: Facts, language: string, placesIn: (text: Text) => Map<number, number>, data: () => Promise<Text>}} Page It holds so many of the words asked for; `placesIn`: which word of the query stands where in its text. */
/** @typedef {{pages: Page[], products: Map<string, number>, kinds: Map<string, number>, mended: Mended[], query: string, asked: number, known: number}} Found So many words were looked for, and so many of them are on the site as typed. */
/** @typedef {{product?: string, kind?: string, here?: string, literal?: boolean, typing?: boolean}} Wishes */

/** How much a page counts by the share of what was asked that it holds. */
const COVERAGE = 0.5;
/** Words of the query that stand within so many words of each other count more. */
const NEAR = 30;
const NEARNESS = 0.5;
/** What stands among the first words of a page counts more, and what stands in its title more still. */
const HEAD = 20;
const EARLY = 0.2;
const TITLE = 0.5;
const STALE = 0.7;
/** Who searches wants to be done with it: what teaches comes after what helps. */
const TEACHING = new Set(["course", "lesson"]);
const TAUGHT = 0.75;
/** The product from whose pages one searches comes first. */
const HERE = 2.5;
const SYNONYM = 0.8;
/** Pages that answer much worse than the best are not counted as found. */
const LEAST = 0.12;
const FEW = 10;
/** So many words that look like forms of one are compared with it. */
const FORMS = 3;
/** A longer question leaves out those of its words that the most pages of the site hold. */
const MOST = 6;
/** On a site of so many pages one more: there such a word tells least, and costs most. */
const LARGE = 2000;
/** So many ways to cut a word in two are tried. */
const CUTS = 3;
/** Words of fewer letters stand elsewhere in the alphabet than what they begin: wi, and wifi. */
const BRIEF = 3;
/** Up to so many places are sorted one by one. */
const BRIEFLY = 32;
/** Two Han characters. Kana are not told apart by their marks, as of accents. */
const PAIR = /^\p{Script=Han}{2}$/u;
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
    this.stop = new Set(files.words.stop);
    this.things = new Set(files.words.things);
    this.vocabulary = new Vocabulary(folder, files.words.vocabulary, files.words.files);
    files.onWords = (packed) => this.vocabulary.add(packed);
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
    return this.files.hits(word, results);
  }

  /**
   * Find the pages that answer a query, the best first.
   * @param {string} query
   * @param {Wishes} [wishes]
   * @returns {Promise<Found>}
   */
  async find(query, wishes = {}) {
    const { ideas, mended, known } = await this.understand(query, wishes);
    const asked = [...new Set(ideas.flatMap((ways) => ways.flatMap(({ words }) => words)))];
    const lists = await Promise.all(asked.map((word) => this.hits(word)));
    const hits = new Map(asked.map((word, at) => [word, /** @type {Hits} */ (lists[at])]));
    const { scores, held, said } = score(ideas, hits, this.files.pages);
    const factors = this.facts.map(({ products, boost, stale, kind }) => {
      const here = wishes.here && products.includes(wishes.here) ? HERE : 1;
      return here * boost * (stale ? STALE : 1) * (TEACHING.has(kind) ? TAUGHT : 1);
    });
    const scored = this.files.pages.flatMap(({ id, facts }, number) => {
      return held[number] ? [{ id, number, facts, score: (scores[number] ?? 0) * (factors[facts] ?? 1) }] : [];
    });
    const floor = scored.reduce((most, { score: own }) => Math.max(most, own), 0) * LEAST;
    const good = scored.filter(({ score: own }) => own >= floor);
    // A few are kept however badly they answer.
    const kept = (good.length < FEW ? scored : good)
      .sort((one, other) => other.score - one.score || (one.id < other.id ? -1 : 1))
      .slice(0, Math.max(FEW, good.length));
    const { language } = this;
    const words = new Map(ideas.flatMap((ways, idea) => ways.flatMap((way) => way.words.map((word) => [word, idea]))));
    const pages = kept.map(({ id, number, facts, score: own }) => {
      // Only those that are shown need to know where their words stand.
      const placesIn = (/** @type {Text} */ text) => everyPlace(text, placesOf(said, number, ideas.length), words);
      const found = { facts: this.facts[facts] ?? NO_FACTS, held: held[number] ?? 0, language, placesIn };
      return { id, score: own, ...found, data: () => this.text(id) };
    });
    return { ...narrowed(pages, wishes), mended, query, asked: ideas.length, known };
  }

  /**
   * Give what a query asks for: for each of its words the ways to say it.
   * @param {string} query
   * @param {Wishes} wishes
   */
  async understand(query, { literal = false, typing = false }) {
    const all = wordsOf(query);
    const isOpen = typing && !/\s$/.test(query);
    const said = all.filter((word) => !this.stop.has(word));
    // A thing behind a small word, as in `my machine`, is the product that every page is about.
    const telling = all.filter((word, at) => {
      return !this.stop.has(word) && !(this.things.has(word) && this.stop.has(all[at - 1] ?? ""));
    });
    let asked = [...new Set(telling.length ? telling : said.length ? said : all)];
    // The last word may be but its first letters yet.
    const last = asked.at(-1) ?? "";
    if (isOpen && asked.length > 1 && last.length < BRIEF && !isDense(last) && last === all.at(-1)) asked.pop();
    asked = this.fewer(asked);
    // With each word come the words of the site that are like it.
    await Promise.all(asked.map((word) => this.hits(word)));
    const brief = asked
      .flatMap((word) => this.pairs(word, all))
      .filter(([one, other]) => one.length < BRIEF && !this.stop.has(one) && (other.length < BRIEF || !this.isKnown(one)));
    await Promise.all(brief.map((pair) => this.hits(pair.join(""))));
    /** @type {Mended[]} */
    const mended = [];
    const ideas = [];
    for (const word of asked) {
      const ways = await this.ways(word, isOpen && word === all.at(-1), literal, mended);
      ideas.push([...ways, ...this.joined(word, all), ...this.synonyms(word, all)]);
    }
    // Those of a letter or two are words of every language.
    const known = asked.filter((word) => {
      return isDense(word) || (word.length >= BRIEF && this.vocabulary.knows(word, isOpen && word === all.at(-1)));
    }).length;
    return { ideas, mended, known };
  }

  /**
   * Give the ways to take one word: as it is, put right, or as the parts it is made of.
   * @param {string} word
   * @param {boolean} isOpen Whether it may go on.
   * @param {boolean} literal Whether it must be taken as it is.
   * @param {Mended[]} mended
   * @returns {Promise<Way[]>}
   */
  async ways(word, isOpen, literal, mended) {
    const own = [{ words: [word], weight: 1 }];
    if (await this.knows(word, isOpen, literal)) return own;
    if (literal) return this.vocabulary.begins(word) ? own : [];
    await this.vocabulary.load(word);
    if (await this.knows(word, isOpen, literal)) return own;
    await Promise.all(this.vocabulary.tails(word).slice(0, CUTS).map((tail) => this.hits(tail)));
    const parts = this.vocabulary.split(word);
    if (parts) return [{ words: parts, weight: 1 }, ...own];
    const [best, second] = this.vocabulary.near(word);
    if (!best) return this.vocabulary.begins(word) ? own : [];
    mended.push({ from: word, to: best });
    const ways = [{ words: [best], weight: 1 }];
    if (second) ways.push({ words: [second], weight: 0.5 });
    return ways;
  }

  /**
   * Leave out of a long question what says least: each word may be a part of the index to load.
   * @param {string[]} asked
   */
  fewer(asked) {
    const { common } = this.words;
    const most = this.files.pages.length > LARGE ? MOST - 1 : MOST;
    const spare = common.filter((word) => asked.includes(word)).slice(0, Math.max(0, asked.length - most));
    return asked.filter((word) => !spare.includes(word));
  }

  /**
   * Tell whether a word is known to be on the site, though it may not be looked up.
   * @param {string} word
   */
  isKnown(word) {
    return this.vocabulary.has(word) || this.words.common.includes(word);
  }

  /**
   * Tell whether the site has a word, be it in another form or, while it is open, as a beginning.
   * @param {string} word
   * @param {boolean} isOpen
   * @param {boolean} literal
   */
  async knows(word, isOpen, literal) {
    const forms = this.vocabulary.forms(word, isOpen);
    return !forms || (forms.length > 0 && (literal || (await this.isForm(word, forms))));
  }

  /**
   * Tell whether a word has the stem of one that looks like another form of it. Pagefind knows the
   * stems: it finds the same pages then, and others or none for a slip at the end of a word.
   * @param {string} word
   * @param {string[]} forms
   */
  async isForm(word, forms) {
    const [own, ...others] = await Promise.all([word, ...forms.slice(0, FORMS)].map((one) => this.hits(one)));
    const pages = own?.pages ?? new Uint32Array();
    const isSame = (/** @type {Hits} */ hits) => hits.pages.length === pages.length && hits.pages.every((page, at) => page === pages[at]);
    return pages.length > 0 && others.some(isSame);
  }

  /**
   * Give the word that two neighbours make together, where the site writes them as one.
   * @param {string} word
   * @param {string[]} all
   * @returns {Way[]}
   */
  joined(word, all) {
    return this.pairs(word, all)
      .map((pair) => pair.join(""))
      .filter((pair) => pair.length > 3 && this.vocabulary.has(pair))
      .map((pair) => ({ words: [pair], weight: 1 }));
  }

  /**
   * Give a word with the one before it, and with the one after it.
   * @param {string} word
   * @param {string[]} all
   * @returns {[string, string][]}
   */
  pairs(word, all) {
    const at = all.indexOf(word);
    const [before, after] = [all[at - 1], all[at + 1]];
    return [...(before ? [/** @type {[string, string]} */ ([before, word])] : []), ...(after ? [/** @type {[string, string]} */ ([word, after])] : [])];
  }

  /**
   * Give what else the site calls a word, or the phrase that it stands in.
   * @param {string} word
   * @param {string[]} all
   * @returns {Way[]}
   */
  synonyms(word, all) {
    const line = ` ${all.join(" ")} `;
    const groups = this.words.synonyms.filter((group) =>
      group.some((entry) => line.includes(` ${entry} `) && entry.split(" ").includes(word)),
    );
    return groups
      .flatMap((group) => group.filter((entry) => !line.includes(` ${entry} `)))
      .map((entry) => entry.split(" "))
      .map((words) => words.filter((one) => words.length === 1 || !this.stop.has(one)))
      .map((words) => ({ words, weight: SYNONYM }));
  }
}

/**
 * Add up what each page says to each idea of a query. The same as in `ranking.py`.
 * @param {Way[][]} ideas
 * @param {Map<string, Hits>} hits
 * @param {{title: number}[]} pages With the words of their titles.
 */
function score(ideas, hits, pages) {
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
function placesOf(said, page, count) {
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

/**
 * Keep the pages that are wanted, and count what each filter would leave.
 * @param {Page[]} pages
 * @param {Wishes} wishes
 */
function narrowed(pages, { product, kind }) {
  /** @type {Map<string, number>} */
  const products = new Map();
  /** @type {Map<string, number>} */
  const kinds = new Map();
  const kept = pages.filter(({ facts }) => {
    const isProduct = !product || facts.products.includes(product);
    const isKind = !kind || facts.kind === kind;
    if (isKind) for (const one of facts.products) products.set(one, (products.get(one) ?? 0) + 1);
    if (isProduct) kinds.set(facts.kind, (kinds.get(facts.kind) ?? 0) + 1);
    return isProduct && isKind;
  });
  return { pages: kept, products, kinds };
}

