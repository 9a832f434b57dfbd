// The pages of a course in one document, shown one at a time: an LMS starts it once, and nothing
// that a learner does inside loads another page.

import { CarebaseCertificate } from "../certificate.js";
import { CarebaseCourse } from "../course.js";
import { CarebaseLesson } from "../lesson.js";
import { CarebaseQuiz } from "../quiz.js";
import { followColours } from "./colours.js";

/** Without JavaScript all of them stand one below the other. */
const PAGES = "main > section[data-page]";

export class Player {
  /** As they were written: each showing is a fresh copy. @type {Map<string, HTMLElement>} */
  #pages = new Map();
  /** Which page an id stands on. @type {Map<string, string>} */
  #places = new Map();
  #main;
  #title = document.title;
  /** The name of the page that is shown. */
  here = "";

  /** @param {HTMLElement} main */
  constructor(main) {
    this.#main = main;
    for (const page of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(PAGES))) {
      const name = page.dataset["page"] ?? "";
      this.#pages.set(name, page);
      for (const { id } of page.querySelectorAll("[id]")) this.#places.set(id, name);
      page.remove();
    }
  }

  /** The pages as they were written. */
  get pages() {
    return [...this.#pages.values()];
  }

  /**
   * Begin, on a page where the address names none.
   * @param {string} [name]
   */
  start(name = "") {
    followColours();
    customElements.define("carebase-certificate", CarebaseCertificate);
    customElements.define("carebase-course", CarebaseCourse);
    customElements.define("carebase-lesson", CarebaseLesson);
    customElements.define("carebase-quiz", CarebaseQuiz);
    window.addEventListener("resize", () => this.#reach());
    window.addEventListener("hashchange", () => this.#show(location.hash.slice(1), true));
    if (!location.hash && this.#pages.has(name)) history.replaceState(null, "", `#${name}`);
    this.#show(location.hash.slice(1), false);
  }

  /** Let code that is wider than the page be scrolled by keyboard. */
  #reach() {
    for (const code of /** @type {NodeListOf<HTMLElement>} */ (this.#main.querySelectorAll("pre > code"))) {
      if (code.scrollWidth > code.clientWidth) code.tabIndex = 0;
      else code.removeAttribute("tabindex");
    }
  }

  /**
   * @param {string} address The name of a page or an id on it, or `page#question`.
   * @param {boolean} moved Whether the learner has gone there, rather than begun there.
   */
  #show(address, moved) {
    const [first = "", question = ""] = decode(address).split("#");
    const name = this.#pages.has(first) ? first : this.#places.get(first);
    // An id of the frame around the pages leads nowhere else.
    if (first && !name && document.getElementById(first)) return;
    const [[start] = [""]] = this.#pages;
    const page = this.#pages.get(name ?? start);
    if (!page) return;
    if (this.here !== (name ?? start) || first === "result" || !question) {
      this.here = name ?? start;
      this.#main.replaceChildren(page.cloneNode(true));
      this.#reach();
    }
    document.title = page.dataset["title"] === this.#title ? this.#title : `${page.dataset["title"]} - ${this.#title}`;
    const target = question
      ? this.#main.querySelector(`[data-question="${CSS.escape(question)}"]`)
      : this.#pages.has(first) ? null : document.getElementById(first);
    if (target) {
      target.scrollIntoView();
      return;
    }
    if (!moved) return;
    window.scrollTo(0, 0);
    const heading = this.#main.querySelector("h1");
    if (!heading) return;
    // What was pressed is gone: whoever listens or uses the keyboard goes on at the title.
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
}

/** @param {string} address */
function decode(address) {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

/** The player of this document. */
export function makePlayer() {
  const main = document.querySelector("main");
  if (!main) throw new Error("the package has no place for its pages");
  return new Player(main);
}
