import { copyLinks } from "./copy-link.js";
import { element, fill } from "./elements.js";
import { Progress } from "./progress.js";

/** @typedef {{id: string, number: number, card: HTMLElement, box: HTMLInputElement}} Step */

/**
 * `<carebase-checklist page base aliases>` around the steps of a guide: each can be ticked, and
 * where to go on is offered. `page` and `aliases` are addresses below `base`.
 */
export class CarebaseChecklist extends HTMLElement {
  /** @type {Step[]} */
  steps = [];
  /** @type {Record<string, string>} */
  words = {};
  progress = new Progress("");
  /** What was done before starting over, while that can be taken back. @type {string[]} */
  undone = [];

  connectedCallback() {
    const strings = this.querySelector("template[data-strings]");
    if (!(strings instanceof HTMLTemplateElement) || this.stop) return;
    this.words = JSON.parse(strings.content.textContent ?? "{}");
    this.stop = new AbortController();
    const { signal } = this.stop;
    const former = (this.getAttribute("aliases") ?? "").split(" ").filter(Boolean);
    this.progress = new Progress(
      this.path(this.getAttribute("page") ?? ""),
      former.map((address) => this.path(address)),
    );
    copyLinks(this, `${this.words["link.copied"]}`, signal);
    this.build(signal);
    if (!this.steps.length) return;
    this.show();
    window.addEventListener(
      "storage",
      (event) => {
        if (this.progress.follow(event)) this.show();
      },
      { signal },
    );
  }

  disconnectedCallback() {
    this.stop?.abort();
    this.stop = undefined;
    this.steps = [];
    const made = ".cb-tick, .cb-progress, .cb-step__ask, .cb-note";
    for (const one of this.querySelectorAll(made)) one.remove();
  }

  /**
   * The path of an address below the site's own, the same with and without `index.html`.
   * @param {string} address
   */
  path(address) {
    const base = new URL(`${this.getAttribute("base") || "."}/`, document.baseURI);
    return new URL(address.replace(/^\//, ""), base).pathname.replace(/(^|\/)index\.html$/, "$1");
  }

  /**
   * Put a box to tick and room for a note into each card, and the line that tells how far it is above them.
   * @param {AbortSignal} signal
   */
  build(signal) {
    const feedback = document.querySelector("#cb-feedback carebase-form:has(textarea)")?.cloneNode(true);
    for (const card of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll(".cb-step"))) {
      const id = card.querySelector("h2")?.id;
      const foot = card.querySelector(".cb-step__foot");
      if (!id || !(foot instanceof HTMLElement)) continue;
      const number = Number(card.dataset["step"]);
      const box = element("input", { type: "checkbox" });
      const said = fill(this.words["steps.done"], { number });
      foot.prepend(element("label", { class: "cb-tick" }, box, element("span", {}, said)));
      if (feedback) foot.append(this.askAbout(id, feedback, signal));
      box.addEventListener("change", () => this.tick(id, box.checked), { signal });
      this.steps.push({ id, number, card, box });
    }
    if (!this.steps.length) return;
    this.status = element("p", { class: "cb-progress__said", role: "status" });
    this.bar = element("progress", { max: `${this.steps.length}`, "aria-hidden": "true" });
    this.note = element("p", { class: "cb-progress__note" });
    this.onward = element("a", { class: "cb-progress__on" });
    this.again = element("button", { type: "button", class: "cb-progress__again" });
    this.again.addEventListener("click", () => this.startOver(), { signal });
    const ways = element("div", { class: "cb-progress__ways" }, this.onward, this.again);
    const line = element("div", { class: "cb-progress" }, this.status, this.bar, ways, this.note);
    this.prepend(line);
  }

  /**
   * Give the button that opens and closes room for a note on a step.
   * @param {string} id
   * @param {Node} feedback The feedback of the page before it is used.
   * @param {AbortSignal} signal
   */
  askAbout(id, feedback, signal) {
    const attributes = { type: "button", class: "cb-step__ask", "aria-expanded": "false" };
    const button = element("button", attributes, `${this.words["steps.ask"]}`);
    /** @type {HTMLElement | undefined} */
    let made;
    const toggle = async () => {
      const { noteOn } = await import("./step-feedback.js");
      const note = made ?? noteOn(feedback, id, `${this.words["steps.unclear"]}`);
      if (made) note.hidden = !note.hidden;
      else button.parentElement?.after(note);
      made = note;
      button.ariaExpanded = String(!note.hidden);
      if (!note.hidden) note.querySelector("textarea")?.focus();
    };
    // Offline it cannot be loaded: the feedback of the page is here.
    const press = () => void toggle().catch(() => (location.hash = "cb-feedback"));
    button.addEventListener("click", press, { signal });
    return button;
  }

  /**
   * @param {string} id
   * @param {boolean} isDone
   */
  tick(id, isDone) {
    this.undone = [];
    this.progress.set(id, isDone);
    this.show();
  }

  /** Take all ticks away, or bring them back if that was done just now. */
  startOver() {
    const { undone } = this;
    this.undone = undone.length ? [] : [...this.progress.done];
    this.progress.replace(undone);
    this.show();
  }

  /** Show what is done, and offer the first step that is not. */
  show() {
    const { again, bar, note, onward, status, steps, words } = this;
    if (!again || !bar || !note || !onward || !status) return;
    const kept = this.progress.done;
    for (const { id, card, box } of steps) {
      box.checked = kept.has(id);
      card.classList.toggle("cb-step--done", box.checked);
    }
    const count = steps.length;
    const done = steps.filter(({ box }) => box.checked).length;
    const next = steps.find(({ box }) => !box.checked);
    const key = !done ? "start" : done === count ? "all" : done === 1 ? "one" : "some";
    say(status, fill(words[`steps.${key}`], { count, done }));
    bar.value = done;
    onward.hidden = !done || !next;
    if (next && done) {
      onward.href = `#${next.id}`;
      say(onward, fill(words["steps.continue"], { number: next.number }));
    }
    again.hidden = !done && !this.undone.length;
    say(again, `${words[this.undone.length ? "steps.undo" : "steps.over"]}`);
    say(note, done ? `${words[this.progress.kept ? "steps.kept" : "steps.unkept"]}` : "");
  }
}

/**
 * Change what is said only when it is something else, so that it is not announced again.
 * @param {HTMLElement} place
 * @param {string} text
 */
function say(place, text) {
  if (place.textContent !== text) place.textContent = text;
}
