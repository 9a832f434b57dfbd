// The sheet of a certificate, the same on the screen and on paper.

import { element, fill } from "./elements.js";
import { spell } from "./reasons.js";

/**
 * @typedef {object} Sheet
 * @property {string} title
 * @property {string} version
 * @property {string} maker
 * @property {string} name
 * @property {string} day As `2026-11-22`.
 * @property {string} until The same, or nothing.
 * @property {string} score In per cent, or nothing.
 * @property {string} code Nothing as long as there is no name.
 * @property {string} whole The whole address of the page that checks, or nothing.
 * @property {string} check The same as seen from the page.
 */

/** A seal with a tick, drawn for a square of 64. */
const SEAL = [
  "M20 40 14 62l10-5 8 7 8-7 10 5-6-22z",
  "M32 2l6 5 8-2 4 7 8 2v8l5 6-5 6v8l-8 2-4 7-8-2-6 5-6-5-8 2-4-7-8-2v-8l-5-6 5-6v-8l8-2 4-7 8 2z",
];
const TICK = "M21 28l8 8 15-16";
const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {Sheet} told
 * @param {Record<string, string>} words
 */
export function sheet(told, words) {
  /** @param {string} key */
  const say = (key) => words[`certificate.${key}`] ?? "";
  const score = fill(words["course.score"], { percent: told.score.replace(".", words["number.mark"] ?? ".") });
  /** @type {[string, string][]} */
  const rows = [
    ["day", spell(words, told.day)],
    ["until", told.until && spell(words, told.until)],
    ["score", told.score && score],
    ["version", told.version],
    ["code", told.code],
  ];
  const facts = rows.filter(([, value]) => value).map(([key, value]) => element("div", {}, element("dt", {}, say(key)), element("dd", {}, value)));
  const length = told.name.length > 45 ? "longest" : told.name.length > 28 ? "long" : "short";
  const note = told.whole ? fill(say("note_at"), { address: told.whole }) : say("note");
  return element(
    "section",
    { class: "cb-certificate", "aria-label": say("one") },
    element(
      "div",
      { class: "cb-certificate__frame" },
      seal(),
      element("p", { class: "cb-certificate__maker" }, told.maker),
      element("p", { class: "cb-certificate__kind" }, say("one")),
      element("p", { class: "cb-certificate__said" }, say("says")),
      element("p", { class: "cb-certificate__name", "data-length": length }, told.name || say("your_name")),
      element("p", { class: "cb-certificate__said" }, say("passed")),
      element("p", { class: "cb-certificate__title" }, told.title),
      element("dl", { class: "cb-certificate__facts" }, ...facts),
      element("p", { class: "cb-certificate__note" }, note),
    ),
  );
}

function seal() {
  const drawing = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ viewBox: "0 0 64 66", class: "cb-certificate__seal", "aria-hidden": "true" })) {
    drawing.setAttribute(name, value);
  }
  for (const line of [...SEAL, TICK]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", line);
    drawing.append(path);
  }
  return drawing;
}
