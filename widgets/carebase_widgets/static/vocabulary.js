// The words of a query as the indexes hold them, and the words of the site that a typing error meant.

/** Scripts written without spaces; the same ranges as in `words.py`. */
export const DENSE = "\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\uff66-\\uff9f\\u0e00-\\u0e7f";
const WORD = new RegExp(`[${DENSE}]+|(?:(?![${DENSE}])[\\p{L}\\p{N}])+(?:['._-](?:(?![${DENSE}])[\\p{L}\\p{N}])+)*`, "gu");
const IS_DENSE = new RegExp(`^[${DENSE}]+$`, "u");
const JOINTS = /[._-]/;
const ELIDED = 2;
/** Words of at most so many letters are taken as they are. */
export const SHORT = 3;
/** Of words of so many letters most are a letter away from another: only slips of the fingers are put right. */
const TINY = 4;
/** From so many letters on a word may hold two errors. */
const LONG = 8;
/** Endings by which two words of one stem may differ, in the languages that Pagefind stems. */
const ENDING = /^(?:|s|es|e|d|ed|er|ers|ing|ings|ion|ions|n|en|em|te|ten|t|st|ung|ungen|a|as|o|os|x|ent|ant|ment|ly|r)$/;
/** Letters that are no accented ones, as those write them who do not have them on their keyboards. */
const LETTERS = new Map([["ß", "ss"], ["œ", "oe"], ["æ", "ae"], ["ø", "o"], ["ł", "l"], ["đ", "d"], ["ı", "i"]]);
const LETTER = new RegExp(`[${[...LETTERS.keys()].join("")}]`, "g");
/** So does who writes `ue` for `ü`; in `neue` and `quer` it is no other letter. */
const DOUBLE = /(^|[^aeq])([aou])e/g;
const ROWS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/**
 * Give a text in small letters and without accents.
 * @param {string} text
 */
export function fold(text) {
  return text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").normalize("NFC");
}

/**
 * Give each word of a text as the list of its parts: `wi` and `fi` of `Wi-Fi`.
 * @param {string} text
 */
export function partsOf(text) {
  /** @type {string[][]} */
  const found = [];
  for (const word of fold(text).replaceAll("’", "'").match(WORD) ?? []) {
    if (IS_DENSE.test(word)) {
      const signs = [...word];
      if (signs.length === 1) found.push(signs);
      else for (let at = 1; at < signs.length; at += 1) found.push([`${signs[at - 1]}${signs[at]}`]);
      continue;
    }
    const [head = "", ...rest] = word.split("'");
    // What is left of a word before a vowel (l'eau, it's) is a word of its own; not so don't.
    const pieces = rest.length && head.length <= ELIDED ? [head, rest.join("")] : [word.replaceAll("'", "")];
    for (const piece of pieces) found.push(piece.split(JOINTS).filter(Boolean));
  }
  return found.filter((parts) => parts.length);
}

/**
 * Tell whether a word is of a script without spaces.
 * @param {string} word
 */
export function isDense(word) {
  return IS_DENSE.test(word);
}

/**
 * Give the words of a query; what a hyphen, dot or underscore joins is one.
 * @param {string} text
 */
export function wordsOf(text) {
  return partsOf(text).map((parts) => parts.join(""));
}

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
    if (this.isEmpty || this.has(word) || /^\d+$/.test(word) || IS_DENSE.test(word)) return undefined;
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
   * Tell whether a word begins like one of the site for most of its length, as compounds do.
   * Pagefind would find some page by the first letters of any word.
   * @param {string} word
   */
  begins(word) {
    return this.isEmpty || this.shares(word) >= Math.max(5, 0.6 * word.length);
  }

  /**
   * Count the letters that a word shares with the beginning of the one most like it.
   * @param {string} word
   */
  shares(word) {
    this.sorted ??= [...this.words.keys()].sort();
    const at = place(this.sorted, word);
    return Math.max(
      ...[this.sorted[at - 1] ?? "", this.sorted[at] ?? ""].map((other) => {
        let shared = 0;
        while (shared < word.length && word[shared] === other[shared]) shared += 1;
        return shared;
      }),
    );
  }

  /**
   * Give the word of the site that is written with other letters: `große` of `groesse`. That is no
   * typing error.
   * @param {string} word
   */
  async respelled(word) {
    if (!isMendable(word)) return "";
    const plain = plainly(word);
    const forms = [plain, plain.replace(DOUBLE, "$1$2")];
    if (forms[1] !== word) await this.load(forms[1] ?? "");
    const form = forms.find((one) => this.has(one));
    if (form) return form;
    return [...this.words.keys()].find((other) => other.search(LETTER) >= 0 && forms.includes(plainly(other))) ?? "";
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
   * Give the words of the site that a mistyped word most probably meant, the best first.
   * @param {string} word
   */
  near(word) {
    if (!isMendable(word)) return [];
    const limit = word.length >= LONG ? 2.2 : word.length > TINY ? 1.2 : 0.8;
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
 * Write a word without letters that not everybody has: `strasse`, `oeillet`.
 * @param {string} word
 */
function plainly(word) {
  return word.replace(LETTER, (letter) => LETTERS.get(letter) ?? letter);
}

/**
 * Tell whether a word may be a slip: a number or code that is nearly another is another.
 * @param {string} word
 */
function isMendable(word) {
  return word.length > SHORT && !/\d/.test(word);
}

/**
 * Give by how many letters what was meant may be longer or shorter.
 * @param {string} word
 */
function reach(word) {
  return word.length >= LONG ? 2 : 1;
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

/**
 * Tell whether two letters lie beside each other on a keyboard.
 * @param {string} one
 * @param {string} other
 */
function isBeside(one, other) {
  const at = ROWS.findIndex((row) => row.includes(one));
  const to = ROWS.findIndex((row) => row.includes(other));
  if (at < 0 || to < 0 || Math.abs(at - to) > 1) return false;
  return Math.abs((ROWS[at] ?? "").indexOf(one) - (ROWS[to] ?? "").indexOf(other)) <= 1;
}

/**
 * Give how far a typed word is from another (Damerau, 1964: changed, left out, added and swapped
 * letters), less for what fingers do; Infinity beyond a limit.
 * @param {string} typed
 * @param {string} meant
 * @param {number} limit
 */
export function distance(typed, meant, limit) {
  if (Math.abs(typed.length - meant.length) > limit) return Infinity;
  /** @type {number[]} */
  let before = [];
  let above = Array.from({ length: meant.length + 1 }, (_, at) => at);
  for (let i = 1; i <= typed.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= meant.length; j += 1) {
      const one = typed[i - 1] ?? "";
      const other = meant[j - 1] ?? "";
      const changed = one === other ? 0 : isBeside(one, other) ? 0.8 : i === 1 ? 1.2 : 1;
      // A letter typed twice or once for two is the smallest of slips.
      const added = one === typed[i - 2] ? 0.7 : 1;
      const lost = other === meant[j - 2] ? 0.7 : 1;
      let least = Math.min(
        (above[j - 1] ?? 0) + changed,
        (above[j] ?? 0) + added,
        (row[j - 1] ?? 0) + lost,
      );
      if (i > 1 && j > 1 && one === meant[j - 2] && typed[i - 2] === other) {
        least = Math.min(least, (before[j - 2] ?? 0) + 0.7);
      }
      row.push(least);
    }
    if (Math.min(...row) > limit) return Infinity;
    before = above;
    above = row;
  }
  const cost = above[meant.length] ?? Infinity;
  return cost <= limit ? cost : Infinity;
}
