// Which questions of a pool are asked.

/**
 * Draw some of a pool's questions. What is drawn follows from the seed and the ids alone, so that
 * it stays the same when questions are moved, and changes little when one is added.
 * @param {string[]} ids
 * @param {number} count
 * @param {string} seed
 */
export function drawn(ids, count, seed) {
  const byChance = ids.map((id) => ({ id, rank: rank(`${seed}/${id}`) }));
  byChance.sort((one, other) => one.rank - other.rank || (one.id < other.id ? -1 : 1));
  return new Set(byChance.slice(0, count).map(({ id }) => id));
}

/**
 * A number for a text, spread evenly (FNV-1a, finished as in MurmurHash3).
 * @param {string} text
 */
function rank(text) {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
