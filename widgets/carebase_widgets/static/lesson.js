// The end of a lesson: whether it is done, and how far the course is.

import { element, fill } from "./elements.js";
import { CHANGED, Progress, cameFrom, canSave, wasRefused } from "./learning.js";

/** @typedef {{title: string, address: string, keys: string[]}} Lesson */

/** Seconds without a key, a tap or a scroll after which nobody is counted as reading. */
const IDLE = 120;
const TICK = 10;

/** `<carebase-lesson>` below the text of a lesson. */
export class CarebaseLesson extends HTMLElement {
  /** @type {Record<string, string>} */
  words = {};
  /** @type {Lesson[]} */
  lessons = [];
  here = 0;
  progress = new Progress("");
  #seen = 0;
  #button = element("button", { type: "button", class: "cb-again cb-mark" });
  #unsaved = element("p", { class: "cb-note", role: "status" });
  #bar = element("progress");
  /** How far the course is, where the lesson begins. */
  #head = element("span", { class: "cb-lesson__progress" }, this.#bar);
  #count = element("p", { class: "cb-way__count", role: "status" });

  connectedCallback() {
    const strings = this.querySelector("template[data-strings]");
    const outline = this.querySelector("template[data-outline]");
    if (!(strings instanceof HTMLTemplateElement) || !(outline instanceof HTMLTemplateElement) || this.stop) return;
    this.words = JSON.parse(strings.content.textContent ?? "{}");
    ({ lessons: this.lessons, here: this.here } = JSON.parse(outline.content.textContent ?? "{}"));
    this.progress = new Progress(this.dataset["course"] ?? "");
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.prepend(this.#count, this.#button);
    document.querySelector(".cb-lesson__place")?.append(this.#head);
    this.#button.addEventListener("click", () => this.progress.setDone(this.keys, !this.isDone), { signal });
    document.addEventListener(CHANGED, () => this.#show(), { signal });
    document.addEventListener("click", (event) => this.#leave(event), { signal });
    this.#countTime(signal);
    const before = this.lessons[this.here - 1];
    if (before && cameFrom(before) && !this.progress.isDone(before.keys)) this.progress.setDone(before.keys, true);
    this.progress.place = this.keys[0] ?? "";
    this.#show();
    if (!canSave()) this.#warn();
  }

  #warn() {
    if (!this.#unsaved.isConnected) this.prepend(this.#unsaved);
    this.#unsaved.textContent = `${this.words["quiz.unsaved"]}`;
  }

  disconnectedCallback() {
    this.stop?.abort();
    this.stop = undefined;
    this.#button.remove();
    this.#count.remove();
    this.#head.remove();
    this.#unsaved.remove();
  }

  get keys() {
    return this.lessons[this.here]?.keys ?? [];
  }

  get isDone() {
    return this.progress.isDone(this.keys);
  }

  #show() {
    const { words, lessons, progress } = this;
    const done = lessons.filter(({ keys }) => progress.isDone(keys)).length;
    const label = `${words[this.isDone ? "course.unmark" : "course.mark"]}`;
    if (this.#button.textContent !== label) this.#button.textContent = label;
    const said = fill(words["course.done_count"], { done, count: lessons.length });
    if (this.#count.textContent !== said) this.#count.textContent = said;
    this.#bar.max = lessons.length;
    this.#bar.value = done;
    this.#bar.setAttribute("aria-label", said);
    this.#bar.title = said;
    if (wasRefused()) this.#warn();
  }

  /**
   * Whoever goes on to the next lesson, or finishes, has done this one.
   * @param {Event} event
   */
  #leave(event) {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link) return;
    const isFinish = this.contains(link) && link.dataset["finish"] !== undefined;
    if (!isFinish && link.rel !== "next") return;
    if (!this.isDone) this.progress.setDone(this.keys, true);
    if (isFinish) this.progress.finish();
  }

  /** @param {AbortSignal} signal */
  #countTime(signal) {
    this.#seen = performance.now();
    const see = () => (this.#seen = performance.now());
    for (const kind of ["keydown", "pointerdown", "scroll"]) document.addEventListener(kind, see, { signal, passive: true });
    const timer = setInterval(() => {
      const isReading = document.visibilityState === "visible" && performance.now() - this.#seen < IDLE * 1000;
      if (isReading) this.progress.spend(TICK);
    }, TICK * 1000);
    signal.addEventListener("abort", () => clearInterval(timer));
  }
}
