import { element, fill } from "./elements.js";

/** @typedef {{field: string, message: string}} Problem */
/** @typedef {Record<string, string | number | boolean | string[]>} Answers */
/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control */

export { element, fill };

const FILES = "[data-type=files]";
const EVENTS = ["submit", "input", "click"];

/**
 * A form that says at once what is wrong, sends once, and tells the truth about what happened.
 * What it needs beyond the feedback of a page is in `fields.js`.
 */
export class CarebaseForm extends HTMLElement {
  /** @type {Record<string, string>} */
  words = {};
  /** Milliseconds after which an answer is no longer waited for. */
  patience = 15_000;
  /** @type {Promise<import("./fields.js").Fields> | undefined} */
  fields;
  /** The files of the form, where any question takes some. @type {import("./files.js").Files | undefined} */
  uploads;
  /** @type {Promise<typeof import("./queue.js") | undefined> | undefined} */
  queue;
  /** @type {Promise<import("./challenge.js").Challenge | undefined> | undefined} */
  #challenge;
  #busy = false;
  #sent = "";
  #key = "";
  #since = 0;

  connectedCallback() {
    const strings = this.querySelector("template[data-strings]");
    if (!this.form || !(strings instanceof HTMLTemplateElement)) return;
    this.words = JSON.parse(strings.content.textContent ?? "{}");
    this.form.noValidate = true;
    this.#since = performance.now();
    for (const kind of EVENTS) this.addEventListener(kind, this);
    this.prepare(this.form);
  }

  disconnectedCallback() {
    for (const kind of EVENTS) this.removeEventListener(kind, this);
    this.dispatchEvent(new CustomEvent("carebase:left"));
  }

  get form() {
    return this.querySelector("form");
  }

  /** How long it took to fill in; nothing for what was written before a reload. */
  get #measured() {
    if (this.querySelector(".cb-kept")) return {};
    return { _seconds: Math.round((performance.now() - this.#since) / 100) / 10 };
  }

  get isFeedback() {
    return this.dataset["carebase"] === "page-feedback";
  }

  /** @param {Event} event */
  handleEvent(event) {
    if (event.type === "submit") {
      event.preventDefault();
      void this.submit();
    } else {
      this.#loadQueue();
      void this.#begin()?.then((challenge) => challenge?.prepare());
      void this.fields?.then((fields) => fields.handleEvent(event));
    }
  }

  /** Have it here before it is needed: offline it could not be loaded any more. */
  #loadQueue() {
    if (this.localName !== "carebase-form") return;
    this.queue ??= import("./queue.js").catch(() => (this.queue = undefined));
  }

  /** Work on the proof that goes with a form, from the moment on which it is begun. */
  #begin() {
    if (this.localName !== "carebase-form") return undefined;
    const address = this.address(`v1/forms/${this.dataset["form"]}`);
    this.#challenge ??= import("./challenge.js").then(
      ({ Challenge }) => new Challenge(address),
      () => (this.#challenge = undefined),
    );
    return this.#challenge;
  }

  /**
   * What JavaScript adds to the plain form.
   * @param {HTMLFormElement} form
   */
  prepare(form) {
    if (this.isFeedback) {
      this.#askShortly(form);
      return;
    }
    this.fields = import("./fields.js").then(async ({ Fields }) => {
      // Where it does not come, the form is sent plainly, with its files.
      const module = form.querySelector(FILES) && (await import("./files.js").catch(() => null));
      if (module) this.uploads = new module.Files(this);
      return new Fields(form, this.words, this.uploads);
    });
    this.#loadQueue();
  }

  /** @returns {Answers} What the form holds, without the questions left open. */
  collect() {
    /** @type {Answers} */
    const answers = {};
    for (const control of controlsOf(this)) {
      if (!control.name || control.disabled || control.type === "file" || (isBox(control) && !control.checked)) continue;
      const value = control.value.trim();
      if (!value) continue;
      const field = control.closest("[data-type]");
      const kind = field instanceof HTMLElement ? field.dataset["type"] : control.type;
      const list = answers[control.name];
      if (kind === "list") answers[control.name] = Array.isArray(list) ? [...list, value] : [value];
      else if (kind === "number") answers[control.name] = Number(value);
      else answers[control.name] = kind === "boolean" ? true : value;
    }
    return answers;
  }

  /** Check the answers and send them; a second click while they are on their way does nothing. */
  async submit() {
    const { form } = this;
    if (this.#busy || !form) return;
    this.#busy = true;
    form.setAttribute("aria-busy", "true");
    try {
      const fields = await this.fields;
      if (!this.uploads && form.querySelector(FILES)) {
        form.submit();
        return;
      }
      const answers = this.collect();
      const problems = await this.check(answers);
      this.querySelector(".cb-failure")?.remove();
      fields?.show(problems);
      if (problems.length) return;
      this.say(this.words["send.sending"]);
      await this.deliver(answers);
    } finally {
      this.#busy = false;
      form.removeAttribute("aria-busy");
    }
  }

  /**
   * @param {Answers} answers
   * @returns {Promise<Problem[]>} What the server would refuse, in its words.
   */
  async check(answers) {
    return (await this.fields)?.check(answers) ?? [];
  }

  /**
   * Send the answers and show what became of them.
   * @param {Answers} answers
   */
  async deliver(answers) {
    const path = `v1/forms/${this.dataset["form"]}`;
    this.#loadQueue();
    const queue = await this.queue;
    if (queue) await queue.deliver(this, path, answers);
    else {
      const response = await this.post(path, answers);
      await this.settle(response, await read(response), answers);
    }
  }

  /**
   * Show what became of the answers.
   * @param {Response | null} response
   * @param {any} result
   * @param {Answers} answers
   */
  async settle(response, result, answers) {
    if (!this.isConnected) return;
    this.say();
    if (response?.status === 201 && result) this.succeed(result, answers);
    else await this.refuse(response, result);
  }

  /**
   * @param {Answers} answers
   * @returns {string} The key of a submission, another one for other answers.
   */
  keyOf(answers) {
    const body = JSON.stringify(answers) + (this.uploads?.signature ?? "");
    if (body !== this.#sent) this.#key = newKey();
    this.#sent = body;
    return this.#key;
  }

  /**
   * Post JSON below the endpoint; the same answers go with the same key, so that a second try
   * never counts twice.
   * @param {string} path
   * @param {Answers} answers
   * @returns {Promise<Response | null>} Nothing when no answer came.
   */
  async post(path, answers) {
    const challenge = await this.#begin();
    const send = async () => {
      // These differ at each try, and so are no part of what the key stands for.
      const measured = path.startsWith("v1/forms/") ? this.#measured : {};
      const beside = { ...measured, ...(await challenge?.take()) };
      return fetch(this.address(path), {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": this.keyOf(answers) },
        body: JSON.stringify({ ...answers, ...this.uploads?.ids, ...beside }),
        credentials: "omit",
        signal: AbortSignal.timeout(this.patience),
      });
    };
    try {
      const response = await send();
      // Such as one that was made before the endpoint got another secret.
      return isUnproven(response, await read(response.clone())) ? await send() : response;
    } catch {
      return null;
    }
  }

  /**
   * @param {string} path
   * @returns {string} An address below the endpoint.
   */
  address(path) {
    return new URL(path, new URL(this.getAttribute("endpoint") ?? "", document.baseURI)).href;
  }

  /**
   * Say why nothing was taken; what was entered stays.
   * @param {Response | null} response
   * @param {any} result
   */
  async refuse(response, result) {
    const fields = await this.fields;
    if (fields && Array.isArray(result?.errors) && result.errors.length) {
      fields.show(result.errors);
      return;
    }
    const seconds = response?.headers.get("retry-after") ?? "60";
    let key = "send.refused";
    if (!response || response.ok || response.status === 409) key = "send.unsure";
    else if (response.status === 429) key = `send.busy.${seconds === "1" ? "one" : "many"}`;
    this.fail(fill(this.words[key], { seconds, status: response?.status ?? 0 }));
  }

  /** @param {string} said Why something did not work, spoken at once. */
  fail(said) {
    this.querySelector(".cb-failure")?.remove();
    const notice = element("div", { class: "cb-failure", role: "alert" }, said);
    const end = this.querySelector(".cb-send");
    if (end?.checkVisibility()) end.before(notice);
    else this.form?.append(notice);
  }

  /**
   * Show the reference number in place of the form.
   * @param {any} result
   * @param {Answers} answers
   */
  succeed(result, answers) {
    this.dispatchEvent(new CustomEvent("carebase:sent", { bubbles: true, detail: result }));
    if (this.isFeedback) {
      this.#thank(result, answers);
      return;
    }
    void this.fields?.then((fields) => this.replaceForm(...fields.receipt(result, this.address("")), ...this.closingWords(result.promise)));
  }

  /**
   * @param {string} [promise] What the service promises of this submission, where it told.
   * @returns {HTMLElement[]} What the form's file says for afterwards.
   */
  closingWords(promise) {
    const done = this.querySelector("template[data-done]");
    const copy = done instanceof HTMLTemplateElement ? done.content.cloneNode(true).childNodes : [];
    const words = [...copy].filter((node) => node instanceof HTMLElement);
    const said = words.find((node) => node.className === "cb-promise");
    if (said && promise) said.textContent = promise;
    return words;
  }

  /**
   * Put something in the place of the form and lead readers there.
   * @param {HTMLElement} title
   * @param {...HTMLElement} others
   */
  replaceForm(title, ...others) {
    this.form?.replaceWith(element("div", { class: "cb-done", role: "status" }, title, ...others));
    title.tabIndex = -1;
    title.focus();
  }

  /** @param {string} [said] What screen readers speak, and others see below the form. */
  say(said = "") {
    const status = this.querySelector(".cb-status");
    if (status && status.textContent !== said) status.textContent = said;
  }

  /**
   * Ask for the feedback of a page by large buttons: the first answer is sent at once, any other
   * asks for a comment first.
   * @param {HTMLFormElement} form
   */
  #askShortly(form) {
    const choices = form.querySelector(".cb-choices");
    if (!(choices instanceof HTMLElement) || choices.hidden) return;
    const row = element("div", { class: "cb-choices" });
    for (const [place, radio] of controlsOf(choices).entries()) {
      const attributes = { class: "cb-choice", type: "button", "aria-pressed": "false" };
      const button = element("button", attributes, radio.closest("label")?.textContent ?? "");
      button.addEventListener("click", () => {
        if (this.#busy || !isBox(radio)) return;
        radio.checked = true;
        for (const other of row.children) other.ariaPressed = String(other === button);
        this.toggleAttribute("data-open", place > 0);
        if (place) form.querySelector("textarea")?.focus();
        else void this.submit();
      });
      row.append(button);
      // Chosen before this was loaded: it counts as pressed now.
      if (isBox(radio) && radio.checked) queueMicrotask(() => button.click());
    }
    choices.hidden = true;
    choices.after(row);
  }

  /**
   * @param {any} result
   * @param {Answers} answers
   */
  #thank(result, answers) {
    const { form } = this;
    const reference = element("small", {}, `${this.words["sent.reference"]} ${result.ref}`);
    const follows = form?.elements.namedItem("follows");
    const comment = form?.querySelector("textarea");
    const label = comment?.labels?.[0];
    if (this.hasAttribute("data-open") || !isControl(follows) || !comment || !label) {
      const [thanks = element("p"), ...others] = this.closingWords();
      this.replaceForm(thanks, ...others, reference);
      return;
    }
    // The vote is kept; a comment that follows names it, so that it is not counted again.
    follows.value = String(result.ref);
    label.textContent = `${this.words["feedback.more"]}`;
    this.setAttribute("data-open", "");
    const thanks = element("p", {}, `${this.words["feedback.thanks"]} `, reference);
    thanks.tabIndex = -1;
    form?.querySelector("fieldset")?.replaceWith(thanks);
    // The answer itself goes with the comment, which the form's rules ask for.
    for (const [name, value] of Object.entries(answers)) {
      if (form && !form.elements.namedItem(name)) form.append(hidden(name, String(value)));
    }
    thanks.focus();
  }
}

/**
 * @param {unknown} thing
 * @returns {thing is Control}
 */
export function isControl(thing) {
  return thing instanceof HTMLElement && thing.matches("input, select, textarea");
}

/**
 * @param {Control} control
 * @returns {control is HTMLInputElement}
 */
export function isBox(control) {
  return control.type === "radio" || control.type === "checkbox";
}

/** @param {Element} parent */
export function controlsOf(parent) {
  return [...parent.querySelectorAll("*")].filter(isControl);
}

/**
 * @param {Response | null} response
 * @returns {Promise<any>} The JSON of an answer, or nothing.
 */
export async function read(response) {
  try {
    return await response?.json();
  } catch {
    return null;
  }
}

/**
 * @param {Response | null} response
 * @param {any} result
 * @returns {boolean} Whether nothing but a proof of work was missing.
 */
export function isUnproven(response, result) {
  return response?.status === 403 && result?.errors?.[0]?.field === "_proof";
}

/**
 * @param {string} name
 * @param {string} value
 */
function hidden(name, value) {
  return element("input", { type: "hidden", name, value });
}

/** A key for one submission; `randomUUID` is missing on pages without HTTPS. */
function newKey() {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
