// A question of a hashed course: what is right lies sealed in the page until an answer is checked.

import { Asked } from "./asked.js";
import { element } from "./elements.js";
import { canOpen, unseal } from "./sealing.js";

/**
 * Whether the seal of a question could be opened; each is opened once.
 * @type {WeakMap<HTMLElement, Promise<boolean>>}
 */
const opened = new WeakMap();

export class Sealed extends Asked {
  isChecking = false;

  arrange() {
    const note = this.fieldset.querySelector(".cb-later");
    if (canOpen()) note?.replaceWith(this.button, this.status);
    else if (note) note.textContent = `${this.words["quiz.sealed_https"]}`;
  }

  check() {
    if (!canOpen() || this.isChecking) return;
    if (!this.given.length) {
      super.check();
      return;
    }
    this.isChecking = true;
    void open(this).then((isOpen) => {
      this.isChecking = false;
      if (isOpen) super.check();
      else this.say(element("p", {}, `${this.words["quiz.sealed_damaged"]}`));
    });
  }

  restore() {
    const kept = this.progress?.answer(this.id);
    if (!kept || kept.version !== this.version) {
      super.restore();
      return;
    }
    this.given = kept.given;
    if (!canOpen()) return;
    void open(this).then((isOpen) => {
      // What was answered meanwhile counts.
      if (isOpen && !this.isChecking) super.restore();
    });
  }
}

/**
 * Put what was sealed into its place, closed.
 * @param {Sealed} question
 */
function open({ fieldset, id, version, status }) {
  const known = opened.get(fieldset);
  if (known) return known;
  const opening = unseal(fieldset.dataset["sealed"] ?? "", id, version).then(
    (html) => {
      // Our own build wrote it, as it wrote the page around it.
      const found = new DOMParser().parseFromString(html, "text/html").querySelector("details.cb-solution");
      if (!(found instanceof HTMLElement)) return false;
      const solution = document.importNode(found, true);
      solution.hidden = true;
      status.after(solution);
      return true;
    },
    () => false,
  );
  opened.set(fieldset, opening);
  return opening;
}
