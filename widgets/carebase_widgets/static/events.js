/** What happened to a unit, and what of it counts on a given day. */

import { readSpan } from "./dates.js";

/** @typedef {import("./dates.js").Span} Span */

/**
 * One event as a case writes it; only the keys of its kind are read.
 * @typedef {object} Event
 * @property {string} kind
 * @property {string} on
 * @property {string | null} [component]
 * @property {string | null} [coverage]
 * @property {string | null} [reason]
 * @property {boolean | null} [used]
 * @property {string | null} [unit]
 * @property {number | null} [value]
 */

/**
 * An event that counts, with the day on which it does.
 * @typedef {{day: number, span: Span, event: Event}} Occurrence
 */

/**
 * An unbroken run of days in repair, from the first to before the end.
 * @typedef {{first: number, end: number}} Stay
 */

/** Also the order in which events of one day are taken. */
export const KINDS = [
  "made",
  "shipped",
  "purchased",
  "delivered",
  "registered",
  "transferred",
  "transfer_notified",
  "repair_in",
  "repair_out",
  "replaced",
  "claim",
  "void",
  "usage",
];

/** The events of a unit up to a day, in the order in which the rules take them. */
export class History {
  /**
   * @param {readonly Event[]} events
   * @param {number} asOf
   * @param {readonly string[]} reasons the ids of the policy's exclusions, in its order
   */
  constructor(events, asOf, reasons) {
    this.asOf = asOf;
    /** @type {readonly Occurrence[]} */
    this.occurrences = events
      .map((event) => resolve(event, asOf))
      .filter((found) => found.day <= asOf)
      .sort((left, right) => compare(left, right, reasons));
    /** @type {readonly Stay[]} */
    this.stays = findStays(this.occurrences, asOf);
  }

  /**
   * Give the event of a kind that counts: the earliest, of one day the most precise, of equal
   * purchases one of used goods.
   * @param {string} kind
   * @returns {Occurrence | null}
   */
  first(kind) {
    const found = this.all(kind);
    found.sort(
      (left, right) =>
        left.day - right.day ||
        width(left) - width(right) ||
        Number(right.event.used === true) - Number(left.event.used === true),
    );
    return found[0] ?? null;
  }

  /**
   * Give all events of a kind, earliest first.
   * @param {string} kind
   * @returns {Occurrence[]}
   */
  all(kind) {
    return this.occurrences.filter((found) => found.event.kind === kind);
  }

  /**
   * Give the stay in which a day falls or which ends on it.
   * @param {number} day
   * @returns {Stay | null}
   */
  stayOf(day) {
    return this.stays.find((stay) => stay.first <= day && day <= stay.end) ?? null;
  }
}

/**
 * @param {Event} event
 * @param {number} asOf
 * @returns {Occurrence}
 */
function resolve(event, asOf) {
  const span = readSpan(event.on);
  const within = span.first <= asOf && asOf <= span.last;
  return { day: within ? asOf : span.last, span, event };
}

/** @param {Occurrence} found */
function width(found) {
  return found.span.last - found.span.first;
}

/**
 * @param {Occurrence} left
 * @param {Occurrence} right
 * @param {readonly string[]} reasons
 */
function compare(left, right, reasons) {
  return (
    left.day - right.day ||
    KINDS.indexOf(left.event.kind) - KINDS.indexOf(right.event.kind) ||
    placeReason(left, reasons) - placeReason(right, reasons) ||
    compareUnits(left, right)
  );
}

/**
 * @param {Occurrence} found
 * @param {readonly string[]} reasons
 */
function placeReason(found, reasons) {
  return found.event.kind === "void" ? reasons.indexOf(found.event.reason ?? "") : 0;
}

/**
 * @param {Occurrence} left
 * @param {Occurrence} right
 */
function compareUnits(left, right) {
  if (left.event.kind !== "usage") return 0;
  const first = left.event.unit ?? "";
  const second = right.event.unit ?? "";
  return first < second ? -1 : Number(first > second);
}

/**
 * The unit is in repair while more repairs were begun than ended: which of them an end closes
 * makes no difference to the days.
 * @param {readonly Occurrence[]} occurrences
 * @param {number} asOf
 * @returns {Stay[]}
 */
function findStays(occurrences, asOf) {
  /** @type {Stay[]} */
  const stays = [];
  let underWay = 0;
  let first = asOf;
  for (const { day, event } of occurrences) {
    if (event.kind === "repair_in") {
      if (!underWay) first = day;
      underWay += 1;
    } else if (event.kind === "repair_out" && underWay) {
      underWay -= 1;
      if (!underWay && first < day) stays.push({ first, end: day });
    }
  }
  if (underWay && first < asOf) stays.push({ first, end: asOf });
  return stays;
}
