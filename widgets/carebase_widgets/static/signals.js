// Tells the endpoint what readers ran into, so that writers can mend it; nothing of who they are.

/** What of a search does not leave the browser; the endpoint refuses the same (`query.py`). */
const PERSONAL =
  /@|([0-9][ ().\-/]*){6}|[A-Za-z][A-Za-z-]*[0-9]([A-Za-z-]*[0-9]){3}|[0-9]([A-Za-z-]*[0-9]){3}[A-Za-z-]*[A-Za-z]|[Cc][Bb]-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}/;

/**
 * Count a search that found nothing, unless its words look like something of a person.
 * @param {string} endpoint The address below which `v1/` lies.
 * @param {string} query
 * @param {string} lang The language of the page.
 */
export function reportSearch(endpoint, query, lang) {
  if (query.length > 200 || PERSONAL.test(query)) return;
  send(endpoint, { kind: "search", query, lang });
}

/**
 * Count how a troubleshooter ended.
 * @param {string} endpoint The address below which `v1/` lies.
 * @param {string} page Its address below the site's own.
 * @param {string} node The id of the heading of its outcome.
 * @param {"solved" | "not_solved" | "escalated"} result
 */
export function reportOutcome(endpoint, page, node, result) {
  send(endpoint, { kind: "outcome", page, node, result });
}

/**
 * Count how a form ended on which an article was opened that was offered there.
 * @param {string} endpoint The address below which `v1/` lies.
 * @param {string} form Its id.
 * @param {"left" | "sent"} result
 */
export function reportSuggestion(endpoint, form, result) {
  send(endpoint, { kind: "suggestion", form, result });
}

/**
 * Send without waiting, also while the page is being left, without cookies and without a preflight.
 * @param {string} endpoint
 * @param {Record<string, string>} signal
 */
function send(endpoint, signal) {
  // Whoever has told their browser that they do not want to be counted is not (Global Privacy Control).
  if ("globalPrivacyControl" in navigator && navigator.globalPrivacyControl) return;
  const request = fetch(new URL("v1/signals", endpoint), {
    method: "POST",
    mode: "no-cors",
    headers: { "content-type": "text/plain;charset=UTF-8" },
    body: JSON.stringify(signal),
    credentials: "omit",
    keepalive: true,
  });
  // A count that is lost is nobody's concern on this page.
  request.catch(() => {});
}
