// The page that checks certificates: all of it happens in the browser, and nothing is sent.

import { element, fill } from "./elements.js";
import { checkCode, readCode } from "./check-code.js";
import { check, summary } from "./credential.js";
import { spell } from "./reasons.js";

/** What a reader is told of a certificate, by the word for it. */
const FACTS = { name: "check.name", title: "check.title", version: "certificate.version", score: "certificate.score", day: "certificate.day", until: "certificate.until", maker: "check.maker" };
const DAY = /^\d{4}-\d\d-\d\d$/;
const LARGEST = 1_000_000;

/** `<carebase-certificate-check>` around the forms of the page. */
export class CarebaseCertificateCheck extends HTMLElement {
  /** @type {Record<string, string>} */
  words = {};
  /** @type {import("./credential.js").PublicKey[]} */
  keys = [];

  connectedCallback() {
    const strings = this.querySelector("template[data-strings]");
    if (!(strings instanceof HTMLTemplateElement) || this.stop) return;
    this.words = JSON.parse(strings.content.textContent ?? "{}");
    const keys = this.querySelector("template[data-keys]");
    this.keys = JSON.parse((keys instanceof HTMLTemplateElement && keys.content.textContent) || "[]");
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.querySelector("[data-needs-script]")?.remove();
    this.addEventListener("submit", (event) => this.#submit(event), { signal });
    this.addEventListener("change", (event) => this.#take(event.target), { signal });
    this.addEventListener("dragover", (event) => event.preventDefault(), { signal });
    this.addEventListener("drop", (event) => this.#drop(event), { signal });
    // Chosen before this was loaded.
    this.#take(this.querySelector("input[type=file]"));
  }

  disconnectedCallback() {
    this.stop?.abort();
    this.stop = undefined;
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    if (!(event.target instanceof HTMLFormElement)) return;
    if (event.target.dataset["check"] === "code") this.#compare(event.target);
    else void this.#checkPasted(event.target);
  }

  /** @param {EventTarget | null} target */
  #take(target) {
    if (target instanceof HTMLInputElement && target.files?.[0]) void this.#checkFile(target.files[0]);
  }

  /** @param {DragEvent} event */
  #drop(event) {
    const file = event.dataTransfer?.files[0];
    if (!file || !this.querySelector("form[data-check=file]")) return;
    event.preventDefault();
    void this.#checkFile(file);
  }

  /** @param {File} file */
  async #checkFile(file) {
    const form = this.querySelector("form[data-check=file]");
    if (!(form instanceof HTMLFormElement)) return;
    const text = file.size > LARGEST ? "" : await file.text().catch(() => "");
    const box = form.querySelector("textarea");
    if (box) box.value = text;
    await this.#check(form, text);
  }

  /** @param {HTMLFormElement} form */
  async #checkPasted(form) {
    const box = form.querySelector("textarea");
    const text = box?.value.trim() ?? "";
    if (text) {
      await this.#check(form, text);
      return;
    }
    this.#say(form, "cb-wrong", "nothing");
    box?.focus();
  }

  /**
   * Check a signed certificate, and tell what it says.
   * @param {HTMLFormElement} form
   * @param {string} text
   */
  async #check(form, text) {
    const { state, document: told, what = "" } = await check(text.replace(/^\uFEFF/, ""), this.keys, new Date());
    const isGenuine = state === "valid" || state === "expired" || state === "early";
    const shown = DAY.test(what) ? spell(this.words, what) : what;
    this.#say(form, state === "valid" ? "cb-right" : "cb-wrong", state, shown);
    // What a changed certificate says is not told: nobody can vouch for it.
    if (isGenuine && told) form.querySelector("[role=status]")?.append(this.#facts(told));
    form.querySelector("[role=status]")?.scrollIntoView({ block: "nearest" });
  }

  /** @param {Record<string, any>} told */
  #facts(told) {
    const found = summary(told);
    const score = (found["score"] ?? "").replace(".", this.words["number.mark"] ?? ".");
    const rows = Object.entries(FACTS).flatMap(([name, word]) => {
      const value = found[name] ?? "";
      if (!value) return [];
      const shown = name === "score" ? fill(this.words["course.score"], { percent: score }) : DAY.test(value) ? spell(this.words, value) : value;
      return [element("div", {}, element("dt", {}, this.words[word] ?? ""), element("dd", {}, shown))];
    });
    return element("dl", { class: "cb-checked__facts" }, ...rows);
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
   * @param {string} [what]
   */
  #say(form, kind, key, what = "") {
    const said = element("p", { class: kind }, element("strong", {}, fill(this.words[`check.${key}`], { what })));
    form.querySelector("[role=status]")?.replaceChildren(said);
  }
}
