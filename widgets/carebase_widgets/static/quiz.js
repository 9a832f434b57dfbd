// The questions of a quiz, answered and checked on the page.

import { Asked } from "./asked.js";
import { element, fill } from "./elements.js";
import { Progress, canSave } from "./learning.js";
import { drawn } from "./drawing.js";

/** `<carebase-quiz>` around the questions of a block. */
export class CarebaseQuiz extends HTMLElement {
  /** @type {Asked[]} */
  questions = [];
  /** @type {Record<string, string>} */
  words = {};
  #isBegun = false;
  #said = element("p", { class: "cb-submit__said", role: "status" });

  async connectedCallback() {
    const strings = this.querySelector("template[data-strings]");
    const { course, endpoint, graded } = this.dataset;
    const isGraded = graded !== undefined;
    if (!(strings instanceof HTMLTemplateElement) || this.#isBegun || (isGraded && (!course || endpoint === undefined))) return;
    this.#isBegun = true;
    const words = (this.words = JSON.parse(strings.content.textContent ?? "{}"));
    const progress = course ? new Progress(course) : undefined;
    const fieldsets = [.../** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("fieldset[data-question]"))];
    const shown = this.#draw(fieldsets, progress);
    const asked = fieldsets.filter((one) => shown.has(one));
    if (isGraded && progress) {
      // Where our code does not come, the page goes on to say what it needs.
      const parts = await Promise.all([import("./grader.js"), import("./graded.js")]).catch(() => null);
      if (!parts) return;
      const [{ graderOf }, { Graded }] = parts;
      const grader = graderOf(progress, endpoint ?? "");
      this.questions = asked.map((one) => new Graded(one, words, progress, grader));
      if (this.dataset["together"] !== undefined) this.#submitTogether(grader);
      void grader.resume();
    } else if (this.dataset["sealed"] !== undefined) {
      const parts = await import("./sealed.js").catch(() => null);
      if (!parts) return;
      this.questions = asked.map((one) => new parts.Sealed(one, words, progress));
    } else this.questions = asked.map((one) => new Asked(one, words, progress));
    // The end of a lesson says so itself.
    if (progress && !canSave() && !document.querySelector("carebase-lesson")) {
      this.prepend(element("p", { class: "cb-note cb-unsaved", role: "status" }, `${words["quiz.unsaved"]}`));
    }
  }

  /**
   * One button for all questions.
   * @param {import("./grader.js").Grader} grader
   */
  #submitTogether(grader) {
    const { words } = this;
    const questions = /** @type {import("./graded.js").Graded[]} */ (this.questions);
    const button = element("button", { type: "button", class: "cb-button cb-submit" }, `${words["quiz.submit"]}`);
    let warned = 0;
    button.addEventListener("click", () => {
      const open = questions.filter((one) => one.isOpen);
      const missing = open.filter((one) => !one.given.length);
      // Said once; whoever presses again means it.
      if (missing.length && (missing.length !== warned || missing.length === open.length)) {
        warned = missing.length;
        this.#said.textContent = fill(words[missing.length === 1 ? "quiz.missing.one" : "quiz.missing.many"], { count: missing.length });
        missing[0]?.controls[0]?.focus();
        return;
      }
      this.#said.textContent = "";
      void grader.grade(open.filter((one) => one.given.length).map(({ answer }) => answer));
    });
    const show = () => {
      const states = questions.map(({ id }) => grader.stateOf(id));
      button.disabled = states.includes("busy");
      button.hidden = !questions.some((one) => one.fieldset.dataset["closed"] === undefined);
      for (const one of questions) one.button.hidden = true;
    };
    grader.addEventListener("change", show);
    this.append(element("div", { class: "cb-submit__row" }, button, this.#said));
    show();
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
