// Says the opening hours of today, in the time zone of those who answer.

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/**
 * Give the place of a moment's weekday in a week that begins on Monday.
 * @param {Date} moment
 * @param {string} zone an IANA time zone
 */
export function weekdayIn(moment, zone) {
  const name = new Intl.DateTimeFormat("en", { weekday: "short", timeZone: zone }).format(moment);
  return DAYS.indexOf(name);
}

/** `<carebase-hours zone hours data-open data-closed>`: nothing stands in it without JavaScript. */
export class CarebaseHours extends HTMLElement {
  connectedCallback() {
    /** @type {string[][]} */
    const week = JSON.parse(this.getAttribute("hours") ?? "[]");
    const spans = week[weekdayIn(new Date(), this.getAttribute("zone") ?? "UTC")] ?? [];
    const open = (this.dataset.open ?? "{hours}").replace("{hours}", spans.join(", "));
    const said = spans.length ? open.replaceAll("-", "–") : (this.dataset.closed ?? "");
    if (this.firstChild?.nodeValue !== said) this.replaceChildren(said);
  }
}
