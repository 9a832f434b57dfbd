/** The maker's promise: the coverages of a policy, one row each (R1 to R11 of the contract). */

import { add, readDay, writeDay } from "./dates.js";

/** @typedef {import("./dates.js").Unit} Unit */
/** @typedef {import("./events.js").Event} Event */
/** @typedef {import("./events.js").History} History */
/** @typedef {import("./events.js").Occurrence} Occurrence */
/** @typedef {import("./events.js").Stay} Stay */
/** @typedef {import("./coverage.js").Row} Row */

/**
 * A length is exactly one of these keys.
 * @typedef {object} Length
 * @property {number | null} [days]
 * @property {number | null} [weeks]
 * @property {number | null} [months]
 * @property {number | null} [years]
 * @property {string | null} [until]
 * @property {"first_owner" | "unlimited" | null} [lifetime]
 */

/** @typedef {Length & {within_days: number}} Registration */

/**
 * @typedef {object} CoverageKeys
 * @property {string} id
 * @property {Registration | null} [on_registration]
 * @property {boolean} [pause_in_repair]
 * @property {boolean | {notify_within_days: number}} [transfer]
 * @property {Record<string, number> | null} [usage]
 * @property {string | null} [clause]
 */

/** @typedef {Length & CoverageKeys} Coverage */

/**
 * A policy file as JSON.
 * @typedef {object} Policy
 * @property {string} id
 * @property {number} version
 * @property {"consumer" | "business" | "both"} [valid_for]
 * @property {(string | {of: string, plus_days: number})[]} start
 * @property {boolean} [count_first_day]
 * @property {Coverage[]} coverages
 * @property {{rule?: "inherit" | "max_remainder" | "restart", days?: number | null} | null}
 *   [replacement]
 * @property {{own_cover_days: number} | null} [repair]
 * @property {{max: number, coverage: string} | null} [claims]
 * @property {{id: string, clause?: string | null}[]} [exclusions]
 */

/** @typedef {{day: number, kind: string, certainty: "stated" | "estimated"}} Start */

/** @type {readonly Unit[]} */
const UNITS = ["days", "weeks", "months", "years"];

/**
 * Give the start by the first entry of the policy whose event is known (R1).
 * @param {Policy} policy
 * @param {History} history
 * @returns {Start | null}
 */
export function findStart(policy, history) {
  for (const entry of policy.start) {
    const kind = typeof entry === "string" ? entry : entry.of;
    const found = history.first(kind);
    if (!found) continue;
    if (typeof entry !== "string") {
      return { day: found.day + entry.plus_days, kind, certainty: "estimated" };
    }
    const isFull = found.span.first === found.span.last;
    return { day: found.day, kind, certainty: isFull ? "stated" : "estimated" };
  }
  return null;
}

/**
 * Give the row of one coverage, and what is missing to say more.
 * @param {Policy} policy
 * @param {Coverage} coverage
 * @param {Start | null} start
 * @param {History} history
 * @param {boolean} consumer
 * @returns {{row: Row, missing: string[]}}
 */
export function follow(policy, coverage, start, history, consumer) {
  const asOf = history.asOf;
  const clause = coverage.clause ?? undefined;
  const validFor = policy.valid_for ?? "both";
  if (validFor !== "both" && validFor !== (consumer ? "consumer" : "business")) {
    const trace = [`R14 not_offered ${writeDay(asOf)}`];
    const row = { id: coverage.id, kind: "commercial", status: "not_offered", clause, trace };
    return { row, missing: [] };
  }
  const course = new Course(policy, coverage, start, history);
  course.run();
  const status = course.settle();
  const reason = course.void?.reason ?? undefined;
  const exclusion = policy.exclusions?.find((each) => each.id === reason);
  return {
    row: {
      id: coverage.id,
      kind: "commercial",
      status,
      until: course.until ?? undefined,
      clause: course.void ? (exclusion?.clause ?? undefined) : clause,
      reason,
      trace: course.trace,
    },
    missing: status === "depends" ? course.missing() : [],
  };
}

/**
 * Name a length in a trace, such as `+1 month`.
 * @param {number} amount
 * @param {Unit} unit
 */
export function nameDays(amount, unit) {
  return `+${amount} ${amount === 1 ? unit.slice(0, -1) : unit}`;
}

/** @param {Length} length */
function findUnit(length) {
  return UNITS.find((unit) => typeof length[unit] === "number") ?? null;
}

/** @param {Length} length */
function nameLength(length) {
  const unit = findUnit(length);
  if (unit) return nameDays(length[unit] ?? 0, unit);
  return length.lifetime ? `lifetime ${length.lifetime}` : "until";
}

/** One coverage while the events pass by: its last day so far, and what closed it. */
class Course {
  /**
   * @param {Policy} policy
   * @param {Coverage} coverage
   * @param {Start | null} start
   * @param {History} history
   */
  constructor(policy, coverage, start, history) {
    this.policy = policy;
    this.coverage = coverage;
    this.start = start;
    this.history = history;
    /** @type {Length} */
    this.length = coverage;
    /** @type {number | null} */
    this.until = null;
    /** @type {"void" | "ended_by_transfer" | "used_up" | "over_used" | null} */
    this.fate = null;
    /** @type {Event | null} */
    this.void = null;
    /** @type {number | null} */
    this.noticeDue = null;
    this.claims = 0;
    /** @type {string[]} */
    this.trace = [];
    /** @type {Map<number, boolean>} */
    this.begunInForce = new Map();
    /** @type {{stay: Stay, days: number, place: number} | null} */
    this.paused = null;
  }

  /** Take the start, the length, and then every event with the days after it. */
  run() {
    if (this.start) this.begin(this.start);
    else this.act("R1 unknown", this.history.asOf);
    const events = this.history.occurrences;
    events.forEach((found, place) => {
      this.take(found.day, found.event);
      const following = events[place + 1]?.day ?? this.history.asOf;
      if (following > found.day) this.pause(found.day, following);
    });
  }

  /** Name what would settle the coverage: readings by the policy's order, then the notice. */
  missing() {
    const texts = this.findUnread().map((unit) => `${unit} reading`);
    return this.noticeDue === null ? texts : [...texts, "transfer notice"];
  }

  /** Give the status by precedence (R14), and trace what it depends on. */
  settle() {
    const asOf = this.history.asOf;
    if (this.fate === "void") return "void";
    if (!this.start) return "unknown";
    if (this.fate === "ended_by_transfer" || this.fate === "used_up") return this.fate;
    if (asOf < this.start.day) return "not_started";
    if (this.fate === "over_used" || (this.until !== null && asOf > this.until)) return "expired";
    for (const unit of this.findUnread()) this.act(`R11 no ${unit} reading`, asOf);
    if (this.noticeDue !== null) this.act("R8 notice due", this.noticeDue);
    return this.missing().length ? "depends" : "covered";
  }

  findUnread() {
    const read = new Set(this.history.all("usage").map((found) => found.event.unit));
    return Object.keys(this.coverage.usage ?? {}).filter((unit) => !read.has(unit));
  }

  /**
   * @param {string} what
   * @param {number} day
   */
  act(what, day) {
    this.trace.push(`${what} ${writeDay(day)}`);
  }

  /** @param {Start} start */
  begin(start) {
    this.act(`R1 ${start.kind}`, start.day);
    this.until = this.findLastDay(start.day);
    this.act(`R2 ${nameLength(this.length)}`, this.until ?? start.day);
    const extended = this.coverage.on_registration;
    const registered = this.history.first("registered");
    if (!extended || !registered) return;
    if (registered.day <= start.day + extended.within_days) {
      this.length = extended;
      this.until = this.findLastDay(start.day);
      this.act(`R4 ${nameLength(this.length)}`, this.until ?? start.day);
    }
  }

  /**
   * Give the last day of the length from a day on; null for a lifetime.
   * @param {number} first
   * @returns {number | null}
   */
  findLastDay(first) {
    const unit = findUnit(this.length);
    if (!unit) return this.length.until ? readDay(this.length.until) : null;
    return add(first, this.length[unit] ?? 0, unit) - (this.policy.count_first_day ? 1 : 0);
  }

  /** @param {number} day */
  isInForce(day) {
    if (!this.start || this.fate || day < this.start.day) return false;
    return this.until === null || day <= this.until;
  }

  /**
   * @param {number} day
   * @param {Event} event
   */
  take(day, event) {
    if (event.kind === "void") this.withdraw(day, event);
    else if (this.fate || !this.start) return;
    else if (event.kind === "transferred") this.transfer(day, this.start.day);
    else if (event.kind === "repair_in") {
      if (!this.begunInForce.has(day)) this.begunInForce.set(day, this.isInForce(day));
    } else if (event.kind === "repair_out") this.coverRepair(day, event);
    else if (event.kind === "replaced") this.replace(day);
    else if (event.kind === "claim") this.claim(day, event);
    else if (event.kind === "usage") this.measure(day, event);
  }

  /**
   * @param {number} day
   * @param {Event} event
   */
  withdraw(day, event) {
    const named = event.coverage ?? this.coverage.id;
    if (this.void || named !== this.coverage.id) return;
    this.void = event;
    this.fate = "void";
    this.act(`R10 ${event.reason}`, day);
  }

  /**
   * @param {number} day
   * @param {number} start
   */
  transfer(day, start) {
    if (day <= start || !this.isInForce(day)) return;
    const rule = this.coverage.transfer ?? true;
    if (this.length.lifetime === "first_owner" || rule === false) {
      this.end(day);
    } else if (typeof rule === "object") {
      const due = day + rule.notify_within_days;
      const notices = this.history.all("transfer_notified");
      if (notices.some((told) => day <= told.day && told.day <= due)) return;
      if (this.history.asOf > due) this.end(day);
      else this.noticeDue = Math.min(due, this.noticeDue ?? due);
    }
  }

  /** @param {number} day */
  end(day) {
    this.until = day - 1;
    this.fate = "ended_by_transfer";
    this.act("R8 transferred", this.until);
  }

  /**
   * @param {number} day
   * @param {Event} event
   */
  coverRepair(day, event) {
    const repair = this.policy.repair;
    if (!repair || event.component !== this.coverage.id) return;
    const stay = this.history.stayOf(day);
    // A stay begins with the first repair_in of its day, taken before any repair_out.
    if (stay ? this.begunInForce.get(stay.first) : this.isInForce(day)) {
      const days = repair.own_cover_days;
      this.move(day + days, `R7 ${nameDays(days, "days")}`);
    }
  }

  /** @param {number} day */
  replace(day) {
    const rule = this.policy.replacement?.rule ?? "inherit";
    if (rule === "inherit" || !this.isInForce(day)) return;
    const days = this.policy.replacement?.days ?? 0;
    this.move(rule === "restart" ? this.findLastDay(day) : day + days, `R6 ${rule}`);
  }

  /**
   * @param {number | null} last
   * @param {string} rule
   */
  move(last, rule) {
    if (this.until === null || last === null || last <= this.until) return;
    this.until = last;
    this.act(rule, last);
  }

  /**
   * @param {number} day
   * @param {Event} event
   */
  claim(day, event) {
    const limit = this.policy.claims;
    if (!limit || limit.coverage !== this.coverage.id || event.coverage !== limit.coverage) return;
    if (!this.isInForce(day)) return;
    this.claims += 1;
    if (this.claims >= limit.max) {
      this.fate = "used_up";
      this.act("R9 used_up", day);
    }
  }

  /**
   * @param {number} day
   * @param {Event} event
   */
  measure(day, event) {
    const limit = Object.entries(this.coverage.usage ?? {}).find(([unit]) => unit === event.unit);
    if (!limit || Number(event.value) <= limit[1]) return;
    this.fate = "over_used";
    this.act(`R11 ${event.unit}`, day);
  }

  /**
   * Add the days in repair from a day to before the next one on which something happens.
   * @param {number} day
   * @param {number} following
   */
  pause(day, following) {
    if (!this.coverage.pause_in_repair || !this.start || this.fate) return;
    for (const stay of this.history.stays) {
      const first = Math.max(stay.first, day, this.start.day);
      const days = Math.min(stay.end, following) - first;
      // The last day moves with each day of the run, so its first day decides for all.
      if (days > 0 && this.until !== null && first <= this.until) {
        this.until += days;
        this.tracePause(stay, days, this.until);
      }
    }
  }

  /**
   * @param {Stay} stay
   * @param {number} days
   * @param {number} until
   */
  tracePause(stay, days, until) {
    let total = days;
    if (this.paused?.stay === stay && this.paused.place === this.trace.length) {
      total += this.paused.days;
      this.trace.pop();
    }
    this.act(`R5 ${nameDays(total, "days")}`, until);
    this.paused = { stay, days: total, place: this.trace.length };
  }
}
