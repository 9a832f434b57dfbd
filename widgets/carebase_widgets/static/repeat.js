// What to look at again after a course: by lesson, the questions missed and what explains them.

import { element } from "./elements.js";

/** @typedef {import("./scores.js").Question} Question */
/** @typedef {{question: Question, reason: string}} Missed */

/**
 * @param {Missed[]} missed
 * @param {import("./lesson.js").Lesson[]} lessons
 * @param {Record<string, string>} words
 */
export function repeatList(missed, lessons, words) {
  const list = element("ul", { class: "cb-repeat" });
  for (const [place, lesson] of lessons.entries()) {
    const mine = missed.filter(({ question }) => question.lesson === place);
    if (!mine.length) continue;
    const rows = mine.map(({ question, reason }) => row(question, `${words[`course.${reason}`]}`, lesson.address, words));
    list.append(element("li", {}, element("a", { href: lesson.address }, lesson.title), element("ul", {}, ...rows)));
  }
  return element("div", {}, element("h3", {}, `${words["course.repeat"]}`), list);
}

/**
 * @param {Question} question
 * @param {string} said
 * @param {string} address
 * @param {Record<string, string>} words
 */
function row(question, said, address, words) {
  const entry = element("li", {}, element("a", { href: `${address}#${question.id}` }, question.text), ` (${said})`);
  const sources = (question.see ?? []).map(([title, target]) => element("a", { href: target }, title));
  if (sources.length) {
    const [before = "", after = ""] = `${words["course.read"]}`.split("{title}");
    const parts = sources.flatMap((link) => [", ", link]).slice(1);
    entry.append(element("div", { class: "cb-note" }, before, ...parts, after));
  }
  return entry;
}
