// The words of a text as the indexes hold them; the same as in `words.py`.

/** Scripts written without spaces; the same ranges as in `words.py`. */
export const DENSE = "\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\uff66-\\uff9f\\u0e00-\\u0e7f";
const WORD = new RegExp(`[${DENSE}]+|(?:(?![${DENSE}])[\\p{L}\\p{N}])+(?:['._-](?:(?![${DENSE}])[\\p{L}\\p{N}])+)*`, "gu");
const IS_DENSE = new RegExp(`^[${DENSE}]+$`, "u");
const JOINTS = /[._-]/;
const ELIDED = 2;

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
