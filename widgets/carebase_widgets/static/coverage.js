/**
 * The verdict on a unit: the maker's promise, the law and the notices, side by side.
 *
 * A pure function of its arguments, the twin of `carebase.warranty.coverage`: both give the same
 * bytes.
 */

import { readDay, writeDay } from "./dates.js";
import { History } from "./events.js";
import { findStart, follow } from "./promise.js";
import { listProgrammes, listRights } from "./rights.js";

/** @typedef {import("./events.js").Event} Event */
/** @typedef {import("./promise.js").Policy} Policy */
/** @typedef {import("./rights.js").Statute} Statute */
/** @typedef {import("./rights.js").Notice} Notice */

/**
 * One row while it is worked out, with its days as numbers.
 * @typedef {object} Row
 * @property {string} id
 * @property {string} kind
 * @property {string} [programme]
 * @property {string} [country]
 * @property {string} [who]
 * @property {string} status
 * @property {number} [until]
 * @property {number} [burden_until]
 * @property {string} [clause]
 * @property {string} [reason]
 * @property {string} [source]
 * @property {string} [note]
 * @property {string[]} trace
 */

/**
 * One coverage, statute or programme of a verdict.
 * @typedef {object} VerdictRow
 * @property {string} id
 * @property {string} kind
 * @property {string} [programme]
 * @property {string} [country]
 * @property {string} [who]
 * @property {string} status
 * @property {string} [until]
 * @property {number} [days_left]
 * @property {string} [burden_until]
 * @property {string} [clause]
 * @property {string} [reason]
 * @property {string} [source]
 * @property {string} [note]
 * @property {string[]} trace
 */

/**
 * What holds for a unit on a day.
 * @typedef {object} Verdict
 * @property {string} as_of
 * @property {"covered" | "not_started" | "not_covered" | "unknown" | "partly"} verdict
 * @property {string} policy
 * @property {{date: string, from: string, certainty: string}} [start]
 * @property {VerdictRow[]} coverages
 * @property {string[]} missing
 */

/**
 * Say what covers a unit on a day. The policy, the events, the statutes and the notices are as
 * their files write them, already checked; without a country no statute is looked up.
 * @param {Policy} policy
 * @param {readonly Event[]} events
 * @param {string | null | undefined} country
 * @param {string} asOf YYYY-MM-DD
 * @param {boolean} [consumer]
 * @param {readonly Statute[]} [statutes]
 * @param {readonly Notice[]} [notices]
 * @param {string | null} [serial]
 * @param {string | null} [model]
 * @returns {Verdict}
 */
export function coverage(
  policy,
  events,
  country,
  asOf,
  consumer = true,
  statutes = [],
  notices = [],
  serial = null,
  model = null,
) {
  const today = readDay(asOf);
  const reasons = (policy.exclusions ?? []).map((exclusion) => exclusion.id);
  const history = new History(events, today, reasons);
  const start = findStart(policy, history);
  const promised = policy.coverages.map((each) => follow(policy, each, start, history, consumer));
  const rights = country ? listRights(statutes, country, start, history, consumer) : [];
  const programmes = listProgrammes(notices, history, serial || null, model || null);

  const missing = new Set(start ? [] : ["proof of purchase"]);
  for (const text of [...promised, ...programmes].flatMap((found) => found.missing)) {
    missing.add(text);
  }
  const rows = [
    ...promised.map((found) => found.row),
    ...rights,
    ...programmes.map((found) => found.row),
  ];
  return {
    as_of: asOf,
    verdict: sumUp(
      promised.map((found) => found.row.status),
      programmes.some((found) => found.row.status === "covered"),
    ),
    policy: `${policy.id}@${policy.version}`,
    ...(start && {
      start: { date: writeDay(start.day), from: start.kind, certainty: start.certainty },
    }),
    coverages: rows.map((row) => writeRow(row, today)),
    missing: [...missing],
  };
}

/**
 * Write a verdict as the one JSON text that it has.
 * @param {unknown} value
 * @returns {string}
 */
export function stringify(value) {
  return JSON.stringify(value);
}

/**
 * Give one word for the maker's promise, lifted by a programme that covers (R15).
 * @param {readonly string[]} statuses
 * @param {boolean} lifted
 * @returns {Verdict["verdict"]}
 */
function sumUp(statuses, lifted) {
  if (statuses.every((status) => status === "covered")) return "covered";
  if (statuses.every((status) => status === "not_started")) {
    return lifted ? "partly" : "not_started";
  }
  if (!statuses.some((status) => ["covered", "depends", "unknown"].includes(status))) {
    return lifted ? "partly" : "not_covered";
  }
  return statuses.every((status) => status === "unknown") ? "unknown" : "partly";
}

/**
 * Put the keys of a row in the order of the contract, without those that it lacks.
 * @param {Row} row
 * @param {number} today
 * @returns {VerdictRow}
 */
function writeRow(row, today) {
  const isCovered = row.status === "covered" && row.until !== undefined;
  const written = {
    id: row.id,
    kind: row.kind,
    programme: row.programme,
    country: row.country,
    who: row.who,
    status: row.status,
    until: row.until === undefined ? undefined : writeDay(row.until),
    days_left: isCovered ? Number(row.until) - today : undefined,
    burden_until: row.burden_until === undefined ? undefined : writeDay(row.burden_until),
    clause: row.clause,
    reason: row.reason,
    source: row.source,
    note: row.note,
    trace: row.trace,
  };
  /** @type {any} */
  const present = Object.fromEntries(
    Object.entries(written).filter(([, value]) => value !== undefined),
  );
  return present;
}
