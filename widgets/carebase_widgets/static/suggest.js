// Articles that may answer what somebody writes into a form, shown while it is written. They come
// from the index of the readers' search, so no endpoint is asked and nothing leaves the browser.

import { element } from "./elements.js";
import { Finder } from "./finder.js";
import { cutPage } from "./passage.js";
import { reportSuggestion } from "./signals.js";

/** @typedef {import("./finder.js").Page} Page */
/** @typedef {import("./finder.js").Text} Text */

/** In milliseconds: whoever pauses so long has finished a thought. */
const PAUSE = 600;
const OFFERED = 4;
/** So many of the last telling words are searched for; a long letter has hundreds. */
const WORDS = 12;
/** Without spaces between words, so many signs. */
const SIGNS = 40;
/** A page must hold two of the words that were written, and this share of them. */
const FEWEST = 2;
const SHARE = 0.3;
/** Of so many pages those are chosen that answer best. */
const LOOKED_AT = 50;
/** What answers much worse than the best is not offered. */
const BESIDE_BEST = 0.4;
/** Lists of other pages answer nothing, and courses are no quick help. */
const UNFIT = new Set(["product", "course", "lesson"]);

export class Suggestions {
  /** @type {Promise<Finder> | undefined} */
  #finder;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #asked = "";
  /** Whether it is counted how the form ends: an article was opened, and nothing was told yet. */
  #isCounted = false;
  /** Whether nothing more is offered: the reader does not want it, or there is no search. */
  #isOver = false;

  /**
   * @param {HTMLElement} host The form's element.
   * @param {Record<string, string>} words
   */
  constructor(host, words) {
    this.host = host;
    this.words = words;
    this.search = document.querySelector("carebase-search");
    this.said = element("p", { class: "cb-label", role: "status" });
    this.list = element("div", { role: "list" });
    this.note = element("p", { class: "cb-help" }, `${words["suggest.note"]} `);
    const hide = element("button", { type: "button", class: "cb-again" }, `${words["suggest.hide"]}`);
    hide.addEventListener("click", () => this.#end());
    this.note.append(hide);
    this.box = element("div", { class: "cb-suggest" }, this.said, this.list, this.note);
    this.#show([]);
    this.list.addEventListener("click", (event) => this.#opened(event));
    this.list.addEventListener("auxclick", (event) => this.#opened(event));
    host.addEventListener("carebase:sent", () => this.#tell("sent"));
    addEventListener("pagehide", () => this.#tell("left"));
    // Instant navigation takes the form away without leaving the page.
    host.addEventListener("carebase:left", () => this.#tell("left"));
  }

  /**
   * Remember that an article was opened from this form.
   * @param {Event} event
   */
  #opened({ target }) {
    if (target instanceof Element && target.closest("a")) this.#isCounted = true;
  }

  /**
   * Count how the form ended, for those who opened an article.
   * @param {"left" | "sent"} result
   */
  #tell(result) {
    const endpoint = this.host.getAttribute("endpoint");
    const form = this.host.dataset["form"];
    if (!this.#isCounted || endpoint === null || !form) return;
    this.#isCounted = false;
    reportSuggestion(new URL(endpoint, document.baseURI).href, form, result);
  }

  /**
   * Look for answers once the writer pauses.
   * @param {HTMLTextAreaElement} area
   */
  typed(area) {
    clearTimeout(this.#timer);
    if (this.#isOver || !this.search) return;
    // It is told of what comes into it only when it stands there before.
    if (!this.box.isConnected) (area.closest("[data-field]") ?? area).append(this.box);
    this.#timer = setTimeout(() => void this.#look(area), PAUSE);
  }

  /** @param {HTMLTextAreaElement} area */
  async #look(area) {
    const text = area.value;
    try {
      const finder = await (this.#finder ??= this.#load());
      const query = shorten(text, finder.stop);
      if (query === this.#asked) return;
      const links = query ? await this.#find(finder, query) : [];
      // What is written now is looked for later. Nothing moves under one who is elsewhere by now.
      if (area.value !== text || document.activeElement !== area) return;
      this.#asked = query;
      this.#show(links);
    } catch {
      this.#end();
    }
  }

  #load() {
    const { search } = this;
    const index = new URL(search?.getAttribute("index") ?? "", document.baseURI);
    return Finder.load(index, search?.getAttribute("lang") || "en");
  }

  /**
   * @param {Finder} finder
   * @param {string} query
   */
  async #find(finder, query) {
    const chosen = this.host.querySelector("[name=product]");
    const named = chosen instanceof HTMLSelectElement || chosen instanceof HTMLInputElement ? chosen.value : "";
    const here = named || this.host.dataset["product"] || "";
    const { pages, asked } = await finder.find(query, { here, typing: !query.endsWith(" ") });
    const least = Math.min(asked, Math.max(FEWEST, Math.ceil(asked * SHARE)));
    const best = pages.slice(0, LOOKED_AT);
    const floor = (best[0]?.score ?? 0) * BESIDE_BEST;
    const good = best.filter((one) => one.held >= least && one.score >= floor && !UNFIT.has(one.facts.kind));
    const texts = await Promise.all(good.slice(0, OFFERED + 1).map((page) => page.data()));
    return texts
      .map((text, at) => this.#link(/** @type {Page} */ (good[at]), text))
      .filter((link) => link.pathname !== location.pathname && !link.pathname.includes("/courses/"))
      .slice(0, OFFERED);
  }

  /**
   * @param {Page} page
   * @param {Text} text
   */
  #link(page, text) {
    const base = this.search?.getAttribute("base") || ".";
    const top = new URL(base.endsWith("/") ? base : `${base}/`, document.baseURI);
    const url = new URL(text.url.replace(/^\//, "").replace(/(^|\/)index\.html$/, "$1") || ".", top);
    const [best] = cutPage(text, page.placesIn(text));
    url.hash = best?.id ?? "";
    // In a tab of its own: whoever reads it has the form as it was.
    const link = document.createElement("a");
    Object.assign(link, { href: url.href, target: "_blank", rel: "noopener" });
    link.append(`${text.title} `);
    if (best?.id && best.heading) link.append(element("small", {}, best.heading));
    return link;
  }

  /** @param {HTMLElement[]} links */
  #show(links) {
    const said = links.length ? `${this.words["suggest.title"]}` : "";
    if (this.said.textContent !== said) this.said.textContent = said;
    this.list.replaceChildren(...links.map((link) => element("div", { role: "listitem" }, link)));
    this.list.hidden = this.note.hidden = !links.length;
    this.box.toggleAttribute("data-open", links.length > 0);
  }

  #end() {
    this.#isOver = true;
    const area = this.box.contains(document.activeElement) && this.box.parentElement?.querySelector("textarea");
    if (area) area.focus();
    this.box.remove();
  }
}

/**
 * Give the last telling words of a text, each once, with a space behind the last when it is whole.
 * @param {string} text
 * @param {Set<string>} stop
 */
export function shorten(text, stop) {
  const words = text.split(/\s+/).map((word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "").slice(-SIGNS));
  const telling = words.filter((word) => word && !stop.has(word.toLowerCase()));
  const last = [...new Set(telling.reverse())].slice(0, WORDS).reverse().join(" ");
  return last && /\s$/.test(text) ? `${last} ` : last;
}
