// In a page that was opened from a folder there is no service to ask, and nothing gives the page of
// a folder: the search field before this script leads to the list of all pages, and each link to a
// page to its file. A classic script, since browsers refuse modules there.

if (location.protocol === "file:" && document.currentScript instanceof HTMLScriptElement) {
  const { parentElement, dataset } = document.currentScript;
  if (dataset.all) parentElement?.querySelector("form")?.setAttribute("action", dataset.all);
  document.addEventListener("click", ({ target }) => {
    const link = target instanceof Element ? target.closest("a") : null;
    if (link?.protocol === "file:" && link.pathname.endsWith("/")) link.pathname += "index.html";
  });
}
