/** @typedef {{node: string, choice: number}} Step A node, and which of its choices was taken. */
/** @typedef {{id: number, steps: Step[], at: number, entries: string[]}} Walk */

/** What a tab keeps: more walks, and more entries of its history, nobody goes back through. */
const MOST_WALKS = 5;
const MOST_ENTRIES = 300;

/**
 * The way through a troubleshooter, kept in this tab: a reload and the browser's own buttons lose
 * nothing of it, and a link from elsewhere begins anew.
 */
export class Trail {
  /** All steps; those after the present one were gone back from. @type {Step[]} */
  steps = [];
  at = 0;
  /** The entries of the history that belong to this walk. @type {string[]} */
  #entries = [];
  #id = Date.now();
  #key = `carebase-path:${location.pathname}`;

  /** @param {(step: Step, following: Step | undefined) => boolean} fits Whether the page still has a step. */
  constructor(fits) {
    const entry = entryKey();
    const kept = this.#read().reverse().find((walk) => !entry || walk.entries.includes(entry));
    if (!kept?.steps.every((step, place) => fits(step, kept.steps[place + 1]))) return;
    this.steps = kept.steps;
    this.at = Math.min(Math.max(kept.at, 0), kept.steps.length - 1);
    this.#entries = kept.entries;
    this.#id = kept.id;
  }

  /** The node that is read now, if any. */
  get node() {
    return this.steps[this.at]?.node;
  }

  /** The questions that were answered to come here. */
  get answered() {
    return this.steps.slice(0, this.at);
  }

  /**
   * Go on to the node that a choice leads to.
   * @param {number} choice
   * @param {string} node
   */
  choose(choice, node) {
    const here = this.steps[this.at];
    if (!here) return;
    this.steps = [...this.answered, { node: here.node, choice }, { node, choice: -1 }];
    this.at += 1;
  }

  /**
   * Be at a node: at the nearest step that it has on this way, else at the beginning of another.
   * @param {string} node
   */
  arrive(node) {
    const far = (/** @type {number} */ place) => Math.abs(place - this.at - 0.1);
    const places = this.steps.flatMap((step, place) => (step.node === node ? [place] : []));
    const [nearest] = places.sort((one, other) => far(one) - far(other));
    if (nearest === undefined) this.restart(node);
    else this.at = nearest;
  }

  /** @param {string} node The first node of a new way. */
  restart(node) {
    this.steps = [{ node, choice: -1 }];
    this.at = 0;
  }

  /** Keep it in this tab, from the entry of the history that is open now on. */
  save() {
    const entry = entryKey();
    if (entry && !this.#entries.includes(entry)) this.#entries.push(entry);
    this.#entries = this.#entries.slice(-MOST_ENTRIES);
    const others = this.#read().filter((walk) => walk.id !== this.#id);
    const walk = { id: this.#id, steps: this.steps, at: this.at, entries: this.#entries };
    try {
      sessionStorage.setItem(this.#key, JSON.stringify([...others, walk].slice(-MOST_WALKS)));
    } catch {
      // Forbidden or full: the way is known until the page is left.
    }
  }

  /** @returns {Walk[]} */
  #read() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.#key) ?? "[]");
      return Array.isArray(kept) ? kept.filter((walk) => Array.isArray(walk?.steps) && walk.steps.length && Array.isArray(walk.entries)) : [];
    } catch {
      return [];
    }
  }
}

/** What tells entries of the history apart; empty where a browser does not say. */
function entryKey() {
  const { navigation } = /** @type {{navigation?: {currentEntry?: {key?: string}}}} */ (/** @type {unknown} */ (window));
  return navigation?.currentEntry?.key ?? "";
}
