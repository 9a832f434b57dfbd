import { element, fill } from "./form.js";

/** @typedef {{ref: string, href: string, at: number}} Kept */

/** In milliseconds: by then the mail has come, and somebody else may sit at the device. */
const KEPT_FOR = 86_400_000;

/**
 * What was given for a form that has been sent. Its number and the address of its page stay in this
 * tab for a day, and nothing of what was written: after a reload they stand above the empty form.
 */
export class Receipt {
  #key;
  /** @type {HTMLElement | undefined} */
  #shown;

  /**
   * @param {HTMLFormElement} form
   * @param {Record<string, string>} words
   */
  constructor(form, words) {
    this.form = form;
    this.words = words;
    const name = form.closest("[data-form]")?.getAttribute("data-form") ?? "";
    this.#key = `carebase-sent:${name}:${location.pathname}`;
  }

  /** Show above the form what was given last, unless it is too old. */
  restore() {
    const kept = this.#read();
    if (!kept) return;
    const language = this.form.closest("[lang]")?.getAttribute("lang") ?? "en";
    const date = new Date(kept.at).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
    const button = element("button", { type: "button", class: "cb-again" }, `${this.words["wait.close"]}`);
    const about = fill(this.words["wait.about"], { form: this.form.getAttribute("aria-label") ?? "", date });
    const title = element("strong", {}, `${this.words["wait.sent"]}`);
    const panel = element("div", { class: "cb-done", role: "status" }, element("p", {}, title, element("br"), about));
    panel.append(...this.parts(kept), button);
    this.#shown = element("div", { class: "cb-group cb-sent" }, panel);
    button.addEventListener("click", () => {
      this.#clear();
      this.form.tabIndex = -1;
      this.form.focus();
    });
    this.form.before(this.#shown);
  }

  /**
   * Keep what a form was given, in place of what it was given before.
   * @param {any} result
   * @param {string} endpoint
   * @returns {HTMLElement[]} It, to be shown.
   */
  take(result, endpoint) {
    this.#clear();
    const href = result.status_url ? new URL(result.status_url, endpoint).href : "";
    /** @type {Kept} */
    const kept = { ref: String(result.ref), href, at: Date.now() };
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(kept));
    } catch {
      // Forbidden or full: it stands here, and in the mail.
    }
    return this.parts(kept);
  }

  /** @param {Kept} kept */
  parts({ ref, href }) {
    const { words } = this;
    return [
      element("p", {}, `${words["sent.reference"]} `, element("strong", { class: "cb-ref" }, ref)),
      element("p", {}, `${words["sent.keep"]}`),
      ...(href ? [element("p", {}, element("a", { href }, `${words["sent.status"]}`))] : []),
    ];
  }

  #clear() {
    this.#shown?.remove();
    try {
      sessionStorage.removeItem(this.#key);
    } catch {
      // Forbidden: nothing was kept.
    }
  }

  /** @returns {Kept | undefined} */
  #read() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.#key) ?? "null");
      if (kept && Math.abs(Date.now() - kept.at) < KEPT_FOR) return kept;
      sessionStorage.removeItem(this.#key);
    } catch {
      // Forbidden, or not ours.
    }
    return undefined;
  }
}
