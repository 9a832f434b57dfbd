// The form by which a learner sends the result of a finished course: closed until it is wanted.

import { element, fill } from "./elements.js";
import { Score, askedOf, dayOf, rounded } from "./scores.js";

/** @typedef {import("./course.js").Outline} Outline */
/** @typedef {import("./learning.js").Progress} Progress */

/** @type {WeakMap<HTMLElement, HTMLElement>} The button that opens a section, in its paragraph. */
const openers = new WeakMap();

/**
 * Offer to send the result, filled in as it is now; take the offer away where there is none.
 * @param {HTMLElement} section
 * @param {Outline} outline
 * @param {Progress} progress
 */
export function offer(section, outline, progress) {
  const strings = section.querySelector(":scope > template[data-strings]");
  if (!(strings instanceof HTMLTemplateElement)) return;
  /** @type {Record<string, string>} */
  const words = JSON.parse(strings.content.textContent ?? "{}");
  const opener = openers.get(section) ?? makeOpener(section, `${words["course.send"]}`);
  const isOffered = progress.isFinished && hasResult(outline, progress);
  const isSent = !section.querySelector("form");
  if (!isOffered || !section.hidden || isSent) opener.remove();
  else if (!opener.isConnected) section.before(opener);
  // What is on its way, or has arrived, stays as it was sent.
  if (isSent) return;
  section.hidden ||= !isOffered;
  if (isOffered) write(section, words, outline, progress);
}

/**
 * Tell whether the service knows what was reached, as far as the browser can tell.
 * @param {Outline} outline
 * @param {Progress} progress
 */
function hasResult({ questions, graded }, progress) {
  return !graded || (!progress.waiting.length && askedOf(questions, progress).some(({ id }) => progress.answer(id)));
}

/**
 * @param {HTMLElement} section
 * @param {string} label
 */
function makeOpener(section, label) {
  const button = element("button", { type: "button", class: "cb-button" }, label);
  const opener = element("p", { class: "cb-widget" }, button);
  button.addEventListener("click", () => {
    section.hidden = false;
    section.tabIndex = -1;
    section.focus();
    opener.remove();
  });
  openers.set(section, opener);
  return opener;
}

/**
 * @param {HTMLElement} section
 * @param {Record<string, string>} words
 * @param {Outline} outline
 * @param {Progress} progress
 */
function write(section, words, { questions, mark, graded }, progress) {
  const score = new Score(questions, progress);
  const [reached, possible] = [rounded(score.reached, 2), rounded(score.possible, 2)];
  const isPassed = score.passes(mark);
  const number = (/** @type {string} */ written) => written.replace(".", words["number.mark"] ?? ".");
  /** @type {[string, string][]} */
  const rows = [["course_version", value(section, "_course_version")]];
  if (questions.length) {
    rows.push(
      ["score", fill(words["course.score"], { percent: number(score.percent) })],
      ["points", fill(words[`course.points.${possible === "1" ? "one" : "many"}`], { reached: number(reached), possible: number(possible) })],
      ["passed", `${words[isPassed ? "course.passed" : "course.not_passed"]}`],
    );
    set(section, "_score", score.percent);
    set(section, "_points", `${reached}/${possible}`);
    set(section, "_passed", isPassed ? "yes" : "no");
  }
  if (graded) set(section, "_attempt", progress.attempt);
  propose(section, "course", section.dataset["title"] ?? "");
  propose(section, "finished", dayOf(questions, progress));
  const items = rows.map(([name, said]) =>
    element("li", {}, element("span", { class: "cb-along__label" }, `${words[`along.${name}`]}`), " ", element("span", {}, said)),
  );
  section.querySelector(".cb-along__list")?.replaceChildren(...items);
}

/**
 * @param {HTMLElement} section
 * @param {string} name
 * @returns {HTMLInputElement | null}
 */
function control(section, name) {
  const found = section.querySelector("form")?.elements.namedItem(name);
  return found instanceof HTMLInputElement ? found : null;
}

/**
 * @param {HTMLElement} section
 * @param {string} name
 */
function value(section, name) {
  return control(section, name)?.value ?? "";
}

/**
 * @param {HTMLElement} section
 * @param {string} name
 * @param {string} written
 */
function set(section, name, written) {
  const input = control(section, name);
  if (input) input.value = written;
}

/**
 * Fill a question in, unless the learner has written something else there.
 * @param {HTMLElement} section
 * @param {string} name
 * @param {string} written
 */
function propose(section, name, written) {
  const input = control(section, name);
  if (!input || (input.value && input.value !== input.defaultValue)) return;
  input.defaultValue = written;
  input.value = written;
}
