// Counts until which day somebody can withdraw from a contract, by the rules of Regulation (EEC,
// Euratom) 1182/71: the day of the event does not count, and a period whose last day is a public
// holiday, a Saturday or a Sunday ends with the next working day.

import { findSpan, readDay, writeDay } from "./dates.js";
import { element, fill } from "./elements.js";
import { spell } from "./reasons.js";

/**
 * Give the last day of a period, which belongs to it. Days count from 1970-01-01.
 * @param {number} event the day of the event, which does not count
 * @param {number} length in calendar days
 * @param {Set<number> | null} holidays public ones; null where no working day is waited for
 * @returns {number}
 */
export function lastDay(event, length, holidays) {
  let last = event + length;
  // 1970-01-01 was a Thursday.
  while (holidays && ((last + 3) % 7 > 4 || holidays.has(last))) last += 1;
  return last;
}

/** `<carebase-withdrawal days>`: what stands in it is all there is without JavaScript. */
export class CarebaseWithdrawal extends HTMLElement {
  /** @type {Record<string, string>} */
  words = {};

  connectedCallback() {
    const strings = this.querySelector(":scope > template[data-strings]");
    if (!(strings instanceof HTMLTemplateElement) || this.querySelector("input")) return;
    this.words = JSON.parse(strings.content.textContent ?? "{}");
    const { words } = this;
    const asked = words["withdraw.asked"] ?? words["withdraw.asked.contract"] ?? "";
    const input = element("input", {
      class: "cb-input", id: "withdrawal-received", type: "date", max: today(), "aria-describedby": "withdrawal-received-help",
    });
    const answer = element("p", { role: "status" });
    input.addEventListener("input", () => {
      const said = findSpan(input.value) ? this.answer(input.value, today()) : "";
      if (answer.textContent !== said) answer.textContent = said;
    });
    // Below the sentence, above where it is written.
    this.querySelector(".cb-purpose")?.before(
      element(
        "div",
        { class: "cb-field" },
        element("label", { class: "cb-label", for: input.id }, asked),
        input,
        ...(words["withdraw.asked"]
          ? [element("p", { class: "cb-help", id: "withdrawal-received-help" }, words["withdraw.asked.help"] ?? "")]
          : []),
        answer,
      ),
    );
  }

  /**
   * Say whether the period is open, and until when.
   * @param {string} received YYYY-MM-DD
   * @param {string} now the same for today
   */
  answer(received, now) {
    if (received > now) return this.words["withdraw.future"] ?? "";
    const days = this.last(received, "days");
    if (days >= now) return this.say(this.knows(days) ? "open" : "at_least", days);
    const over = this.say(this.knows(days) ? "over" : "over.rough", days);
    const visit = this.hasAttribute("visit") ? this.last(received, "visit") : "";
    return visit >= now ? `${this.say("visit.open", visit)} ${over}` : over;
  }

  /**
   * Tell whether the public holidays of a day's year stand in the page, if they matter.
   * @param {string} day
   */
  knows(day) {
    const [first = "9999", last = "0"] = this.getAttribute("years")?.split("-") ?? [];
    const year = day.slice(0, 4);
    return !this.hasAttribute("working-day") || (first <= year && year <= last);
  }

  /**
   * @param {string} received
   * @param {string} length the attribute that has it
   */
  last(received, length) {
    const list = (this.getAttribute("holidays") ?? "").split(" ").filter(Boolean);
    const holidays = this.hasAttribute("working-day") ? new Set(list.map(readDay)) : null;
    return writeDay(lastDay(readDay(received), Number(this.getAttribute(length)), holidays));
  }

  /**
   * @param {string} key
   * @param {string} day
   */
  say(key, day) {
    return fill(this.words[`withdraw.${key}`], { date: spell(this.words, day) });
  }
}

/** Give the reader's own day. */
function today() {
  const now = new Date();
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()];
  return day.map((part) => String(part).padStart(2, "0")).join("-");
}
