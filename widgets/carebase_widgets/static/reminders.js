import { reminders, upcoming, writeCalendar } from "./calendar.js";
import { today } from "./fields.js";
import { CarebaseForm, element, fill } from "./form.js";
import { keepFile } from "./keep.js";
import { spell } from "./reasons.js";
import { SiteFiles, firstSale, modelOf } from "./site-files.js";

/** @typedef {import("./form.js").Answers} Answers */

/** Makes a calendar file from the service plan and the warranty, in the browser alone. */
export class CarebaseReminders extends CarebaseForm {
  files = new SiteFiles("", () => 0);

  /**
   * @override
   * @param {HTMLFormElement} form
   */
  prepare(form) {
    super.prepare(form);
    this.files = new SiteFiles(this.getAttribute("data") ?? "", () => this.patience);
    for (const button of form.querySelectorAll("button")) button.disabled = false;
  }

  /**
   * @override
   * @param {Answers} answers
   */
  async check(answers) {
    const problems = await super.check(answers);
    const product = await this.files.product(answers["product"]);
    const first = product && firstSale(product, {});
    if (!problems.length && first && String(answers["bought"]) < first) {
      const name = modelOf(product, {})?.name ?? product.name;
      const date = spell(this.words, first);
      const message = fill(this.words["check.not_sold_yet"], { product: name, date });
      problems.push({ field: "bought", message });
    }
    return problems;
  }

  /**
   * @override
   * @param {Answers} answers
   */
  async deliver(answers) {
    const { words } = this;
    const product = await this.files.product(answers["product"]);
    if (!this.isConnected) return;
    this.say();
    if (!product) {
      this.fail(`${words["check.unavailable"]}`);
      return;
    }
    const bought = String(answers["bought"]);
    const entries = reminders(product, bought, words);
    if (!entries.length) {
      this.fail(fill(words["remind.nothing"], { product: product.name }));
      return;
    }
    const name = fill(words["remind.name"], { product: product.name });
    const text = writeCalendar(name, entries, bought, this.dataset["host"] ?? location.hostname);
    const file = `${product.id}.ics`;
    const way = element("a", { href: keepFile(text), download: file, hidden: "" });
    this.append(way);
    way.click();
    way.remove();
    this.#tell(file, answers, upcoming(entries, bought, today()));
  }

  /**
   * Say what is due next, that the file is there, and how to subscribe where the endpoint serves it.
   * @param {string} file
   * @param {Answers} answers
   * @param {{day: string, summary: string}[]} due
   */
  #tell(file, answers, due) {
    const result = this.querySelector(".cb-result");
    const { words } = this;
    /** @type {HTMLElement[]} */
    const told = [];
    if (due.length) {
      const rows = due.map(({ day, summary }) =>
        element("li", {}, element("time", { datetime: day }, spell(words, day)), element("span", {}, summary)),
      );
      told.push(element("p", { class: "cb-due__title" }, `${words["remind.next"]}`), element("ul", { class: "cb-due" }, ...rows));
    }
    told.push(element("p", {}, fill(words["remind.done"], { file })));
    if (this.hasAttribute("endpoint")) {
      const asked = new URLSearchParams(Object.entries(answers).map(([key, value]) => [key, `${value}`]));
      const address = this.address(`v1/reminders.ics?${asked}`);
      const webcal = address.replace(/^https?:/, "webcal:");
      const line = element("input", {
        class: "cb-input",
        readonly: "",
        value: address,
        "aria-label": `${words["remind.address"]}`,
      });
      line.addEventListener("focus", () => line.select());
      told.push(
        element("p", {}, element("a", { href: webcal }, `${words["remind.subscribe"]}`)),
        element("p", { class: "cb-help" }, `${words["remind.follow"]}`),
        line,
      );
    }
    result?.replaceChildren(...told);
  }
}
