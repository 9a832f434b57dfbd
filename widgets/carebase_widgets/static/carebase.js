// Defines each of our elements when it is about to be used, on the page that is open and on those
// that instant navigation brings. Until then the plain forms and links do their work. It imports
// nothing but what it is about to use, and is published as a classic script: those run from a folder
// too.

const PREFIX = "carebase-";
/** Elements that are not defined yet, each of which is in the module of its name. */
const waiting = new Set([
  "certificate", "certificate-check", "checklist", "course", "form", "hours", "lesson", "not-found",
  "questions", "quiz", "reminders", "search", "trainer", "troubleshooter", "warranty-check",
  "withdrawal",
].map((name) => PREFIX + name));

const NAMES = [...waiting].join(",");
/** Elements that are defined when one comes near. The others change what is read: they are at once. */
const LATER = new Set(["carebase-form", "carebase-hours", "carebase-reminders", "carebase-warranty-check"]);
const SEARCH = "carebase-search";
const SEARCH_KEYS = new Set(["/", "s", "f"]);
const NEAR = "300px";

/** @type {Map<string, Promise<void>>} */
const loading = new Map();

/**
 * Load and define an element; several calls at once are one.
 * @param {string} name
 */
function define(name) {
  if (!waiting.delete(name)) return loading.get(name) ?? Promise.resolve();
  const defined = import(`./${name.slice(PREFIX.length)}.js`)
    // Beside its element a module may have what others use of it.
    .then((module) => customElements.define(name, Object.values(module).find((one) => one.prototype instanceof HTMLElement)))
    // The next time that one comes near tries again.
    .catch(() => void waiting.add(name));
  loading.set(name, defined);
  return defined;
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
  // An address that fills a form in wants it now, wherever on the page it stands.
  const isNamed = location.hash.includes("=");
  for (const name of waiting) {
    if (name === SEARCH) continue;
    for (const element of document.querySelectorAll(name)) {
      if (isNamed || !LATER.has(name)) void define(name);
      else if (!watched.has(element)) {
        watched.add(element);
        near.observe(element);
      }
    }
  }
  if (new URL(location.href).searchParams.has("q")) void define(SEARCH);
  // It says that search does not work here; where this runs, it does.
  document.querySelector("[data-search-note]")?.remove();
}

/**
 * Load the search on its first use, and let it take what was done meanwhile.
 * @param {Event} event
 */
function startSearch(event) {
  if (customElements.get(SEARCH) || !(event.target instanceof Element)) return;
  const opener = event.target.closest("[data-search-open]");
  if (event.type === "focusin") {
    if (opener || event.target.closest(SEARCH)) void define(SEARCH);
    return;
  }
  const isKey = event instanceof KeyboardEvent;
  const typing = event.target.matches("input, textarea, select, [contenteditable]");
  if (isKey && (typing || event.ctrlKey || event.metaKey || event.altKey || !SEARCH_KEYS.has(event.key))) return;
  if (!isKey && !opener) return;
  event.preventDefault();
  // Before instant navigation follows the link.
  event.stopPropagation();
  // At once, so that no key is lost while the search is being loaded.
  const dialog = document.querySelector(SEARCH)?.closest("dialog");
  if (dialog && !dialog.open) dialog.showModal();
  dialog?.querySelector("input")?.focus();
  void define(SEARCH).then(() => {
    if (customElements.get(SEARCH)) document.dispatchEvent(new CustomEvent("carebase-search-open"));
    else if (opener instanceof HTMLAnchorElement) location.href = opener.href;
  });
}

/**
 * Send a form that is sent before its element is loaded by the element, not as a plain post.
 * @param {SubmitEvent} event
 */
function submitLater(event) {
  const form = event.target instanceof HTMLFormElement ? event.target : null;
  const element = form?.closest(NAMES);
  if (!form || !element || customElements.get(element.localName)) return;
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

/**
 * Open and close the drawer of small screens, with the focus in it while it is open.
 * @param {Event} event
 */
function moveDrawer(event) {
  const toggle = document.getElementById("__drawer");
  const button = document.querySelector("[data-drawer]");
  if (!(toggle instanceof HTMLInputElement) || !(button instanceof HTMLElement)) return;
  const target = event.target instanceof Element ? event.target : button;
  const pressed = event.type === "click" && button.contains(target);
  const left = event instanceof KeyboardEvent && event.key === "Escape" && toggle.checked;
  // The page lies behind it: whoever goes on to that has left it.
  const passed = event.type === "focusin" && toggle.checked && !target.closest(".md-sidebar--primary, [data-drawer]");
  if (left || pressed || passed) toggle.click();
  if (left) button.focus();
  else if (pressed && toggle.checked) {
    requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector(".cb-nav a"))?.focus());
  }
  button.ariaExpanded = String(toggle.checked);
}

/** Send what waits on this device since our service could not be reached, and tell of it. */
function sendWaiting() {
  try {
    if (!localStorage.getItem("carebase-waiting")) return;
  } catch {
    return;
  }
  import("./queue.js").then(({ resume }) => resume()).catch(() => {});
}

/** Lead on from the address in a product's code, where the host has no rule for it. */
function leadOn() {
  if (!/\/01\/\d{8}/.test(location.pathname)) return;
  import("./digital-link.js").then(({ lead }) => lead()).catch(() => {});
}

/**
 * Leave links within the page that was opened, and the ways back, to the browser. Instant navigation
 * does not know that page before it has brought another: it would fetch it anew, and take the focus
 * and what was just being written with it.
 */
function stayOnPage() {
  const addresses = /** @type {{location$?: {next: (address: URL) => void}}} */ (window).location$;
  if (!addresses) return;
  const { next } = addresses;
  let { pathname } = location;
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    // With a target instant navigation lets it be; this one is what a link has anyway.
    if (link?.hash && link.pathname === pathname) link.target ||= "_self";
  }, { capture: true });
  addresses.next = (address) => {
    // The listener of instant navigation is older than any of ours, and cannot be kept from hearing it.
    if (window.event?.type === "popstate" && address.pathname === pathname) return;
    pathname = "";
    next.call(addresses, address);
  };
}

/**
 * Lead to the file of a page: of a folder that a page was opened from nothing gives it.
 * @param {Event} event
 */
function openFile(event) {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (link?.protocol === "file:" && link.pathname.endsWith("/")) link.pathname += "index.html";
}

document.addEventListener("click", moveDrawer);
document.addEventListener("keydown", moveDrawer);
document.addEventListener("focusin", moveDrawer);
if (location.protocol === "file:") document.addEventListener("click", openFile);
else {
  document.addEventListener("submit", submitLater, { capture: true });
  document.addEventListener("keydown", startSearch);
  document.addEventListener("focusin", startSearch);
  document.addEventListener("click", startSearch, { capture: true });
  window.addEventListener("online", sendWaiting);
  watch();
  leadOn();
  sendWaiting();
  stayOnPage();
  new MutationObserver(watch).observe(document.body, { childList: true, subtree: true });
}
