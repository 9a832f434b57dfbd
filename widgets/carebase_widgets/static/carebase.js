// Defines each of our elements when it is about to be used, on the page that is open and on those
// that instant navigation brings. Until then the plain forms and links do their work.

/** @type {Map<string, () => Promise<CustomElementConstructor>>} */
const waiting = new Map([
  ["carebase-form", async () => (await import("./form.js")).CarebaseForm],
  ["carebase-hours", async () => (await import("./hours.js")).CarebaseHours],
  ["carebase-questions", async () => (await import("./questions.js")).CarebaseQuestions],
  ["carebase-search", async () => (await import("./search.js")).CarebaseSearch],
  ["carebase-warranty-check", async () => (await import("./warranty-check.js")).WarrantyCheck],
]);

/** Elements that are defined at once, since they change what is read and not only what is done. */
const AT_ONCE = new Set(["carebase-questions"]);
const SEARCH = "carebase-search";
const SEARCH_KEYS = new Set(["/", "s", "f"]);
const NEAR = "300px";

/** @param {string} name */
async function define(name) {
  const load = waiting.get(name);
  if (!load) return;
  waiting.delete(name);
  try {
    customElements.define(name, await load());
  } catch {
    // The next time that one comes near tries again.
    waiting.set(name, load);
  }
}

const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      void define(target.localName);
    }
  },
  { rootMargin: NEAR },
);

/** @type {WeakSet<Element>} */
const watched = new WeakSet();

function watch() {
  for (const name of waiting.keys()) {
    if (name === SEARCH) continue;
    for (const element of document.querySelectorAll(name)) {
      if (AT_ONCE.has(name)) void define(name);
      else if (!watched.has(element)) {
        watched.add(element);
        near.observe(element);
      }
    }
  }
  if (new URL(location.href).searchParams.has("q")) void define(SEARCH);
}

/**
 * Load the search on its first use, and let it take what was done meanwhile.
 * @param {Event} event
 */
function startSearch(event) {
  if (!waiting.has(SEARCH) || !(event.target instanceof Element)) return;
  const isKey = event instanceof KeyboardEvent;
  const typing = event.target.matches("input, textarea, select, [contenteditable]");
  if (isKey && (typing || event.ctrlKey || event.metaKey || event.altKey || !SEARCH_KEYS.has(event.key))) return;
  const opener = event.target.closest("[data-search-open]");
  if (!isKey && !opener && !event.target.closest(SEARCH)) return;
  if (isKey || opener) event.preventDefault();
  // Before instant navigation follows the link.
  if (opener) event.stopPropagation();
  void define(SEARCH).then(() => {
    if (isKey || opener) document.dispatchEvent(new CustomEvent("carebase-search-open"));
  });
}

/**
 * Send a form that is sent before its element is loaded by the element, not as a plain post.
 * @param {SubmitEvent} event
 */
function submitLater(event) {
  const form = event.target instanceof HTMLFormElement ? event.target : null;
  const element = form?.closest([...waiting.keys()].join(",") || "x-none");
  if (!form || !element) return;
  event.preventDefault();
  event.stopPropagation();
  const { submitter } = event;
  void define(element.localName).then(() => {
    if (!form.isConnected) return;
    if (customElements.get(element.localName)) form.requestSubmit(submitter);
    // Our code did not come: the form posts plainly, past this listener.
    else form.submit();
  });
}

document.addEventListener("submit", submitLater, { capture: true });
document.addEventListener("keydown", startSearch);
document.addEventListener("focusin", startSearch);
document.addEventListener("click", startSearch, { capture: true });

watch();
new MutationObserver(watch).observe(document.body, { childList: true, subtree: true });
