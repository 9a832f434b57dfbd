// Reminders as a calendar file, as in `carebase.warranty.reminders`: a test compares the two.
import { coverage } from "./coverage.js";
import { add, fromDay, readDay, writeDay } from "./dates.js";
import { partName } from "./answer.js";
import { fill } from "./form.js";
import { policyOn } from "./site-files.js";

/** @typedef {import("./site-files.js").Product} Product */
/** @typedef {import("./coverage.js").VerdictRow} Row */
/** @typedef {Record<string, string>} Words */
/**
 * One entry of the calendar: a whole day, coming back or not. `alarm` is in hours from its
 * beginning; none for no bell.
 * @typedef {object} Reminder
 * @property {string} key
 * @property {number} day
 * @property {string} summary
 * @property {{count: number, unit: string}} [every]
 * @property {number} [until]
 * @property {number} [alarm]
 */

const EVERY = /^([1-9][0-9]{0,2}) (day|week|month|year)s?$/;
/** In days: what comes more often rings no bell. */
const SELDOM = 28;
/** @type {Record<string, string>} */
const FREQUENCIES = { days: "DAILY", weeks: "WEEKLY", months: "MONTHLY", years: "MONTHLY" };

/**
 * Give all reminders for a unit bought on a day, whatever day is today.
 * @param {Product} product
 * @param {string} bought YYYY-MM-DD
 * @param {Words} words
 * @returns {Reminder[]}
 */
export function reminders(product, bought, words) {
  const policy = policyOn(product, bought);
  const rows = policy ? coverage(policy, [{ kind: "purchased", on: bought }], null, bought).coverages : [];
  return [...tasks(product, bought, words), ...ends(rows, product, bought, words)];
}

/**
 * @param {Product} product
 * @param {string} bought
 * @param {Words} words
 * @returns {Reminder[]}
 */
function tasks({ id, name, service_plan: plan = [], support_until: last }, bought, words) {
  const start = readDay(bought);
  const until = last ? readDay(last) : undefined;
  return plan.flatMap(({ task, every }) => {
    const [, count = "", one = ""] = EVERY.exec(every.trim().toLowerCase()) ?? [];
    if (!count) return [];
    const unit = /** @type {import("./dates.js").Unit} */ (`${one}s`);
    const day = add(start, Number(count), unit);
    if (until !== undefined && day > until) return [];
    const isSeldom = one === "month" || one === "year" || day - start >= SELDOM;
    const reminder = {
      key: `${id}-${bought}-${fingerprint(task)}`,
      day,
      summary: fill(words["remind.task"], { product: name, task }),
      every: { count: Number(count), unit },
      ...(until === undefined ? {} : { until }),
      ...(isSeldom ? { alarm: 9 } : {}),
    };
    return [reminder];
  });
}

/**
 * Give one reminder for each day on which something ends, with a month's notice.
 * @param {Row[]} rows
 * @param {Product} product
 * @param {string} bought
 * @param {Words} words
 * @returns {Reminder[]}
 */
export function ends(rows, product, bought, words) {
  const promised = rows.filter((row) => row.kind === "commercial");
  const days = [...new Set(promised.flatMap((row) => row.until ?? []))].sort();
  return days.map((until) => {
    const ending = promised.filter((row) => row.until === until);
    const names = ending.map((row) => partName(row.id, product, words));
    const last = names.pop() ?? "";
    const parts = names.length ? fill(words["list"], { first: names.join(", "), last }) : last;
    const key = ending.length === promised.length ? "remind.end_all" : "remind.end";
    return {
      key: `${product.id}-${bought}-end-${until}`,
      day: readDay(until),
      summary: fill(words[key], { product: product.name, parts }),
      alarm: 9 - 30 * 24,
    };
  });
}

/**
 * Give what comes next of each entry, from a day on, the nearest first; what has ended is left out.
 * @param {Reminder[]} entries
 * @param {string} bought the day from which all is counted, YYYY-MM-DD
 * @param {string} from YYYY-MM-DD
 * @returns {{day: string, summary: string}[]}
 */
export function upcoming(entries, bought, from) {
  const start = readDay(bought);
  const first = readDay(from);
  const found = entries.flatMap(({ day, every, until, summary }) => {
    let next = day;
    for (let times = 2; every && next < first; times += 1) {
      next = add(start, every.count * times, /** @type {import("./dates.js").Unit} */ (every.unit));
    }
    return next < first || next > (until ?? next) ? [] : [{ next, summary }];
  });
  found.sort((one, other) => one.next - other.next);
  return found.map(({ next, summary }) => ({ day: writeDay(next), summary }));
}

/**
 * Write a calendar file (RFC 5545).
 * @param {string} name
 * @param {Reminder[]} entries
 * @param {string} begun the day from which all is counted, YYYY-MM-DD
 * @param {string} host makes the ids unique in the world
 * @returns {string}
 */
export function writeCalendar(name, entries, begun, host) {
  const lines = ["BEGIN:VCALENDAR", "PRODID:-//Carebase//Reminders//EN", "VERSION:2.0"];
  lines.push(`NAME:${escape(name)}`, `X-WR-CALNAME:${escape(name)}`);
  const start = readDay(begun);
  for (const entry of entries) {
    lines.push("BEGIN:VEVENT", `UID:${entry.key}@${host}`, `DTSTAMP:${digits(start)}T000000Z`);
    lines.push(`DTSTART;VALUE=DATE:${digits(entry.day)}`, `SUMMARY:${escape(entry.summary)}`);
    lines.push("TRANSP:TRANSPARENT", ...rule(entry, start));
    if (entry.alarm !== undefined) {
      const trigger = `${entry.alarm < 0 ? "-" : ""}PT${Math.abs(entry.alarm)}H`;
      lines.push("BEGIN:VALARM", "ACTION:DISPLAY", `DESCRIPTION:${escape(entry.summary)}`);
      lines.push(`TRIGGER:${trigger}`, "END:VALARM");
    }
    lines.push("END:VEVENT");
  }
  lines.push("END:VCALENDAR", "");
  return lines.map(fold).join("\r\n");
}

/**
 * @param {Reminder} entry
 * @param {number} start
 */
function rule({ every, until }, start) {
  if (!every) return [];
  const count = every.count * (every.unit === "years" ? 12 : 1);
  const freq = FREQUENCIES[every.unit];
  const parts = [`FREQ=${freq}`, `INTERVAL=${count}`];
  if (until !== undefined) parts.splice(1, 0, `UNTIL=${digits(until)}`);
  const { day } = fromDay(start);
  if (freq === "MONTHLY" && day > 28) {
    // The day itself, or the last one of a shorter month.
    const days = [28, 29, 30, 31].filter((one) => one <= day);
    parts.push(`BYMONTHDAY=${days.join(",")}`, "BYSETPOS=-1");
  }
  return [`RRULE:${parts.join(";")}`];
}

/** @param {number} day */
function digits(day) {
  return writeDay(day).replaceAll("-", "");
}

/** @param {string} text */
function escape(text) {
  return text.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n");
}

/**
 * Break a line before its 75th octet, and never within a character.
 * @param {string} line
 */
function fold(line) {
  const encoder = new TextEncoder();
  let folded = "";
  let size = 0;
  for (const char of line) {
    const octets = encoder.encode(char).length;
    if (size + octets > 74) {
      folded += "\r\n ";
      size = 1;
    }
    folded += char;
    size += octets;
  }
  return folded;
}

/**
 * Give the 32-bit FNV-1a hash of a text in hexadecimal (draft-eastlake-fnv).
 * @param {string} text
 */
function fingerprint(text) {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193);
  return (value >>> 0).toString(16).padStart(8, "0");
}
