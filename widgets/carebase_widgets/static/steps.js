// What to do after an answer, as in `carebase.warranty.steps`.

/** @typedef {import("./coverage.js").Verdict} Verdict */
/** @typedef {import("./coverage.js").VerdictRow} Row */

/** In days: whose cover ends so soon is offered a reminder. */
const SOON = 60;
/** What of the question goes with the reader to the forms, in their fragment. */
const CARRIED = ["model", "serial", "bought"];

/**
 * @param {Verdict | null} verdict
 * @returns {string[]}
 */
export function steps(verdict) {
  if (!verdict) return ["contact"];
  const rows = verdict.coverages;
  const covered = new Set(rows.filter((row) => row.status === "covered").map((row) => row.kind));
  const isOpen = rows.some((row) => row.kind === "commercial" && row.status === "depends");
  let names = ["contact", "terms"];
  if (covered.has("commercial") || isOpen) {
    names = ["claim", ...(isEnding(verdict) ? ["remind"] : []), "repair", "terms"];
  } else if (covered.has("programme") || verdict.verdict === "not_covered") {
    names = ["guides", "parts", "repair", "contact"];
  }
  if (!covered.has("programme")) return names;
  // What is put right free of charge comes before what may be.
  return ["repair", ...names.filter((name) => name !== "repair")];
}

/** @param {Verdict} verdict */
export function isEnding({ coverages }) {
  return coverages.some(
    ({ kind, status, days_left: left }) =>
      kind === "commercial" && status === "covered" && left !== undefined && left <= SOON,
  );
}

/**
 * Add the question to the fragment of a form's address, which no server sees.
 * @param {string} target
 * @param {Record<string, unknown>} asked
 */
export function carry(target, asked) {
  if (!target.includes("#")) return target;
  const pairs = CARRIED.filter((name) => asked[name]);
  return target + pairs.map((name) => `&${name}=${encodeURIComponent(String(asked[name]))}`).join("");
}
