// Says whether it is open now, and when it opens next, in the time zone of those who answer and in
// the reader's own where that differs. Public holidays stand in the page's list of them, by name.

import { element, fill } from "./elements.js";

const MINUTE = 60_000;
const DAY = 1440;
/** How far ahead one looks for a day on which it opens. */
const AHEAD = 31;
const AGAIN = 20_000;

/** @typedef {{day: number, minute: number}} Moment `day` counts from 1970-01-01, `minute` from midnight. */
/** @typedef {{open: boolean, always?: boolean, holiday?: string, until?: Moment, next?: Moment, skipped: {day: number, name: string}[]}} State */

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/**
 * Give a moment as clocks of a time zone show it.
 * @param {number} moment in milliseconds since 1970
 * @param {string} zone an IANA time zone
 * @returns {Moment}
 */
export function shownIn(moment, zone) {
  let format = formats.get(zone);
  if (!format) {
    const two = /** @type {const} */ ("2-digit");
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone, hourCycle: "h23", year: "numeric", month: two, day: two, hour: two, minute: two,
    });
    formats.set(zone, format);
  }
  /** @type {Record<string, number>} */
  const part = {};
  for (const { type, value } of format.formatToParts(moment)) part[type] = Number(value);
  const day = Math.floor(Date.UTC(part.year, part.month - 1, part.day) / (DAY * MINUTE));
  return { day, minute: part.hour * 60 + part.minute };
}

/**
 * Give the moment at which clocks of a time zone show a day and a minute.
 * @param {Moment} shown
 * @param {string} zone
 */
export function momentOf(shown, zone) {
  const wanted = (shown.day * DAY + shown.minute) * MINUTE;
  let found = wanted;
  // The second round is for the hours around a change of the clocks.
  for (let round = 0; round < 2; round += 1) {
    const { day, minute } = shownIn(found, zone);
    found += wanted - (day * DAY + minute) * MINUTE;
  }
  return found;
}

/** @param {string} time such as `09:30`, or `24:00` */
function minutesOf(time) {
  const [hours, minutes] = time.split(":");
  return Number(hours) * 60 + Number(minutes);
}

/**
 * Tell whether it is open at a moment, until when, and when it opens next.
 * @param {Moment} now in the zone of those who answer
 * @param {string[][]} week for Monday to Sunday the spans, such as `09:00-17:00`
 * @param {Map<number, string>} holidays names by day
 * @returns {State}
 */
export function stateAt(now, week, holidays) {
  if (week.every((spans) => spans.join() === "00:00-24:00")) return { open: true, always: true, skipped: [] };
  // 1970-01-01 was a Thursday.
  const planned = (/** @type {number} */ day) => week[(day + 3) % 7] ?? [];
  const spansOf = (/** @type {number} */ day) =>
    (holidays.has(day) ? [] : planned(day)).map((span) => span.split("-").map(minutesOf));
  const current = spansOf(now.day).find(([start, end]) => start <= now.minute && now.minute < end);
  if (current) {
    // Past midnight it goes on where the next day begins with it.
    let until = { day: now.day, minute: current[1] };
    while (until.minute === DAY && until.day < now.day + AHEAD) {
      const on = spansOf(until.day + 1).find(([start]) => start === 0);
      until = { day: until.day + 1, minute: on?.[1] ?? 0 };
      if (!on) break;
    }
    return { open: true, until, skipped: [] };
  }
  const skipped = [];
  const holiday = planned(now.day).length ? holidays.get(now.day) : undefined;
  for (let day = now.day; day < now.day + AHEAD; day += 1) {
    const span = spansOf(day).find(([start]) => day > now.day || start > now.minute);
    if (span) return { open: false, holiday, next: { day, minute: span[0] }, skipped };
    const name = holidays.get(day);
    if (name && day > now.day && planned(day).length) skipped.push({ day, name });
  }
  return { open: false, holiday, skipped: [] };
}

/** `<carebase-hours zone hours>`: nothing stands in it without JavaScript. */
export class CarebaseHours extends HTMLElement {
  /** @type {Record<string, string>} */
  words = {};

  connectedCallback() {
    const block = this.closest(".cb-contact");
    const strings = block?.querySelector(":scope > template[data-strings]");
    if (!block || !(strings instanceof HTMLTemplateElement)) return;
    this.words = JSON.parse(strings.content.textContent ?? "{}");
    /** @type {string[][]} */
    this.week = JSON.parse(this.getAttribute("hours") ?? "[]");
    /** @type {Map<number, string>} */
    this.holidays = new Map();
    for (const entry of block.querySelectorAll(".cb-holidays li")) {
      const date = Date.parse(entry.querySelector("time")?.dateTime ?? "");
      this.holidays.set(date / (DAY * MINUTE), entry.querySelector("span")?.textContent ?? "");
    }
    this.show();
    this.timer = setInterval(() => this.show(), AGAIN);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  show() {
    const zone = this.getAttribute("zone") ?? "UTC";
    const now = shownIn(Date.now(), zone);
    const week = this.week ?? [];
    const holidays = this.holidays ?? new Map();
    const spans = week[(now.day + 3) % 7] ?? [];
    const lines = [];
    // A page that was built long ago knows no holidays of this year: it says the plan alone.
    if (holidays.size && now.day > lastDay(holidays)) {
      lines.push(["plan", this.today(spans)]);
    } else {
      const state = stateAt(now, week, holidays);
      lines.push([state.open ? "open" : "closed", this.sentence(state, now, zone)]);
      if (spans.length && !state.holiday && !state.always) lines.push(["plan", this.today(spans)]);
    }
    const said = lines.map(([, words]) => words).join("\n");
    if (this.dataset.said === said) return;
    this.dataset.said = said;
    this.replaceChildren(...lines.map(([kind, words]) => element("p", { class: `cb-hours cb-hours--${kind}` }, words)));
  }

  /** @param {string[]} spans */
  today(spans) {
    const hours = spans.join(", ").replaceAll("-", "–");
    return spans.length ? fill(this.words["contact.today"], { hours }) : this.words["contact.closed_today"];
  }

  /**
   * @param {State} state
   * @param {Moment} now
   * @param {string} zone
   */
  sentence(state, now, zone) {
    const { words } = this;
    if (state.always) return words["hours.always"];
    if (state.until) return fill(words["hours.open"], { time: this.time(state.until, zone) });
    const first = state.holiday ? fill(words["hours.holiday"], { name: state.holiday }) : words["hours.closed"];
    const skipped = state.skipped.map(({ day, name }) => fill(words["hours.skipped"], { day: this.day(day), name }));
    const { next } = state;
    if (!next) return first;
    const key = ["hours.opens_today", "hours.opens_tomorrow"][next.day - now.day] ?? "hours.opens";
    const opens = fill(words[key], { day: this.day(next.day), time: this.time(next, zone) });
    return [first, ...skipped, opens].join(" ");
  }

  /** @param {number} day */
  day(day) {
    const format = { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" };
    // Days stand before months, as in the dates that the build writes.
    const language = (document.documentElement.lang || "en").replace(/^en$/, "en-GB");
    return new Intl.DateTimeFormat(language, /** @type {Intl.DateTimeFormatOptions} */ (format)).format(
      day * DAY * MINUTE,
    );
  }

  /**
   * Give a time of the zone, and beside it the reader's own where that is another.
   * @param {Moment} shown
   * @param {string} zone
   */
  time(shown, zone) {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone || zone;
    const there = shownIn(momentOf(shown, zone), own);
    const time = clock(shown.minute);
    if (there.day === shown.day && there.minute === shown.minute) return time;
    const yours = there.day === shown.day ? clock(there.minute) : `${this.day(there.day)}, ${clock(there.minute)}`;
    return fill(this.words["hours.yours"], { time, yours });
  }
}

/** @param {number} minute */
function clock(minute) {
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}

/**
 * Give the last day of the year of the last holiday that is known.
 * @param {Map<number, string>} holidays
 */
function lastDay(holidays) {
  const year = new Date(Math.max(...holidays.keys()) * DAY * MINUTE).getUTCFullYear();
  return Date.UTC(year, 11, 31) / (DAY * MINUTE);
}
