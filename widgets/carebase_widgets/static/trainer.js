// The bar of the trainers' site: notes and solutions are shown with `?trainer`, and hidden without,
// so that the same page can stand on a wall. What is hidden is in the page all the same.

import { element } from "./elements.js";

const KEY = "carebase:trainer";
const NAME = "trainer";

/** `<carebase-trainer>` above a page of the trainers' site. */
export class CarebaseTrainer extends HTMLElement {
  /** @type {Record<string, string>} */
  words = {};
  #on = false;
  #button = element("button", { type: "button", class: "cb-again" });
  #status = element("p", { class: "cb-visually-hidden", role: "status" });

  connectedCallback() {
    const strings = this.querySelector("template[data-strings]");
    if (!(strings instanceof HTMLTemplateElement) || this.stop) return;
    this.words = JSON.parse(strings.content.textContent ?? "{}");
    this.stop = new AbortController();
    this.#button.addEventListener("click", () => this.#turn(), { signal: this.stop.signal });
    this.append(this.#button, this.#status);
    if (new URL(location.href).searchParams.has(NAME)) keep(true);
    this.#show(isOn());
  }

  disconnectedCallback() {
    this.stop?.abort();
    this.stop = undefined;
    this.#button.remove();
    this.#status.remove();
  }

  #turn() {
    const on = !this.#on;
    keep(on);
    const address = new URL(location.href);
    if (on) address.searchParams.set(NAME, "");
    else address.searchParams.delete(NAME);
    address.search = address.search.replace(/\btrainer=(?=&|$)/, NAME);
    history.replaceState(history.state, "", address);
    this.#show(on);
    this.#status.textContent = `${this.words[on ? "trainer.shown" : "trainer.hidden"]}`;
  }

  /** @param {boolean} on */
  #show(on) {
    this.#on = on;
    this.#button.textContent = `${this.words[on ? "trainer.hide" : "trainer.show"]}`;
    for (const note of document.querySelectorAll("[data-trainer]")) {
      if (!(note instanceof HTMLElement)) continue;
      note.hidden = !on;
      if (note instanceof HTMLDetailsElement) note.open = on;
    }
  }
}

/** In this tab only, and where nothing can be kept, for this page. */
function isOn() {
  try {
    return sessionStorage.getItem(KEY) === "on";
  } catch {
    return new URL(location.href).searchParams.has(NAME);
  }
}

/** @param {boolean} on */
function keep(on) {
  try {
    if (on) sessionStorage.setItem(KEY, "on");
    else sessionStorage.removeItem(KEY);
  } catch {
    // The address says it.
  }
}
