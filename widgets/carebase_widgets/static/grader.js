// The service that grades a course: answers are written down before they are sent, and stay so
// until they have been answered. Whatever happens in between, they are sent again under the same
// key, by any page of the course, and count once.

import { now } from "./learning.js";

/** @typedef {import("./learning.js").Waiting} Waiting */
/**
 * @typedef {object} Said
 * @property {string} question
 * @property {string} version
 * @property {string} share
 * @property {number} attempts
 * @property {number | null} left
 * @property {string[]} feedback
 * @property {string} explanation
 */
/** @typedef {{detail?: string, errors?: {field: string, message: string}[], results?: Said[]}} Answer */

const PATIENCE = 15_000;
const FIRST_TRY = 5_000;
const LAST_TRY = 300_000;
/** Answers that will not be taken however often they are sent. */
const FINAL = new Set([400, 413, 415, 422]);

/** @type {Map<string, Grader>} */
const graders = new Map();

/**
 * Give the grader of a course, the same to everything on a page.
 * @param {import("./learning.js").Progress} progress
 * @param {string} endpoint
 */
export function graderOf(progress, endpoint) {
  const address = new URL(`v1/courses/${encodeURIComponent(progress.course)}/attempts`, new URL(endpoint, document.baseURI)).href;
  const found = graders.get(address) ?? new Grader(progress, address);
  graders.set(address, found);
  return found;
}

export class Grader extends EventTarget {
  /** The keys of what is on its way. @type {Set<string>} */
  #busy = new Set();
  /** Why an answer was not taken, by question. @type {Map<string, string>} */
  refused = new Map();
  #pause = FIRST_TRY;
  #timer = 0;

  /**
   * @param {import("./learning.js").Progress} progress
   * @param {string} address
   */
  constructor(progress, address) {
    super();
    this.progress = progress;
    this.address = address;
    window.addEventListener("online", () => void this.resume());
  }

  /**
   * Tell how it stands with an answer: on its way, kept to be sent later, or neither.
   * @param {string} question
   * @returns {"busy" | "waiting" | ""}
   */
  stateOf(question) {
    const mine = this.progress.waiting.filter(({ answers }) => answers.some((one) => one.question === question));
    if (mine.some(({ key }) => this.#busy.has(key))) return "busy";
    return mine.length ? "waiting" : "";
  }

  /**
   * Write answers down and send them.
   * @param {Waiting["answers"]} answers
   */
  async grade(answers) {
    const { progress } = this;
    const names = new Set(answers.map(({ question }) => question));
    for (const name of names) this.refused.delete(name);
    for (const older of progress.waiting) {
      // What the learner has thought better of meanwhile.
      if (!this.#busy.has(older.key) && older.answers.every(({ question }) => names.has(question))) progress.stopWaiting(older.key);
    }
    const waiting = { key: chance(), answers, language: document.documentElement.lang || "en", at: Date.now() };
    progress.wait(waiting);
    await this.#send(waiting);
    this.#later();
  }

  /** Send what waits. */
  async resume() {
    for (const waiting of this.progress.waiting) if (!this.#busy.has(waiting.key)) await this.#send(waiting);
    this.#later();
  }

  /** Ask how all answers stand: another device may have sent some, and a course may have changed. */
  async refresh() {
    const { response, answer } = await this.#post({ attempt: this.progress.attempt, answers: [] });
    if (response?.ok) this.#take(answer.results ?? []);
  }

  /** @param {Waiting} waiting */
  async #send({ key, answers, language }) {
    this.#busy.add(key);
    this.#tell();
    const { response, answer } = await this.#post({ attempt: this.progress.attempt, answers, _lang: language }, key);
    this.#busy.delete(key);
    if (response?.ok && answer.results) {
      this.progress.stopWaiting(key);
      this.#take(answer.results, answers);
    } else if (response && FINAL.has(response.status)) {
      this.progress.stopWaiting(key);
      for (const { question } of answers) {
        const told = answer.errors?.find(({ field }) => field === question)?.message;
        const isOthers = !told && answer.errors?.some(({ field }) => answers.some((one) => one.question === field));
        this.refused.set(question, told ?? (isOthers ? "" : (answer.errors?.[0]?.message ?? answer.detail ?? `${response.status}`)));
      }
      await this.refresh();
    }
    this.#tell();
  }

  /**
   * @param {object} body
   * @param {string} [key]
   * @returns {Promise<{response: Response | null, answer: Answer}>}
   */
  async #post(body, key) {
    try {
      const response = await fetch(this.address, {
        method: "POST",
        headers: { "content-type": "application/json", ...(key ? { "idempotency-key": key } : {}) },
        body: JSON.stringify(body),
        credentials: "omit",
        signal: AbortSignal.timeout(PATIENCE),
      });
      return { response, answer: await response.json() };
    } catch {
      return { response: null, answer: {} };
    }
  }

  /**
   * @param {Said[]} results
   * @param {Waiting["answers"]} [answers]
   */
  #take(results, answers = []) {
    const { progress } = this;
    for (const { question, version, share, attempts, left, feedback, explanation } of results) {
      const before = progress.answer(question);
      const given = answers.find((one) => one.question === question)?.given ?? before?.given ?? [];
      const isSame = before && before.version === version && before.share === share && before.attempts === attempts && before.left === left;
      if (!isSame || answers.length) progress.setAnswer(question, { version, given, share, attempts, left, feedback, explanation, at: now() });
    }
  }

  /** Try again while the page is open, less and less often. */
  #later() {
    clearTimeout(this.#timer);
    if (!this.progress.waiting.length) {
      this.#pause = FIRST_TRY;
      return;
    }
    this.#timer = setTimeout(() => void this.resume(), this.#pause);
    this.#pause = Math.min(this.#pause * 2, LAST_TRY);
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}

/** A key that no other answers have; `randomUUID` is not there on every page. */
function chance() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
