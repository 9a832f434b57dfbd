// Finds pages in the language of the page on which somebody searches, and in the site's others.

/** @typedef {import("./finder.js").Finder} Finder */
/** @typedef {import("./finder.js").Found} Found */
/** @typedef {import("./finder.js").Wishes} Wishes */

/** What every search in one more language needs. */
const LANGUAGE_FILES = 2;

/**
 * Search in a language, and in the site's others when it has nothing, or none of several words as
 * they were typed. For one word alone they are loaded once it was sent, or its writer pauses. Those
 * to which the small words of a query point are asked first.
 * @param {(language: string) => Promise<Finder>} load
 * @param {string} language
 * @param {string} query
 * @param {Wishes} [wishes]
 * @returns {Promise<Found>}
 */
export async function findInLanguages(load, language, query, wishes = {}) {
  const finder = await load(language);
  const { typing = false, literal = false } = wishes;
  const others = Object.keys(finder.words.others);
  const small = literal ? new Map() : finder.likely(query, typing);
  const isStrange = others.length > 0 && (await finder.reader.isStrange(query, wishes));
  /** @type {Finder[]} Those that were asked. */
  const asked = [];
  const taken = () => (finder.texts.size ? 0 : asked.reduce((sum, one) => sum + one.taken + (one === finder ? 0 : LANGUAGE_FILES), 0));
  const ask = async (/** @type {Finder} */ one) => {
    const before = taken() + (one === finder ? 0 : LANGUAGE_FILES);
    asked.push(one);
    return one.find(query, wishes, before);
  };
  // What does not come is not looked for: there is the language of the page.
  const loaded = (/** @type {string} */ other) => load(other).catch(() => undefined);
  for (const other of isStrange ? new Set([...small.keys(), ...others]) : small.keys()) {
    const one = await loaded(other);
    if (!one || (await one.reader.isStrange(query, wishes))) continue;
    // One small word beside another word may be a word of the page's language: a battery can die.
    const isTold = isStrange || (small.get(other) ?? 0) > 1;
    if (!isTold && one.reader.wanted(query, wishes).asked.length < 2) continue;
    const found = await ask(one).catch(() => undefined);
    if (found?.total && (isTold || found.known > 1) && 2 * found.known > found.asked) return found;
  }
  const found = await ask(finder);
  const isForeign = found.known === 0 && (found.asked > 1 || (found.mended.length > 0 && !typing));
  if (found.total && !isForeign) return found;
  for (const other of others) {
    // What was found is shown, also where another language does not come.
    const again = await load(other).then(ask).catch((error) => (found.total ? found : Promise.reject(error)));
    if (again === found) break;
    if (again.total && (again.known || !found.total)) return again;
  }
  return found;
}

/**
 * Load what a query that is being written will need of the index, as far as its words are whole: of
 * the language of which it has several small words. One alone tells too little.
 * @param {(language: string) => Promise<Finder>} load
 * @param {string} language
 * @param {string} query
 */
export async function prepareInLanguages(load, language, query) {
  const finder = await load(language);
  const [[other, count] = [language, 0]] = finder.likely(query, true);
  if (count !== 1) await (await load(other)).prepare(query);
}
