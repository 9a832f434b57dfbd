// The score of a course, from what is kept of a learner's answers.

import { drawn } from "./drawing.js";
import { NOTHING, add, passes, readShare, rounded, shareOf, times } from "./grading.js";

/** @typedef {import("./grading.js").Share} Share */
/** @typedef {{id: string, version: string, points: string, text: string, lesson: number, quiz: number, draw: number | null, see?: [string, string][]}} Question */
/** @typedef {"open" | "wrong" | "updated"} Reason */

/**
 * Give the questions that this learner is asked: of a pool, those that were drawn.
 * @param {Question[]} questions
 * @param {import("./learning.js").Progress} progress
 */
export function askedOf(questions, progress) {
  /** @type {Map<number, Question[]>} */
  const quizzes = new Map();
  for (const question of questions) quizzes.set(question.quiz, [...(quizzes.get(question.quiz) ?? []), question]);
  return [...quizzes.values()].flatMap((pool) => {
    const draw = pool[0]?.draw;
    if (!draw || draw >= pool.length) return pool;
    const chosen = drawn(pool.map(({ id }) => id), draw, progress.seed);
    return pool.filter(({ id }) => chosen.has(id));
  });
}

/**
 * Give the day on which the last was done that the result is made of, as `2026-11-22`.
 * @param {Question[]} questions
 * @param {import("./learning.js").Progress} progress
 */
export function dayOf(questions, progress) {
  const times = askedOf(questions, progress).map(({ id }) => progress.answer(id)?.at ?? 0);
  const day = new Date(Math.max(progress.finishedAt, ...times) * 1000);
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((one) => String(one).padStart(2, "0")).join("-");
}

/** What a learner has reached in a course. */
export class Score {
  /** @type {Share} */
  reached = NOTHING;
  /** @type {Share} */
  possible = NOTHING;
  /** @type {{question: Question, reason: Reason}[]} */
  repeat = [];

  /**
   * @param {Question[]} questions
   * @param {import("./learning.js").Progress} progress
   */
  constructor(questions, progress) {
    for (const question of askedOf(questions, progress)) {
      const points = readShare(question.points);
      const kept = progress.answer(question.id);
      const share = kept ? readShare(kept.share) : NOTHING;
      this.possible = add(this.possible, points);
      // An answer stays one when the question's words change; the learner is asked to look again.
      this.reached = add(this.reached, times(points, share));
      const isWhole = share[0] === share[1];
      /** @type {Reason | null} */
      const reason = !kept ? "open" : kept.version !== question.version ? "updated" : isWhole ? null : "wrong";
      if (reason) this.repeat.push({ question, reason });
    }
  }

  get share() {
    return shareOf(this.reached, this.possible);
  }

  get percent() {
    return rounded(times(this.share, [100n, 1n]), 1);
  }

  /** @param {number} mark Per cent. */
  passes(mark) {
    return passes(this.share, mark);
  }
}

export { rounded };
