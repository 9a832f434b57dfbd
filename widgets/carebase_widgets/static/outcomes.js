// Asks at each outcome of a troubleshooter whether it solved the matter.

import { element } from "./form.js";
import { reportOutcome } from "./signals.js";

/** `<carebase-outcomes endpoint page contact>` around the cards of a troubleshooter. */
export class CarebaseOutcomes extends HTMLElement {
  connectedCallback() {
    const strings = this.querySelector("template[data-strings]");
    if (!(strings instanceof HTMLTemplateElement) || this.stop) return;
    /** @type {Record<string, string>} */
    this.words = JSON.parse(strings.content.textContent ?? "{}");
    this.endpoint = new URL(this.getAttribute("endpoint") ?? "", document.baseURI).href;
    /** @type {Set<string>} */
    this.told = new Set();
    this.stop = new AbortController();
    this.addEventListener("click", (event) => this.follow(event), { signal: this.stop.signal });
    for (const node of this.querySelectorAll(".cb-node--solved")) this.ask(node);
  }

  disconnectedCallback() {
    this.stop?.abort();
    this.stop = undefined;
    for (const question of this.querySelectorAll(".cb-outcome")) question.remove();
  }

  /** @param {Element} node */
  ask(node) {
    const question = element("p", { class: "cb-outcome__question" }, this.words?.["outcome.question"] ?? "");
    question.id = `${idOf(node)}-question`;
    const group = element("div", { class: "cb-outcome", role: "group", "aria-labelledby": question.id }, question);
    for (const answer of /** @type {const} */ (["yes", "no"])) {
      const button = element("button", { type: "button" }, this.words?.[`outcome.${answer}`] ?? "");
      button.addEventListener("click", () => this.take(node, group, answer === "yes"));
      group.append(button);
    }
    node.append(group);
  }

  /**
   * @param {Element} node
   * @param {HTMLElement} group
   * @param {boolean} solved
   */
  take(node, group, solved) {
    this.report(node, solved ? "solved" : "not_solved");
    const thanks = element("p", { role: "status", tabindex: "-1" }, this.words?.[solved ? "outcome.thanks" : "outcome.sorry"] ?? "");
    const contact = this.getAttribute("contact");
    if (!solved && contact) {
      thanks.append(" ", element("a", { href: contact }, this.words?.["outcome.contact"] ?? ""));
    }
    group.replaceChildren(thanks);
    thanks.focus();
  }

  /**
   * Count that the way to a form was taken, by the button or by a link in the text beside it.
   * @param {Event} event
   */
  follow(event) {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const node = link?.closest(".cb-node--escalate");
    const way = node?.querySelector("a.cb-button");
    if (!link || !node || !(way instanceof HTMLAnchorElement)) return;
    if (link.host === way.host && link.pathname === way.pathname) this.report(node, "escalated");
  }

  /**
   * @param {Element} node
   * @param {"solved" | "not_solved" | "escalated"} result
   */
  report(node, result) {
    const id = idOf(node);
    if (!id || !this.endpoint || this.told?.has(id)) return;
    this.told?.add(id);
    reportOutcome(this.endpoint, this.getAttribute("page") ?? "", id, result);
  }
}

/** @param {Element} node */
function idOf(node) {
  return node.querySelector("h2")?.id ?? "";
}
