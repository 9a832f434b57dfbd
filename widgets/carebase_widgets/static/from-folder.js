// In a page that was opened from a folder there is no service to ask: the search field before this
// script leads to the list of all pages. A classic script, run at once.

if (location.protocol === "file:" && document.currentScript instanceof HTMLScriptElement) {
  const { parentElement, dataset } = document.currentScript;
  parentElement?.querySelector("form")?.setAttribute("action", dataset.all ?? "");
}
