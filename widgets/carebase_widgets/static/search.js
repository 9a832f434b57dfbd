// The search box: results while typing, from the site's own index, loaded when it is first used.

import { SearchIndex, passage } from "./search-index.js";

const MOST = 8;
const PAUSE = 120;
/** Milliseconds after which a query counts as written to its end. */
const SETTLED = 1500;
const KEYS = new Set(["/", "s", "f"]);

/** @type {Map<string, Promise<SearchIndex>>} */
const loaded = new Map();

/** Queries without a result that were reported, each with the page on which it was asked. */
const reported = new Set();

/** @param {string} address */
function load(address) {
  let index = loaded.get(address);
  if (!index) {
    index = fetch(address).then(async (answer) => {
      if (!answer.ok) throw new Error(`${answer.status}`);
      return new SearchIndex((await answer.json()).docs);
    });
    // A failed load is tried again at the next key.
    index.catch(() => loaded.delete(address));
    loaded.set(address, index);
  }
  return index;
}

/** Tell whether keys that are pressed now are meant for a field. */
function isTyping() {
  const active = document.activeElement;
  return active instanceof HTMLElement && (active.isContentEditable || active.matches("input, textarea, select"));
}

/**
 * `<carebase-search index base endpoint>` around a plain form that leads to the list of all pages.
 * With an endpoint it reports what found nothing, in words alone.
 */
export class CarebaseSearch extends HTMLElement {
  connectedCallback() {
    const field = this.querySelector("input");
    const form = this.querySelector("form");
    if (!field || !form || this.stop) return;
    this.field = field;
    this.index = new URL(this.getAttribute("index") ?? "", document.baseURI).href;
    const base = this.getAttribute("base") || ".";
    this.base = new URL(base.endsWith("/") ? base : `${base}/`, document.baseURI);
    this.all = form.action;
    const endpoint = this.getAttribute("endpoint");
    this.endpoint = endpoint === null ? "" : new URL(endpoint, document.baseURI).href;
    const strings = this.querySelector("template[data-strings]");
    const written = strings instanceof HTMLTemplateElement ? strings.content.textContent : null;
    /** @type {Record<string, string>} */
    this.words = JSON.parse(written ?? "{}");
    this.status = document.createElement("p");
    this.status.className = "cb-search__status";
    this.status.setAttribute("role", "status");
    this.list = document.createElement("ol");
    this.list.className = "cb-results";
    this.append(this.status, this.list);
    const stop = new AbortController();
    this.stop = stop;
    const { signal } = stop;
    field.addEventListener("focus", () => void load(this.index ?? "").catch(() => {}), { signal });
    field.addEventListener("input", () => this.later(), { signal });
    form.addEventListener("submit", (event) => this.submit(event), { signal });
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
    clearTimeout(this.settling);
    this.status?.remove();
    this.list?.remove();
  }

  later() {
    clearTimeout(this.timer);
    clearTimeout(this.settling);
    this.timer = setTimeout(() => void this.search(), PAUSE);
  }

  /** @param {Event} event */
  submit(event) {
    event.preventDefault();
    clearTimeout(this.timer);
    void this.search().then(() => this.list?.querySelector("a")?.focus());
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
    if (dialog && !dialog.open) dialog.showModal();
    this.field?.focus();
    this.field?.select();
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
    else links[Math.min(next, links.length - 1)]?.focus();
  }

  async search() {
    const query = this.field?.value.trim() ?? "";
    if (query.length < 2) return this.say("", []);
    if (!loaded.has(this.index ?? "")) this.say(this.words?.loading ?? "", []);
    try {
      const index = await load(this.index ?? "");
      if (query !== this.field?.value.trim()) return undefined;
      const { hits, pages } = index.find(query, MOST);
      if (pages === 0) this.report(query);
      const key = pages === 0 ? "none" : pages === 1 ? "one" : "some";
      const said = (this.words?.[key] ?? "").replace("{query}", query).replace("{count}", `${pages}`);
      return this.say(said, hits, pages === 0);
    } catch {
      return this.say(this.words?.failed ?? "", [], true);
    }
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

  /**
   * @param {string} said
   * @param {import("./search-index.js").Hit[]} hits
   * @param {boolean} [offerAll]
   */
  say(said, hits, offerAll = false) {
    if (this.status && this.status.textContent !== said) this.status.textContent = said;
    const items = hits.map((hit) => this.item(hit));
    if (offerAll) items.push(this.allPages());
    this.list?.replaceChildren(...items);
  }

  allPages() {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = this.all ?? "";
    link.textContent = this.words?.all ?? "";
    item.append(link);
    return item;
  }

  /** @param {import("./search-index.js").Hit} hit */
  item(hit) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.className = "cb-row";
    link.href = new URL(hit.entry.location, this.base).href;
    const title = document.createElement("span");
    title.className = "cb-row__title";
    title.textContent = hit.page.title;
    link.append(title);
    if (hit.entry !== hit.page) {
      const where = document.createElement("span");
      where.className = "cb-result__where";
      where.textContent = hit.entry.title;
      link.append(where);
    }
    const text = document.createElement("span");
    text.className = "cb-row__text";
    for (const piece of passage(hit.entry.text, hit.terms, 160)) {
      const part = document.createElement(piece.marked ? "mark" : "span");
      part.textContent = piece.text;
      text.append(part);
    }
    link.append(text);
    link.addEventListener("click", () => this.closest("dialog")?.close());
    item.append(link);
    return item;
  }
}
