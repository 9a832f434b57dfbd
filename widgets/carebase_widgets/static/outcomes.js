// Asks at the outcomes of a troubleshooter whether they solved the matter, and counts the answers.

import { element } from "./form.js";
import { reportOutcome } from "./signals.js";

/** @typedef {"solved" | "not_solved" | "escalated"} Result */

/**
 * What was told of outcomes, by address: each is counted once, also when instant navigation brings
 * the page again.
 * @type {Map<string, Result>}
 */
const told = new Map();

/** The outcomes of one troubleshooter. */
export class Outcomes {
  /**
   * @param {string} endpoint The address below which `v1/` lies, empty where nothing is counted.
   * @param {string} page The page's address below the site's own.
   * @param {Record<string, string>} words
   */
  constructor(endpoint, page, words) {
    this.endpoint = endpoint;
    this.page = page;
    this.words = words;
  }

  /**
   * Ask at an outcome that is said to solve the matter.
   * @param {HTMLElement} node
   * @param {string} id
   * @param {() => HTMLElement[]} ways The ways on for those whom it did not help.
   */
  ask(node, id, ways) {
    const question = element("p", { class: "cb-outcome__question", id: `${id}-question` }, `${this.words["outcome.question"]}`);
    const group = element("div", { class: "cb-outcome", role: "group", "aria-labelledby": question.id }, question);
    for (const answer of /** @type {const} */ (["yes", "no"])) {
      const button = element("button", { type: "button" }, `${this.words[`outcome.${answer}`]}`);
      button.addEventListener("click", () => {
        const result = answer === "yes" ? "solved" : "not_solved";
        this.report(id, result);
        this.#reply(group, result, ways).focus();
      });
      group.append(button);
    }
    const before = told.get(this.#key(id));
    if (before) this.#reply(group, before, ways);
    node.append(group);
  }

  /**
   * Say what follows from an answer in place of the question.
   * @param {HTMLElement} group
   * @param {Result} result
   * @param {() => HTMLElement[]} ways
   */
  #reply(group, result, ways) {
    const words = this.words[result === "solved" ? "outcome.thanks" : "outcome.sorry"];
    const said = element("p", { role: "status", tabindex: "-1" }, `${words}`);
    const items = (result === "solved" ? [] : ways()).map((way) => element("li", {}, way));
    group.replaceChildren(said, ...(items.length ? [element("ul", { class: "cb-outcome__ways" }, ...items)] : []));
    return said;
  }

  /** @param {string} id */
  #key(id) {
    return `${this.endpoint} ${this.page}#${id}`;
  }

  /**
   * @param {string} id
   * @param {Result} result
   */
  report(id, result) {
    if (!id || !this.endpoint || told.has(this.#key(id))) return;
    told.set(this.#key(id), result);
    reportOutcome(this.endpoint, this.page, id, result);
  }
}
