// The words of a site, and which of them a word that it has not may have meant.

import { distance, hasLetter, isMendable, limitOf, plainly, reach, SHORT, withoutDoubles } from "./spelling.js";
import { isDense } from "./words.js";

/** Endings by which two words of one stem may differ, in the languages that Pagefind stems. */
const ENDING = /^(?:|s|es|e|d|ed|er|ers|ing|ings|ion|ions|n|en|em|te|ten|t|st|ung|ungen|a|as|o|os|x|ent|ant|ment|ly|r)$/;
/** The most that a word is away from what it was meant to be by a single slip. */
const SLIP = 1;

/**
 * The words of a site: all of a small one, else those that came with parts of the index, and more
 * by their length when a word is none of them.
 */
export class Vocabulary {
  /**
   * @param {URL} folder
   * @param {string} packed All words of a small site.
   * @param {[number, number, string][]} files Else the files, each with the lengths of its words.
   */
  constructor(folder, packed, files) {
    this.folder = folder;
    this.files = files;
    this.isEmpty = !packed && !files.length;
    this.isWhole = packed !== "" && !files.length;
    /** @type {Map<string, number>} */
    this.words = new Map();
    /** @type {Map<string, Promise<void>>} */
    this.loading = new Map();
    /** @type {string[] | undefined} */
    this.sorted = undefined;
    this.add(packed);
  }

  /** @param {string} packed */
  add(packed) {
    let before = "";
    for (const entry of packed ? packed.split(" ") : []) {
      before = before.slice(0, Number.parseInt(entry[0] ?? "0", 36)) + entry.slice(1, -1);
      this.words.set(before, Number(entry.at(-1)));
    }
    this.sorted = undefined;
  }

  /**
   * Load the words about as long as one: those that it may have meant.
   * @param {string} word
   */
  async load(word) {
    if (!isMendable(word)) return;
    const around = reach(word);
    const wanted = this.files.filter(([least, most]) => word.length + around >= least && word.length - around <= most);
    await Promise.all(wanted.map(([, , name]) => this.fetched(name)));
  }

  /** @param {string} name */
  fetched(name) {
    let one = this.loading.get(name);
    if (!one) {
      one = fetch(new URL(name, this.folder).href).then(async (answer) => {
        if (answer.ok) this.add(await answer.text());
      });
      one.catch(() => this.loading.delete(name));
      this.loading.set(name, one);
    }
    return one;
  }

  /** @param {string} word */
  has(word) {
    return this.words.has(word);
  }

  /**
   * Give the words of the site of which one may be another form, by their endings, the most like it
   * first; nothing where the site has the word itself, or one that begins with it.
   * @param {string} word
   * @param {boolean} isOpen Whether it may go on.
   * @returns {string[] | undefined}
   */
  forms(word, isOpen) {
    if (this.isEmpty || this.has(word) || /^\d+$/.test(word) || isDense(word)) return undefined;
    if (word.length <= SHORT || /\d/.test(word)) return isOpen && this.shares(word) === word.length ? undefined : [];
    this.sorted ??= [...this.words.keys()].sort();
    const from = Math.max(SHORT, word.length - (word.length > 6 ? 4 : 3));
    const stem = word.slice(0, from);
    /** @type {[string, number][]} */
    const found = [];
    for (let at = place(this.sorted, stem); at < this.sorted.length; at += 1) {
      const other = this.sorted[at] ?? "";
      if (!other.startsWith(stem)) break;
      if (isOpen && other.startsWith(word)) return undefined;
      let shared = from;
      while (shared < word.length && word[shared] === other[shared]) shared += 1;
      if (ENDING.test(word.slice(shared)) && ENDING.test(other.slice(shared))) found.push([other, shared]);
    }
    return found.sort((one, other) => other[1] - one[1] || one[0].length - other[0].length).map(([other]) => other);
  }

  /**
   * Tell whether the site has a word, in another form too, or as the beginning of one.
   * @param {string} word
   * @param {boolean} isOpen
   */
  knows(word, isOpen) {
    return this.forms(word, isOpen)?.length !== 0;
  }

  /**
   * Give the word of the site that a word begins like for most of its length, as compounds do, if
   * there is one. Pagefind would find some page by the first letters of any word.
   * @param {string} word
   */
  begins(word) {
    const [like, shared] = this.nearest(word);
    return shared >= Math.max(5, 0.6 * word.length) ? like : "";
  }

  /**
   * Count the letters that a word shares with the beginning of the one most like it.
   * @param {string} word
   */
  shares(word) {
    return this.nearest(word)[1];
  }

  /**
   * Give the word of the site that begins most like another, and how many letters they share.
   * @param {string} word
   * @returns {[string, number]}
   */
  nearest(word) {
    this.sorted ??= [...this.words.keys()].sort();
    const at = place(this.sorted, word);
    const [before, after] = [this.sorted[at - 1] ?? "", this.sorted[at] ?? ""].map((other) => {
      let shared = 0;
      while (shared < word.length && word[shared] === other[shared]) shared += 1;
      return /** @type {[string, number]} */ ([other, shared]);
    });
    return /** @type {[string, number]} */ (before && after && after[1] > before[1] ? after : before);
  }

  /**
   * Give the word of the site that is written with other letters: `große` of `groesse`. That is no
   * typing error.
   * @param {string} word
   */
  async respelled(word) {
    if (!isMendable(word)) return "";
    const plain = plainly(word);
    const forms = [plain, withoutDoubles(plain)];
    if (forms[1] !== word) await this.load(forms[1] ?? "");
    const form = forms.find((one) => this.has(one));
    if (form) return form;
    return [...this.words.keys()].find((other) => hasLetter(other) && forms.includes(plainly(other))) ?? "";
  }

  /**
   * Give what is left of a word behind each word of the site that it begins with, the shortest first.
   * @param {string} word
   */
  tails(word) {
    if (!isMendable(word)) return [];
    const cuts = Array.from({ length: Math.max(0, word.length - 2 * SHORT + 1) }, (_, at) => word.length - SHORT - at);
    return cuts.filter((at) => this.has(word.slice(0, at))).map((at) => word.slice(at));
  }

  /**
   * Give the two words of the site that a word is made of, if it is.
   * @param {string} word
   */
  split(word) {
    let best;
    let most = -1;
    for (let at = SHORT; at <= word.length - SHORT; at += 1) {
      const parts = [word.slice(0, at), word.slice(at)];
      const counts = parts.map((part) => this.words.get(part) ?? -1);
      if (Math.min(...counts) > most) {
        best = parts;
        most = Math.min(...counts);
      }
    }
    return best;
  }

  /**
   * Tell whether a word is a single slip away from one that has come.
   * @param {string} word
   */
  isSlip(word) {
    if (!isMendable(word) || limitOf(word) < SLIP) return false;
    return [...this.words.keys()].some((other) => distance(word, other, SLIP) < Infinity);
  }

  /**
   * Give the words of the site that a mistyped word most probably meant, the best first.
   * @param {string} word
   */
  near(word) {
    if (!isMendable(word)) return [];
    const limit = limitOf(word);
    /** @type {[string, number][]} */
    const found = [];
    for (const [other, common] of this.words) {
      if (Math.abs(other.length - word.length) > reach(word)) continue;
      const cost = distance(word, other, limit);
      if (cost < Infinity) found.push([other, 3 * cost - 0.3 * common]);
    }
    return found.sort((one, other) => one[1] - other[1] || (one[0] < other[0] ? -1 : 1)).map(([other]) => other);
  }
}

/**
 * Tell whether two words may be forms of one, by their endings.
 * @param {string} one
 * @param {string} other
 */
export function isAlike(one, other) {
  if (one === other) return one !== "";
  let shared = 0;
  while (shared < one.length && one[shared] === other[shared]) shared += 1;
  return shared >= SHORT && ENDING.test(one.slice(shared)) && ENDING.test(other.slice(shared));
}

/**
 * Give the place in a sorted list from which on words begin like one.
 * @param {string[]} sorted
 * @param {string} word
 */
export function place(sorted, word) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? "") < word) low = middle + 1;
    else high = middle;
  }
  return low;
}
