// Keeping an answer: on paper, or as a link that says nothing about its owner.
import { element } from "./form.js";

/** @typedef {Record<string, string>} Words */

/** What a link holds: enough for the same answer, and never the serial number. */
const SHARED = ["product", "model", "bought", "country"];

/**
 * Make the buttons below an answer; without a day of purchase there is nothing to share.
 * @param {Words} words
 * @param {Record<string, unknown>} answers
 * @returns {HTMLElement}
 */
export function keepers(words, answers) {
  const said = element("p", { class: "cb-keep__said", role: "status" });
  const print = makeButton(`${words["keep.print"]}`, () => window.print());
  const box = element("div", { class: "cb-keep" }, print);
  if (answers["bought"]) {
    const link = linkOf(answers);
    const note = element("p", { class: "cb-help" }, `${words["keep.note"]}`);
    box.append(makeButton(`${words["keep.share"]}`, () => share(words, link, said)), note, said);
  }
  return box;
}

/** @param {Record<string, unknown>} answers */
function linkOf(answers) {
  const held = new URLSearchParams();
  for (const name of SHARED) if (answers[name]) held.set(name, String(answers[name]));
  held.set("show", "answer");
  return `${location.origin}${location.pathname}#${held}`;
}

/**
 * Share by the system where it can (as on phones), else copy, else show what to copy.
 * @param {Words} words
 * @param {string} url
 * @param {HTMLElement} said
 */
async function share(words, url, said) {
  try {
    if (navigator.share) {
      await navigator.share({ title: document.title, url });
      return;
    }
    await navigator.clipboard.writeText(url);
    said.textContent = `${words["keep.copied"]}`;
  } catch (error) {
    // Who closes the system's sheet wants nothing more.
    if (error instanceof DOMException && error.name === "AbortError") return;
    const about = { class: "cb-input", readonly: "", value: url, "aria-label": `${words["keep.link"]}` };
    const line = element("input", about);
    said.replaceChildren(line);
    line.select();
  }
}

/**
 * @param {string} said
 * @param {() => void} act
 */
function makeButton(said, act) {
  const button = element("button", { class: "cb-again", type: "button" }, said);
  button.addEventListener("click", act);
  return button;
}

/**
 * Make a calendar file that a link can lead to; it is gone with the page.
 * @param {string} text
 */
export function keepFile(text) {
  return URL.createObjectURL(new Blob([text], { type: "text/calendar;charset=utf-8" }));
}
