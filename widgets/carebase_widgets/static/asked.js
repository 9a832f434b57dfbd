// One question of a quiz: what was answered, whether it is right, and what is said about it.

import { element, fill } from "./elements.js";
import { ALL, NOTHING, grade, readShare, readings, rounded, said, times, writeShare } from "./grading.js";
import { Ordering } from "./ordering.js";
import { now } from "./learning.js";

/** @typedef {import("./grading.js").Share} Share */
/** @typedef {import("./grading.js").Key} Key */

export class Asked {
  /** @type {Ordering | undefined} */
  ordering;
  attempts = 0;
  /** What is said about the answer. */
  status = element("div", { class: "cb-verdict", role: "status", tabindex: "-1" });
  button;

  /**
   * @param {HTMLElement} fieldset
   * @param {Record<string, string>} words
   * @param {import("./learning.js").Progress | undefined} progress Nothing where the question
   *   counts for no course.
   */
  constructor(fieldset, words, progress) {
    this.fieldset = fieldset;
    this.words = words;
    this.progress = progress;
    this.id = fieldset.dataset["question"] ?? "";
    this.version = fieldset.dataset["version"] ?? "";
    this.points = readShare(fieldset.dataset["points"] ?? "");
    this.limit = Number(fieldset.dataset["attempts"] ?? Infinity);
    const list = fieldset.querySelector("ol.cb-steps-to-order");
    if (list instanceof HTMLElement) {
      this.ordering = new Ordering(list, words, (text) => this.status.replaceChildren(element("p", {}, text)));
    }
    this.button = element("button", { type: "button", class: "cb-button cb-check" }, `${words["quiz.check"]}`);
    this.button.addEventListener("click", () => this.check());
    this.fieldset.addEventListener("keydown", (event) => this.#enter(event));
    this.arrange();
    this.#offerHints();
    this.restore();
  }

  /** Put the button and what is said into their place. */
  arrange() {
    const { solution } = this;
    if (!solution) return;
    solution.hidden = true;
    solution.before(this.button, this.status);
  }

  get solution() {
    const found = this.fieldset.querySelector("details.cb-solution");
    return found instanceof HTMLDetailsElement ? found : null;
  }

  /** @returns {Key} */
  get key() {
    return JSON.parse(this.solution?.dataset["key"] ?? "{}");
  }

  get controls() {
    return [.../** @type {NodeListOf<HTMLInputElement | HTMLSelectElement>} */ (this.fieldset.querySelectorAll("input, select"))];
  }

  /** The answer as grading takes it; nothing where there is none yet. */
  get given() {
    if (this.ordering) return this.ordering.order;
    return this.controls.flatMap((control) => {
      if (control instanceof HTMLSelectElement) return control.value ? [`${control.dataset["term"]}=${control.value}`] : [];
      if (control.type === "text") return control.value.trim() ? [control.value.trim()] : [];
      return control.checked ? [control.value] : [];
    });
  }

  set given(given) {
    if (this.ordering) this.ordering.order = given;
    for (const control of this.controls) {
      if (control instanceof HTMLSelectElement) {
        const term = `${control.dataset["term"]}=`;
        const value = given.find((one) => one.startsWith(term))?.slice(term.length) ?? "";
        if ([...control.options].some((option) => option.value === value)) control.value = value;
      } else if (control.type === "text") control.value = given[0] ?? "";
      else control.checked = given.includes(control.value);
    }
  }

  /** Say whether the answer is right; it counts as one attempt. */
  check() {
    const { given, progress } = this;
    if (!given.length) {
      this.say(element("p", {}, `${this.words["quiz.empty"]}`));
      this.controls[0]?.focus();
      return;
    }
    // Another tab may have used up attempts meanwhile.
    const kept = progress?.answer(this.id);
    if (kept && kept.version === this.version) this.attempts = Math.max(this.attempts, kept.attempts);
    if (this.attempts >= this.limit) {
      this.restore();
      return;
    }
    this.attempts += 1;
    const share = grade(this.key, given);
    const { id, version } = this;
    progress?.setAnswer(id, { version, given, share: writeShare(share), attempts: this.attempts, at: now() });
    this.show(share, given);
  }

  /**
   * Enter in a text field checks the answer, as it would send a form.
   * @param {KeyboardEvent} event
   */
  #enter(event) {
    const { target } = event;
    if (event.key !== "Enter" || !(target instanceof HTMLInputElement) || target.type !== "text") return;
    event.preventDefault();
    if (!this.button.hidden) this.check();
  }

  /** Show again what was answered earlier, here or in another tab. */
  restore() {
    const kept = this.progress?.answer(this.id);
    if (!kept) return;
    this.given = kept.given;
    if (kept.version !== this.version) {
      this.say(element("p", { class: "cb-updated" }, `${this.words["quiz.updated"]}`));
      return;
    }
    this.attempts = kept.attempts;
    this.show(readShare(kept.share), kept.given);
  }

  /**
   * @param {Share} share
   * @param {string[]} given
   */
  show(share, given) {
    const { limit, solution } = this;
    const isRight = share[0] === ALL[0] && share[1] === ALL[1];
    const left = limit - this.attempts;
    this.say(this.verdict(share, left), ...this.#feedback(given));
    if (!solution) return;
    // Whoever can try again without end may also look; who has attempts left is not told yet.
    solution.hidden = !isRight && Number.isFinite(left) && left > 0;
    if (left <= 0) this.close();
    if (!solution.hidden && (isRight || left <= 0)) {
      solution.open = left <= 0 || solution.querySelector(".cb-explanation") !== null;
    }
  }

  /**
   * Say in words what an answer came to, and how often one may answer still.
   * @param {Share} share
   * @param {number} left
   */
  verdict(share, left) {
    const { words } = this;
    const isRight = share[0] === ALL[0] && share[1] === ALL[1];
    const verdict = element("p", { class: isRight ? "cb-right" : "cb-wrong" }, element("strong", {}, `${words[isRight ? "quiz.right" : "quiz.wrong"]}`));
    if (!isRight && share[0] !== NOTHING[0]) {
      const [reached, possible] = [times(this.points, share), this.points].map((one) => this.number(one));
      verdict.append(` ${fill(words[`quiz.part.${possible === "1" ? "one" : "many"}`], { reached: `${reached}`, possible: `${possible}` })}`);
    }
    if (!isRight && Number.isFinite(left)) {
      const key = left === 1 ? "one" : left ? "many" : "none";
      verdict.append(` ${fill(words[`quiz.left.${key}`], { count: left })}`);
    }
    this.fieldset.dataset["result"] = isRight ? "right" : "wrong";
    return verdict;
  }

  /** Take no more answers. */
  close() {
    const hadFocus = this.fieldset.contains(document.activeElement);
    this.button.hidden = true;
    for (const control of this.controls) control.disabled = true;
    for (const move of this.fieldset.querySelectorAll("button.cb-move")) /** @type {HTMLButtonElement} */ (move).disabled = true;
    // What was focused takes none any more.
    if (hadFocus) this.status.focus();
  }

  /**
   * What the writer says about the chosen answers.
   * @param {string[]} given
   */
  #feedback(given) {
    /** @type {Node[]} */
    const found = [];
    for (const entry of this.solution?.querySelectorAll("li[data-answer]") ?? []) {
      const text = entry.querySelector(".cb-feedback-text");
      if (!(entry instanceof HTMLElement) || !text || !this.#means(entry, given)) continue;
      found.push(text.cloneNode(true));
    }
    return found;
  }

  /**
   * Tell whether an entry of the solution is about the answer that was given.
   * @param {HTMLElement} entry
   * @param {string[]} given
   */
  #means({ dataset }, given) {
    const written = dataset["text"];
    if (written === undefined) {
      const id = dataset["answer"] ?? "";
      const isChosen = given.some((one) => one === id || one.startsWith(`${id}=`));
      // Steps are all in the answer: what is said about one is said of its place.
      return this.ordering ? given.indexOf(id) !== this.key.right.indexOf(id) : isChosen;
    }
    const [text = ""] = given;
    if (this.key.kind !== "number") return said(written) === said(text);
    const unit = this.key.unit ?? "";
    const theirs = readings(text, unit).map(writeNumber);
    return readings(written, unit).some((one) => theirs.includes(writeNumber(one)));
  }

  /** One hint after the other. */
  #offerHints() {
    const hints = [...this.fieldset.querySelectorAll("details.cb-hint")];
    for (const [place, hint] of hints.entries()) {
      if (!(hint instanceof HTMLDetailsElement)) continue;
      hint.hidden = place > 0;
      hint.addEventListener("toggle", () => hints[place + 1]?.toggleAttribute("hidden", false), { once: true });
    }
  }

  /** @param {...Node} nodes */
  say(...nodes) {
    // With a space between, for whoever takes the text as one.
    this.status.replaceChildren(...nodes.flatMap((node) => [node, " "]).slice(0, -1));
  }

  /** @param {Share} share */
  number(share) {
    return rounded(share, 2).replace(".", this.words["number.mark"] ?? ".");
  }
}

/** @param {Share} number */
function writeNumber([top, bottom]) {
  return `${top}/${bottom}`;
}
