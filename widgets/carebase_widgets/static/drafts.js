import { controlsOf, element, isBox } from "./form.js";

/** @typedef {import("./form.js").Control} Control */

/**
 * What was written in a form, kept in this tab until it is sent: a reload loses nothing. What was
 * agreed to is never kept, and where storage is forbidden nothing is.
 */
export class Draft {
  #key;

  /**
   * @param {HTMLFormElement} form
   * @param {Record<string, string>} words
   */
  constructor(form, words) {
    this.form = form;
    this.words = words;
    const name = form.closest("[data-form]")?.getAttribute("data-form") ?? "";
    this.#key = `carebase-draft:${name}:${location.pathname}${location.search}`;
  }

  /**
   * Fill in what was kept, but nothing that is being written already.
   * @param {() => void} cleared What is done after the reader has it all deleted.
   */
  restore(cleared) {
    let found = 0;
    const kept = this.#read();
    const controls = this.#controls();
    const touched = new Set(controls.filter((one) => !isUntouched(one)).map(({ name }) => name));
    for (const control of controls) {
      const values = kept[control.name];
      if (!values || touched.has(control.name)) continue;
      if (isBox(control)) control.checked = values.includes(control.value);
      else control.value = values[0] ?? "";
      found += Number(!isUntouched(control));
    }
    if (!found) return;
    const button = element("button", { type: "button", class: "cb-again" }, `${this.words["draft.clear"]}`);
    const note = element("p", { class: "cb-kept", role: "status" }, `${this.words["draft.kept"]} `, button);
    button.addEventListener("click", () => {
      this.clear();
      this.form.reset();
      cleared();
      this.#controls()[0]?.focus();
    });
    this.form.prepend(note);
  }

  /** Keep what the form holds now. */
  save() {
    /** @type {Record<string, string[]>} */
    const values = {};
    for (const control of this.#controls()) {
      if (control.disabled || !control.value || (isBox(control) && !control.checked)) continue;
      (values[control.name] ??= []).push(control.value);
    }
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(values));
    } catch {
      // Forbidden or full: the form works without.
    }
  }

  /** Forget what was kept. */
  clear() {
    this.form.querySelector(".cb-kept")?.remove();
    try {
      sessionStorage.removeItem(this.#key);
    } catch {
      // Forbidden: nothing was kept.
    }
  }

  /** @returns {Record<string, string[]>} */
  #read() {
    try {
      return JSON.parse(sessionStorage.getItem(this.#key) ?? "{}");
    } catch {
      return {};
    }
  }

  /**
   * The controls of questions; of agreement and of what the page itself sends along none. Files are
   * kept elsewhere, and a browser lets nobody write their names into their control.
   */
  #controls() {
    return controlsOf(this.form).filter((control) => {
      const field = control.closest("[data-field]");
      return field && field.getAttribute("data-type") !== "boolean" && !["hidden", "file"].includes(control.type);
    });
  }
}

/** @param {Control} control */
function isUntouched(control) {
  if (control instanceof HTMLSelectElement) {
    const first = control.querySelector("option[selected]") ?? control.options[0];
    return control.selectedOptions[0] === first;
  }
  return isBox(control) ? control.checked === control.defaultChecked : control.value === control.defaultValue;
}
