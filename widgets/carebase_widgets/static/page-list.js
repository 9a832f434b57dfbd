// Pagefind's own list of all pages and of the parts of its index, written here of what it says in short.

/** What stands before the data of a file of Pagefind. */
export const MARK = "pagefind_dcd";
/** The most bytes before a list, a text or a number. */
const HEAD_SIZE = 5;
const HIGHEST = "\u{10ffff}";

/** @typedef {import("./index-files.js").Pages} Pages */

/**
 * Write Pagefind's own list of pages and parts of the index (CBOR, RFC 8949).
 * @param {{before: number[], after: number[], starts: string[], slices: string[]}} head
 * @param {Pages} pages
 * @param {{id: string, words: number}[]} more Behind them.
 */
export function listed({ before, after, starts, slices }, { ids, words }, more) {
  const coder = new TextEncoder();
  // Enough for each list, text and number with its head, and three bytes for each sign of a text.
  const spans = slices.map((name, at) => [at ? (starts[at] ?? "") : "", lastBefore(starts[at + 1]), name]);
  const signs = [...ids, ...more.map(({ id }) => id), ...spans.flat()].reduce((sum, { length }) => sum + 3 * length, 0);
  const count = ids.length + more.length;
  const bytes = new Uint8Array(MARK.length + before.length + after.length + signs + HEAD_SIZE * (4 + 3 * count + 4 * spans.length));
  bytes.set(coder.encode(MARK));
  bytes.set(before, MARK.length);
  let at = MARK.length + before.length;
  const sized = (/** @type {number} */ kind, /** @type {number} */ size) => {
    const width = size < 24 ? 0 : size < 256 ? 1 : size < 65536 ? 2 : 4;
    bytes[at++] = kind + (width ? 24 + Math.log2(width) : size);
    for (let shift = 8 * (width - 1); shift >= 0; shift -= 8) bytes[at++] = (size >>> shift) & 255;
  };
  const text = (/** @type {string} */ said) => {
    const data = coder.encode(said);
    sized(0x60, data.length);
    bytes.set(data, at);
    at += data.length;
  };
  const page = (/** @type {string} */ id, /** @type {number} */ length) => {
    sized(0x80, 2);
    // Digits, each of one byte.
    sized(0x60, id.length);
    for (let sign = 0; sign < id.length; sign += 1) bytes[at++] = id.charCodeAt(sign);
    sized(0, length);
  };
  sized(0x80, count);
  ids.forEach((id, row) => page(id, words[row] ?? 0));
  for (const one of more) page(one.id, one.words);
  sized(0x80, slices.length);
  for (const [first = "", last = "", name = ""] of spans) {
    sized(0x80, 3);
    // Without gaps: Pagefind would load several parts for a word that is in none.
    text(first);
    text(last);
    text(name);
  }
  bytes.set(after, at);
  return bytes.slice(0, at + after.length);
}

/**
 * Give the last text that stands before another.
 * @param {string} [text]
 */
function lastBefore(text = "") {
  const signs = [...text];
  const before = (signs.pop()?.codePointAt(0) ?? 0) - 1;
  if (before < 0) return HIGHEST;
  // There is nothing between these two.
  return `${signs.join("")}${String.fromCodePoint(before === 0xdfff ? 0xd7ff : before)}${HIGHEST}`;
}
