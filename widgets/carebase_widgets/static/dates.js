/**
 * Calendar dates as whole numbers of days from 1970-01-01, so that no clock, time zone or
 * daylight saving can move them. The calendar is the proleptic Gregorian one; the conversion
 * counts in years that begin in March, so that the leap day comes last.
 */

/** @typedef {"days" | "weeks" | "months" | "years"} Unit */

/**
 * The days that a date stands for: one when it is full, a month or a year when partial.
 * @typedef {{first: number, last: number}} Span
 */

const DAYS_BEFORE_1970 = 719468;
const ERA = 146097;

/**
 * @param {number} year
 * @param {number} month from 1
 * @param {number} day from 1
 * @returns {number}
 */
export function toDay(year, month, day) {
  const counted = month > 2 ? year : year - 1;
  const era = Math.floor(counted / 400);
  const inEra = counted - era * 400;
  const inYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const leaps = Math.floor(inEra / 4) - Math.floor(inEra / 100);
  return era * ERA + inEra * 365 + leaps + inYear - DAYS_BEFORE_1970;
}

/**
 * @param {number} day
 * @returns {{year: number, month: number, day: number}}
 */
export function fromDay(day) {
  const shifted = day + DAYS_BEFORE_1970;
  const era = Math.floor(shifted / ERA);
  const rest = shifted - era * ERA;
  const leaps = Math.floor(rest / 1460) - Math.floor(rest / 36524) + Math.floor(rest / 146096);
  const inEra = Math.floor((rest - leaps) / 365);
  const inYear = rest - (365 * inEra + Math.floor(inEra / 4) - Math.floor(inEra / 100));
  const place = Math.floor((5 * inYear + 2) / 153);
  const month = place < 10 ? place + 3 : place - 9;
  return {
    year: inEra + era * 400 + (month > 2 ? 0 : 1),
    month,
    day: inYear - Math.floor((153 * place + 2) / 5) + 1,
  };
}

/**
 * @param {number} year
 * @param {number} month from 1
 * @returns {number}
 */
export function countDays(year, month) {
  const next = month === 12 ? toDay(year + 1, 1, 1) : toDay(year, month + 1, 1);
  return next - toDay(year, month, 1);
}

/**
 * Write a day as YYYY-MM-DD.
 * @param {number} day
 * @returns {string}
 */
export function writeDay(day) {
  const date = fromDay(day);
  return `${pad(date.year, 4)}-${pad(date.month, 2)}-${pad(date.day, 2)}`;
}

/**
 * @param {number} number
 * @param {number} width
 */
function pad(number, width) {
  return String(number).padStart(width, "0");
}

/**
 * Read `2024`, `2024-10` or `2024-10-05`; null for anything else, and for what is no real date
 * or outside the years 1900 to 2999.
 * @param {string} text
 * @returns {Span | null}
 */
export function findSpan(text) {
  const found = /^([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?$/.exec(text);
  if (!found) return null;
  const year = Number(found[1]);
  const month = found[2] === undefined ? 0 : Number(found[2]);
  const day = found[3] === undefined ? 0 : Number(found[3]);
  if (year < 1900 || year > 2999) return null;
  if (found[2] !== undefined && (month < 1 || month > 12)) return null;
  if (found[3] !== undefined) {
    if (day < 1 || day > countDays(year, month)) return null;
    const only = toDay(year, month, day);
    return { first: only, last: only };
  }
  const last = month || 12;
  return { first: toDay(year, month || 1, 1), last: toDay(year, last, countDays(year, last)) };
}

/**
 * Read a date that is known to be one; throws a RangeError otherwise.
 * @param {string} text
 * @returns {Span}
 */
export function readSpan(text) {
  const span = findSpan(text);
  if (!span) throw new RangeError(`${text} is no date`);
  return span;
}

/**
 * Read a full date that is known to be one; throws a RangeError otherwise.
 * @param {string} text
 * @returns {number}
 */
export function readDay(text) {
  const span = readSpan(text);
  if (text.length !== 10) throw new RangeError(`${text} is no full date`);
  return span.first;
}

/**
 * Add a number of units to a day; months and years stop at the end of a shorter month.
 * @param {number} day
 * @param {number} amount
 * @param {Unit} unit
 * @returns {number}
 */
export function add(day, amount, unit) {
  if (unit === "days") return day + amount;
  if (unit === "weeks") return day + amount * 7;
  const date = fromDay(day);
  const months = date.year * 12 + date.month - 1 + amount * (unit === "years" ? 12 : 1);
  const year = Math.floor(months / 12);
  const month = (months % 12) + 1;
  return toDay(year, month, Math.min(date.day, countDays(year, month)));
}
