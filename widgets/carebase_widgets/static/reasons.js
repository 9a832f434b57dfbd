// Why a coverage ends when it does, as in `carebase.warranty.reasons`.
import { fill } from "./elements.js";

/** @typedef {Record<string, string>} Words */

const ENTRY = /^R([0-9]+) (.+) ([0-9]{4}-[0-9]{2}-[0-9]{2})$/;
const LENGTH = /^\+([0-9]+) (day|week|month|year)s?$/;
/** @type {Record<string, string>} */
const RULES = { 5: "pause", 6: "replaced", 7: "repaired", 9: "used_up", 10: "void" };

/**
 * Give the reasons for a row's end, in order. The start is left out: it is told once.
 * @param {string[]} trace
 * @param {Words} words
 * @returns {string[]}
 */
export function reasons(trace, words) {
  const found = trace.flatMap((entry) => {
    const [, rule = "", what = "", day = ""] = ENTRY.exec(entry) ?? [];
    return rule ? [{ rule, what, day }] : [];
  });
  const isRegistered = found.some(({ rule }) => rule === "4");
  return found.flatMap(({ rule, what, day }) => {
    const [, count = "", unit = ""] = LENGTH.exec(what) ?? [];
    const key = keyOf(rule, what, Boolean(count), isRegistered);
    if (!key) return [];
    const span = words[`span.${unit}.${count === "1" ? "one" : "many"}`];
    const length = count && fill(span, { count });
    return fill(words[`why.${key}`], { length, date: spell(words, day), what: what.replace(/[-_]/g, " ") });
  });
}

/**
 * @param {string} rule
 * @param {string} what
 * @param {boolean} isLength
 * @param {boolean} isRegistered
 */
function keyOf(rule, what, isLength, isRegistered) {
  if (rule === "2" && !isRegistered) return isLength ? "length" : what.replace(/^lifetime /, "");
  if (rule === "4") return isLength ? "registered" : what.replace(/^lifetime /, "");
  if (rule === "8") return what === "transferred" ? "transferred" : "notice";
  if (rule === "11" && !what.startsWith("no ")) return "over_used";
  return RULES[rule] ?? "";
}

/**
 * Spell a date for reading, such as 5 October 2027.
 * @param {Words} words
 * @param {string} written YYYY-MM-DD
 */
export function spell(words, written) {
  const [year = 0, month = 0, number = 0] = written.split("-").map(Number);
  const day = fill(words[number === 1 ? "date.first" : "date.day"], { day: number });
  return fill(words["date"], { day, month: words[`month.${month}`] ?? "", year });
}
