// Proposes pages for an address at which there is none, from the site's own list of its pages.

import { distance, isMendable } from "./spelling.js";

const MOST = 5;
/** How much of what was asked for a page must answer to be proposed. */
const ENOUGH = 0.4;
/** How alike two words must be to be taken for one, mistyped or with another ending. */
const ALIKE = 0.55;
/** Of words of at most so many letters most are a letter away from another: *here* is not *where*. */
const FEW = 5;
/** From how many letters on such a word may be the beginning of another. */
const BEGINNING = 3;
/** How far a slip of the fingers leads away, and one in a word that is not the shortest. */
const SLIP = 0.8;
const LONGER_SLIP = 1.1;
const SILENT = new Set(["index", "html", "htm", "md", "php"]);

/**
 * Give the words of an address or a title.
 * @param {string} text
 */
export function wordsOf(text) {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word && !SILENT.has(word));
}

/** @param {string} word */
function pairs(word) {
  const marked = ` ${word} `;
  return Array.from({ length: marked.length - 1 }, (_, at) => marked.slice(at, at + 2));
}

/**
 * Tell how alike two words are, from 0 to 1: by the pairs of letters that they share (Dice, 1945).
 * @param {string} one
 * @param {string} other
 */
export function likeness(one, other) {
  if (one === other) return 1;
  const left = pairs(one);
  const right = pairs(other);
  let shared = 0;
  for (const pair of left) {
    const at = right.indexOf(pair);
    if (at < 0) continue;
    right.splice(at, 1);
    shared += 1;
  }
  return (2 * shared) / (left.length + pairs(other).length);
}

/**
 * Tell how alike two words are where they may be taken for one, else 0.
 * @param {string} asked
 * @param {string} other
 */
export function sameness(asked, other) {
  const like = likeness(asked, other);
  const [short, long] = asked.length < other.length ? [asked, other] : [other, asked];
  const isEnding = long.startsWith(short) && short.length >= BEGINNING && !/\d/.test(long);
  if (short.length > FEW || isEnding || like === 1) return like >= ALIKE ? like : 0;
  if (!isMendable(short) || !isMendable(long)) return 0;
  const limit = short.length < FEW ? SLIP : LONGER_SLIP;
  return distance(asked, other, limit) <= limit ? Math.max(like, ALIKE) : 0;
}

/**
 * Tell how well a page answers what was asked for, from 0 to 1. The end of an address says most.
 * @param {string[]} asked
 * @param {string[]} page
 */
export function closeness(asked, page) {
  let found = 0;
  let all = 0;
  asked.forEach((word, at) => {
    const weight = at + 1;
    const best = Math.max(0, ...page.map((other) => sameness(word, other)));
    all += weight;
    found += weight * best;
  });
  return all ? found / all : 0;
}

/** @param {string} path */
function decoded(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** `<carebase-not-found index top data-title>`: nothing stands in it without JavaScript. */
export class CarebaseNotFound extends HTMLElement {
  connectedCallback() {
    void this.propose().catch(() => {});
  }

  async propose() {
    const index = new URL(this.getAttribute("index") ?? "", location.href);
    const top = new URL(this.getAttribute("top") ?? "", location.href);
    const own = wordsOf(decoded(top.pathname)).length;
    const asked = wordsOf(decoded(location.pathname)).slice(own);
    const answer = asked.length ? await fetch(index) : null;
    if (!answer?.ok) return;
    const list = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = [...list.querySelectorAll(".cb-index a[href]")]
      .map((link) => {
        const url = new URL(link.getAttribute("href") ?? "", index);
        const title = link.textContent ?? "";
        const words = [...wordsOf(decoded(url.pathname)).slice(own), ...wordsOf(title)];
        return { url, title, score: closeness(asked, words), surplus: words.length };
      })
      .filter(({ score }) => score >= ENOUGH)
      .sort((one, other) => other.score - one.score || one.surplus - other.surplus)
      .slice(0, MOST);
    if (found.length && this.isConnected) this.show(found);
  }

  /** @param {{ url: URL, title: string }[]} found */
  show(found) {
    const heading = document.createElement("h2");
    heading.textContent = this.dataset.title ?? "";
    const items = found.map(({ url, title }) => {
      const link = document.createElement("a");
      link.href = url.href;
      link.textContent = title;
      const item = document.createElement("li");
      item.append(link);
      return item;
    });
    const list = document.createElement("ul");
    list.className = "cb-index";
    list.append(...items);
    this.replaceChildren(heading, list);
  }
}
