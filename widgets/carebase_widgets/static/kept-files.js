// A page with such a form has the queue already.
import { transact } from "./queue.js";

/** @typedef {import("./upload.js").Sent} Sent */
/**
 * @typedef {object} Kept A chosen file as this device keeps it.
 * @property {string} key
 * @property {string} draft The form of one tab in which it was chosen.
 * @property {number} at When, in milliseconds since 1970.
 * @property {Sent} sent
 */

const DATABASE = "carebase-files";
const STORE = "files";
/** In milliseconds: what a tab that was closed has left is deleted after a day. */
const TERM = 86_400_000;

/**
 * The files that were chosen in a form, kept for its tab until they are sent: after a reload nobody
 * chooses them again. Where that is forbidden, or there is no room, the form works without.
 */
export class KeptFiles {
  #draft;
  /** @type {Promise<unknown>} One change after the other, as they were asked for. */
  #last = Promise.resolve();

  /** @param {string} form */
  constructor(form) {
    this.#draft = draftOf(`carebase-files:${form}:${location.pathname}${location.search}`);
  }

  /**
   * Keep a file, or what has become known of it since.
   * @param {string} key
   * @param {Sent} sent
   */
  put(key, { field, name, blob, id }) {
    /** @type {Kept} */
    const kept = { key, draft: this.#draft, at: Date.now(), sent: { field, name, blob, ...(id && { id }) } };
    void this.#change((store) => void store.put(kept));
  }

  /** @param {string[]} keys The files that nobody wants any more, or that have been sent. */
  drop(...keys) {
    void this.#change((store) => keys.forEach((key) => store.delete(key)));
  }

  /** @returns {Promise<Kept[]>} What was chosen here before, in its order. */
  async read() {
    /** @type {Kept[]} */
    let found = [];
    await this.#change((store) => {
      const asked = store.getAll();
      asked.onsuccess = () => {
        for (const { key } of asked.result.filter(({ at }) => at < Date.now() - TERM)) store.delete(key);
        found = asked.result.filter(({ draft, at }) => draft === this.#draft && at >= Date.now() - TERM);
      };
    });
    return found.sort((left, right) => left.key.localeCompare(right.key, "en"));
  }

  /** @param {(store: IDBObjectStore) => void} action */
  #change(action) {
    if (!this.#draft) return Promise.resolve();
    const done = this.#last.then(() => transact(DATABASE, STORE, action)).catch(() => undefined);
    this.#last = done;
    return done;
  }
}

/**
 * @param {number} place
 * @returns {string} A key that sorts by the time and the place among the chosen.
 */
export function keyOf(place) {
  return `${String(Date.now()).padStart(15, "0")}-${String(place).padStart(4, "0")}-${Math.random()}`;
}

/**
 * @param {string} name
 * @returns {string} What stands for a form in this tab; nothing where the tab can keep nothing.
 */
function draftOf(name) {
  try {
    const known = sessionStorage.getItem(name) ?? `${Date.now()}-${Math.random()}`;
    sessionStorage.setItem(name, known);
    return known;
  } catch {
    return "";
  }
}
