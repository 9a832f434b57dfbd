// Steps that a learner puts in order, with two buttons for each.

import { element, fill } from "./elements.js";

/** The list of an ordering question. */
export class Ordering {
  /**
   * @param {HTMLElement} list
   * @param {Record<string, string>} words
   * @param {(said: string) => void} say Tells in words where a step is now.
   */
  constructor(list, words, say) {
    this.list = list;
    this.words = words;
    this.say = say;
    for (const item of this.items) {
      const buttons = element("span", { class: "cb-moves" }, this.#button(item, "up", -1), this.#button(item, "down", 1));
      item.append(buttons);
    }
    this.#mark();
  }

  get items() {
    return /** @type {HTMLElement[]} */ ([...this.list.children]);
  }

  /** The ids of the steps in the order shown. */
  get order() {
    return this.items.map((item) => item.dataset["item"] ?? "");
  }

  /** @param {string[]} order */
  set order(order) {
    const items = new Map(this.items.map((item) => [item.dataset["item"] ?? "", item]));
    const known = order.filter((id) => items.has(id));
    if (known.length !== items.size || new Set(known).size !== items.size) return;
    this.list.append(...known.map((id) => /** @type {HTMLElement} */ (items.get(id))));
    this.#mark();
  }

  /**
   * @param {HTMLElement} item
   * @param {"up" | "down"} way
   * @param {number} by
   */
  #button(item, way, by) {
    const name = textOf(item);
    const label = fill(this.words[`quiz.${way}`], { item: name });
    const sign = element("span", { "aria-hidden": "true" }, way === "up" ? "↑" : "↓");
    const button = element("button", { type: "button", class: "cb-move", "aria-label": label, title: label }, sign);
    button.addEventListener("click", () => {
      const at = this.items.indexOf(item) + by;
      if (at < 0 || at >= this.items.length) return;
      if (by < 0) item.previousElementSibling?.before(item);
      else item.nextElementSibling?.after(item);
      button.focus();
      this.#mark();
      this.say(fill(this.words["quiz.moved"], { item: name, place: at + 1, count: this.items.length }));
    });
    return button;
  }

  /** The first cannot go up and the last not down; both stay where the focus can be. */
  #mark() {
    const { items } = this;
    for (const [place, item] of items.entries()) {
      const [up, down] = item.querySelectorAll(".cb-move");
      up?.setAttribute("aria-disabled", `${place === 0}`);
      down?.setAttribute("aria-disabled", `${place === items.length - 1}`);
    }
  }
}

/** @param {HTMLElement} item */
function textOf(item) {
  return (item.querySelector(".cb-item")?.textContent ?? "").trim();
}
