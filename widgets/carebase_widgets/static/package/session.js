// One sitting of a learner in an LMS: what is known is taken from there and kept there.

import { element } from "../elements.js";
import { Progress, keepOn } from "../learning.js";
import { Score } from "../scores.js";
import { contentsOf } from "./outline.js";
import { pack, unpack } from "./packed.js";
import { makePlayer } from "./player.js";

/**
 * @typedef {object} Lms One of the two interfaces of SCORM, in the same words.
 * @property {number} limit How many letters of suspend data it takes.
 * @property {() => boolean} begin Tells whether anything can be kept.
 * @property {string} state Suspend data.
 * @property {string} place The name of the page that was open last.
 * @property {boolean} isOver Whether the course was finished in an earlier sitting.
 * @property {(state: string, place: string) => void} keep
 * @property {(result: Result) => void} finish
 * @property {(question: import("./outline.js").Asked, answer: import("../learning.js").Answered) => void} answer
 * @property {() => boolean} commit
 * @property {(seconds: number) => void} end
 */
/** @typedef {{score: import("../grading.js").Share | null, isPassed: boolean}} Result */

/** What is worth telling the LMS at once; seconds go along with it. */
const TOLD = /^(?:[ql]\/|place$|finished$)/;

/**
 * Run a course in an LMS.
 * @param {Lms} lms
 */
export function run(lms) {
  const player = makePlayer();
  const contents = contentsOf(player.pages);
  const prefix = `carebase-course/${contents.course}/`;
  const progress = new Progress(contents.course);
  const began = performance.now();
  /** @type {Map<string, string>} */
  const kept = new Map();
  const canKeep = lms.begin();
  if (canKeep) take(unpack(lms.state, contents));
  keepOn({
    get: (key) => kept.get(key) ?? null,
    set: (key, value) => change(key, () => kept.set(key, value)),
    remove: (key) => change(key, () => kept.delete(key)),
    keys: () => [...kept.keys()],
  });

  /** @param {import("./packed.js").Known | null} known */
  function take(known) {
    if (!known) return;
    /** @type {[string, unknown][]} */
    const entries = [["seed", known.seed], ["seconds", known.seconds]];
    if (known.finishedAt) entries.push(["finished", { at: known.finishedAt }]);
    if (known.place) entries.push(["place", known.place]);
    for (const key of known.done) entries.push([`l/${key}`, { at: 0 }]);
    for (const [id, answer] of known.answers) entries.push([`q/${id}`, answer]);
    for (const [name, value] of entries) kept.set(prefix + name, JSON.stringify(value));
  }

  function known() {
    const names = [...kept.keys()].map((key) => key.slice(prefix.length));
    const answers = new Map();
    for (const { id } of contents.asked) {
      const answer = progress.answer(id);
      if (answer) answers.set(id, answer);
    }
    // What was answered after the end is a part of the result too.
    const finishedAt = progress.isFinished && Math.max(progress.finishedAt, ...[...answers.values()].map(({ at }) => at));
    return {
      ...{ seed: progress.seed, seconds: progress.seconds, place: progress.place, answers, finishedAt: Number(finishedAt) },
      done: names.filter((name) => name.startsWith("l/")).map((name) => name.slice(2)),
    };
  }

  /**
   * @param {string} key
   * @param {() => void} act
   */
  function change(key, act) {
    act();
    const name = key.slice(prefix.length);
    if (!canKeep || !key.startsWith(prefix) || !TOLD.test(name)) return;
    if (name.startsWith("q/")) {
      const question = contents.asked.find(({ id }) => `q/${id}` === name);
      const answer = question && progress.answer(question.id);
      if (question && answer) lms.answer(question, answer);
    }
    tell();
  }

  /** Hand over all that is known. */
  function tell() {
    lms.keep(pack(known(), contents, lms.limit), player.here);
    if (progress.isFinished) lms.finish(result());
    if (!lms.commit()) warn("package.refused");
  }

  /** @returns {Result} */
  function result() {
    const score = new Score(contents.questions, progress);
    const isScored = contents.questions.length > 0;
    return { score: isScored ? score.share : null, isPassed: !isScored || score.passes(contents.mark) };
  }

  /** @param {string} key */
  function warn(key) {
    const strings = document.querySelector("body > header template[data-strings]");
    const words = strings instanceof HTMLTemplateElement ? JSON.parse(strings.content.textContent ?? "{}") : {};
    document.querySelector("[data-package-note]")?.replaceChildren(element("p", {}, `${words[key]}`));
  }

  let isOver = false;
  window.addEventListener("pagehide", () => {
    if (isOver || !canKeep) return;
    isOver = true;
    lms.keep(pack(known(), contents, lms.limit), player.here);
    lms.end((performance.now() - began) / 1000);
  });
  // What comes back from the browser's memory has said goodbye already.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && isOver) location.reload();
  });
  if (!canKeep) warn("package.alone");
  player.start(progress.isFinished || lms.isOver ? "" : lms.place);
}
