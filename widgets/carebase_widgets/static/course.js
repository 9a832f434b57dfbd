// The page of a course: how far a learner has come, the result, and the file to take it along.

import { element, fill } from "./elements.js";
import { CHANGED, Progress, cameFrom, canSave, wasRefused } from "./learning.js";
import { repeatList } from "./repeat.js";
import { Score, rounded } from "./scores.js";

/** @typedef {import("./lesson.js").Lesson} Lesson */
/** @typedef {{lessons: Lesson[], questions: import("./scores.js").Question[], mark: number, graded: boolean}} Outline */

/** `<carebase-course>` on the page of a course. */
export class CarebaseCourse extends HTMLElement {
  /** @type {Record<string, string>} */
  words = {};
  /** @type {Outline} */
  outline = { lessons: [], questions: [], mark: 0, graded: false };
  progress = new Progress("");
  #body = element("div", { class: "cb-walk__body" });
  #foot = element("div", { class: "cb-walk__foot" });
  #said = element("p", { class: "cb-walk__said", role: "status" });

  connectedCallback() {
    const strings = this.querySelector("template[data-strings]");
    const outline = this.querySelector("template[data-outline]");
    if (!(strings instanceof HTMLTemplateElement) || !(outline instanceof HTMLTemplateElement) || this.stop) return;
    this.words = JSON.parse(strings.content.textContent ?? "{}");
    this.outline = JSON.parse(outline.content.textContent ?? "{}");
    this.progress = new Progress(this.dataset["course"] ?? "");
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.append(this.#said, this.#body);
    this.#finish();
    // What few need stands below the lessons.
    (document.querySelector("[data-progress-foot]") ?? this).append(this.#foot);
    document.addEventListener(CHANGED, () => this.#show(), { signal });
    // A page that comes back from the browser's memory has missed what was done meanwhile.
    window.addEventListener("pageshow", () => this.#show(), { signal });
    this.#show();
    if (location.hash === "#result") {
      this.tabIndex = -1;
      this.scrollIntoView();
      this.focus();
    }
    const { endpoint } = this.dataset;
    if (this.outline.graded && endpoint !== undefined) void this.#follow(endpoint);
    if (!canSave()) this.#said.textContent = `${this.words["quiz.unsaved"]}`;
  }

  disconnectedCallback() {
    this.stop?.abort();
    this.stop = undefined;
    this.#body.remove();
    this.#foot.remove();
    this.#said.remove();
  }

  /**
   * Send what waits to be graded, and ask how all answers stand.
   * @param {string} endpoint
   */
  async #follow(endpoint) {
    const { progress } = this;
    if (!progress.isBegun) return;
    const part = await import("./grader.js").catch(() => null);
    if (!part) return;
    const { graderOf } = part;
    const grader = graderOf(progress, endpoint);
    grader.addEventListener("change", () => this.#show());
    await grader.resume();
    await grader.refresh();
  }

  /** Finish the course for whoever came by the link at the end of its last lesson. */
  #finish() {
    const last = this.outline.lessons.at(-1);
    if (location.hash !== "#result" || this.progress.isFinished || !last || !cameFrom(last)) return;
    this.progress.setDone(last.keys, true);
    this.progress.finish();
  }

  /** @param {string} key */
  #text(key) {
    return this.words[`course.${key}`] ?? "";
  }

  #show() {
    const { progress } = this;
    const isBegun = progress.isBegun;
    this.#body.replaceChildren(...(isBegun ? [...this.#result(), ...this.#way()] : []));
    this.#foot.replaceChildren(isBegun ? this.#keep() : this.#loader());
    this.#mark();
    void this.#offer();
  }

  /** Whoever has finished may send the result, where the site takes it. */
  async #offer() {
    const section = document.querySelector("[data-completion]");
    if (!(section instanceof HTMLElement) || (section.hidden && !this.progress.isFinished)) return;
    const part = await import("./completion.js").catch(() => null);
    if (this.isConnected) part?.offer(section, this.outline, this.progress);
  }

  /** The score and what it means, once the course is finished. */
  #result() {
    const { progress, outline } = this;
    if (!progress.isFinished) return [];
    const score = new Score(outline.questions, progress);
    const panel = element("section", { class: "cb-verdict-panel" });
    panel.append(element("h2", {}, this.#text("result")));
    if (outline.questions.length) {
      const reached = this.#number(rounded(score.reached, 2));
      const possible = this.#number(rounded(score.possible, 2));
      const percent = fill(this.#text("score"), { percent: this.#number(score.percent) });
      const isPassed = score.passes(outline.mark);
      panel.append(
        element("p", { class: isPassed ? "cb-right" : "cb-wrong" }, element("strong", {}, this.#text(isPassed ? "passed" : "not_passed"))),
        element("p", {}, `${percent} · ${fill(this.#text(possible === "1" ? "points.one" : "points.many"), { reached, possible })}`),
        element("p", { class: "cb-note" }, fill(this.#text("need"), { mark: outline.mark })),
      );
    }
    panel.append(element("p", {}, this.#text("completed")));
    if (score.repeat.length) panel.append(repeatList(score.repeat, outline.lessons, this.words));
    return [panel];
  }

  /** How many lessons are done, and where to go on. */
  #way() {
    const { lessons } = this.outline;
    const { progress } = this;
    const done = lessons.filter(({ keys }) => progress.isDone(keys)).length;
    const minutes = Math.round(progress.seconds / 60);
    const said = element("p", {}, fill(this.#text("done_count"), { done, count: lessons.length }));
    if (minutes) said.append(` · ${fill(this.#text("time"), { minutes })}`);
    const parts = [element("h2", {}, this.#text("progress")), said];
    const waiting = new Set(progress.waiting.flatMap(({ answers }) => answers.map(({ question }) => question))).size;
    if (waiting) {
      const key = waiting === 1 ? "waiting.one" : "waiting.many";
      parts.push(element("p", { class: "cb-note cb-kept", role: "status" }, fill(this.#text(key), { count: waiting })));
    }
    const last = lessons.find(({ keys }) => keys.includes(progress.place));
    // What is done is not where one goes on.
    const open = last && !progress.isDone(last.keys) ? last : lessons.find(({ keys }) => !progress.isDone(keys));
    const next = progress.isFinished ? undefined : (open ?? last);
    if (next) {
      const link = element("a", { class: "cb-button cb-resume", href: next.address }, fill(this.#text("resume"), { title: next.title }));
      parts.push(element("p", {}, link));
    }
    return parts;
  }

  /** What can be done with the progress itself. */
  #keep() {
    const save = this.#button("save", () => this.#save());
    const clear = this.#button("clear", () => this.#clear());
    return element("div", { class: "cb-walk__keep" }, element("p", { class: "cb-note" }, this.#text("kept")), save, this.#loader(), clear);
  }

  #loader() {
    const input = element("input", { type: "file", accept: ".json,application/json", class: "cb-walk__file", tabindex: "-1", "aria-hidden": "true" });
    const button = this.#button("load", () => input.click());
    input.addEventListener("change", () => void this.#load(/** @type {HTMLInputElement} */ (input)));
    return element("span", {}, button, input);
  }

  /**
   * @param {string} key
   * @param {() => void} press
   */
  #button(key, press) {
    const button = element("button", { type: "button", class: "cb-again" }, this.#text(key));
    button.addEventListener("click", press);
    return button;
  }

  #save() {
    const blob = new Blob([this.progress.write()], { type: "application/json" });
    const address = URL.createObjectURL(blob);
    const link = element("a", { href: address, download: `${this.progress.course}.json` });
    link.click();
    // The browser reads it after this turn.
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }

  /** @param {HTMLInputElement} input */
  async #load(input) {
    const file = input.files?.[0];
    if (!file) return;
    const outcome = file.size > 4_000_000 ? "unreadable" : this.progress.take(await file.text());
    const key = { taken: "loaded", unreadable: "load_failed", other: "load_other" }[outcome];
    const unsaved = outcome === "taken" && wasRefused() ? ` ${this.words["quiz.unsaved"]}` : "";
    this.#said.textContent = `${this.#text(key)}${unsaved}`;
    this.#said.tabIndex = -1;
    this.#said.focus();
  }

  #clear() {
    if (!confirm(this.#text("clear_sure"))) return;
    this.progress.clear();
    this.#said.textContent = this.#text("cleared");
    this.#said.tabIndex = -1;
    this.#said.focus();
  }

  /** Say of each lesson in the list whether it is done. */
  #mark() {
    const rows = document.querySelectorAll("ol.cb-lessons a.cb-row");
    for (const [place, { keys }] of this.outline.lessons.entries()) {
      const row = rows[place];
      const mark = row?.querySelector(".cb-row__done");
      const isDone = this.progress.isDone(keys);
      if (isDone && !mark) row?.append(element("span", { class: "cb-row__done" }, `✓ ${this.#text("done")}`));
      else if (!isDone) mark?.remove();
    }
  }

  /** @param {string} written */
  #number(written) {
    return written.replace(".", this.words["number.mark"] ?? ".");
  }
}
