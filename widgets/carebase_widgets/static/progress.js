// Which steps of a guide are done, kept in this browser and nowhere else.

const PREFIX = "carebase-steps:";

/**
 * One record for each guide, by the path of its page: the ids of the steps that are done. What is
 * stored is read again before each change, so that two tabs do not undo each other's. Where
 * nothing can be stored, the steps are remembered until the page is left.
 */
export class Progress {
  /** @type {Set<string>} */
  #done = new Set();
  #key;

  /**
   * @param {string} path The page's own path.
   * @param {string[]} former Paths that it had before: what was kept there holds for it.
   */
  constructor(path, former = []) {
    this.#key = PREFIX + path;
    /** Whether what is ticked is still there after the page is left. */
    this.kept = true;
    for (const one of [path, ...former]) {
      const found = this.#read(PREFIX + one);
      if (!found) continue;
      this.#done = found;
      break;
    }
  }

  /** The ids of the steps that are done. */
  get done() {
    return new Set(this.#done);
  }

  /**
   * @param {string} id
   * @param {boolean} isDone
   */
  set(id, isDone) {
    if (this.kept) this.#done = this.#read(this.#key) ?? this.#done;
    if (isDone) this.#done.add(id);
    else this.#done.delete(id);
    this.#write();
  }

  /**
   * Put other steps in place of those that are done: none to start over.
   * @param {Iterable<string>} ids
   */
  replace(ids) {
    this.#done = new Set(ids);
    this.#write();
  }

  /**
   * Take over what another tab has stored; tells whether it was about this guide.
   * @param {StorageEvent} event
   */
  follow(event) {
    if (event.key !== this.#key && event.key !== null) return false;
    this.#done = this.#read(this.#key) ?? new Set();
    return true;
  }

  /**
   * @param {string} key
   * @returns {Set<string> | undefined}
   */
  #read(key) {
    try {
      const ids = JSON.parse(localStorage.getItem(key) ?? "null");
      return Array.isArray(ids) ? new Set(ids.map(String)) : undefined;
    } catch {
      // Forbidden, or not ours.
      return undefined;
    }
  }

  #write() {
    try {
      localStorage.setItem(this.#key, JSON.stringify([...this.#done]));
      this.kept = true;
    } catch {
      // Forbidden or full: it holds until the page is left.
      this.kept = false;
    }
  }
}
