// Pagefind's own list of all pages and of the parts of its index, written here of what it says in short.

/** What stands before the data of a file of Pagefind. */
export const MARK = "pagefind_dcd";
const HIGHEST = "\u{10ffff}";

/**
 * Write Pagefind's own list of pages and parts of the index (CBOR, RFC 8949).
 * @param {{before: number[], after: number[], starts: string[], slices: string[]}} head
 * @param {{id: string, words: number}[]} pages
 */
export function listed({ before, after, starts, slices }, pages) {
  const coder = new TextEncoder();
  const bytes = [...coder.encode(MARK), ...before];
  const sized = (/** @type {number} */ kind, /** @type {number} */ size) => {
    if (size < 24) bytes.push(kind + size);
    else if (size < 256) bytes.push(kind + 24, size);
    else if (size < 65536) bytes.push(kind + 25, size >> 8, size & 255);
    else bytes.push(kind + 26, size >>> 24, (size >> 16) & 255, (size >> 8) & 255, size & 255);
  };
  const text = (/** @type {string} */ said) => {
    const data = coder.encode(said);
    sized(0x60, data.length);
    bytes.push(...data);
  };
  sized(0x80, pages.length);
  for (const { id, words } of pages) {
    sized(0x80, 2);
    text(id);
    sized(0, words);
  }
  sized(0x80, slices.length);
  slices.forEach((name, at) => {
    sized(0x80, 3);
    // Without gaps: Pagefind would load several parts for a word that is in none.
    text(at ? (starts[at] ?? "") : "");
    text(lastBefore(starts[at + 1]));
    text(name);
  });
  bytes.push(...after);
  return Uint8Array.from(bytes);
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
