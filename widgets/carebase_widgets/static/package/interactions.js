// Answers as SCORM 2004 takes them (4th edition, RTE 4.2.9): their types, patterns and results.

import { add, readShare, readings } from "../grading.js";

/** @typedef {import("./outline.js").Asked} Asked */
/** @typedef {import("../learning.js").Answered} Answered */
/** @typedef {import("../grading.js").Share} Share */
/** @typedef {[string, string]} Value An element below the interaction, and what it is set to. */

const TYPES = new Map([
  ...[["single", "choice"], ["several", "choice"], ["true-false", "true-false"], ["blank", "fill-in"]],
  ...[["number", "numeric"], ["ordering", "sequencing"], ["matching", "matching"]],
].map(([kind = "", type = ""]) => /** @type {const} */ ([kind, type])));
/** What a pattern of these types may hold of each: the smallest number that every LMS takes. */
const MOST_PATTERNS = 5;
const LONGEST = 250;

/**
 * Give an answer as the values of one interaction, in an order that an LMS takes.
 * @param {Asked} question
 * @param {Answered} answer
 * @param {Date} when
 * @returns {Value[]}
 */
export function interaction(question, answer, when) {
  const { id, kind, key, points, text } = question;
  const share = readShare(answer.share);
  /** @type {Value[]} */
  const values = [["id", id], ["type", TYPES.get(kind) ?? "other"], ["timestamp", `${when.toISOString().slice(0, 22)}Z`]];
  const patterns = patternsOf(question).slice(0, MOST_PATTERNS);
  for (const [place, pattern] of patterns.entries()) values.push([`correct_responses.${place}.pattern`, pattern]);
  values.push(["weighting", real(readShare(points))]);
  const response = responseOf(question, answer.given, key.unit ?? "");
  if (response) values.push(["learner_response", response]);
  values.push(["result", share[0] === share[1] ? "correct" : share[0] === 0n ? "incorrect" : real(share)]);
  if (text) values.push(["description", text.slice(0, LONGEST)]);
  return values;
}

/** @param {Asked} question */
function patternsOf({ kind, key, yes }) {
  if (kind === "blank") return key.right.map((text) => `{case_matters=false}${text.slice(0, LONGEST)}`);
  if (kind === "number") {
    const [value = 0n, below = 1n, tolerance = 0n, under = 1n] = (key.number ?? []).map(BigInt);
    const [lowest, highest] = [-1n, 1n].map((way) => add([value, below], [way * tolerance, under]));
    return lowest && highest ? [`${real(lowest)}[:]${real(highest)}`] : [];
  }
  if (kind === "true-false") return [key.right[0] === yes ? "true" : "false"];
  return [joined(kind, key.right)];
}

/**
 * @param {Asked} question
 * @param {string[]} given
 * @param {string} unit
 */
function responseOf({ kind, key, yes }, given, unit) {
  const [text = ""] = given;
  if (kind === "blank") return text.slice(0, LONGEST);
  if (kind === "true-false") return text === yes ? "true" : "false";
  if (kind !== "number") return joined(kind, given);
  // What is no number cannot be told as one; of two that it may be, the nearer one is meant.
  const [value = 0n, below = 1n] = (key.number ?? []).map(BigInt);
  const apart = (/** @type {Share} */ one) => Math.abs(Number(one[0]) / Number(one[1]) - Number(value) / Number(below));
  const [nearest] = readings(text, unit).sort((one, other) => apart(one) - apart(other));
  return nearest ? real(nearest) : "";
}

/**
 * @param {string} kind
 * @param {string[]} parts
 */
function joined(kind, parts) {
  return (kind === "matching" ? parts.map((pair) => pair.replace("=", "[.]")) : parts).join("[,]");
}

/**
 * Write a number with seven decimals at most.
 * @param {Share} number
 */
function real([top, bottom]) {
  const isBelow = top < 0n;
  const scaled = ((isBelow ? -top : top) * 10_000_000n) / bottom;
  const rest = `${scaled % 10_000_000n}`.padStart(7, "0").replace(/0+$/, "");
  return `${isBelow ? "-" : ""}${scaled / 10_000_000n}${rest ? `.${rest}` : ""}`;
}
