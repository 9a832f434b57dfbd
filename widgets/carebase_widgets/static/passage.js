// The part of a page that answers a query best, cut from the text in Pagefind's own fragment.

import { SHORT } from "./spelling.js";
import { isAlike } from "./vocabulary.js";
import { DENSE, fold, wordsOf } from "./words.js";

/** @typedef {import("./finder.js").Text} Text */
/** @typedef {{id: string, heading: string, isQuestion: boolean, start: number, end: number, ideas: Set<number>, count: number}} Part */
/** @typedef {{text: string, marked: boolean}} Piece */

/** Words of a passage, and of an answer, which is shown from its beginning. */
const LENGTH = 28;
const ANSWER = 45;
/** The section of keywords: found, and never shown. */
const KEYWORDS = "cb-keywords";
const DENSE_PAIR = new RegExp(`^[${DENSE}]{2}`, "u");
/** A word as it is written, and what may join two in one. */
const IN_WORD = `(?![${DENSE}])[\\p{L}\\p{N}\\p{M}]`;
const WRITTEN = new RegExp(`(?:${IN_WORD})+(?:['’._-](?:${IN_WORD})+)*`, "gu");
const JOINT = /['’._-]/;
/** Marks of these scripts, which have no space on either side. */
const SIGN = /[\u3001-\u303f\uff01-\uff65]/u;
const DENSE_END = new RegExp(`[${DENSE}]$`, "u");

/**
 * Tell how a word goes on from the text before it: dense runs are written as pairs of characters.
 * @param {string} before
 * @param {string} word
 * @returns {{gap: string, isPair: boolean}}
 */
function joint(before, word) {
  const isPair = DENSE_PAIR.test(word) && DENSE_END.test(before) && before.at(-1) === word[0];
  const isClose = SIGN.test(before.at(-1) ?? "") || (DENSE_END.test(before) && SIGN.test(word[0] ?? ""));
  return { gap: !before || /\s$/.test(before) || isPair || isClose ? "" : " ", isPair };
}

/**
 * Give the text as it was before its dense runs were written as pairs of characters.
 * @param {string} text
 */
export function joinPairs(text) {
  return text.split(" ").reduce((before, word) => {
    const { gap, isPair } = joint(before, word);
    return before + gap + (isPair ? word.slice(1) : word);
  }, "");
}

/**
 * Give every place of what a query asks for in a page. Of a word that very many pages hold the index
 * knows its first place alone: the others are found by how it is written there, and was asked for.
 * @param {Text} page
 * @param {Map<number, number>} places Which idea of the query stands where, as far as the index knows.
 * @param {Map<string, number>} asked The idea of each word that was looked up.
 * @returns {Map<number, number>}
 */
export function everyPlace(page, places, asked) {
  /** @type {Map<number, number[]>} */
  const known = new Map();
  for (const [place, idea] of places) known.set(idea, [...(known.get(idea) ?? []), place]);
  /** @type {[string, number][]} */
  const forms = [];
  for (const [idea, [first = 0, ...others]] of known) {
    if (others.length) continue;
    forms.push([bare(fold(page.words[first] ?? "")), idea]);
    for (const [word, own] of asked) if (own === idea) forms.push([word, idea]);
  }
  const all = new Map(places);
  if (forms.length === 0) return all;
  const beginnings = [...new Set(forms.map(([form]) => form.slice(0, SHORT)).filter(Boolean))];
  for (const [place, written] of wordsWith(beginnings, page.words)) {
    if (all.has(place)) continue;
    const word = bare(written);
    const found = forms.find(([form]) => isAlike(form, word));
    if (found) all.set(place, found[1]);
  }
  return all;
}

/**
 * Give the words that hold one of some texts, folded, each with its place. They are looked through as
 * one text, which takes a tenth of the time of one by one.
 * @param {string[]} sought
 * @param {string[]} words
 * @returns {[number, string][]}
 */
function wordsWith(sought, words) {
  let text = fold(words.join("\n"));
  let all = text.split("\n");
  if (all.length !== words.length) {
    // A sign became the end of a line.
    all = words.map((word) => fold(word).replaceAll("\n", " "));
    text = all.join("\n");
  }
  const found = new Set();
  for (const one of sought) for (let at = text.indexOf(one); at >= 0; at = text.indexOf(one, at + 1)) found.add(at);
  let place = 0;
  let end = all[0]?.length ?? 0;
  return [...found]
    .sort((one, other) => one - other)
    .map((at) => {
      while (at > end) end += 1 + (all[(place += 1)]?.length ?? 0);
      return [place, all[place] ?? ""];
    });
}

/**
 * Give a folded word without what stands around it.
 * @param {string} word
 */
function bare(word) {
  return word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
}

/**
 * Give a word as pages write it: in small letters where one of them does, with the capital that it
 * has within a sentence else. At the beginning of one a capital says nothing.
 * @param {[Text, Iterable<number>][]} pages Each with the places at which it may stand.
 * @param {string} word As the index holds it: in small letters, without accents.
 */
export function asWritten(pages, word) {
  /** @type {Map<string, number>} */
  const forms = new Map();
  const add = (/** @type {string} */ said, /** @type {boolean} */ isWithin) => {
    for (const written of said.match(WRITTEN) ?? []) {
      const form = formIn(written, word);
      if (!form) continue;
      const told = isWithin ? form : form.toLowerCase();
      // Small letters at the beginning are a guess, for want of anything better.
      forms.set(told, (forms.get(told) ?? 0) + (isWithin || form === told ? 1 : 0));
    }
  };
  for (const [text, places] of pages) {
    const heads = new Set(text.anchors.map(({ location }) => location));
    for (const at of places) add(text.words[at] ?? "", !heads.has(at) && /[\p{L}\p{N},]$/u.test(text.words[at - 1] ?? ""));
    for (const said of text.title.split(" ")) add(said, false);
  }
  const rank = (/** @type {[string, number]} */ [form, count]) => (count ? (form === form.toLowerCase() ? 2 : 1) : 0);
  const [best] = [...forms].sort((one, other) => rank(other) - rank(one) || other[1] - one[1]);
  return best?.[0] ?? word;
}

/**
 * Give a query with its words put right.
 * @param {string} query
 * @param {{from: string, to: string}[]} mended
 */
export function corrected(query, mended) {
  if (!mended.length) return query.trim();
  const right = (/** @type {string} */ said, /** @type {{from: string, to: string}} */ { from, to }) => {
    const form = formIn(said, from);
    return form ? said.replace(form, () => to) : said;
  };
  return query.trim().replace(WRITTEN, (written) => mended.reduce(right, written));
}

/**
 * Give what of a written word is the word, all of it or a part that a hyphen or apostrophe sets off.
 * @param {string} written
 * @param {string} word
 */
function formIn(written, word) {
  return [written, ...written.split(JOINT)].find((one) => wordsOf(one).join(" ") === word) ?? "";
}

/**
 * Cut a page at its headings and tell which ideas of a query stand in which part.
 * @param {Text} page
 * @param {Map<number, number>} places
 * @returns {Part[]} The best part first.
 */
export function cutPage(page, places) {
  const anchors = page.anchors.filter(({ element }) => /^h[2-6]$/i.test(element));
  anchors.sort((one, other) => one.location - other.location);
  const end = page.words.length;
  const starts = [{ id: "", text: "", location: 0 }, ...anchors];
  const parts = starts.map(({ id, text, location }, at) => {
    const heading = joinPairs(text).trim();
    const isQuestion = /[?？]$/.test(heading);
    const next = starts[at + 1]?.location ?? end;
    return { id, heading, isQuestion, start: location, end: next, ideas: /** @type {Set<number>} */ (new Set()), count: 0 };
  });
  for (const [place, idea] of places) {
    const part = parts.filter(({ start }) => start <= place).at(-1);
    part?.ideas.add(idea);
    if (part) part.count += 1;
  }
  const shown = parts.filter(({ id }) => id !== KEYWORDS);
  const weight = (/** @type {Part} */ part) => part.ideas.size + Math.min(part.count, 9) / 20;
  return shown.sort((one, other) => weight(other) - weight(one) || one.start - other.start);
}

/**
 * Give the passage of a part around the words of a query, with those apart; of a question its
 * answer from the beginning, if the words stand there or in the question.
 * @param {Text} page
 * @param {Part} part
 * @param {Map<number, number>} places
 * @returns {Piece[]}
 */
export function passageOf(page, part, places) {
  const { words } = page;
  const head = part.id ? (page.anchors.find(({ id }) => id === part.id)?.text ?? "") : page.title;
  const first = Math.min(part.start + head.trim().split(/\s+/).length, part.end);
  // Of a long answer that says the words only further down, what stands there.
  const isLate = Math.min(...[...places.keys()].filter((place) => place >= part.start && place < part.end)) >= first + ANSWER;
  const isAnswer = part.isQuestion && !isLate;
  const from = isAnswer ? first : densest(places, first, part.end);
  const until = Math.min(part.end, from + (isAnswer ? ANSWER : LENGTH));
  /** @type {Piece[]} */
  const pieces = [];
  if (from > first) pieces.push({ text: "… ", marked: false });
  for (let at = from; at < until; at += 1) add(pieces, words[at] ?? "", places.has(at));
  if (until < part.end) pieces.push({ text: " …", marked: false });
  return pieces.flatMap(trimmed);
}

/**
 * Leave what stands around a word out of its mark: full stops, brackets, quotes.
 * @param {Piece} piece
 * @returns {Piece[]}
 */
function trimmed(piece) {
  if (!piece.marked) return [piece];
  const [, before = "", text = "", after = ""] = /^([^\p{L}\p{N}]*)(.*?)([^\p{L}\p{N}]*)$/su.exec(piece.text) ?? [];
  if (!text) return [piece];
  const parts = [{ text: before, marked: false }, { text, marked: true }, { text: after, marked: false }];
  return parts.filter(({ text: own }) => own);
}

/**
 * @param {Piece[]} pieces
 * @param {string} word
 * @param {boolean} marked
 */
function add(pieces, word, marked) {
  const last = pieces.at(-1);
  const { gap, isPair } = joint(last?.text ?? "", word);
  const text = isPair ? word.slice(1) : word;
  if (last?.marked === marked) last.text += gap + text;
  else if (last && marked) {
    // The first character of a pair stands at the end of what is there.
    const head = isPair ? (last.text.at(-1) ?? "") : "";
    last.text = last.text.slice(0, last.text.length - head.length) + gap;
    pieces.push({ text: head + text, marked });
  } else pieces.push({ text: gap + text, marked });
}

/**
 * Give the place from which on a passage holds the most words of the query.
 * @param {Map<number, number>} places
 * @param {number} first
 * @param {number} end
 */
function densest(places, first, end) {
  const found = [...places.keys()].filter((place) => place >= first && place < end).sort((one, other) => one - other);
  let best = first;
  let most = 0;
  for (const place of found) {
    const from = Math.max(first, place - 4);
    const within = found.filter((other) => other >= from && other < from + LENGTH);
    const ideas = new Set(within.map((other) => places.get(other)));
    const count = ideas.size + within.length / 100;
    if (count > most) {
      most = count;
      best = from;
    }
  }
  // From the beginning, where all of it stands there.
  return best - first < 6 ? first : best;
}
