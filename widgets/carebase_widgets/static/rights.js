/** What the law and the maker's notices give, beside the promise (R12 and R13). */

import { add, readDay, writeDay } from "./dates.js";
import { nameDays } from "./promise.js";

/** @typedef {import("./dates.js").Span} Span */
/** @typedef {import("./dates.js").Unit} Unit */
/** @typedef {import("./events.js").History} History */
/** @typedef {import("./promise.js").Start} Start */
/** @typedef {import("./coverage.js").Row} Row */

/**
 * A row of the statutes as JSON; without months and days no period is fixed.
 * @typedef {object} Statute
 * @property {string} id
 * @property {string[]} countries
 * @property {"consumer" | "business" | "any"} [buyer]
 * @property {"new" | "used" | "any"} [goods]
 * @property {string | null} [contract_from]
 * @property {string | null} [contract_to]
 * @property {number | null} [months]
 * @property {number | null} [days]
 * @property {number | null} [burden_months]
 * @property {{months: number, contract_from?: string | null} | null} [after_repair]
 * @property {string} who
 * @property {string} source
 * @property {string | null} [note]
 */

/**
 * A notice as JSON; each of models, serials and made narrows it.
 * @typedef {object} Notice
 * @property {string} id
 * @property {"recall" | "free_repair"} programme
 * @property {string[] | null} [models]
 * @property {{from: string, to: string}[] | null} [serials]
 * @property {{from?: string | null, to?: string | null} | null} [made]
 * @property {string | null} [from]
 * @property {string | null} [until]
 * @property {string | null} [source]
 * @property {string | null} [note]
 */

/** @typedef {{day: number, kind: string}} Begin */

const DISPUTE = "The seller may dispute this.";

/**
 * Give a row for each statute that holds, by id; where none does, one row that says so.
 * @param {readonly Statute[]} statutes
 * @param {string} country
 * @param {Start | null} start
 * @param {History} history
 * @param {boolean} consumer
 * @returns {Row[]}
 */
export function listRights(statutes, country, start, history, consumer) {
  const purchased = history.first("purchased");
  const delivered = history.first("delivered");
  const contract = purchased?.day ?? delivered?.day ?? start?.day ?? null;
  const begin = findBegin(delivered, purchased, start);
  const buyer = consumer ? "consumer" : "business";
  const goods = purchased?.event.used === true ? "used" : "new";

  const named = statutes.some((row) => row.countries.includes("GB-SCT"));
  const place = country === "GB-SCT" && !named ? "GB" : country;
  const rows = statutes
    .filter(
      (row) =>
        row.countries.includes(place) &&
        ["any", buyer].includes(row.buyer ?? "consumer") &&
        ["any", goods].includes(row.goods ?? "any") &&
        holdsOn(row, contract),
    )
    .map((row) => makeRight(row, country, begin, contract, history));
  return rows.length ? rows.sort(byId) : [makeNone(country, history)];
}

/**
 * Give a row, and what is missing, for each notice that concerns the unit, by id.
 * @param {readonly Notice[]} notices
 * @param {History} history
 * @param {string | null} serial
 * @param {string | null} model
 * @returns {{row: Row, missing: string[]}[]}
 */
export function listProgrammes(notices, history, serial, model) {
  const made = history.first("made")?.span ?? null;
  const found = [];
  for (const notice of [...notices].sort(byId)) {
    if (notice.from && history.asOf < readDay(notice.from)) continue;
    const missing = match(notice, serial, model, made);
    if (!missing) continue;
    const row = makeProgramme(notice, history.asOf, missing);
    found.push({ row, missing: row.status === "depends" ? missing : [] });
  }
  return found;
}

/**
 * @param {{id: string}} left
 * @param {{id: string}} right
 */
function byId(left, right) {
  return left.id < right.id ? -1 : Number(left.id > right.id);
}

/**
 * @param {{day: number} | null} delivered
 * @param {{day: number} | null} purchased
 * @param {Start | null} start
 * @returns {Begin | null}
 */
function findBegin(delivered, purchased, start) {
  if (delivered) return { day: delivered.day, kind: "delivered" };
  if (purchased) return { day: purchased.day, kind: "purchased" };
  return start && { day: start.day, kind: "start" };
}

/**
 * @param {Statute} statute
 * @param {number | null} contract
 */
function holdsOn(statute, contract) {
  if (contract === null) return true;
  if (statute.contract_from && contract < readDay(statute.contract_from)) return false;
  return !(statute.contract_to && contract > readDay(statute.contract_to));
}

/**
 * @param {Statute} statute
 * @param {string} country
 * @param {Begin | null} begin
 * @param {number | null} contract
 * @param {History} history
 * @returns {Row}
 */
function makeRight(statute, country, begin, contract, history) {
  const asOf = history.asOf;
  const trace = begin ? [`R12 ${begin.kind} ${writeDay(begin.day)}`] : [];
  let status = "unknown";
  /** @type {number | undefined} */
  let until;
  if (statute.months == null && statute.days == null) {
    status = "may_have_rights";
    trace.push(`R12 no fixed period ${writeDay(begin ? begin.day : asOf)}`);
  } else if (!begin || contract === null) {
    trace.push(`R12 unknown ${writeDay(asOf)}`);
  } else {
    until = findEnd(statute, begin.day, contract, history, trace);
    status = asOf < begin.day ? "not_started" : asOf <= until ? "covered" : "expired";
  }
  const burden = statute.burden_months;
  return {
    id: statute.id,
    kind: "statutory",
    country,
    who: statute.who,
    status,
    until,
    burden_until: begin && burden ? add(begin.day, burden, "months") : undefined,
    source: statute.source,
    note: writeNote(statute.note, history),
    trace,
  };
}

/**
 * Give the last day of a fixed period, and trace how it came about.
 * @param {Statute} statute
 * @param {number} begin
 * @param {number} contract
 * @param {History} history
 * @param {string[]} trace
 */
function findEnd(statute, begin, contract, history, trace) {
  /** @type {Unit} */
  const unit = statute.months == null ? "days" : "months";
  const amount = statute.months ?? statute.days ?? 0;
  const until = add(begin, amount, unit);
  trace.push(`R12 ${nameDays(amount, unit)} ${writeDay(until)}`);
  const more = statute.after_repair;
  if (!more || !wasRepaired(history, begin, until)) return until;
  if (more.contract_from && contract < readDay(more.contract_from)) return until;
  const extended = add(begin, amount + more.months, unit);
  trace.push(`R12 ${nameDays(more.months, "months")} after repair ${writeDay(extended)}`);
  return extended;
}

/**
 * Tell whether a repair ended within the period, or ended after it began within it.
 * @param {History} history
 * @param {number} begin
 * @param {number} until
 */
function wasRepaired(history, begin, until) {
  const within = (/** @type {number} */ day) => begin <= day && day <= until;
  const begun = history.all("repair_in").find((found) => within(found.day));
  return history
    .all("repair_out")
    .some((found) => within(found.day) || (begun !== undefined && begun.day <= found.day));
}

/**
 * @param {string} country
 * @param {History} history
 * @returns {Row}
 */
function makeNone(country, history) {
  const note = `No rule is recorded for ${country}; the law may still give you rights.`;
  return {
    id: `none-${country.toLowerCase()}`,
    kind: "statutory",
    country,
    who: "seller",
    status: "may_have_rights",
    note: writeNote(note, history),
    trace: [`R12 none ${writeDay(history.asOf)}`],
  };
}

/**
 * @param {string | null | undefined} note
 * @param {History} history
 */
function writeNote(note, history) {
  const sentences = [note, history.all("void").length ? DISPUTE : null];
  return sentences.filter((sentence) => sentence).join(" ") || undefined;
}

/**
 * Name what is not known of the things a notice asks for; null when one does not match.
 * @param {Notice} notice
 * @param {string | null} serial
 * @param {string | null} model
 * @param {Span | null} made
 * @returns {string[] | null}
 */
function match(notice, serial, model, made) {
  const missing = [];
  if (notice.models) {
    if (!model) missing.push("model");
    else if (!notice.models.some((name) => normalise(name) === normalise(model))) return null;
  }
  if (notice.serials) {
    if (!serial) missing.push("serial number");
    else if (!notice.serials.some((range) => isWithin(normalise(serial), range))) return null;
  }
  if (notice.made) {
    if (!made) missing.push("date of manufacture");
    else if (notice.made.from && made.last < readDay(notice.made.from)) return null;
    else if (notice.made.to && made.first > readDay(notice.made.to)) return null;
  }
  return missing;
}

/**
 * Without spaces and '-', in ASCII capitals.
 * @param {string} text
 */
function normalise(text) {
  return text.replace(/[ -]/g, "").replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

/**
 * The ends are ASCII, so that comparing UTF-16 units gives the order of characters; only the
 * length has to be counted in characters.
 * @param {string} number
 * @param {{from: string, to: string}} range
 */
function isWithin(number, range) {
  const first = normalise(range.from);
  return [...number].length === first.length && first <= number && number <= normalise(range.to);
}

/**
 * @param {Notice} notice
 * @param {number} asOf
 * @param {string[]} missing
 * @returns {Row}
 */
function makeProgramme(notice, asOf, missing) {
  const until = notice.until ? readDay(notice.until) : undefined;
  const isOver = until !== undefined && asOf > until;
  const trace = [`R13 ${notice.programme} ${notice.from ?? writeDay(asOf)}`];
  if (isOver) trace.push(`R13 until ${notice.until}`);
  else trace.push(...missing.map((text) => `R13 no ${text} ${writeDay(asOf)}`));
  return {
    id: notice.id,
    kind: "programme",
    programme: notice.programme,
    status: isOver ? "expired" : missing.length ? "depends" : "covered",
    until,
    source: notice.source ?? undefined,
    note: notice.note ?? undefined,
    trace,
  };
}
