// The search box: results while typing, from the site's own index, loaded when it is first used.

import { Finder } from "./finder.js";
import { findInLanguages, prepareInLanguages } from "./languages.js";
import { asWritten, corrected } from "./passage.js";
import { rehearse } from "./rehearsal.js";
import { make, resultOf, rowOf } from "./result.js";

/** @typedef {import("./finder.js").Page} Page */
/** @typedef {import("./finder.js").Found} Found */

/** Pages that are shown with each press of the button below the first. */
const MORE = 6;
const PAUSE = 120;
/** Milliseconds after which a query counts as written to its end. */
const SETTLED = 1500;
const KEYS = new Set(["/", "s", "f"]);

/** @type {Map<string, Promise<Finder>>} */
const loaded = new Map();

/** Queries without a result that were reported, each with the page on which it was asked. */
const reported = new Set();

/**
 * @param {URL} base
 * @param {string} language
 */
export function load(base, language) {
  const key = `${base.href} ${language}`;
  let finder = loaded.get(key);
  if (!finder) {
    finder = Finder.load(base, language);
    // A failed load is tried again at the next key.
    finder.catch(() => loaded.delete(key));
    if (!loaded.size) rehearse();
    loaded.set(key, finder);
  }
  return finder;
}

/** Tell whether keys that are pressed now are meant for a field. */
function isTyping() {
  const active = document.activeElement;
  return active instanceof HTMLElement && (active.isContentEditable || active.matches("input, textarea, select"));
}

/**
 * Tell whether a text became another by one key: a sign more, less, or changed.
 * @param {string} before
 * @param {string} after
 */
function isOneSign(before, after) {
  const least = Math.min(before.length, after.length);
  let start = 0;
  while (start < least && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < least - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return Math.max(before.length, after.length) - start - end < 2;
}

/**
 * `<carebase-search index lang base endpoint>` around a plain form that leads to the endpoint's own
 * search or to the list of all pages. With an endpoint it reports what found nothing, in words alone.
 */
export class CarebaseSearch extends HTMLElement {
  connectedCallback() {
    const field = this.querySelector("input");
    const form = this.querySelector("form");
    if (!field || !form || this.stop) return;
    this.field = field;
    this.index = new URL(this.getAttribute("index") ?? "", document.baseURI);
    const base = this.getAttribute("base") || ".";
    this.base = new URL(base.endsWith("/") ? base : `${base}/`, document.baseURI);
    this.all = new URL(this.getAttribute("all") ?? "", document.baseURI).href;
    const endpoint = this.getAttribute("endpoint");
    this.endpoint = endpoint === null ? "" : new URL(endpoint, document.baseURI).href;
    const strings = this.querySelector("template[data-strings]");
    const written = strings instanceof HTMLTemplateElement ? strings.content.textContent : null;
    /** @type {Record<string, string>} */
    this.words = JSON.parse(written ?? "{}");
    /** What the reader has narrowed the results to. */
    this.product = "";
    this.kind = "";
    this.literal = "";
    /** @type {number | undefined} */
    this.shown = 0;
    this.status = make("p", "cb-search__status");
    this.status.setAttribute("role", "status");
    this.mended = make("p", "cb-search__mended");
    this.mended.hidden = true;
    this.filters = make("div", "cb-search__filters");
    this.list = make("ol", "cb-results");
    this.further = make("button", "cb-search__more", this.words.more);
    this.further.setAttribute("type", "button");
    this.further.hidden = true;
    this.append(this.mended, this.filters, this.status, this.list, this.further);
    const stop = new AbortController();
    this.stop = stop;
    const { signal } = stop;
    field.addEventListener("focus", () => this.warm(), { signal });
    // It may have been opened while this was being loaded.
    if (field === document.activeElement) this.warm();
    field.addEventListener("input", () => this.later(), { signal });
    form.addEventListener("submit", (event) => this.submit(event), { signal });
    this.further.addEventListener("click", () => void this.more(MORE), { signal });
    this.addEventListener("keydown", (event) => this.move(event), { signal });
    document.addEventListener("keydown", (event) => this.open(event), { signal });
    document.addEventListener("click", (event) => this.openByLink(event), { signal });
    // What was pressed or clicked while this was being loaded.
    document.addEventListener("carebase-search-open", () => this.show(), { signal });
    const asked = new URL(location.href).searchParams.get("q");
    if (asked && !this.closest("dialog")) field.value = asked;
    if (field.value) this.later();
  }

  disconnectedCallback() {
    this.stop?.abort();
    this.stop = undefined;
    clearTimeout(this.timer);
    clearTimeout(this.settling);
    for (const part of [this.mended, this.filters, this.status, this.list, this.further]) part?.remove();
  }

  finder(language = this.language) {
    return load(/** @type {URL} */ (this.index), language);
  }

  /** Give the language of the page, in which is searched first. */
  get language() {
    return this.getAttribute("lang") || "en";
  }

  /** Load what every search needs, before there is a word. */
  warm() {
    this.finder().catch(() => {});
  }

  /** Give the product from whose pages one searches. */
  get here() {
    const opener = document.querySelector("[data-search-open][data-product]");
    return opener instanceof HTMLElement ? (opener.dataset.product ?? "") : "";
  }

  /** Search soon: who types goes on, but what was pasted or put in as whole words is all there. */
  later() {
    clearTimeout(this.timer);
    clearTimeout(this.settling);
    const written = this.field?.value ?? "";
    const isTyped = isOneSign(this.written ?? "", written);
    this.written = written;
    this.timer = setTimeout(() => void this.search(true), isTyped ? PAUSE : 0);
    // Not of what is changed in the middle of a text: its words are not whole.
    const isAtEnd = this.field?.selectionEnd === written.length;
    if (isTyped && isAtEnd) void prepareInLanguages((language) => this.finder(language), this.language, written).catch(() => {});
  }

  /** @param {Event} event */
  submit(event) {
    event.preventDefault();
    clearTimeout(this.timer);
    clearTimeout(this.settling);
    void this.search(false).then(() => this.list?.querySelector("a")?.focus());
  }

  /** @param {KeyboardEvent} event */
  open(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !KEYS.has(event.key) || isTyping()) return;
    event.preventDefault();
    this.show();
  }

  /** @param {MouseEvent} event */
  openByLink(event) {
    const link = event.target instanceof Element ? event.target.closest("[data-search-open]") : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.show();
  }

  show() {
    const dialog = this.closest("dialog");
    // What is being written already is not marked: the next key would replace it.
    const isWritten = dialog?.open && this.field === document.activeElement;
    if (dialog && !dialog.open) dialog.showModal();
    this.warm();
    this.field?.focus();
    if (!isWritten) this.field?.select();
  }

  /** @param {KeyboardEvent} event */
  move(event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const links = [...(this.list?.querySelectorAll("a") ?? [])];
    const at = links.indexOf(/** @type {HTMLAnchorElement} */ (document.activeElement));
    const next = at + (event.key === "ArrowDown" ? 1 : -1);
    if (!links.length || (at < 0 && event.key === "ArrowUp")) return;
    event.preventDefault();
    if (next < 0) this.field?.focus();
    else if (next < links.length) links[next]?.focus();
    else if (this.further && !this.further.hidden) void this.more(MORE);
  }

  /** @param {boolean} typing */
  async search(typing) {
    const query = this.field?.value ?? "";
    const asked = query.trim();
    if (asked !== this.literal) this.literal = "";
    if (asked.length < 2) return this.clear("");
    if (this.found?.query.trim() !== asked) {
      this.product = "";
      this.kind = "";
    }
    this.asked = query;
    const waits = setTimeout(() => {
      if (!this.found) this.clear(this.words?.loading ?? "");
    }, PAUSE);
    try {
      const found = await this.find(query, typing);
      // Something else has been typed meanwhile: that is answered, and not this.
      if (query !== this.field?.value) return undefined;
      if (found.pages.length === 0 && !this.product && !this.kind) this.report(asked);
      this.found = found;
      if (typing && found.asked === 1 && found.known === 0 && found.mended.length) this.settle(query);
      return await this.present(found);
    } catch {
      // The next query starts anew: Pagefind does not ask again for a file that did not come.
      loaded.clear();
      return this.clear(this.words?.failed ?? "", true);
    } finally {
      clearTimeout(waits);
    }
  }

  /**
   * @param {string} query
   * @param {boolean} typing
   */
  find(query, typing) {
    const wishes = { product: this.product, kind: this.kind, here: this.here, literal: this.literal !== "", typing };
    return findInLanguages((language) => this.finder(language), this.language, query, wishes);
  }

  /**
   * Look for a word that is a typing error here in the site's other languages, once it counts as
   * written. Whoever has gone on to the results keeps them.
   * @param {string} query
   */
  settle(query) {
    clearTimeout(this.settling);
    this.settling = setTimeout(async () => {
      const found = await this.find(query, false).catch(() => undefined);
      const [best] = found?.pages.slice(0, 1) ?? [];
      const isWritten = query === this.field?.value && this.field === document.activeElement;
      if (!found || !best || !isWritten || best.language === this.language) return;
      this.found = found;
      await this.present(found).catch(() => {});
    }, SETTLED);
  }

  /** @param {Found} found */
  async present(found) {
    const { pages } = found;
    const first = await this.items(pages.slice(0, pages.first));
    const mended = await this.spelled(found);
    if (this.found !== found) return;
    const asked = corrected(found.query, mended);
    const key = pages.length === 0 ? "none" : pages.length === 1 ? "one" : "some";
    this.say((this.words?.[key] ?? "").replace("{query}", asked).replace("{count}", `${pages.length}`));
    this.showMended(found.query, mended);
    this.showFilters(found);
    this.shown = first.length;
    this.list?.replaceChildren(...(pages.length ? first : [rowOf(this.all ?? "", this.words?.all ?? "")]));
    if (this.further) this.further.hidden = this.shown >= pages.length;
  }

  /**
   * Give the words that were put right as the pages write them that are shown first.
   * @param {Found} found
   */
  async spelled({ mended, pages }) {
    if (!mended.length) return mended;
    const shown = pages.slice(0, pages.first).map(async (page) => {
      const text = await page.data();
      return /** @type {[typeof text, Iterable<number>]} */ ([text, page.placesIn(text).keys()]);
    });
    const texts = await Promise.all(shown);
    return mended.map(({ from, to }) => ({ from, to: asWritten(texts, to) }));
  }

  /**
   * Show further pages; the focus goes to the first of them.
   * @param {number} count
   */
  async more(count) {
    const { found } = this;
    if (!found || !this.further) return;
    const from = /** @type {number} */ (this.shown ?? 0);
    const items = await this.items(found.pages.slice(from, from + count)).catch(() => []);
    if (this.found !== found) return;
    this.shown = from + items.length;
    this.list?.append(...items);
    this.further.hidden = this.shown >= found.pages.length;
    items[0]?.querySelector("a")?.focus();
  }

  /**
   * Report once on each page that a query found nothing, unless it is still being written.
   * @param {string} query
   */
  report(query) {
    const { endpoint } = this;
    const once = `${location.pathname} ${query.toLowerCase()}`;
    if (!endpoint || reported.has(once)) return;
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      reported.add(once);
      const lang = document.documentElement.lang || "en";
      import("./signals.js").then(({ reportSearch }) => reportSearch(endpoint, query, lang)).catch(() => {});
    }, SETTLED);
  }

  /** @param {string} said */
  say(said) {
    if (this.status && this.status.textContent !== said) this.status.textContent = said;
  }

  /**
   * @param {string} said
   * @param {boolean} [offerAll]
   */
  clear(said, offerAll = false) {
    this.found = undefined;
    this.say(said);
    if (this.mended) this.mended.hidden = true;
    this.filters?.replaceChildren();
    if (this.further) this.further.hidden = true;
    this.list?.replaceChildren(...(offerAll ? [rowOf(this.all ?? "", this.words?.all ?? "")] : []));
  }

  /**
   * Say which words were put right, and offer what was typed.
   * @param {string} query
   * @param {Found["mended"]} mended
   */
  showMended(query, mended) {
    const box = this.mended;
    if (!box) return;
    box.hidden = mended.length === 0;
    const hadFocus = box.contains(document.activeElement);
    if (mended.length) {
      const right = make("strong", "", mended.map(({ to }) => to).join(", "));
      const [before = "", after = ""] = (this.words?.mended ?? "").split("{words}");
      const [ask = "", rest = ""] = (this.words?.instead ?? "").split("{query}");
      const again = make("button", "cb-search__again", `${ask}${query.trim()}${rest}`);
      again.setAttribute("type", "button");
      again.addEventListener("click", () => {
        this.literal = query.trim();
        void this.search(false);
        this.field?.focus();
      });
      box.replaceChildren(before, right, `${after} `, again);
    } else if (hadFocus) this.field?.focus();
  }

  /**
   * Offer the products and kinds that were found, each with its number of pages.
   * @param {Found} found
   */
  showFilters({ products, kinds, pages }) {
    const names = this.lastWords?.products ?? {};
    const kept = this.filters?.querySelector("[aria-pressed]:focus");
    const focused = kept instanceof HTMLElement ? kept.dataset.value : undefined;
    const groups = [
      this.group("product", products, (id) => names[id] ?? id, this.product ?? ""),
      this.group("kind", kinds, (id) => this.words?.[`kind.${id}`] ?? id, this.kind ?? ""),
    ];
    const wanted = groups.filter((group) => group !== undefined);
    this.filters?.replaceChildren(...(pages.length || this.product || this.kind ? wanted : []));
    if (focused !== undefined) {
      const again = this.filters?.querySelector(`[data-value="${CSS.escape(focused)}"]`);
      if (again instanceof HTMLElement) again.focus();
    }
  }

  /**
   * @param {"product" | "kind"} name
   * @param {Map<string, number>} counts
   * @param {(id: string) => string} nameOf
   * @param {string} chosen
   */
  group(name, counts, nameOf, chosen) {
    if (counts.size < 2 && !chosen) return undefined;
    const group = make("div", "cb-search__group");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", this.words?.[name] ?? "");
    const rows = [...counts].sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1));
    if (chosen && !counts.has(chosen)) rows.push([chosen, 0]);
    for (const [id, count] of rows) {
      const button = make("button", "cb-search__filter");
      button.setAttribute("type", "button");
      button.setAttribute("aria-pressed", `${id === chosen}`);
      button.dataset.value = `${name}:${id}`;
      button.append(`${nameOf(id)} `, make("span", "cb-search__count", `${count}`));
      button.addEventListener("click", () => {
        this[name] = this[name] === id ? "" : id;
        void this.search(false);
      });
      group.append(button);
    }
    return group;
  }

  /** @param {Page[]} pages */
  async items(pages) {
    const finder = await this.finder();
    this.lastWords = finder.words;
    const texts = await Promise.all(pages.map((page) => page.data()));
    const look = {
      base: /** @type {URL} */ (this.base),
      language: this.language,
      words: this.words ?? {},
      products: finder.words.products,
      leave: () => this.closest("dialog")?.close(),
    };
    return texts.map((text, at) => resultOf(/** @type {Page} */ (pages[at]), text, look));
  }
}
