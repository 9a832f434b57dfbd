import { coverage } from "./coverage.js";
import { findSpan } from "./dates.js";
import { today } from "./fields.js";
import { read } from "./form.js";
import { check, made } from "./serial.js";

/** @typedef {import("./form.js").Answers} Answers */
/**
 * What tells a product by a number of its label.
 * @typedef {object} Short
 * @property {string} id
 * @property {string} name
 * @property {import("./serial.js").SerialRule} [serial]
 * @property {{id: string, gtin?: string}[]} [models]
 */
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
 * @property {{task: string, every: string}[]} [service_plan]
 * @property {string} [support_until]
 */

/** The files of the site from which a browser answers by itself. */
export class SiteFiles {
  /** @type {Map<string, Promise<any>>} */
  #files = new Map();

  /**
   * @param {string} base the folder with a file for each product, or one of these files
   * @param {() => number} patience milliseconds after which a file is no longer waited for
   */
  constructor(base, patience) {
    this.base = new URL(base, document.baseURI);
    this.patience = patience;
  }

  /**
   * @param {unknown} id
   * @returns {Promise<Product | null>}
   */
  product(id) {
    return id ? this.#load(`${id}.json`) : Promise.resolve(null);
  }

  /** @returns {Promise<Short[] | null>} */
  catalog() {
    return this.#load("../catalog.json");
  }

  /**
   * Find the only product of which this may be a serial number.
   * @param {string} serial
   */
  async ownerOf(serial) {
    const products = (await this.catalog()) ?? [];
    const [only, ...others] = products.filter((one) => one.serial && !check(one.serial, serial));
    return others.length ? undefined : only;
  }

  /**
   * Work the verdict out: from the day of purchase, or of making.
   * @param {Answers} answers
   * @returns {Promise<any>} null without a policy, undefined when a file did not come
   */
  async workOut(answers) {
    const [product, statutes] = await Promise.all([
      this.product(answers["product"]),
      answers["country"] ? this.#load("../statutes.json") : [],
    ]);
    if (!product || !statutes) return undefined;
    const serial = typeof answers["serial"] === "string" ? answers["serial"] : null;
    const events = [];
    if (answers["bought"]) events.push({ kind: "purchased", on: String(answers["bought"]) });
    const day = serial && product.serial ? made(product.serial, serial) : null;
    if (day) events.push({ kind: "made", on: day });
    const policy = policyOn(product, events[0]?.on ?? today());
    if (!policy) return null;
    const country = String(answers["country"] ?? "") || null;
    const model = modelOf(product, answers)?.name ?? null;
    const notices = product.notices;
    return coverage(policy, events, country, today(), true, statutes, notices, serial, model);
  }

  /**
   * Load a file of the site once; one that failed is tried again next time.
   * @param {string} name relative to the files of the products
   */
  #load(name) {
    const address = new URL(name, this.base).href;
    let file = this.#files.get(address);
    if (!file) {
      file = fetch(address, { signal: AbortSignal.timeout(this.patience()) }).then(
        (response) => (response.ok ? read(response) : null),
        () => null,
      );
      this.#files.set(address, file);
      void file.then((data) => data ?? this.#files.delete(address));
    }
    return file;
  }
}

/**
 * Give the policy of a unit sold on a day: the first whose `sold_until` is not past.
 * @param {Product} product
 * @param {string} day
 */
export function policyOn(product, day) {
  const sold = findSpan(day)?.last ?? 0;
  const choice = product.policy?.find(
    ({ sold_until: until }) => !until || sold <= (findSpan(until)?.last ?? 0),
  );
  return choice && product.policies?.[choice.policy];
}

/**
 * @param {Product} product
 * @param {Answers} answers
 */
export function modelOf({ models = [] }, answers) {
  return models.length === 1 ? models[0] : models.find(({ id }) => id === answers["model"]);
}

/**
 * Give the first day on which a unit could be bought, where the catalogue knows it.
 * @param {Product} product
 * @param {Answers} answers
 */
export function firstSale(product, answers) {
  const model = modelOf(product, answers);
  if (model) return model.sold_from;
  return (product.models ?? []).map((one) => one.sold_from ?? "").sort()[0];
}
