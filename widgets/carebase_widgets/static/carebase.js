// Defines each of our elements once the page (or one that instant navigation brings) has it.

/** @type {Map<string, () => Promise<CustomElementConstructor>>} */
const waiting = new Map([
  ["carebase-form", async () => (await import("./form.js")).CarebaseForm],
  ["carebase-hours", async () => (await import("./hours.js")).CarebaseHours],
  ["carebase-questions", async () => (await import("./questions.js")).CarebaseQuestions],
  ["carebase-search", async () => (await import("./search.js")).CarebaseSearch],
  ["carebase-warranty-check", async () => (await import("./warranty-check.js")).WarrantyCheck],
]);

function define() {
  for (const [name, load] of waiting) {
    if (!document.querySelector(name)) continue;
    waiting.delete(name);
    load().then(
      (element) => customElements.define(name, element),
      // The plain forms go on working; the next page tries again.
      () => waiting.set(name, load),
    );
  }
}

define();
new MutationObserver(define).observe(document.body, { childList: true, subtree: true });
