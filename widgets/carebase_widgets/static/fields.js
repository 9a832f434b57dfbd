import { Draft } from "./drafts.js";
import { controlsOf, element, fill, isBox, isControl } from "./form.js";
import { Receipt } from "./receipt.js";

/** In characters: what is shorter says nothing yet. */
const WORTH_A_SEARCH = 6;
const NAMED = ["product", "model", "serial", "bought", "country"];

/** The questions of a form: which are asked, what is wrong with the answers, and saying so. */
export class Fields {
  /** What the fragment of the address filled in. @type {Map<string, string>} */
  filled = new Map();
  /** @type {Promise<import("./suggest.js").Suggestions | undefined> | undefined} */
  suggestions;

  /**
   * @param {HTMLFormElement} form
   * @param {Record<string, string>} words
   * @param {import("./files.js").Files} [files]
   */
  constructor(form, words, files) {
    this.files = files;
    this.form = form;
    this.words = words;
    const isOwn = form.closest("carebase-form") !== null;
    this.draft = isOwn ? new Draft(form, words) : undefined;
    this.sent = isOwn ? new Receipt(form, words) : undefined;
    this.sent?.restore();
    this.draft?.restore(() => {
      this.files?.clear();
      this.show([]);
      this.#prefill();
      this.#showAsked();
    });
    this.#prefill();
    for (const input of form.querySelectorAll("[data-max=today]")) input.setAttribute("max", today());
    for (const note of form.querySelectorAll(".cb-note")) note.remove();
    for (const control of form.querySelectorAll("[aria-describedby]")) refer(control, "-note");
    this.#showAsked();
  }

  /** Keep what the form holds in this tab, until it is sent. */
  keep() {
    this.draft?.save();
    this.files?.keep();
  }

  /** Forget what was kept: it has been sent, or waits elsewhere. */
  forget() {
    this.draft?.clear();
    this.files?.forget();
  }

  /** @param {Event} event */
  handleEvent(event) {
    if (event.type === "input") {
      this.#showAsked();
      this.draft?.save();
      this.#suggest(event.target);
      return;
    }
    const link = event.target instanceof Element && event.target.closest(".cb-summary a");
    if (!link) return;
    // Instant navigation would take it for a way to another page.
    event.preventDefault();
    document.getElementById((link.getAttribute("href") ?? "").slice(1))?.focus();
  }

  /**
   * Offer articles to those who write in their own words, where the form asks for it.
   * @param {EventTarget | null} area
   */
  #suggest(area) {
    const host = this.form.closest("carebase-form[data-suggest]");
    if (!(host instanceof HTMLElement) || !(area instanceof HTMLTextAreaElement)) return;
    if (!this.suggestions && area.value.trim().length < WORTH_A_SEARCH) return;
    this.suggestions ??= import("./suggest.js").then(
      ({ Suggestions }) => new Suggestions(host, this.words),
      () => undefined,
    );
    void this.suggestions.then((suggestions) => suggestions?.typed(area));
  }

  /**
   * @param {import("./form.js").Answers} answers
   * @returns {import("./form.js").Problem[]} What the server would refuse, in its words.
   */
  check(answers) {
    const problems = [];
    for (const field of this.#all("[data-field]")) {
      const name = field.dataset["field"] ?? "";
      const control = controlsOf(field)[0];
      const message = control && !field.hidden && this.#flaw(field, control, answers[name]);
      if (message) problems.push({ field: name, message });
    }
    return problems;
  }

  /**
   * Show each error beside its field and all of them in a list above, or none.
   * @param {import("./form.js").Problem[]} problems
   */
  show(problems) {
    for (const old of this.#all(".cb-summary, .cb-error")) old.remove();
    for (const control of this.#all("[aria-invalid]")) control.removeAttribute("aria-invalid");
    for (const control of this.#all("[aria-describedby]")) refer(control, "-error");
    if (!problems.length) return;
    const list = element("ul", {}, ...problems.map((problem) => this.#showOne(problem)));
    const count = problems.length;
    const title = fill(this.words[`form.problems.${count === 1 ? "one" : "many"}`], { count });
    const summary = element(
      "div",
      { class: "cb-summary", role: "alert", tabindex: "-1" },
      element("p", { class: "cb-summary__title" }, title),
      list,
    );
    this.form.prepend(summary);
    summary.focus();
  }

  /**
   * What is said of a form that has arrived; what was kept of its answers here is forgotten.
   * @param {any} result
   * @param {string} endpoint
   * @returns {[HTMLElement, ...HTMLElement[]]}
   */
  receipt(result, endpoint) {
    this.forget();
    const title = element("h2", { class: "cb-done__title" }, `${this.words["sent.title"]}`);
    return [title, ...(this.sent?.take(result, endpoint) ?? [])];
  }

  /** @param {import("./form.js").Problem} problem */
  #showOne({ field: name, message }) {
    const field = this.#all(`[data-field="${CSS.escape(name)}"]`)[0];
    const control = field && controlsOf(field)[0];
    if (!control) return element("li", {}, message);
    const id = `${control.id}-error`;
    const error = element("p", { class: "cb-error", id }, message);
    field.insertBefore(error, field.querySelector("details"));
    const described = field instanceof HTMLFieldSetElement ? field : control;
    refer(described, "-error", id);
    if (described === control) control.setAttribute("aria-invalid", "true");
    const label = field.querySelector(".cb-label, .cb-choice span")?.firstChild?.textContent ?? name;
    const said = fill(this.words["form.problem"], { label: label.replace(/^¿|[?:.\s]+$/g, ""), message });
    return element("li", {}, element("a", { href: `#${control.id}` }, said));
  }

  /**
   * @param {HTMLElement} field
   * @param {import("./form.js").Control} control
   * @param {unknown} answer
   */
  #flaw(field, control, answer) {
    const { validity, type } = control;
    const kind = field.dataset["type"];
    if (kind === "files") return this.files?.flaw(field) ?? "";
    const isDate = type === "date";
    const say = (/** @type {string} */ key, /** @type {string | number | null} */ limit = "") =>
      fill(this.words[`error.${key}`], { limit: limit ?? "" });
    if (validity.badInput) return say(isDate ? "date" : "number");
    if (answer === undefined) {
      if (!control.required && field.dataset["required"] === undefined) return "";
      if (kind === "boolean") return say("consent");
      return say(isBox(control) || control instanceof HTMLSelectElement ? "choose" : "required");
    }
    if (Array.isArray(answer)) {
      const { min, max } = field.dataset;
      if (min && answer.length < Number(min)) return say("few", min);
      return max && answer.length > Number(max) ? say("many", max) : "";
    }
    const most = control.getAttribute("maxlength");
    if (validity.typeMismatch) return say("email");
    if (validity.tooShort) return say("short", control.getAttribute("minlength"));
    if (validity.tooLong) return say(most === "1" ? "long.one" : "long.many", most);
    const { min, max } = control instanceof HTMLInputElement ? control : { min: "", max: "" };
    if (validity.rangeUnderflow) return say(isDate ? "early" : "low", min);
    if (validity.rangeOverflow && control.dataset["max"]) return say("future");
    if (validity.rangeOverflow) return say(isDate ? "late" : "high", max);
    return validity.valid ? "" : say("invalid");
  }

  /** Show the questions that the answers so far ask for, and take the others out of the form. */
  #showAsked() {
    for (const field of this.#all("[data-show-if]")) {
      /** @type {Record<string, string[]>} */
      const wanted = JSON.parse(field.dataset["showIf"] ?? "{}");
      field.hidden = !Object.entries(wanted).every(([name, answers]) =>
        controlsOf(this.form).some(
          (control) =>
            control.name === name &&
            answers.includes(control.value) &&
            (!isBox(control) || control.checked),
        ),
      );
      for (const control of controlsOf(field)) control.disabled = field.hidden;
    }
  }

  /**
   * Take answers from the address: product and serial number from the query, as old labels have
   * them, and all that the check knows from the fragment, which no server ever sees. A serial
   * number does not stay in the address bar, whose text people share.
   */
  #prefill() {
    for (const [name, value] of new URLSearchParams(location.search)) {
      if (["product", "serial"].includes(name)) this.#fill(name, value, false);
    }
    const named = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
    for (const [name, value] of named) {
      if (NAMED.includes(name) && this.#fill(name, value, true)) this.filled.set(name, value);
      if (name === "show") this.filled.set(name, value);
    }
    if (named.has("serial")) {
      history.replaceState(history.state, "", location.pathname + location.search);
    }
  }

  /**
   * @param {string} name
   * @param {string} value
   * @param {boolean} isFresh whether it goes before what stands there already
   */
  #fill(name, value, isFresh) {
    const control = this.form.elements.namedItem(name);
    if (control instanceof RadioNodeList) {
      if (isFresh || !control.value) control.value = value;
      return control.value === value;
    }
    if (!isControl(control)) return false;
    if (control.type !== "hidden" && (isFresh || !control.value)) control.value = value;
    return control.value === value;
  }

  /** @param {string} selector */
  #all(selector) {
    const found = [...this.form.querySelectorAll(selector)];
    return found.filter((one) => one instanceof HTMLElement);
  }
}

/** Today in the reader's own zone, as YYYY-MM-DD. */
export function today() {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

/**
 * Drop the reference that ends so from what describes a control, and add another.
 * @param {Element} control
 * @param {string} end
 * @param {string} [id]
 */
function refer(control, end, id) {
  const ids = control.getAttribute("aria-describedby")?.split(" ") ?? [];
  const kept = ids.filter((one) => one && !one.endsWith(end));
  if (id) kept.push(id);
  if (kept.length) control.setAttribute("aria-describedby", kept.join(" "));
  else control.removeAttribute("aria-describedby");
}
