// The certificate of a course, to print or to save as PDF. The name on it never leaves the device.

import { element, fill } from "./elements.js";
import { sheet } from "./certificate-sheet.js";
import { checkCode } from "./check-code.js";
import { add, readDay, writeDay } from "./dates.js";
import { CHANGED, Progress } from "./learning.js";
import { Score, dayOf } from "./scores.js";

/** @typedef {{title: string, version: string, maker: string, months: number | null, check: string, whole: string}} Award */

const LONGEST = 80;
const PRINTING = "cb-awarding";

/** Load what asks the service; nothing where it does not come. */
function loadSigning() {
  return import("./certificate-signing.js").catch(() => undefined);
}

/** `<carebase-certificate>` on the page of a course that gives one. */
export class CarebaseCertificate extends HTMLElement {
  /** @type {Record<string, string>} */
  words = {};
  /** @type {Award | undefined} */
  award;
  /** @type {import("./course.js").Outline} */
  outline = { lessons: [], questions: [], mark: 0, graded: false };
  progress = new Progress("");
  #name = element("input", { class: "cb-input", id: "cb-award-name", autocomplete: "name", maxlength: `${LONGEST}`, "aria-describedby": "cb-award-help" });
  #error = element("p", { class: "cb-error", id: "cb-award-error" });
  #said = element("p", { class: "cb-note", role: "status" });
  #preview = element("div", { class: "cb-award__preview" });
  /** @type {HTMLElement | undefined} */
  #panel;

  connectedCallback() {
    const strings = this.querySelector("template[data-strings]");
    const award = this.querySelector("template[data-certificate]");
    const outline = document.querySelector("carebase-course template[data-outline]");
    if (this.stop || ![strings, award, outline].every((one) => one instanceof HTMLTemplateElement)) return;
    [this.words, this.award, this.outline] = [strings, award, outline].map((one) =>
      JSON.parse(/** @type {HTMLTemplateElement} */ (one).content.textContent ?? "{}"),
    );
    this.progress = new Progress(this.dataset["course"] ?? "");
    this.stop = new AbortController();
    const { signal } = this.stop;
    document.addEventListener(CHANGED, () => this.#show(), { signal });
    window.addEventListener("pageshow", () => this.#show(), { signal });
    window.addEventListener("afterprint", () => document.documentElement.classList.remove(PRINTING), { signal });
    this.#name.addEventListener("input", () => this.#draw(), { signal });
    this.#show();
  }

  disconnectedCallback() {
    this.stop?.abort();
    this.stop = undefined;
    this.#panel?.remove();
    this.#panel = undefined;
    document.querySelector("body > .cb-certificate")?.remove();
  }

  /** @param {string} key */
  #text(key) {
    return this.words[`certificate.${key}`] ?? "";
  }

  #show() {
    const { progress, outline } = this;
    const score = new Score(outline.questions, progress);
    if (!progress.isFinished || !score.passes(outline.mark)) {
      this.#panel?.remove();
      this.#panel = undefined;
      return;
    }
    if (!this.#panel) {
      this.#panel = this.#make();
      this.append(this.#panel);
    }
    this.#draw();
  }

  #make() {
    const button = element("button", { class: "cb-button" }, this.#text("print"));
    const label = element("label", { class: "cb-label", for: this.#name.id }, this.#text("name"));
    const help = element("p", { class: "cb-help", id: "cb-award-help" }, this.#text("name_help"));
    const form = element("form", { class: "cb-award__form" }, element("div", { class: "cb-field" }, label, this.#name, help), button);
    if (this.dataset["endpoint"] !== undefined) {
      help.textContent = this.#text("sign_help");
      const signing = element("button", { class: "cb-button cb-sign", type: "button" }, this.#text("sign"));
      signing.addEventListener("click", () => void this.#sign(signing));
      button.before(signing, " ");
      // Here before it is needed: offline it could not be loaded any more.
      void loadSigning();
      button.after(this.#said);
    }
    form.noValidate = true;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#print();
    });
    return element("section", { class: "cb-verdict-panel" }, element("h2", {}, this.#text("yours")), form, this.#preview);
  }

  get name() {
    return this.#name.value.trim().replace(/\s+/g, " ");
  }

  #draw() {
    const { award, progress, outline, name, words } = this;
    if (!award) return;
    if (name) this.#complain("");
    const day = dayOf(outline.questions, progress);
    const score = outline.questions.length ? new Score(outline.questions, progress).percent : "";
    const { title, version } = award;
    const begun = readDay(day);
    const until = award.months && begun !== null ? writeDay(add(begun, award.months, "months")) : "";
    const code = name ? checkCode({ title, version, name, day, score }) : "";
    this.#preview.replaceChildren(sheet({ ...award, name, day, score, until, code }, words));
  }

  /** @param {string} said */
  #complain(said) {
    this.#error.textContent = said;
    if (said) this.#name.after(this.#error);
    else this.#error.remove();
    this.#name.setAttribute("aria-invalid", said ? "true" : "false");
    this.#name.setAttribute("aria-describedby", said ? "cb-award-error cb-award-help" : "cb-award-help");
  }

  /** Whether there is a name; else say that there is none. */
  #hasName() {
    if (this.name) return true;
    this.#complain(this.#text("name_missing"));
    this.#name.focus();
    return false;
  }

  /** @param {HTMLButtonElement} button */
  async #sign(button) {
    const { award, name, progress } = this;
    if (!award || !this.#hasName() || button.disabled) return;
    button.disabled = true;
    this.#said.textContent = this.#text("signing");
    const signing = await loadSigning();
    const text = signing ? await signing.sign(this.dataset["endpoint"] ?? "", progress, name) : "failed";
    button.disabled = false;
    if (!signing || text === "refused" || text === "failed") {
      this.#said.textContent = this.#text(`sign_${text}`);
      return;
    }
    signing.saveFile(text, `${fill(this.#text("file"), { title: award.title, name })}.json`);
    this.#said.textContent = fill(this.#text("signed"), { address: new URL(award.check, document.baseURI).href });
  }

  #print() {
    const { award, name } = this;
    const shown = this.#preview.firstElementChild;
    if (!award || !shown || !this.#hasName()) return;
    // By itself below the page: nothing that stands around it can get onto the paper.
    document.querySelector("body > .cb-certificate")?.remove();
    document.body.append(shown.cloneNode(true));
    document.documentElement.classList.add(PRINTING);
    const { title } = document;
    // What a browser proposes as the name of the file.
    document.title = fill(this.#text("file"), { title: award.title, name });
    window.print();
    document.title = title;
  }
}
