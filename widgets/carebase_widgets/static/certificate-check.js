// The page that checks certificates: all of it happens in the browser, and nothing is sent.

import { element } from "./elements.js";
import { checkCode, readCode } from "./check-code.js";

/** `<carebase-certificate-check>` around the forms of the page. */
export class CarebaseCertificateCheck extends HTMLElement {
  /** @type {Record<string, string>} */
  words = {};

  connectedCallback() {
    const strings = this.querySelector("template[data-strings]");
    if (!(strings instanceof HTMLTemplateElement) || this.stop) return;
    this.words = JSON.parse(strings.content.textContent ?? "{}");
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.querySelector("[data-needs-script]")?.remove();
    this.addEventListener("submit", (event) => this.#submit(event), { signal });
  }

  disconnectedCallback() {
    this.stop?.abort();
    this.stop = undefined;
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    if (event.target instanceof HTMLFormElement) this.#compare(event.target);
  }

  /**
   * Compare the code of a printed certificate with what stands on it.
   * @param {HTMLFormElement} form
   */
  #compare(form) {
    const controls = [.../** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("input[name]"))];
    /** @param {string} name */
    const value = (name) => controls.find((one) => one.name === name)?.value.trim() ?? "";
    // A course without questions has no score.
    const empty = controls.find((one) => one.name !== "score" && !one.value.trim());
    if (empty) {
      this.#say(form, "cb-wrong", "incomplete");
      empty.focus();
      return;
    }
    const score = value("score").replace(",", ".").replace(/[^\d.]/g, "");
    const told = { title: value("title"), version: value("version"), name: value("name"), day: value("day"), score };
    const fits = checkCode(told) === readCode(value("code"));
    this.#say(form, fits ? "cb-right" : "cb-wrong", fits ? "code_fits" : "code_differs");
  }

  /**
   * @param {HTMLFormElement} form
   * @param {string} kind
   * @param {string} key
   */
  #say(form, kind, key) {
    const said = element("p", { class: kind }, element("strong", {}, this.words[`check.${key}`] ?? ""));
    form.querySelector("[role=status]")?.replaceChildren(said);
  }
}
