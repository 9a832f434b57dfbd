// What the search box shows of a page that was found.

import { cutPage, joinPairs, passageOf } from "./passage.js";

/** @typedef {import("./finder.js").Page} Page */
/** @typedef {import("./finder.js").Text} Text */
/** @typedef {{base: URL, language: string, words: Record<string, string>, products: Record<string, string>, leave: () => void}} Look Where the site begins, the language of the page with the search box, its texts, the names of products, and what is done when a result is followed. */

/** Further sections of a page that are linked below its best one. */
const ALSO = 2;
/**
 * @param {string} name
 * @param {string} className
 * @param {string} [text]
 */
export function make(name, className, text = "") {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

/**
 * Give an entry of the list that is a link alone.
 * @param {string} address
 * @param {string} text
 */
export function rowOf(address, text) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = address;
  link.className = "cb-row";
  link.textContent = text;
  item.append(link);
  return item;
}

/**
 * Give the entry of a page: title, product, kind and section, the passage that answers, and further
 * sections that say as much.
 * @param {Page} page
 * @param {Text} text
 * @param {Look} look
 */
export function resultOf(page, text, look) {
  const places = page.placesIn(text);
  const [best, ...others] = cutPage(text, places);
  const item = make("li", "cb-result");
  item.dir = "auto";
  if (page.language !== look.language) item.lang = page.language;
  const link = linkTo(text, best?.id ?? "", "cb-row", look);
  link.append(make("span", "cb-row__title", joinPairs(text.title)));
  const where = [
    ...page.facts.products.map((id) => look.products[id] ?? id),
    look.words[`kind.${page.facts.kind}`] ?? "",
    best?.heading ?? "",
  ];
  link.append(make("span", "cb-result__where", where.filter(Boolean).join(" · ")));
  const passage = make("span", "cb-row__text");
  for (const piece of best ? passageOf(text, best, places) : []) {
    passage.append(piece.marked ? make("mark", "", piece.text) : piece.text);
  }
  link.append(passage);
  item.append(link);
  const also = others.filter(({ id, ideas }) => id && ideas.size === best?.ideas.size).slice(0, ALSO);
  for (const part of also) {
    const further = linkTo(text, part.id, "cb-result__also", look);
    further.textContent = part.heading;
    item.append(further);
  }
  return item;
}

/**
 * @param {Text} text
 * @param {string} id
 * @param {string} className
 * @param {Look} look
 */
function linkTo(text, id, className, { base, leave }) {
  const link = document.createElement("a");
  link.className = className;
  const url = new URL(text.url.replace(/^\//, "").replace(/(^|\/)index\.html$/, "$1") || ".", base);
  url.hash = id;
  link.href = url.href;
  link.addEventListener("click", leave);
  return link;
}
