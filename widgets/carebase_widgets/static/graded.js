// A question of a graded course: its answer goes to the service that grades it.

import { Asked } from "./asked.js";
import { element } from "./elements.js";
import { fragmentOf } from "./fragments.js";
import { readShare } from "./grading.js";
import { CHANGED, canSave } from "./learning.js";

/** @typedef {import("./grader.js").Grader} Grader */

export class Graded extends Asked {
  /** What is shown, so that nothing is said twice. */
  shown = "";

  /**
   * @param {HTMLElement} fieldset
   * @param {Record<string, string>} words
   * @param {import("./learning.js").Progress} progress
   * @param {Grader} grader
   */
  constructor(fieldset, words, progress, grader) {
    super(fieldset, words, progress);
    this.grader = grader;
    const kept = progress.waiting.flatMap(({ answers }) => answers).find(({ question }) => question === this.id) ?? progress.answer(this.id);
    if (kept) this.given = kept.given;
    grader.addEventListener("change", () => this.restore());
    document.addEventListener(CHANGED, () => this.restore());
    this.restore();
  }

  arrange() {
    const note = this.fieldset.querySelector(".cb-later");
    note?.replaceWith(this.button, this.status);
  }

  /** Whether it takes an answer. */
  get isOpen() {
    return !this.button.disabled && this.fieldset.dataset["closed"] === undefined;
  }

  get answer() {
    return { question: this.id, version: this.version, given: this.given };
  }

  check() {
    if (!this.isOpen) return;
    if (!this.given.length) {
      this.say(element("p", {}, `${this.words["quiz.empty"]}`));
      this.controls[0]?.focus();
      return;
    }
    void this.grader.grade([this.answer]);
  }

  /** Say how it stands with the answer: sent, kept, refused or graded, here or in another tab. */
  restore() {
    const { grader, progress, words } = this;
    if (!grader || !progress) return;
    const state = grader.stateOf(this.id);
    const refused = grader.refused.get(this.id) ?? "";
    const kept = progress.answer(this.id);
    const shown = JSON.stringify([state, refused, state ? null : kept]);
    if (shown === this.shown) return;
    this.shown = shown;
    this.button.disabled = state === "busy";
    if (state === "busy") this.say(element("p", {}, `${words["quiz.sending"]}`));
    else if (state) this.say(element("p", { class: "cb-kept" }, `${words[canSave() ? "quiz.kept" : "quiz.kept_here"]}`));
    else if (refused) this.say(element("p", { class: "cb-refused" }, `${words["quiz.not_taken"]} ${refused}`));
    else if (kept && kept.version !== this.version) this.say(element("p", { class: "cb-updated" }, `${words["quiz.updated"]}`));
    else if (kept) this.tell(kept);
    const isOver = !!kept && kept.version === this.version && kept.left === 0;
    if (isOver && this.fieldset.dataset["closed"] === undefined) {
      this.fieldset.dataset["closed"] = "";
      this.close();
    }
  }

  /** @param {import("./learning.js").Answered} kept */
  tell({ share, left, feedback = [], explanation = "" }) {
    /** @type {HTMLElement[]} */
    const said = [this.verdict(readShare(share), left ?? Infinity)];
    for (const one of feedback) said.push(box("cb-feedback-text", one));
    if (explanation) said.push(box("cb-explanation", explanation));
    this.say(...said);
  }
}

/**
 * @param {string} name
 * @param {string} html
 */
function box(name, html) {
  return element("div", { class: name }, fragmentOf(html));
}
