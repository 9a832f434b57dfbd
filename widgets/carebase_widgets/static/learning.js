// What a learner has read and answered, kept in this browser: one entry for each question and each
// lesson, so that two tabs never overwrite each other's answers.

/**
 * @typedef {object} Answered
 * @property {string} version The words that were answered (`Question.version`).
 * @property {string[]} given
 * @property {string} share The share of the points, as `1/2`.
 * @property {number} attempts
 * @property {number} at Seconds since 1970.
 * @property {number | null} [left] How often it may be answered still, where a service graded it.
 * @property {string[]} [feedback] What the service says about the answer, as HTML.
 * @property {string} [explanation]
 */

/**
 * @typedef {object} Waiting Answers that are on their way to the service that grades them.
 * @property {string} key Makes sending them again harmless.
 * @property {{question: string, version: string, given: string[]}[]} answers
 * @property {string} language
 * @property {number} at Milliseconds since 1970.
 */

const PREFIX = "carebase-course/";
/** What a file of progress says it is. */
const FORMAT = "carebase-progress";
const LONGEST = 2_000_000;

/**
 * @typedef {object} Shelf What progress is kept on; `set` throws where nothing can be kept.
 * @property {(key: string) => string | null} get
 * @property {(key: string, value: string) => void} set
 * @property {(key: string) => void} remove
 * @property {() => string[]} keys
 */

/** This browser's storage, unless a package of the course brings another. @type {Shelf} */
let shelf = {
  get: (key) => localStorage.getItem(key),
  set: (key, value) => localStorage.setItem(key, value),
  remove: (key) => localStorage.removeItem(key),
  keys: () => Object.keys(localStorage),
};

/** Where nothing can be stored: good until the page is left. @type {Map<string, string>} */
const memory = new Map();
let refused = false;

/** @param {Shelf} other */
export function keepOn(other) {
  shelf = other;
}

/** Changes of any tab. Its `detail` is the course. */
export const CHANGED = "carebase-progress";

window.addEventListener("storage", ({ key }) => {
  const course = key?.startsWith(PREFIX) ? key.slice(PREFIX.length).split("/")[0] : undefined;
  if (course) tell(course);
});

/** @param {string} course */
function tell(course) {
  document.dispatchEvent(new CustomEvent(CHANGED, { detail: course }));
}

/** Tell whether this browser keeps what it is given. */
export function canSave() {
  if (refused) return false;
  const probe = `${PREFIX}?`;
  try {
    shelf.set(probe, "1");
    shelf.remove(probe);
    return true;
  } catch {
    return false;
  }
}

/** Tell whether something was not kept, since the storage is full or forbidden. */
export function wasRefused() {
  return refused;
}

/** The progress in one course. */
export class Progress {
  #prefix;

  /** @param {string} course */
  constructor(course) {
    this.course = course;
    this.#prefix = `${PREFIX}${course}/`;
  }

  /**
   * @param {string} question
   * @returns {Answered | null}
   */
  answer(question) {
    const found = this.#read(`q/${question}`);
    return isAnswered(found) ? found : null;
  }

  /**
   * @param {string} question
   * @param {Answered} answered
   */
  setAnswer(question, answered) {
    this.#write(`q/${question}`, answered);
  }

  /**
   * Tell whether a lesson is done; `keys` are its id and all places where it has stood.
   * @param {string[]} keys
   */
  isDone(keys) {
    return keys.some((key) => this.#read(`l/${key}`) !== null);
  }

  /**
   * @param {string[]} keys
   * @param {boolean} done
   */
  setDone(keys, done) {
    if (done) this.#write(`l/${keys[0]}`, { at: now() });
    else for (const key of keys) this.#remove(`l/${key}`);
    tell(this.course);
  }

  /** The lesson that was open last: its keys' first one. */
  get place() {
    const found = this.#read("place");
    return typeof found === "string" ? found : "";
  }

  set place(key) {
    if (key !== this.place) this.#write("place", key);
  }

  get isFinished() {
    return this.#read("finished") !== null;
  }

  /** When the course was finished, in seconds since 1970; 0 before. */
  get finishedAt() {
    const found = this.#read("finished");
    const at = typeof found === "object" && found !== null ? /** @type {{at?: unknown}} */ (found).at : 0;
    return typeof at === "number" ? at : 0;
  }

  /** Say that the learner has finished the course. */
  finish() {
    this.#write("finished", { at: now() });
  }

  /** Seconds that were spent in the course's lessons. */
  get seconds() {
    const found = this.#read("seconds");
    return typeof found === "number" && found > 0 ? found : 0;
  }

  /** @param {number} more */
  spend(more) {
    if (more > 0) this.#write("seconds", Math.round(this.seconds + more), true);
  }

  /** What decides which questions are drawn; the same as long as the progress is kept. */
  get seed() {
    const found = this.#read("seed");
    if (typeof found === "string") return found;
    const seed = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    this.#write("seed", seed, true);
    return seed;
  }

  /**
   * The secret under which a service keeps the answers: what draws the questions, and 16 signs
   * more. It is sent to nobody else.
   * @returns {string}
   */
  get attempt() {
    const found = this.#read("rest");
    if (typeof found === "string" && /^[\w-]{16}$/.test(found)) return `${this.seed}${found}`;
    const rest = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(12))));
    this.#write("rest", rest.replaceAll("+", "-").replaceAll("/", "_"), true);
    return this.attempt;
  }

  /** @returns {Waiting[]} What waits to be sent, the oldest first. */
  get waiting() {
    const names = this.#keys().map((key) => key.slice(this.#prefix.length));
    const found = names.filter((name) => name.startsWith("w/")).map((name) => this.#read(name));
    return found.filter(isWaiting).sort((one, other) => one.at - other.at);
  }

  /** @param {Waiting} waiting */
  wait(waiting) {
    this.#write(`w/${waiting.key}`, waiting);
  }

  /** @param {string} key */
  stopWaiting(key) {
    this.#remove(`w/${key}`);
  }

  /** Whether anything is kept that could be resumed. */
  get isBegun() {
    return this.#keys().some((key) => !/\/(?:seed|rest)$/.test(key));
  }

  /** Delete everything. */
  clear() {
    for (const key of this.#keys()) {
      memory.delete(key);
      try {
        shelf.remove(key);
      } catch {
        // What is not kept need not be deleted.
      }
    }
    tell(this.course);
  }

  /** Give everything as the text of a file. */
  write() {
    const entries = this.#keys().map((key) => [key.slice(this.#prefix.length), this.#get(key) ?? ""]);
    return JSON.stringify({ format: FORMAT, version: 1, course: this.course, entries }, null, 1);
  }

  /**
   * Take over what a file holds, beside what is here; of two answers to a question the later one.
   * @param {string} text
   * @returns {"taken" | "unreadable" | "other"}
   */
  take(text) {
    if (text.length > LONGEST) return "unreadable";
    let data;
    try {
      data = JSON.parse(text);
    } catch {
      return "unreadable";
    }
    if (data?.format !== FORMAT || data.version !== 1 || !Array.isArray(data.entries)) return "unreadable";
    if (data.course !== this.course) return "other";
    for (const entry of data.entries) {
      if (!Array.isArray(entry) || !entry.every((part) => typeof part === "string")) return "unreadable";
    }
    for (const [name, value] of data.entries) this.#merge(name, value);
    tell(this.course);
    return "taken";
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  #merge(name, value) {
    if (!/^(?:[ql]\/.{1,300}|place|finished|seconds|seed|rest)$/.test(name)) return;
    const theirs = parse(value);
    if (theirs === null) return;
    const ours = this.#read(name);
    if (name.startsWith("q/")) {
      if (!isAnswered(theirs) || (isAnswered(ours) && ours.at >= theirs.at)) return;
    } else if (name === "seconds") {
      if (typeof theirs !== "number" || (typeof ours === "number" && ours >= theirs)) return;
    } else if (ours !== null && name !== "seed" && name !== "rest") return;
    this.#write(name, theirs, true);
  }

  #keys() {
    const keys = new Set([...memory.keys()]);
    try {
      for (const key of shelf.keys()) keys.add(key);
    } catch {
      // Only what this page remembers.
    }
    return [...keys].filter((key) => key.startsWith(this.#prefix)).sort();
  }

  /** @param {string} key */
  #get(key) {
    if (memory.has(key)) return memory.get(key) ?? null;
    try {
      return shelf.get(key);
    } catch {
      return null;
    }
  }

  /**
   * @param {string} name
   * @returns {unknown}
   */
  #read(name) {
    const text = this.#get(this.#prefix + name);
    return text === null ? null : parse(text);
  }

  /**
   * @param {string} name
   * @param {unknown} value
   * @param {boolean} [quiet]
   */
  #write(name, value, quiet = false) {
    const key = this.#prefix + name;
    const text = JSON.stringify(value);
    try {
      shelf.set(key, text);
      memory.delete(key);
    } catch {
      memory.set(key, text);
      // The first time it is told, whatever was written.
      quiet = quiet && refused;
      refused = true;
    }
    if (!quiet) tell(this.course);
  }

  /** @param {string} name */
  #remove(name) {
    const key = this.#prefix + name;
    memory.delete(key);
    try {
      shelf.remove(key);
    } catch {
      // It was never kept.
    }
  }
}

/**
 * Tell whether the reader came from a lesson: there a link may have been quicker than our code.
 * @param {{address: string} | undefined} lesson
 */
export function cameFrom(lesson) {
  if (!lesson || !document.referrer) return false;
  return new URL(lesson.address, document.baseURI).href === document.referrer.split("#")[0];
}

export function now() {
  return Math.floor(Date.now() / 1000);
}

/** @param {string} text */
function parse(text) {
  try {
    return /** @type {unknown} */ (JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * @param {unknown} thing
 * @returns {thing is Answered}
 */
function isAnswered(thing) {
  if (typeof thing !== "object" || thing === null) return false;
  const { version, given, share, attempts, at } = /** @type {Record<string, unknown>} */ (thing);
  return (
    typeof version === "string" &&
    typeof share === "string" &&
    typeof attempts === "number" &&
    typeof at === "number" &&
    Array.isArray(given) &&
    given.every((one) => typeof one === "string")
  );
}

/**
 * @param {unknown} thing
 * @returns {thing is Waiting}
 */
function isWaiting(thing) {
  if (typeof thing !== "object" || thing === null) return false;
  const { key, answers, language, at } = /** @type {Record<string, unknown>} */ (thing);
  return typeof key === "string" && typeof language === "string" && typeof at === "number" && Array.isArray(answers);
}
