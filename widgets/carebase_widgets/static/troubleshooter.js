import { fillIn } from "./along.js";
import { element, fill } from "./form.js";
import { Outcomes } from "./outcomes.js";
import { Trail } from "./trail.js";

/** How far down a heading may stand, as a part of the window, before the page is moved. */
const LOW = 0.5;
const OWN_WINDOW = new Set(["", "_self"]);

/**
 * `<carebase-troubleshooter page page-title endpoint support contact>` around the questions and
 * outcomes of a page: shows one at a time. Each has its heading's address, so that links, reloads
 * and the browser's own buttons do what they do anywhere.
 */
export class CarebaseTroubleshooter extends HTMLElement {
  /** @type {Record<string, string>} */
  words = {};
  /** The questions and outcomes by the ids of their headings. @type {Map<string, HTMLElement>} */
  nodes = new Map();
  /** The forms at the ends of paths by the ids of their headings. @type {Map<string, HTMLElement>} */
  forms = new Map();
  /** @type {AbortController | undefined} */
  stop;

  connectedCallback() {
    const strings = this.querySelector(":scope > template[data-strings]");
    if (!(strings instanceof HTMLTemplateElement) || this.stop) return;
    this.words = JSON.parse(strings.content.textContent ?? "{}");
    this.nodes = byHeading(this, ".cb-node");
    this.forms = byHeading(this, ".cb-asking");
    const [first] = this.nodes;
    if (!first) return;
    this.first = first[0];
    this.pathname = location.pathname;
    this.stop = new AbortController();
    const { signal } = this.stop;
    const endpoint = this.getAttribute("endpoint");
    this.outcomes = new Outcomes(
      endpoint === null ? "" : new URL(endpoint, document.baseURI).href,
      this.getAttribute("page") ?? "",
      this.words,
    );
    this.path = element("nav", { class: "cb-path", "aria-label": `${this.words["path.title"]}` });
    this.bar = element("p", { class: "cb-walk" });
    this.status = element("div", { class: "cb-visually-hidden", role: "status" });
    first[1].before(this.path);
    [...this.nodes.values()].at(-1)?.after(this.bar, this.status);
    this.trail = new Trail((step, following) => this.fits(step, following));
    this.addEventListener("click", (event) => this.follow(event), { signal });
    window.addEventListener("hashchange", () => this.arrive(true), { signal });
    this.arrive(false);
    for (const [id, node] of this.nodes) {
      if (endpoint !== null && node.matches(".cb-node--solved")) {
        this.outcomes.ask(node, id, () => this.waysFrom(id));
      }
    }
  }

  disconnectedCallback() {
    this.stop?.abort();
    this.stop = undefined;
    for (const made of [this.path, this.bar, this.status, ...this.querySelectorAll(".cb-outcome")]) made?.remove();
    for (const part of [...this.nodes.values(), ...this.forms.values()]) part.hidden = false;
  }

  /**
   * @param {import("./trail.js").Step} step
   * @param {import("./trail.js").Step | undefined} following
   */
  fits(step, following) {
    const node = this.nodes.get(step.node);
    return node !== undefined && (!following || this.choicesOf(node)[step.choice]?.hash === `#${encode(following.node)}`);
  }

  /** @param {Element} node */
  choicesOf(node) {
    return [...node.querySelectorAll(".cb-choices a[href]")].filter((link) => link instanceof HTMLAnchorElement);
  }

  /**
   * Show what the address names: a node, or a form below the node that led to it.
   * @param {boolean} moved Whether the reader has come from another place of the page.
   */
  arrive(moved) {
    // The address may be that of the next page already.
    if (!this.trail || location.pathname !== this.pathname) return;
    const id = decode(location.hash.slice(1));
    const named = id ? document.getElementById(id) : null;
    const part = named && this.contains(named) ? named.closest(".cb-node, .cb-asking") : null;
    const form = part && [...this.forms].find(([, section]) => section === part)?.[0];
    const node = part && [...this.nodes].find(([, section]) => section === part)?.[0];
    if (node) this.trail.arrive(node);
    else if (!form && (!id || this.trail.node === undefined)) this.trail.arrive(this.first ?? "");
    else if (!form && moved) return;
    this.trail.save();
    this.show(form ?? "");
    if (part || moved) this.lead(moved, form ?? undefined);
  }

  /** @param {string} form The form that is open. */
  show(form) {
    const { trail } = this;
    if (!trail) return;
    const here = trail.node ?? "";
    for (const [id, node] of this.nodes) node.hidden = id !== here;
    for (const [id, section] of this.forms) section.hidden = id !== form;
    const section = this.forms.get(form);
    if (section) fillIn(section, this.told(here), this.words);
    const answers = this.answers();
    this.path?.replaceChildren(
      ...(answers.length && !form
        ? [
            element(
              "ol",
              { class: "cb-path__list" },
              ...answers.map(({ question, answer, href }) =>
                element("li", {}, element("a", { href, class: "cb-path__answer" }, element("span", {}, question), " ", element("strong", {}, answer))),
              ),
            ),
          ]
        : []),
    );
    const before = form ? here : trail.answered.at(-1)?.node;
    this.bar?.replaceChildren(
      ...(before ? [element("a", { href: `#${encode(before)}`, class: "cb-walk__back" }, `${this.words["path.back"]}`)] : []),
      ...(form || here !== this.first ? [this.startLink("cb-walk__start")] : []),
    );
  }

  /**
   * Lead eyes and screen readers to what is shown now.
   * @param {boolean} moved
   * @param {string} [form]
   */
  lead(moved, form) {
    const part = form ? this.forms.get(form) : this.nodes.get(this.trail?.node ?? "");
    const heading = part?.querySelector("h2");
    if (!part || !heading) return;
    if (moved) {
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    }
    const placeOf = (/** @type {Element} */ one) => one.getBoundingClientRect().top;
    // The path is shown as well, unless it is so long that what is asked would be out of sight.
    const { path = part } = this;
    const fits = path.children.length && !form && placeOf(heading) - placeOf(path) < innerHeight * LOW;
    const top = fits ? path : part;
    const margin = parseFloat(getComputedStyle(top).scrollMarginTop) || 0;
    if (placeOf(top) < margin || placeOf(heading) > innerHeight * LOW) top.scrollIntoView();
  }

  /** @returns {{question: string, answer: string, href: string}[]} The answers given so far. */
  answers() {
    return (this.trail?.answered ?? []).map(({ node, choice }) => {
      const section = this.nodes.get(node);
      const link = section && this.choicesOf(section)[choice];
      return { question: titleOf(section), answer: link?.textContent?.trim() ?? "", href: `#${encode(node)}` };
    });
  }

  /**
   * What goes along with a form that is opened from a node.
   * @param {string} id
   * @returns {import("./along.js").Told}
   */
  told(id) {
    const node = this.nodes.get(id);
    const answers = this.answers();
    const title = titleOf(node);
    let outcome = "";
    if (node?.matches(".cb-node--escalate")) outcome = title;
    else if (node?.matches(".cb-node--solved")) outcome = fill(this.words["outcome.unhelped"], { outcome: title });
    return { symptom: answers[0]?.answer || (this.getAttribute("page-title") ?? ""), outcome, answers };
  }

  /**
   * The ways on from an outcome that did not help.
   * @param {string} id
   * @returns {HTMLElement[]}
   */
  waysFrom(id) {
    const ways = [];
    const before = this.trail?.node === id ? this.trail.answered.at(-1)?.node : undefined;
    if (before) ways.push(element("a", { href: `#${encode(before)}` }, `${this.words["outcome.others"]}`));
    else if (id !== this.first) ways.push(this.startLink(""));
    const support = this.getAttribute("support");
    const contact = support ? `#${support}` : this.getAttribute("contact");
    if (contact) ways.push(element("a", { href: contact }, `${this.words["outcome.contact"]}`));
    return ways;
  }

  /** @param {string} name */
  startLink(name) {
    const attributes = { href: `#${encode(this.first ?? "")}`, "data-restart": "" };
    return element("a", name ? { ...attributes, class: name } : attributes, `${this.words["path.start"]}`);
  }

  /**
   * Go where a link within the page leads, and to the form here in place of the page it stands on.
   * @param {MouseEvent} event
   */
  follow(event) {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || !OWN_WINDOW.has(link.target)) return;
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const { trail } = this;
    const here = this.nodes.get(trail?.node ?? "");
    const hash = this.hashOf(link, here?.contains(link) ?? false);
    if (!hash || !trail) return;
    event.preventDefault();
    // Before instant navigation takes it for a way to another page.
    event.stopPropagation();
    const place = here ? this.choicesOf(here).indexOf(link) : -1;
    const target = decode(hash.slice(1));
    if (this.status) this.status.textContent = "";
    if (link.dataset["restart"] !== undefined) trail.restart(target);
    else if (place >= 0 && this.nodes.has(target)) {
      trail.choose(place, target);
      if (this.status) this.status.textContent = fill(this.words["path.chosen"], { answer: link.textContent?.trim() ?? "" });
    }
    if (this.forms.has(target) && here?.matches(".cb-node--escalate")) this.outcomes?.report(trail.node ?? "", "escalated");
    // With a state such as Material keeps: without one it would follow the address once more.
    if (location.hash !== hash) history.pushState({ x: scrollX, y: scrollY }, "", hash);
    this.arrive(true);
  }

  /**
   * @param {HTMLAnchorElement} link
   * @param {boolean} inNode Whether it stands in what is read now.
   * @returns {string} Where on this page a link leads; nothing when it leads away.
   */
  hashOf(link, inNode) {
    if (link.host !== location.host) return "";
    if (link.pathname === location.pathname && link.search === location.search) return link.hash;
    if (!inNode) return "";
    for (const [id, section] of this.forms) {
      const { address } = section.dataset;
      if (address && section.querySelector("form") && new URL(address, document.baseURI).pathname === link.pathname) {
        return `#${id}`;
      }
    }
    return "";
  }
}

/**
 * @param {Element} root
 * @param {string} selector
 * @returns {Map<string, HTMLElement>}
 */
function byHeading(root, selector) {
  /** @type {Map<string, HTMLElement>} */
  const found = new Map();
  for (const part of root.querySelectorAll(selector)) {
    const id = part.querySelector("h2")?.id;
    if (id && part instanceof HTMLElement) found.set(id, part);
  }
  return found;
}

/** @param {Element | undefined} node The words of its heading, without the link to itself. */
function titleOf(node) {
  const heading = node?.querySelector("h2")?.cloneNode(true);
  if (!(heading instanceof HTMLElement)) return "";
  for (const link of heading.querySelectorAll(".headerlink")) link.remove();
  return heading.textContent?.trim().replace(/\s+/g, " ") ?? "";
}

/** @param {string} id */
function encode(id) {
  return new URL(`#${encodeURI(id)}`, location.href).hash.slice(1);
}

/** @param {string} hash */
function decode(hash) {
  try {
    return decodeURIComponent(hash);
  } catch {
    return hash;
  }
}
