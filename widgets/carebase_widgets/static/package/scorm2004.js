// A course in an LMS that speaks SCORM 2004, 4th edition.

import { Calls, decimal, findApi } from "./api.js";
import { interaction } from "./interactions.js";
import { run } from "./session.js";

/** @typedef {import("./session.js").Lms} Lms */

const API = "API_1484_11";
/** How many interactions every LMS takes (RTE 4.2.9); after them a question's last one is reused. */
const MOST = 250;

/** @implements {Lms} */
class Scorm2004 {
  limit = 64_000;
  state = "";
  place = "";
  isOver = false;
  #calls = new Calls({}, "");
  #best = -1;
  #isOnlyShown = false;
  #count = 0;
  /** The last interaction of each question. @type {Map<string, number>} */
  #last = new Map();

  begin() {
    const api = findApi(API);
    if (!api) return false;
    const calls = (this.#calls = new Calls(api, ""));
    if (calls.call("Initialize", "") !== "true") return false;
    const isNew = calls.get("cmi.entry") === "ab-initio";
    // An LMS tells an error of what was never set.
    this.state = isNew ? "" : calls.get("cmi.suspend_data");
    this.place = isNew ? "" : calls.get("cmi.location");
    this.isOver = calls.get("cmi.completion_status") === "completed";
    this.#best = this.isOver ? Number.parseFloat(calls.get("cmi.score.scaled")) || 0 : -1;
    this.#isOnlyShown = ["browse", "review"].includes(calls.get("cmi.mode"));
    this.#count = Number(calls.get("cmi.interactions._count")) || 0;
    for (let place = 0; place < this.#count; place++) this.#last.set(calls.get(`cmi.interactions.${place}.id`), place);
    if (!this.isOver && !this.#isOnlyShown) {
      calls.set("cmi.completion_status", "incomplete");
      calls.commit();
    }
    return true;
  }

  /** @type {Lms["keep"]} */
  keep(state, place) {
    if (this.#isOnlyShown) return;
    this.#calls.set("cmi.suspend_data", state);
    this.#calls.set("cmi.location", place);
  }

  /** @type {Lms["finish"]} */
  finish({ score, isPassed }) {
    const scaled = score ? Number(decimal(score, 1n)) : 0;
    // What was reached once is not lost by trying again.
    if (this.#isOnlyShown || scaled < this.#best || (scaled === this.#best && this.isOver)) return;
    this.#best = scaled;
    this.isOver = true;
    if (score) {
      this.#calls.set("cmi.score.min", "0");
      this.#calls.set("cmi.score.max", "100");
      this.#calls.set("cmi.score.raw", decimal(score, 100n));
      this.#calls.set("cmi.score.scaled", decimal(score, 1n));
    }
    this.#calls.set("cmi.completion_status", "completed");
    if (score) this.#calls.set("cmi.success_status", isPassed ? "passed" : "failed");
  }

  /** @type {Lms["answer"]} */
  answer(question, answer) {
    if (this.#isOnlyShown) return;
    const isFull = this.#count >= MOST;
    const place = isFull ? this.#last.get(question.id) : this.#count;
    if (place === undefined) return;
    for (const [element, value] of interaction(question, answer, new Date())) {
      // What an interaction is about stays as it was first said.
      const isFixed = element === "id" || element === "type" || element.startsWith("correct_responses");
      // A report that an LMS does not take is no progress that is lost.
      if (!isFull || !isFixed) this.#calls.call("SetValue", `cmi.interactions.${place}.${element}`, value);
    }
    this.#last.set(question.id, place);
    if (!isFull) this.#count += 1;
  }

  commit() {
    return this.#isOnlyShown || this.#calls.commit();
  }

  /** @type {Lms["end"]} */
  end(seconds) {
    this.#calls.set("cmi.session_time", `PT${Math.round(seconds * 100) / 100}S`);
    this.#calls.set("cmi.exit", "suspend");
    this.#calls.commit();
    this.#calls.call("Terminate", "");
  }
}

run(new Scorm2004());
