// The questions of a quiz, answered and checked on the page.

import { Asked } from "./asked.js";
import { element } from "./elements.js";
import { Progress, canSave } from "./learning.js";
import { drawn } from "./drawing.js";

/** `<carebase-quiz>` around the questions of a block. */
export class CarebaseQuiz extends HTMLElement {
  /** @type {Asked[]} */
  questions = [];

  connectedCallback() {
    const strings = this.querySelector("template[data-strings]");
    if (!(strings instanceof HTMLTemplateElement) || this.questions.length || this.dataset["graded"] !== undefined) return;
    /** @type {Record<string, string>} */
    const words = JSON.parse(strings.content.textContent ?? "{}");
    const course = this.dataset["course"];
    const progress = course ? new Progress(course) : undefined;
    const fieldsets = [.../** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("fieldset[data-question]"))];
    const shown = this.#draw(fieldsets, progress);
    this.questions = fieldsets.filter((one) => shown.has(one)).map((one) => new Asked(one, words, progress));
    // The end of a lesson says so itself.
    if (progress && !canSave() && !document.querySelector("carebase-lesson")) {
      this.prepend(element("p", { class: "cb-note cb-unsaved", role: "status" }, `${words["quiz.unsaved"]}`));
    }
  }

  /**
   * Leave out the questions that are not drawn.
   * @param {HTMLElement[]} fieldsets
   * @param {Progress | undefined} progress
   */
  #draw(fieldsets, progress) {
    const draw = Number(this.dataset["draw"] ?? fieldsets.length);
    if (draw >= fieldsets.length) return new Set(fieldsets);
    const seed = progress?.seed ?? `${Math.random()}`;
    const ids = drawn(fieldsets.map((one) => one.dataset["question"] ?? ""), draw, seed);
    for (const one of fieldsets) one.hidden = !ids.has(one.dataset["question"] ?? "");
    return new Set(fieldsets.filter((one) => !one.hidden));
  }
}
