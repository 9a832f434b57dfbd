// What a query asks for: for each of its words the ways to say it.

import { Vocabulary } from "./vocabulary.js";
import { isDense, wordsOf } from "./words.js";

/** @typedef {import("./heavy-words.js").Hits} Hits */
/** @typedef {import("./index-files.js").Words} Words */
/** @typedef {import("./finder.js").Wishes} Wishes */
/** @typedef {{words: string[], weight: number}} Way One way to say something: all its words must be there. */
/** @typedef {{from: string, to: string}} Mended */

const SYNONYM = 0.8;
/** So many words that look like forms of one are compared with it. */
const FORMS = 3;
/** On a site of so many pages a longer question leaves out those of its words that the most pages hold: there such a word tells least, and costs most. */
const LARGE = 2000;
const MOST = 6;
/** A first question loads at most so many parts of the index, and of a language that is asked after others not fewer than so many. */
const PARTS = 7;
const FEWEST_PARTS = 2;
/** So many ways to cut a word in two are tried. */
const CUTS = 3;
/** Words of fewer letters stand elsewhere in the alphabet than what they begin: wi, and wifi. */
const BRIEF = 3;

/** The parts of the index that a question loads. */
class Parts extends Set {
  /** @param {number} most How many there may be. */
  constructor(most) {
    super();
    this.most = Math.max(FEWEST_PARTS, Math.min(PARTS, most));
  }
}

export class QueryReader {
  /**
   * @param {Words} words
   * @param {Vocabulary} vocabulary
   * @param {number} pages How many the site has.
   * @param {(word: string) => Promise<Hits>} hits Searches for one word.
   * @param {(word: string) => number} partOf Tells the part of the index in which a word would stand.
   */
  constructor(words, vocabulary, pages, hits, partOf) {
    this.words = words;
    this.vocabulary = vocabulary;
    this.most = pages > LARGE ? MOST : Infinity;
    this.hits = hits;
    this.partOf = partOf;
    this.stop = new Set(words.stop);
    this.things = new Set(words.things);
  }

  /**
   * Give the words of a query that tell what it is about.
   * @param {string[]} all
   * @param {boolean} isOpen Whether the last of them may go on.
   */
  telling(all, isOpen) {
    const said = all.filter((word) => !this.stop.has(word));
    // A thing behind a small word, as in `my machine`, is the product that every page is about.
    const telling = all.filter((word, at) => {
      return !this.stop.has(word) && !(this.things.has(word) && this.stop.has(all[at - 1] ?? ""));
    });
    const asked = [...new Set(telling.length ? telling : said.length ? said : all)];
    // The last word may be but its first letters yet.
    const last = asked.at(-1) ?? "";
    if (isOpen && asked.length > 1 && last.length < BRIEF && !isDense(last) && last === all.at(-1)) asked.pop();
    return asked;
  }

  /**
   * Count the words that the site has, as far as they have come.
   * @param {string[]} asked
   * @param {string} open The word that may go on.
   */
  async known(asked, open) {
    const { vocabulary } = this;
    const isHere = async (/** @type {string} */ word) => {
      return vocabulary.knows(word, word === open) || (await vocabulary.respelled(word)) !== "";
    };
    // Those of a letter or two are words of every language.
    const known = await Promise.all(asked.map((word) => isDense(word) || (word.length >= BRIEF && isHere(word))));
    return known.filter(Boolean).length;
  }

  /**
   * Give all words of a query, whether the last of them may go on, and those to look for.
   * @param {string} query
   * @param {Wishes} wishes
   */
  wanted(query, { typing = false }) {
    const all = wordsOf(query);
    const isOpen = typing && !/\s$/.test(query);
    return { all, isOpen, asked: this.telling(all, isOpen) };
  }

  /**
   * Tell whether it is plain, before more is loaded, that the site has none of several words.
   * @param {string} query
   * @param {Wishes} wishes
   */
  async isStrange(query, wishes) {
    const { all, isOpen, asked } = this.wanted(query, wishes);
    return this.vocabulary.isWhole && asked.length > 1 && (await this.known(asked, isOpen ? (all.at(-1) ?? "") : "")) === 0;
  }

  /**
   * Give what a query asks for: for each of its words the ways to say it.
   * @param {string} query
   * @param {Wishes} wishes
   * @param {number} most How many parts of the index it may load.
   */
  async understand(query, wishes, most) {
    const { all, isOpen, asked: wanted } = this.wanted(query, wishes);
    const { literal = false } = wishes;
    const parts = new Parts(most);
    const asked = this.fewer(wanted, parts);
    // With each word come the words of the site that are like it.
    await Promise.all(asked.map((word) => this.hits(word)));
    const brief = asked
      .flatMap((word) => this.pairs(word, all))
      .filter(([one, other]) => one.length < BRIEF && !this.stop.has(one) && (other.length < BRIEF || !this.isKnown(one)))
      .filter((pair) => this.isCheap(pair.join(""), parts));
    await Promise.all(brief.map((pair) => this.hits(pair.join(""))));
    /** @type {Mended[]} */
    const mended = [];
    const ideas = [];
    for (const word of asked) {
      const ways = await this.ways(word, isOpen && word === all.at(-1), literal, mended, parts);
      ideas.push([...ways, ...this.joined(word, all), ...this.synonyms(word, all)]);
    }
    return { ideas, mended, known: await this.known(asked, isOpen ? (all.at(-1) ?? "") : "") };
  }

  /**
   * Give the words of a query that will be searched for however it goes on. What no page has may be
   * of another of the site's languages.
   * @param {string} query
   */
  wholeWords(query) {
    const { stop, things, vocabulary } = this;
    const isAsked = (/** @type {string} */ word) => !stop.has(word) && !things.has(word) && !this.words.common.includes(word);
    const isOwn = !vocabulary.isWhole || Object.keys(this.words.others).length === 0;
    const whole = wordsOf(query.slice(0, query.search(/\S*$/)));
    return whole.filter((word) => isAsked(word) && (isOwn || vocabulary.knows(word, false)));
  }

  /**
   * Give the ways to take one word: as it is, put right, or as the parts it is made of.
   * @param {string} word
   * @param {boolean} isOpen Whether it may go on.
   * @param {boolean} literal Whether it must be taken as it is.
   * @param {Mended[]} mended
   * @param {Parts} parts What is loaded, to which is added what this needs.
   * @returns {Promise<Way[]>}
   */
  async ways(word, isOpen, literal, mended, parts) {
    const own = [{ words: [word], weight: 1 }];
    if (await this.knows(word, isOpen, literal)) return own;
    // What was meant most often stands beside it in the alphabet, and has come with it.
    const isSlip = this.vocabulary.isSlip(word);
    if (!isSlip) await this.vocabulary.load(word);
    if (await this.knows(word, isOpen, literal)) return own;
    const other = await this.vocabulary.respelled(word);
    if (other) return [{ words: [other], weight: 1 }];
    if (literal) return (await this.goesOn(word, parts)) ? own : [];
    const tails = isSlip ? [] : this.vocabulary.tails(word).slice(0, CUTS);
    const wanted = tails.filter((tail) => this.isCheap(tail, parts));
    await Promise.all(wanted.map((tail) => this.hits(tail)));
    const halves = this.vocabulary.split(word);
    if (halves) return [{ words: halves, weight: 1 }, ...own];
    const [best, second] = this.vocabulary.near(word);
    if (!best) return (await this.goesOn(word, parts)) ? own : [];
    mended.push({ from: word, to: best });
    const ways = [{ words: [best], weight: 1 }];
    parts.add(this.partOf(best));
    if (second && this.isCheap(second, parts)) ways.push({ words: [second], weight: 0.5 });
    return ways;
  }

  /**
   * Tell whether a word begins with one of the site, as compounds do. For a word that merely looks
   * alike at first, Pagefind finds whatever stands at its beginning: `Co` for `contraseña`.
   * @param {string} word
   * @param {Parts} parts What is loaded, to which is added what this needs.
   */
  async goesOn(word, parts) {
    const like = this.vocabulary.begins(word);
    if (!like) return this.vocabulary.isEmpty;
    if (!this.isCheap(like, parts)) return false;
    const [own, others] = await Promise.all([word, like].map((one) => this.hits(one)));
    const pages = new Set(others?.pages);
    return own?.pages.every((page) => pages.has(page)) ?? false;
  }

  /**
   * Leave out of a long question what says least: the words that the most pages hold, and of others
   * the short ones. Each may be a part of the index to load.
   * @param {string[]} asked
   * @param {Parts} parts What is loaded, to which theirs are added.
   */
  fewer(asked, parts) {
    const common = this.words.common.filter((word) => asked.includes(word));
    const others = asked.filter((word) => !common.includes(word));
    others.sort((one, other) => other.length - one.length || (one < other ? -1 : 1));
    const telling = [...others, ...common.reverse()].slice(0, Math.max(others.length, this.most));
    const kept = telling.filter((word) => this.isCheap(word, parts));
    return asked.filter((word) => kept.includes(word));
  }

  /**
   * Tell whether a word can be looked up with so few parts of the index as there may be; its own is
   * then one of them.
   * @param {string} word
   * @param {Parts} parts
   */
  isCheap(word, parts) {
    const part = isDense(word) ? -1 : this.partOf(word);
    if (part < 0 || parts.has(part)) return true;
    if (parts.size < parts.most) parts.add(part);
    return parts.has(part);
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
