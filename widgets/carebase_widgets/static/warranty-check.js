import { Answer, spell } from "./answer.js";
import { coverage } from "./coverage.js";
import { findSpan } from "./dates.js";
import { today } from "./fields.js";
import { CarebaseForm, element, fill, isControl, read } from "./form.js";
import { check as checkSerial, made } from "./serial.js";

/** @typedef {import("./form.js").Answers} Answers */
/**
 * What the site publishes of a product.
 * @typedef {object} Product
 * @property {string} id
 * @property {string} name
 * @property {import("./serial.js").SerialRule} [serial]
 * @property {{id: string, name: string, sold_from?: string}[]} [models]
 * @property {{policy: string, sold_until?: string}[]} [policy]
 * @property {Record<string, import("./coverage.js").Policy>} [policies]
 * @property {{id: string, name: string}[]} [components]
 * @property {import("./coverage.js").Notice[]} [notices]
 */

/** Answers from the endpoint, or from the site's own files when that is absent or down. */
export class WarrantyCheck extends CarebaseForm {
  /** @override */
  patience = 5_000;
  /** @type {Map<string, Promise<any>>} */
  #files = new Map();

  /**
   * @override
   * @param {HTMLFormElement} form
   */
  prepare(form) {
    super.prepare(form);
    for (const button of form.querySelectorAll("button")) button.disabled = false;
    const country = form.elements.namedItem("country");
    if (isControl(country) && !country.value) this.#guess(country);
    void this.fields?.then(() => this.#showPlaces());
  }

  /**
   * @override
   * @param {Event} event
   */
  handleEvent(event) {
    super.handleEvent(event);
    if (event.type === "input") this.#showPlaces();
  }

  /**
   * The same rules as the endpoint's, so that most mistakes are told before anything is sent.
   * @override
   * @param {Answers} answers
   */
  async check(answers) {
    const problems = await super.check(answers);
    const { serial, bought } = answers;
    const told = new Set(problems.map((problem) => problem.field));
    const tell = (/** @type {string} */ field, /** @type {string} */ message) => {
      if (!told.has(field)) problems.push({ field, message });
      told.add(field);
    };
    if (!serial && !bought) tell("bought", `${this.words["check.serial_or_date"]}`);
    const product = await this.#product(answers);
    if (!product) return problems;
    const { name, serial: rule, models = [] } = product;
    const [first = ""] = models.map((model) => model.sold_from ?? "").sort();
    if (first && bought && String(bought) < first) {
      const date = spell(this.words, first);
      tell("bought", fill(this.words["check.not_sold_yet"], { product: name, date }));
    }
    if (rule && typeof serial === "string") {
      const span = findSpan(made(rule, serial) ?? "");
      const isFuture = span && span.first > (findSpan(today())?.first ?? 0);
      if (checkSerial(rule, serial) !== null || isFuture) {
        const said = fill(this.words["check.bad_serial"], { product: name });
        tell("serial", rule.where ? `${said} ${rule.where}` : said);
      }
    }
    return problems;
  }

  /**
   * @override
   * @param {Answers} answers
   */
  async deliver(answers) {
    const isServed = this.hasAttribute("endpoint");
    if (isServed) {
      const response = await this.post("v1/warranty", answers);
      const result = await read(response);
      if (!this.isConnected) return;
      if (response?.ok && result) {
        await this.#answer(result, answers, "");
        return;
      }
      if (response && [400, 422].includes(response.status)) {
        this.say();
        await this.refuse(response, result);
        return;
      }
    }
    const verdict = await this.#workOut(answers);
    if (!this.isConnected) return;
    const { words } = this;
    const note = isServed ? `${words["answer.down"]} ${words["answer.local"]}` : words["answer.local"];
    if (verdict !== undefined) await this.#answer(verdict, answers, `${note}`);
    else {
      this.say();
      this.fail(`${words["check.unavailable"]}`);
    }
  }

  /**
   * Work the verdict out from the site's files: from the day of purchase, or of making.
   * @param {Answers} answers
   * @returns {Promise<any>} null without a policy, undefined when a file did not come
   */
  async #workOut(answers) {
    const [product, statutes] = await Promise.all([
      this.#product(answers),
      answers["country"] ? this.#load("../statutes.json") : [],
    ]);
    if (!product || !statutes) return undefined;
    const serial = typeof answers["serial"] === "string" ? answers["serial"] : null;
    const events = [];
    if (answers["bought"]) events.push({ kind: "purchased", on: String(answers["bought"]) });
    const day = serial && product.serial ? made(product.serial, serial) : null;
    if (day) events.push({ kind: "made", on: day });
    const asOf = today();
    const sold = findSpan(events[0]?.on ?? asOf)?.last ?? 0;
    const choice = product.policy?.find(
      ({ sold_until: until }) => !until || sold <= (findSpan(until)?.last ?? 0),
    );
    const policy = choice && product.policies?.[choice.policy];
    if (!policy) return null;
    const country = String(answers["country"] ?? "") || null;
    return coverage(policy, events, country, asOf, true, statutes, product.notices, serial);
  }

  /**
   * Show the answer in place of the form, which keeps what was entered.
   * @param {any} verdict
   * @param {Answers} answers
   * @param {string} note
   */
  async #answer(verdict, answers, note) {
    const { form, words } = this;
    const result = this.querySelector(".cb-result");
    const id = String(answers["product"]);
    const product = (await this.#product(answers)) ?? { id, name: this.#nameOf("product", id) };
    if (!form || !result) return;
    this.say();
    const answer = new Answer({
      verdict: verdict?.coverages ? verdict : null,
      product,
      words,
      link: (name) => fill(this.getAttribute(name) ?? "", { product: product.id }),
      country: (code) => this.#nameOf("country", code),
      heading: Number(this.getAttribute("heading") ?? 2),
    }).render();
    if (note) answer.append(element("p", { class: "cb-advice" }, note));
    const again = element("button", { class: "cb-again", type: "button" }, `${words["check.again"]}`);
    again.addEventListener("click", () => {
      result.replaceChildren();
      form.hidden = false;
      focus(form.querySelector(".cb-input"));
    });
    form.hidden = true;
    result.replaceChildren(answer, again);
    focus(answer.firstElementChild);
  }

  /**
   * @param {Answers} answers
   * @returns {Promise<Product | null>}
   */
  #product(answers) {
    const id = answers["product"];
    return id ? this.#load(`${id}.json`) : Promise.resolve(null);
  }

  /**
   * Load a file of the site once; one that failed is tried again next time.
   * @param {string} name relative to the files of the products
   */
  #load(name) {
    const address = new URL(name, new URL(this.getAttribute("data") ?? "", document.baseURI)).href;
    let file = this.#files.get(address);
    if (!file) {
      file = fetch(address, { signal: AbortSignal.timeout(this.patience) }).then(
        (response) => (response.ok ? read(response) : null),
        () => null,
      );
      this.#files.set(address, file);
      void file.then((data) => data ?? this.#files.delete(address));
    }
    return file;
  }

  /** Show where the serial number is on the chosen product, or on all while none is chosen. */
  #showPlaces() {
    const product = this.collect()["product"];
    for (const place of this.querySelectorAll("[data-for]")) {
      if (!(place instanceof HTMLElement)) continue;
      place.hidden = Boolean(product) && place.dataset["for"] !== product;
    }
  }

  /** @param {import("./form.js").Control} select */
  #guess(select) {
    for (const language of navigator.languages) {
      const region = language.split("-").find((part) => /^[A-Z]{2}$/.test(part));
      if (!region || !this.#option("country", region)) continue;
      select.value = region;
      return;
    }
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  #nameOf(name, value) {
    return this.#option(name, value)?.textContent ?? value;
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  #option(name, value) {
    return this.querySelector(`select[name=${name}] option[value="${CSS.escape(value)}"]`);
  }
}

/** @param {Element | null} found */
function focus(found) {
  if (found instanceof HTMLElement) found.focus();
}
