import { Answer } from "./answer.js";
import { findSpan } from "./dates.js";
import { today } from "./fields.js";
import { CarebaseForm, element, fill, isControl, read } from "./form.js";
import { keepFile, keepers } from "./keep.js";
import { spell } from "./reasons.js";
import { check as checkSerial, made } from "./serial.js";
import { SiteFiles, firstSale, modelOf } from "./site-files.js";
import { isEnding } from "./steps.js";

/** @typedef {import("./form.js").Answers} Answers */
/** @typedef {import("./site-files.js").Product} Product */

/** Answers from the endpoint, or from the site's own files when that is absent or down. */
export class WarrantyCheck extends CarebaseForm {
  /** @override */
  patience = 5_000;
  files = new SiteFiles("", () => 0);
  /** The product that a serial number belongs to in place of the chosen one. */
  #other = /** @type {import("./site-files.js").Short | null} */ (null);

  /**
   * @override
   * @param {HTMLFormElement} form
   */
  prepare(form) {
    super.prepare(form);
    this.files = new SiteFiles(this.getAttribute("data") ?? "", () => this.patience);
    for (const button of form.querySelectorAll("button")) button.disabled = false;
    this.#guessCountry(form);
    const serial = form.elements.namedItem("serial");
    if (serial instanceof HTMLInputElement && "BarcodeDetector" in window) {
      void import("./scan-button.js").then(({ offerCamera }) =>
        offerCamera(serial, this.words, (code) => void this.#takeCode(code)),
      );
    }
    void this.fields?.then((fields) => {
      this.#follow();
      if (!fields.filled.size || !this.isConnected) return;
      this.scrollIntoView();
      if (fields.filled.has("show")) void this.submit();
    });
  }

  /**
   * @override
   * @param {Event} event
   */
  handleEvent(event) {
    super.handleEvent(event);
    if (event.type !== "input") return;
    this.#follow();
    const isProduct = event.target instanceof HTMLInputElement && event.target.name === "product";
    if (isProduct) this.querySelector(".cb-where")?.setAttribute("open", "");
  }

  /** @override */
  async submit() {
    this.#other = null;
    await super.submit();
    this.querySelector(".cb-switch")?.remove();
    this.#offerOther(this.#other);
  }

  /**
   * The same rules as the endpoint's, so that most mistakes are told before anything is sent.
   * @override
   * @param {Answers} answers
   */
  async check(answers) {
    const { serial, bought } = answers;
    if (serial && !answers["product"]) await this.#chooseBy(String(serial), answers);
    const problems = await super.check(answers);
    const told = new Set(problems.map((problem) => problem.field));
    const tell = (/** @type {string} */ field, /** @type {string} */ message) => {
      if (!told.has(field)) problems.push({ field, message });
      told.add(field);
    };
    if (!serial && !bought) tell("bought", `${this.words["check.serial_or_date"]}`);
    const product = await this.files.product(answers["product"]);
    if (!product) return problems;
    const first = firstSale(product, answers);
    if (first && bought && String(bought) < first) {
      const name = modelOf(product, answers)?.name ?? product.name;
      const date = spell(this.words, first);
      tell("bought", fill(this.words["check.not_sold_yet"], { product: name, date }));
    }
    const flaw = typeof serial === "string" && (await this.#flawOf(product, serial));
    if (flaw) tell("serial", flaw);
    return problems;
  }

  /**
   * Say what is wrong with a serial number, if anything is.
   * @param {Product} product
   * @param {string} serial
   */
  async #flawOf({ id, name, serial: rule }, serial) {
    if (!rule) return "";
    const span = findSpan(made(rule, serial) ?? "");
    const isFuture = span && span.first > (findSpan(today())?.first ?? 0);
    const flaw = checkSerial(rule, serial) ?? (isFuture ? "made" : null);
    if (!flaw) return "";
    const other = await this.files.ownerOf(serial);
    if (other && other.id !== id) {
      if (this.#canChoose(other.id)) this.#other = other;
      return fill(this.words["check.other_serial"], { product: name, other: other.name });
    }
    this.querySelector(".cb-where")?.setAttribute("open", "");
    const key = flaw === "check_digit" ? "check.check_digit" : "check.bad_serial";
    const said = fill(this.words[key], { product: name });
    return rule.where ? `${said} ${rule.where}` : said;
  }

  /**
   * @override
   * @param {Answers} answers
   */
  async deliver(answers) {
    const isServed = this.hasAttribute("endpoint");
    if (isServed) {
      const response = await this.post("v1/warranty", { ...answers, _today: today() });
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
    const verdict = await this.files.workOut(answers);
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
   * Show the answer in place of the form, which keeps what was entered.
   * @param {any} verdict
   * @param {Answers} answers
   * @param {string} note
   */
  async #answer(verdict, answers, note) {
    const { form, words } = this;
    const result = this.querySelector(".cb-result");
    const id = String(answers["product"]);
    const product = (await this.files.product(id)) ?? { id, name: id };
    if (!form || !result) return;
    this.say();
    const held = verdict?.coverages ? verdict : null;
    const reminder = held && isEnding(held) ? await this.#remind(held, product) : "";
    const answer = new Answer({
      verdict: held,
      product,
      words,
      link: (name) =>
        name === "remind" ? reminder : fill(this.getAttribute(name) ?? "", { product: product.id }),
      country: (code) => this.#option("country", code)?.textContent ?? code,
      heading: Number(this.getAttribute("heading") ?? 2),
      asked: answers,
    }).render();
    if (note) answer.append(element("p", { class: "cb-advice" }, note));
    const again = element("button", { class: "cb-again", type: "button" }, `${words["check.again"]}`);
    again.addEventListener("click", () => {
      result.replaceChildren();
      form.hidden = false;
      focus(form.querySelector("input:checked, .cb-choice input, .cb-input"));
    });
    form.hidden = true;
    result.replaceChildren(answer, keepers(words, answers), again);
    focus(answer.firstElementChild);
  }

  /**
   * Make a calendar file with the ends that the verdict tells, whatever they were worked out from.
   * @param {import("./coverage.js").Verdict} verdict
   * @param {{id: string, name: string}} product
   */
  async #remind(verdict, product) {
    const { ends, writeCalendar } = await import("./calendar.js");
    const begun = verdict.start?.date ?? verdict.as_of;
    const rows = verdict.coverages.filter(({ status }) => status === "covered");
    const name = fill(this.words["remind.name"], { product: product.name });
    const host = this.dataset["host"] ?? location.hostname;
    return keepFile(writeCalendar(name, ends(rows, product, begun, this.words), begun, host));
  }

  /**
   * Offer to check the product that the serial number belongs to.
   * @param {import("./site-files.js").Short | null} other
   */
  #offerOther(other) {
    const error = this.querySelector("[data-field=serial] .cb-error");
    if (!other || !error) return;
    const said = fill(this.words["check.switch"], { other: other.name });
    const button = element("button", { class: "cb-switch", type: "button" }, said);
    button.addEventListener("click", () => {
      this.choose(other.id);
      void this.submit();
    });
    error.after(button);
  }

  /**
   * Choose the product and model that a code names besides the serial number.
   * @param {import("./digital-link.js").Code} code
   */
  async #takeCode({ gtin }) {
    const [catalog, { ownerOf }] = await Promise.all([
      gtin ? this.files.catalog() : null,
      import("./digital-link.js"),
    ]);
    const found = catalog && ownerOf(catalog, gtin);
    if (found && this.#option("product", found.product.id)) this.choose(found.product.id, found.model.id);
  }

  /**
   * Choose the product that a serial number tells by itself.
   * @param {string} serial
   * @param {Answers} answers
   */
  async #chooseBy(serial, answers) {
    const owner = await this.files.ownerOf(serial);
    if (!owner || !this.#canChoose(owner.id)) return;
    this.choose(owner.id);
    answers["product"] = owner.id;
  }

  /** @param {string} id */
  #canChoose(id) {
    return Boolean(this.#option("product", id) ?? this.querySelector("input[type=hidden][name=product]"));
  }

  /**
   * Choose a product, and a model of it if it is known.
   * @param {string} id
   * @param {string} [model]
   */
  choose(id, model = "") {
    for (const [name, value] of [["product", id], ["model", model]]) {
      const control = this.form?.elements.namedItem(`${name}`);
      if (control instanceof RadioNodeList || isControl(control)) control.value = `${value}`;
    }
    this.#follow();
  }

  /** Show what belongs to the chosen product: where its serial number is, and its models. */
  #follow() {
    const product = this.collect()["product"];
    for (const place of this.querySelectorAll("[data-for]")) {
      if (!(place instanceof HTMLElement)) continue;
      place.hidden = Boolean(product) && place.dataset["for"] !== product;
    }
    const select = this.querySelector("select[name=model]");
    const field = select?.closest(".cb-field");
    if (!(select instanceof HTMLSelectElement) || !(field instanceof HTMLElement)) return;
    const groups = [...select.querySelectorAll("optgroup")];
    for (const group of groups) {
      group.hidden = group.disabled = group.dataset["group"] !== product;
    }
    field.hidden = groups.every((group) => group.disabled);
    if (select.selectedOptions[0]?.closest("optgroup")?.disabled) select.value = "";
  }

  /**
   * The reader's own region is a better guess than the site's, which stands there at first.
   * @param {HTMLFormElement} form
   */
  #guessCountry(form) {
    const country = form.elements.namedItem("country");
    if (!isControl(country) || country.dataset["guess"] === undefined) return;
    for (const language of navigator.languages) {
      const region = language.split("-").find((part) => /^[A-Z]{2}$/.test(part));
      if (!region || !this.#option("country", region)) continue;
      country.value = region;
      return;
    }
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  #option(name, value) {
    const named = `[value="${CSS.escape(value)}"]`;
    return this.querySelector(`select[name=${name}] option${named}, input[type=radio][name=${name}]${named}`);
  }
}

/** @param {Element | null} found */
function focus(found) {
  if (found instanceof HTMLElement) found.focus();
}
