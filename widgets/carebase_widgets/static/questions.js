// Opens the question that an address names: its heading stands in a closed `<details>`.

function openNamed() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const question = named?.closest("details.cb-question");
  if (question instanceof HTMLDetailsElement && !question.open) {
    question.open = true;
    named?.scrollIntoView();
  }
}

/** `<carebase-questions>` around the questions of a page. */
export class CarebaseQuestions extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    window.addEventListener("hashchange", openNamed, { signal: this.stop.signal });
    openNamed();
  }

  disconnectedCallback() {
    this.stop?.abort();
  }
}
