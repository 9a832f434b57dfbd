// Opens the question that an address names: its heading stands in a closed `<details>`.

import { copyLinks } from "./copy-link.js";

/** The element that the address names. */
function findNamed() {
  try {
    return document.getElementById(decodeURIComponent(location.hash.slice(1)));
  } catch {
    // An address that was cut off within a letter.
    return null;
  }
}

function openNamed() {
  const named = findNamed();
  const question = named?.closest("details.cb-question");
  if (question instanceof HTMLDetailsElement && !question.open) {
    question.open = true;
    named?.scrollIntoView();
  }
}

/** `<carebase-questions>` around the questions of a page. */
export class CarebaseQuestions extends HTMLElement {
  /** What is open on paper only. @type {HTMLDetailsElement[]} */
  printed = [];

  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    window.addEventListener("hashchange", openNamed, { signal });
    // A link to the question that the address names already changes nothing in it.
    this.ownerDocument.addEventListener("click", (event) => this.reopen(event), { signal });
    // Browsers that cannot do it by style print what is closed without its answer.
    window.addEventListener("beforeprint", () => this.open(), { signal });
    window.addEventListener("afterprint", () => this.close(), { signal });
    const strings = this.querySelector("template[data-strings]");
    if (strings instanceof HTMLTemplateElement) {
      copyLinks(this, JSON.parse(strings.content.textContent ?? "{}")["link.copied"] ?? "", signal);
    }
    openNamed();
  }

  disconnectedCallback() {
    this.stop?.abort();
  }

  /** @param {MouseEvent} event */
  reopen(event) {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link instanceof HTMLAnchorElement && link.hash && link.href === location.href) openNamed();
  }

  open() {
    this.printed = [...this.querySelectorAll("details")].filter((one) => !one.open);
    for (const one of this.printed) one.open = true;
  }

  close() {
    for (const one of this.printed) one.open = false;
    this.printed = [];
  }
}
