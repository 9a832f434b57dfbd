// A course in an LMS that speaks SCORM 1.2.

import { Calls, decimal, findApi } from "./api.js";
import { run } from "./session.js";

/** @typedef {import("./session.js").Lms} Lms */

const OVER = new Set(["passed", "failed", "completed"]);

/** @implements {Lms} */
class Scorm12 {
  limit = 4096;
  state = "";
  place = "";
  isOver = false;
  #calls = new Calls({}, "LMS");
  #best = -1;
  /** Whether the LMS shows the course without counting it. */
  #isOnlyShown = false;

  begin() {
    const api = findApi("API");
    if (!api) return false;
    const calls = (this.#calls = new Calls(api, "LMS"));
    if (calls.call("Initialize", "") !== "true") return false;
    this.state = calls.get("cmi.suspend_data");
    this.place = calls.get("cmi.core.lesson_location");
    const status = calls.get("cmi.core.lesson_status");
    this.isOver = OVER.has(status);
    this.#best = this.isOver ? Number.parseFloat(calls.get("cmi.core.score.raw")) || 0 : -1;
    this.#isOnlyShown = ["browse", "review"].includes(calls.get("cmi.core.lesson_mode"));
    if (!this.isOver && !this.#isOnlyShown) {
      calls.set("cmi.core.lesson_status", "incomplete");
      calls.commit();
    }
    return true;
  }

  /** @type {Lms["keep"]} */
  keep(state, place) {
    if (this.#isOnlyShown) return;
    this.#calls.set("cmi.suspend_data", state);
    this.#calls.set("cmi.core.lesson_location", place);
  }

  /** @type {Lms["finish"]} */
  finish({ score, isPassed }) {
    const raw = score ? Number(decimal(score, 100n)) : 0;
    // What was reached once is not lost by trying again.
    if (this.#isOnlyShown || raw < this.#best || (raw === this.#best && this.isOver)) return;
    this.#best = raw;
    this.isOver = true;
    if (score) {
      this.#calls.set("cmi.core.score.min", "0");
      this.#calls.set("cmi.core.score.max", "100");
      this.#calls.set("cmi.core.score.raw", decimal(score, 100n));
    }
    this.#calls.set("cmi.core.lesson_status", !score ? "completed" : isPassed ? "passed" : "failed");
  }

  answer() {
    // Each answer is in the state; what else 1.2 has for them is not read by anything.
  }

  commit() {
    return this.#isOnlyShown || this.#calls.commit();
  }

  /** @type {Lms["end"]} */
  end(seconds) {
    this.#calls.set("cmi.core.session_time", time(seconds));
    this.#calls.set("cmi.core.exit", "suspend");
    this.#calls.commit();
    this.#calls.call("Finish", "");
  }
}

/**
 * Write a span of time as `0001:02:03.04`.
 * @param {number} seconds
 */
function time(seconds) {
  const hundredths = Math.min(Math.round(seconds * 100), 3_599_999_99);
  const [hours, minutes] = [Math.floor(hundredths / 360_000), Math.floor(hundredths / 6000) % 60];
  const rest = hundredths % 6000;
  const two = (/** @type {number} */ number) => `${number}`.padStart(2, "0");
  return `${`${hours}`.padStart(4, "0")}:${two(minutes)}:${two(Math.floor(rest / 100))}.${two(rest % 100)}`;
}

run(new Scorm12());
