// Grades answers by the rules of `carebase.training.grading`, exactly; shared vectors prove it.

/** @typedef {readonly [bigint, bigint]} Share Numerator and denominator, reduced. */
/**
 * @typedef {object} Key
 * @property {string} kind
 * @property {string[]} right
 * @property {boolean} [partial]
 * @property {(number | string)[]} [number] Value and tolerance as two fractions.
 * @property {string} [unit]
 */

/** @type {Share} */
export const NOTHING = [0n, 1n];
/** @type {Share} */
export const ALL = [1n, 1n];

const CHOICES = new Set(["single", "several", "true-false"]);
const LONGEST = 40;

/**
 * Give the share of a question's points, from 0 to 1, that an answer reaches.
 * @param {Key} key
 * @param {string[]} given
 * @returns {Share}
 */
export function grade(key, given) {
  if (CHOICES.has(key.kind)) return chosen(key, new Set(given));
  if (key.kind === "ordering" || key.kind === "matching") return placed(key, given);
  const text = given[0] ?? "";
  if (key.kind === "number") return accepts(key, text) ? ALL : NOTHING;
  return key.right.some((one) => said(one) === said(text)) ? ALL : NOTHING;
}

/**
 * @param {Key} key
 * @param {Set<string>} given
 * @returns {Share}
 */
function chosen({ right, partial }, given) {
  const hits = right.filter((one) => given.has(one)).length;
  const misses = given.size - hits;
  if (partial) return fraction(BigInt(Math.max(0, hits - misses)), BigInt(right.length));
  return hits === right.length && !misses ? ALL : NOTHING;
}

/**
 * @param {Key} key
 * @param {string[]} given
 * @returns {Share}
 */
function placed({ kind, right, partial }, given) {
  const ordered = kind === "ordering";
  const own = new Set(given);
  const hits = right.filter((one, place) => (ordered ? given[place] === one : own.has(one))).length;
  if (partial) return given.length > right.length ? NOTHING : fraction(BigInt(hits), BigInt(right.length));
  const count = ordered ? given.length : own.size;
  return hits === right.length && count === right.length ? ALL : NOTHING;
}

/** @param {string} text */
export function said(text) {
  const plain = collapse(text.normalize("NFKC").replace(/[’‘]/g, "'").replace(/[‐‑–—]/g, "-"));
  // Through the capitals, so that STRASSE says Straße.
  return plain.replace(/[.!?… ]+$/u, "").toUpperCase().toLowerCase() || plain;
}

/** @param {string} text */
function collapse(text) {
  return text.split(SPACES).filter(Boolean).join(" ");
}

// What Python takes for spaces.
const SPACES = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/**
 * @param {Key} key
 * @param {string} text
 */
function accepts({ number, unit = "" }, text) {
  if (!number) return false;
  const [value, below, tolerance, under] = /** @type {[bigint, bigint, bigint, bigint]} */ (number.map(BigInt));
  return readings(text, unit).some(([top, bottom]) => {
    const apart = top * below - value * bottom;
    return (apart < 0n ? -apart : apart) * under <= tolerance * bottom * below;
  });
}

/**
 * Give the numbers that a learner may have meant; none for another unit or no number.
 * @param {string} text
 * @param {string} unit
 * @returns {Share[]}
 */
export function readings(text, unit) {
  const plain = [...collapse(text.replaceAll("−", "-"))].slice(0, LONGEST).join("");
  const found = /^([-+]?[\d.,'’ ]*\d[\d.,'’ ]*)(.*)$/su.exec(plain);
  if (!found) return [];
  const named = collapse(found[2] ?? "");
  if (named && same(named) !== same(unit)) return [];
  const number = (found[1] ?? "").replace(/[ '’]/g, "");
  const marks = number.match(/[.,]/g) ?? [];
  if (!marks.length) return [exact(number)].flat();
  if (new Set(marks).size === 2) {
    const last = marks.at(-1) ?? "";
    if (marks.filter((mark) => mark === last).length > 1) return [];
    return exact(number.replaceAll(last === "." ? "," : ".", "").replace(last, "."));
  }
  const whole = isGrouped(number) ? exact(number.replace(/[.,]/g, "")) : [];
  return marks.length > 1 ? whole : [...exact(number.replace(",", ".")), ...whole];
}

/** @param {string} number */
function isGrouped(number) {
  const [first = "", ...rest] = number.replace(/^[-+]+/, "").split(/[.,]/);
  return first.length >= 1 && first.length <= 3 && rest.every((part) => part.length === 3);
}

/**
 * @param {string} number
 * @returns {Share[]}
 */
function exact(number) {
  const found = /^([-+]?)(\d*)\.?(\d*)$/.exec(number);
  const digits = `${found?.[2] ?? ""}${found?.[3] ?? ""}`;
  if (!found || !digits) return [];
  const value = BigInt(digits) * (found[1] === "-" ? -1n : 1n);
  return [fraction(value, 10n ** BigInt((found[3] ?? "").length))];
}

/** @param {string} unit */
function same(unit) {
  return unit.split(SPACES).join("").toLowerCase();
}

/**
 * @param {bigint} top
 * @param {bigint} bottom
 * @returns {Share}
 */
export function fraction(top, bottom) {
  let [one, other] = [top < 0n ? -top : top, bottom];
  while (other) [one, other] = [other, one % other];
  return one ? [top / one, bottom / one] : NOTHING;
}

/**
 * @param {Share} one
 * @param {Share} other
 */
export function add([a, b], [c, d]) {
  return fraction(a * d + c * b, b * d);
}

/**
 * @param {Share} one
 * @param {Share} other
 */
export function times([a, b], [c, d]) {
  return fraction(a * c, b * d);
}

/**
 * Write a share as `3/4`, and read it.
 * @param {Share} share
 */
export function writeShare([top, bottom]) {
  return `${top}/${bottom}`;
}

/**
 * @param {string} text
 * @returns {Share}
 */
export function readShare(text) {
  const found = /^(\d{1,12})\/([1-9]\d{0,11})$/.exec(text);
  return found ? fraction(BigInt(`${found[1]}`), BigInt(`${found[2]}`)) : NOTHING;
}

/**
 * The share of the points that was reached; all of it where nothing was asked.
 * @param {Share} reached
 * @param {Share} possible
 */
export function shareOf([a, b], [c, d]) {
  return c ? fraction(a * d, b * c) : ALL;
}

/**
 * Tell whether a share is at least so many per cent.
 * @param {Share} share
 * @param {number} mark
 */
export function passes([top, bottom], mark) {
  return top * 100n >= BigInt(mark) * bottom;
}

/**
 * Write a number that is not negative with at most so many decimals, halves rounded up.
 * @param {Share} number
 * @param {number} places
 */
export function rounded([top, bottom], places) {
  const scale = 10n ** BigInt(places);
  const number = (2n * top * scale + bottom) / (2n * bottom);
  const decimals = `${number % scale}`.padStart(places, "0").replace(/0+$/, "");
  return decimals ? `${number / scale}.${decimals}` : `${number / scale}`;
}
