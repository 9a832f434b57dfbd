// All that is known of a learner in few letters: SCORM 1.2 takes 4,096 of them, in ASCII.
//
// What is written:
//   1                 the form of what follows
//   FFFFFF            when it was finished, in seconds since 1970; none before
//   SSSSSSSSSSSSSSSS  what decides which questions are drawn
//   TTTTT             seconds spent
//   PPPP              the lesson that was open last, by the mark of its key
//   NN LLLL…          how many lessons are done, and the mark of each
//   then each answer: MMMM its question's mark, V that of its version, A attempts,
//                     S the share reached, L the length of what was given, and that
// Marks take the place of ids, so that a new edition of the package finds what it still knows.

import { ALL, NOTHING, readShare, writeShare } from "../grading.js";

/** @typedef {import("./outline.js").Contents} Contents */
/** @typedef {import("./outline.js").Asked} Asked */
/** @typedef {import("../learning.js").Answered} Answered */
/**
 * @typedef {object} Known
 * @property {string} seed
 * @property {number} finishedAt Seconds since 1970; 0 before.
 * @property {number} seconds
 * @property {string} place
 * @property {string[]} done Keys of lessons.
 * @property {Map<string, Answered>} answers By the ids of questions.
 */

const FORM = "1";
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const SEED = 16;
const MARK = 4;
const TIME = 6;
const LONG = DIGITS.length - 1;
/** Typed letters that stand for themselves; any other is written as its number. */
const PLAIN = /[A-Za-z0-9 .,:/+-]/;
const CODE = 4;

/**
 * @param {number} number
 * @param {number} width
 */
function digits(number, width) {
  let text = "";
  for (let rest = Math.min(number, 64 ** width - 1); text.length < width; rest = Math.floor(rest / 64)) text = `${DIGITS[rest % 64]}${text}`;
  return text;
}

/** @param {string} text */
function numberOf(text) {
  return [...text].reduce((sum, one) => sum * 64 + Math.max(0, DIGITS.indexOf(one)), 0);
}

/**
 * A mark for a text (FNV-1a).
 * @param {string} text
 * @param {number} [width]
 */
function markOf(text, width = MARK) {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return digits(((hash ^ (hash >>> 13)) >>> 0) % 64 ** width, width);
}

/**
 * Give a mark to each text, other ones to those that would have the same.
 * @param {string[]} texts
 */
function marksOf(texts) {
  /** @type {Map<string, string>} */
  const marks = new Map();
  for (const text of new Set(texts)) {
    let mark = markOf(text);
    while (marks.has(mark)) mark = markOf(`${mark} ${text}`);
    marks.set(mark, text);
  }
  return marks;
}

/** @param {Contents} contents */
function marksIn({ lessons, asked }) {
  const keys = marksOf(lessons.flatMap((lesson) => lesson.keys));
  const ids = marksOf(asked.map(({ id }) => id));
  return { keys, ids, ofKey: turned(keys), ofId: turned(ids) };
}

/** @param {Map<string, string>} map */
function turned(map) {
  return new Map([...map].map(([one, other]) => [other, one]));
}

/** @param {string} text */
function writeText(text) {
  return [...text].map((one) => (PLAIN.test(one) ? one : `~${digits(one.codePointAt(0) ?? 0, CODE)}`)).join("");
}

/** @param {string} text */
function readText(text) {
  return text.replace(/~(.{4})/g, (_, code) => String.fromCodePoint(Math.min(numberOf(code), 0x10ffff)));
}

/** @param {string} kind */
function isTyped(kind) {
  return kind === "blank" || kind === "number";
}

/**
 * @param {Asked} question
 * @param {string[]} given
 * @param {number} longest How many letters of a typed text are kept.
 */
function writeGiven({ kind, choices, others }, given, longest) {
  if (isTyped(kind)) return writeText([...(given[0] ?? "")].slice(0, longest).join(""));
  if (kind === "ordering") return given.map((id) => digits(choices.indexOf(id), 1)).join("");
  if (kind === "matching") {
    const chosen = new Map(given.map((pair) => /** @type {[string, string]} */ (pair.split("="))));
    // 0 for a term without a definition.
    return choices.map((term) => digits(others.indexOf(chosen.get(term) ?? "") + 1, 1)).join("");
  }
  const groups = Array.from({ length: Math.ceil(choices.length / 6) }, (_, group) => choices.slice(group * 6, group * 6 + 6));
  return groups.map((group) => digits(group.reduce((sum, id, bit) => sum + (given.includes(id) ? 1 << bit : 0), 0), 1)).join("");
}

/**
 * @param {Asked} question
 * @param {string} text
 */
function readGiven({ kind, choices, others }, text) {
  if (isTyped(kind)) return [readText(text)];
  const numbers = [...text].map(numberOf);
  if (kind === "ordering") return numbers.map((number) => choices[number] ?? "");
  if (kind === "matching") return numbers.flatMap((number, place) => (number ? [`${choices[place]}=${others[number - 1]}`] : []));
  return choices.filter((_, place) => (numbers[Math.floor(place / 6)] ?? 0) & (1 << place % 6));
}

/** @param {string} text */
function writeGrade(text) {
  const share = readShare(text);
  if (share[0] === NOTHING[0]) return "0";
  if (share[0] === ALL[0] && share[1] === ALL[1]) return "1";
  return `p${digits(Number(share[0]), 1)}${digits(Number(share[1]), 1)}`;
}

/** @param {string} text */
function writeLength(text) {
  return text.length < LONG ? digits(text.length, 1) : `${digits(LONG, 1)}${digits(text.length, 2)}`;
}

/**
 * Write what is known in at most so many letters. Where typed answers are too long for that, their
 * ends are left out; what they counted stays.
 * @param {Known} known
 * @param {Contents} contents
 * @param {number} limit
 */
export function pack(known, contents, limit) {
  const { ofKey, ofId } = marksIn(contents);
  const done = known.done.flatMap((key) => ofKey.get(key) ?? []);
  const head = [
    ...[FORM, digits(known.finishedAt, TIME), known.seed.padEnd(SEED, "0").slice(0, SEED), digits(known.seconds, 5)],
    ...[ofKey.get(known.place) ?? "-".repeat(MARK), digits(done.length, 2), ...done],
  ].join("");
  const answered = contents.asked.flatMap((question) => {
    const answer = known.answers.get(question.id);
    return answer ? [{ question, answer }] : [];
  });
  /** @param {number} longest */
  const write = (longest) =>
    head +
    answered
      .map(({ question, answer }) => {
        // What was given to other words fits no box of these.
        const given = answer.version === question.version ? writeGiven(question, answer.given, longest) : "";
        const marks = `${ofId.get(question.id)}${markOf(answer.version, 1)}`;
        return `${marks}${digits(answer.attempts, 1)}${writeGrade(answer.share)}${writeLength(given)}${given}`;
      })
      .join("");
  let text = write(1000);
  for (let longest = 250; text.length > limit && longest >= 0; longest -= longest > 40 ? 10 : 1) text = write(longest);
  return text;
}

/**
 * Read what `pack` wrote; nothing where it is not that. Of an answer to words that have changed
 * the version is none.
 * @param {string} text
 * @param {Contents} contents
 * @returns {Known | null}
 */
export function unpack(text, contents) {
  const fixed = 1 + TIME + SEED + 5 + MARK + 2;
  if (!text.startsWith(FORM) || text.length < fixed) return null;
  let at = 0;
  /** @param {number} width */
  const take = (width) => text.slice(at, (at += width));
  take(1);
  const finishedAt = numberOf(take(TIME));
  const seed = take(SEED);
  const seconds = numberOf(take(5));
  const { keys, ids } = marksIn(contents);
  const place = keys.get(take(MARK)) ?? "";
  const count = numberOf(take(2));
  const done = Array.from({ length: count }, () => keys.get(take(MARK)) ?? "").filter(Boolean);
  const questions = new Map(contents.asked.map((question) => [question.id, question]));
  /** @type {Map<string, Answered>} */
  const answers = new Map();
  while (at < text.length) {
    const question = questions.get(ids.get(take(MARK)) ?? "");
    const version = take(1);
    const attempts = numberOf(take(1));
    const grade = take(1);
    const share = grade === "p" ? `${numberOf(take(1))}/${numberOf(take(1))}` : grade === "1" ? writeShare(ALL) : writeShare(NOTHING);
    const length = numberOf(take(1));
    const given = take(length === LONG ? numberOf(take(2)) : length);
    if (!question) continue;
    const isSame = version === markOf(question.version, 1);
    answers.set(question.id, {
      ...{ version: isSame ? question.version : "", given: isSame ? readGiven(question, given) : [] },
      ...{ share, attempts, at: 0 },
    });
  }
  return { seed, finishedAt, seconds, place, done, answers };
}
