// Fills the form at the end of a path in: with the symptom, the outcome and the answers given.

import { element, isControl } from "./form.js";

/** In characters: what the endpoint takes (`kb/carebase/forms/context.py`). */
const LONGEST = 500;
const LONGEST_PATH = 10_000;

/**
 * @typedef {object} Told
 * @property {string} symptom What was chosen first, else the page's title.
 * @property {string} outcome What the path has led to.
 * @property {{question: string, answer: string, href: string}[]} answers
 */

/**
 * Fill in what is sent along, show it, and begin the text in which the customer tells of it.
 * @param {HTMLElement} section
 * @param {Told} told
 * @param {Record<string, string>} words
 */
export function fillIn(section, told, words) {
  const form = section.querySelector("form");
  if (!form) return;
  let lines = told.answers.map(({ question, answer }) => `${question}\t${answer}`);
  while (lines.join("\n").length > LONGEST_PATH) lines = lines.slice(1);
  set(form, "_symptom", told.symptom.slice(0, LONGEST));
  set(form, "_outcome", told.outcome.slice(0, LONGEST));
  set(form, "_path", lines.join("\n"));
  const text = form.querySelector("textarea");
  // What stands there as its default gives way to whatever the customer writes, or has written.
  if (text) text.defaultValue = [...new Set([told.symptom, told.outcome])].filter(Boolean).join("\n");
  show(section, told, words);
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {string} value
 */
function set(form, name, value) {
  const control = form.elements.namedItem(name);
  if (isControl(control)) control.value = value;
}

/**
 * Show the answers above what the page itself says of what is sent along.
 * @param {HTMLElement} section
 * @param {Told} told
 * @param {Record<string, string>} words
 */
function show(section, told, words) {
  const list = section.querySelector(".cb-along__list");
  for (const old of section.querySelectorAll("[data-told]")) old.remove();
  if (!list) return;
  const row = (/** @type {string} */ key, /** @type {(Node | string)[]} */ ...said) =>
    element(
      "li",
      { "data-told": "" },
      element("span", { class: "cb-along__label" }, `${words[`along.${key}`]}`),
      " ",
      ...said,
    );
  const rows = [row("symptom", told.symptom)];
  if (told.outcome) rows.push(row("outcome", told.outcome));
  if (told.answers.length) {
    const answers = told.answers.map(({ question, answer, href }) =>
      element("li", {}, element("a", { href }, element("span", {}, question), " ", element("strong", {}, answer))),
    );
    rows.push(row("path", element("ol", { class: "cb-along__path" }, ...answers), element("small", {}, `${words["along.change"]}`)));
  }
  list.prepend(...rows);
}
