// What is asked in a package: its lessons and questions, read from the pages themselves.

/**
 * @typedef {object} Asked
 * @property {string} id
 * @property {string} version
 * @property {string} kind
 * @property {string[]} choices The ids of answers, steps or terms in the order of the page.
 * @property {string} yes Of what is true or false, the id of the answer that says true.
 * @property {string[]} others Of pairs, the ids of the definitions.
 * @property {import("../grading.js").Key} key
 * @property {string} points
 * @property {string} text
 */
/** @typedef {import("../course.js").Outline & {course: string, asked: Asked[]}} Contents */

/** How an answer begins that says false, in the languages of the site. */
const FALSE = /^(?:false|falsch|falso|faux|no|nein|non)\b/i;

/**
 * @param {HTMLElement[]} pages
 * @returns {Contents}
 */
export function contentsOf(pages) {
  const element = pages.map((page) => page.querySelector("carebase-course")).find(Boolean);
  const data = element?.querySelector("template[data-outline]");
  if (!(element instanceof HTMLElement) || !(data instanceof HTMLTemplateElement)) throw new Error("the package has no outline");
  const course = element.dataset["course"] ?? "";
  const quizzes = pages.flatMap((page) => [...page.querySelectorAll("carebase-quiz")]);
  const own = quizzes.filter((quiz) => quiz instanceof HTMLElement && quiz.dataset["course"] === course);
  const fields = own.flatMap((quiz) => [.../** @type {NodeListOf<HTMLElement>} */ (quiz.querySelectorAll("fieldset[data-question]"))]);
  return { ...JSON.parse(data.content.textContent ?? "{}"), course, asked: fields.map(read) };
}

/**
 * @param {HTMLElement} field
 * @returns {Asked}
 */
function read(field) {
  const { question = "", version = "", kind = "", points = "" } = field.dataset;
  const solution = field.querySelector("details.cb-solution");
  const key = solution instanceof HTMLElement ? JSON.parse(solution.dataset["key"] ?? "{}") : {};
  const selects = [...field.querySelectorAll("select")];
  const boxes = [...field.querySelectorAll("input")].filter(({ type }) => type !== "text");
  const steps = /** @type {NodeListOf<HTMLElement>} */ (field.querySelectorAll("li[data-item]"));
  const choices = [
    ...boxes.map(({ value }) => value),
    ...[...steps].map(({ dataset }) => dataset["item"] ?? ""),
    ...selects.map(({ dataset }) => dataset["term"] ?? ""),
  ];
  const others = [...(selects[0]?.options ?? [])].map(({ value }) => value).filter(Boolean);
  const isTurned = FALSE.test(boxes[0]?.closest("label")?.textContent?.trim() ?? "");
  const yes = choices[isTurned ? 1 : 0] ?? "";
  const text = (field.querySelector("legend")?.textContent ?? "").trim();
  return { id: question, version, kind, points, key, choices, yes, others, text };
}
