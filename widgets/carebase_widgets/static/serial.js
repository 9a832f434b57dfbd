/**
 * Serial numbers: how those of a product look, what checks them, and what they tell.
 * The twin of `carebase.catalog.serial`; its `for_browser` gives the rule.
 */

import { countDays, fromDay, toDay, writeDay } from "./dates.js";

/**
 * @typedef {object} SerialRule
 * @property {string} pattern in the browser's dialect
 * @property {{strip: string, upper: boolean, swap: Record<string, string>}} normalise
 * @property {"luhn" | "mod97" | "mod11_2" | "verhoeff" | "ean" | "none"} check
 * @property {string[]} check_over
 * @property {{year: string, month?: string, week?: string, century: number}} [made]
 * @property {string} [example]
 * @property {string} [where]
 * @property {string} [picture]
 */

/** Nobody types a longer one, and a pattern that backtracks must not be fed more. */
const LONGEST = 64;

/** The dihedral group of order ten, after J. Verhoeff, "Error Detecting Decimal Codes", 1969. */
const SHIFT = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/**
 * Give a serial number as it is compared and stored.
 * @param {SerialRule} rule
 * @param {string} text
 * @returns {string}
 */
export function normalise(rule, text) {
  const { strip, upper, swap } = rule.normalise;
  const swaps = new Map(Object.entries(swap));
  const stripped = new Set(strip);
  return [...text]
    .filter((char) => !stripped.has(char))
    .map((char) => (upper && char >= "a" && char <= "z" ? char.toUpperCase() : char))
    .map((char) => swaps.get(char) ?? char)
    .join("");
}

/**
 * Tell what makes a text no serial number of this product; null when it looks like one.
 * @param {SerialRule} rule
 * @param {string} text
 * @returns {"pattern" | "check_digit" | "made" | null}
 */
export function check(rule, text) {
  const groups = match(rule, text);
  if (!groups) return "pattern";
  const over = rule.check_over.length
    ? rule.check_over.map((name) => groups[name] ?? "").join("")
    : normalise(rule, text);
  if (!hasCheckDigit(over, rule.check)) return "check_digit";
  return rule.made && readMade(rule.made, groups) === null ? "made" : null;
}

/**
 * Give when a unit was made, as the `on` of an event: a month, a year or a full day. A week
 * stands for its last day, in the buyer's favour. Null without a date code, and for what is no
 * serial number of this product.
 * @param {SerialRule} rule
 * @param {string} text
 * @returns {string | null}
 */
export function made(rule, text) {
  const groups = rule.made && check(rule, text) === null ? match(rule, text) : null;
  return rule.made && groups ? readMade(rule.made, groups) : null;
}

/**
 * @param {SerialRule} rule
 * @param {string} text
 * @returns {Record<string, string | undefined> | null}
 */
function match(rule, text) {
  const serial = normalise(rule, text);
  if ([...serial].length > LONGEST) return null;
  const found = new RegExp(`^(?:${rule.pattern})$`, "su").exec(serial);
  return found && (found.groups ?? {});
}

/**
 * @param {NonNullable<SerialRule["made"]>} code
 * @param {Record<string, string | undefined>} groups
 * @returns {string | null}
 */
function readMade(code, groups) {
  const written = groups[code.year] ?? "";
  const part = code.month ?? code.week;
  const number = part ? (groups[part] ?? "") : "1";
  if (!/^(?:[0-9]{2}|[0-9]{4})$/.test(written) || !/^[0-9]{1,4}$/.test(number)) return null;
  const year = Number(written) + (written.length === 2 ? code.century * 100 : 0);
  if (year < 1900 || year > 2999) return null;
  if (code.month) return readMonth(year, Number(number));
  return code.week ? readWeek(year, Number(number)) : String(year);
}

/**
 * @param {number} year
 * @param {number} month
 */
function readMonth(year, month) {
  if (month < 1 || month > 12) return null;
  return writeDay(toDay(year, month, countDays(year, month))).slice(0, 7);
}

/**
 * Give the Sunday of an ISO 8601 week: the week of a year that holds its fourth of January is
 * the first, and the last is the one whose Thursday is in the year.
 * @param {number} year
 * @param {number} week
 */
function readWeek(year, week) {
  const fourth = toDay(year, 1, 4);
  // 1970-01-01 was a Thursday, so that day + 3 is a multiple of 7 on Mondays.
  const monday = fourth - ((fourth + 3) % 7 + 7) % 7 + (week - 1) * 7;
  if (week < 1 || fromDay(monday + 3).year !== year) return null;
  const sunday = monday + 6;
  return fromDay(sunday).year > 2999 ? null : writeDay(sunday);
}

/**
 * Tell whether the end of a number is the check that its method gives.
 * @param {string} number
 * @param {SerialRule["check"]} method
 * @returns {boolean}
 */
export function hasCheckDigit(number, method) {
  if (method === "none") return true;
  if (method === "mod97") return isMod97(number);
  if (method === "mod11_2") return isMod11(number);
  if (!/^[0-9]{2,}$/.test(number)) return false;
  const digits = [...number].reverse().map(Number);
  if (method === "verhoeff") return digits.reduce(addVerhoeff, 0) === 0;
  const weigh = method === "luhn" ? double : (/** @type {number} */ digit) => digit * 3;
  const total = digits.reduce((sum, digit, place) => sum + (place % 2 ? weigh(digit) : digit), 0);
  return total % 10 === 0;
}

/** @param {number} digit */
function double(digit) {
  return digit > 4 ? digit * 2 - 9 : digit * 2;
}

/** @param {string} number */
function isMod97(number) {
  if (!/^[0-9A-Z]{3,}$/.test(number)) return false;
  const digits = [...number].map((char) => String(parseInt(char, 36))).join("");
  return [...digits].reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0) === 1;
}

/** @param {string} number */
function isMod11(number) {
  if (!/^[0-9]+[0-9X]$/.test(number)) return false;
  const total = [...number.slice(0, -1)].reduce((sum, char) => ((sum + Number(char)) * 2) % 11, 0);
  const last = number.slice(-1);
  return (total + (last === "X" ? 10 : Number(last))) % 11 === 1;
}

/**
 * @param {number} total
 * @param {number} digit
 * @param {number} place
 */
function addVerhoeff(total, digit, place) {
  let shifted = digit;
  for (let turn = 0; turn < place % 8; turn += 1) shifted = SHIFT[shifted] ?? 0;
  if (total < 5) return ((total + shifted) % 5) + (shifted > 4 ? 5 : 0);
  return ((total - shifted + 10) % 5) + (shifted > 4 ? 0 : 5);
}
