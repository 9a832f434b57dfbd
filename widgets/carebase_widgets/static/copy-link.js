// Links to a place of the page: followed, and their address copied for passing on.

import { element } from "./elements.js";

/** How long a link says that it was copied, in milliseconds. */
const SAID = 4000;

/**
 * Copy the address of a link to a step or question that is pressed, beside following it.
 * @param {HTMLElement} root
 * @param {string} copied What is said when it is done.
 * @param {AbortSignal} signal
 */
export function copyLinks(root, copied, signal) {
  const press = (/** @type {MouseEvent} */ event) => {
    const link = event.target instanceof Element ? event.target.closest("a.cb-link") : null;
    const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (link instanceof HTMLAnchorElement && isPlain) void copy(link, copied);
  };
  root.addEventListener("click", press, { signal });
}

/**
 * @param {HTMLAnchorElement} link
 * @param {string} copied
 */
async function copy(link, copied) {
  try {
    await navigator.clipboard.writeText(link.href);
  } catch {
    // Not allowed, or no clipboard on a plain address: the address bar shows it.
    return;
  }
  link.parentElement?.querySelector(".cb-link__said")?.remove();
  const said = element("span", { class: "cb-link__said", role: "status" });
  link.after(said);
  // Those who listen hear what changes in it, not what it begins with.
  requestAnimationFrame(() => (said.textContent = copied));
  setTimeout(() => said.remove(), SAID);
}
