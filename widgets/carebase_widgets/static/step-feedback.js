// A note on one step of a guide: the feedback of the page, written where it came up.

import { element } from "./elements.js";

/**
 * Make the form of a note on a step. It is that of the page's feedback, whose question is answered
 * already: whoever writes here was not helped.
 * @param {Node} whole The feedback of the page, as it was before anything was sent with it.
 * @param {string} section The anchor of the step.
 * @param {string} asked What is asked for.
 */
export function noteOn(whole, section, asked) {
  const note = /** @type {HTMLElement} */ (whole.cloneNode(true));
  const form = /** @type {HTMLFormElement} */ (note.querySelector("form"));
  const area = /** @type {HTMLTextAreaElement} */ (form.querySelector("textarea"));
  const no = [...form.querySelectorAll("input[type=radio]")].at(-1);
  note.classList.add("cb-note");
  note.setAttribute("data-open", "");
  if (no instanceof HTMLInputElement) form.append(sent(no.name, no.value));
  form.querySelector("fieldset")?.remove();
  form.querySelector("input[name=section]")?.remove();
  form.append(sent("section", section));
  for (const named of form.querySelectorAll("[id]")) named.id += `-${section}`;
  for (const name of ["for", "aria-describedby"]) {
    for (const one of form.querySelectorAll(`[${name}]`)) {
      const ids = (one.getAttribute(name) ?? "").split(" ");
      one.setAttribute(name, ids.map((id) => `${id}-${section}`).join(" "));
    }
  }
  const label = form.querySelector("label");
  if (label) label.textContent = asked;
  // Here the note is all there is to send.
  form.addEventListener("submit", (event) => {
    if (area.value.trim()) return;
    event.preventDefault();
    event.stopPropagation();
    area.focus();
  });
  return note;
}

/**
 * @param {string} name
 * @param {string} value
 */
function sent(name, value) {
  return element("input", { type: "hidden", name, value });
}
