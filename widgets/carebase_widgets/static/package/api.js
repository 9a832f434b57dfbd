// Finding the interface of an LMS, and calling it without being stopped by what it does.

/** @typedef {Record<string, (...values: string[]) => unknown>} Api */

const DEEPEST = 50;

/**
 * Look in the windows around this one, then in those around the one that opened it (SCORM 1.2
 * RTE 3.3.6.1, SCORM 2004 4th edition RTE 3.3.1).
 * @param {string} name
 * @returns {Api | null}
 */
export function findApi(name) {
  return search(window, name) ?? search(window.opener, name);
}

/**
 * @param {Window | null} start
 * @param {string} name
 * @returns {Api | null}
 */
function search(start, name) {
  let place = start;
  for (let depth = 0; place && depth < DEEPEST; depth++) {
    try {
      const found = /** @type {Record<string, any>} */ (/** @type {unknown} */ (place))[name];
      if (found) return found;
    } catch {
      // A window of another host shows nothing of itself.
    }
    if (place.parent === place) return null;
    place = place.parent;
  }
  return null;
}

/** The calls of an interface; one that throws has failed. */
export class Calls {
  /** Whether every value since the last asking was taken. */
  isTaken = true;

  /**
   * @param {Api} api
   * @param {string} prefix What stands before the names of the calls.
   */
  constructor(api, prefix) {
    this.api = api;
    this.prefix = prefix;
  }

  /**
   * @param {string} name
   * @param {...string} values
   */
  call(name, ...values) {
    try {
      return `${this.api[`${this.prefix}${name}`]?.(...values) ?? ""}`;
    } catch {
      return "";
    }
  }

  /** @param {string} element */
  get(element) {
    return this.call("GetValue", element);
  }

  /**
   * @param {string} element
   * @param {string} value
   */
  set(element, value) {
    const isTaken = this.call("SetValue", element, value) === "true";
    this.isTaken &&= isTaken;
    return isTaken;
  }

  /** Have everything stored; tells whether that was done. */
  commit() {
    const { isTaken } = this;
    this.isTaken = true;
    return this.call("Commit", "") === "true" && isTaken;
  }
}

/**
 * Write a share as a decimal number that is never above it: an LMS compares it with the pass mark.
 * @param {import("../grading.js").Share} share
 * @param {bigint} whole What all of it is.
 */
export function decimal([top, bottom], whole) {
  const scale = 10_000_000n;
  const number = (top * whole * scale) / bottom;
  const rest = `${number % scale}`.padStart(7, "0").replace(/0+$/, "");
  return rest ? `${number / scale}.${rest}` : `${number / scale}`;
}
