// What a typing error may have meant, and how far it is from that.

/** Words of at most so many letters are taken as they are. */
export const SHORT = 3;
/** Of words of so many letters most are a letter away from another: only slips of the fingers are put right. */
const TINY = 4;
/** From so many letters on a word may hold two errors. */
const LONG = 8;
/** Letters that are no accented ones, as those write them who do not have them on their keyboards. */
const LETTERS = new Map([["ß", "ss"], ["œ", "oe"], ["æ", "ae"], ["ø", "o"], ["ł", "l"], ["đ", "d"], ["ı", "i"]]);
const LETTER = new RegExp(`[${[...LETTERS.keys()].join("")}]`, "g");
/** So does who writes `ue` for `ü`; in `neue` and `quer` it is no other letter. */
const DOUBLE = /(^|[^aeq])([aou])e/g;
const ROWS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/**
 * Write a word without letters that not everybody has: `strasse`, `oeillet`.
 * @param {string} word
 */
export function plainly(word) {
  return word.replace(LETTER, (letter) => LETTERS.get(letter) ?? letter);
}

/**
 * Tell whether a word has a letter that not everybody has.
 * @param {string} word
 */
export function hasLetter(word) {
  return word.search(LETTER) >= 0;
}

/**
 * Write a word that has `ue` for `ü` as it is when it is folded.
 * @param {string} word
 */
export function withoutDoubles(word) {
  return word.replace(DOUBLE, "$1$2");
}

/**
 * Tell whether a word may be a slip: a number or code that is nearly another is another.
 * @param {string} word
 */
export function isMendable(word) {
  return word.length > SHORT && !/\d/.test(word);
}

/**
 * Give by how many letters what was meant may be longer or shorter.
 * @param {string} word
 */
export function reach(word) {
  return word.length >= LONG ? 2 : 1;
}

/**
 * Give how far what was meant may be from a word.
 * @param {string} word
 */
export function limitOf(word) {
  return word.length >= LONG ? 2.2 : word.length > TINY ? 1.2 : 0.8;
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
    // Two letters that are swapped go on from the row above.
    if (Math.min(...row, ...above) > limit) return Infinity;
    before = above;
    above = row;
  }
  const cost = above[meant.length] ?? Infinity;
  return cost <= limit ? cost : Infinity;
}
