// Hands Pagefind its files: those that every search needs come as one, and each part of the index
// brings the words of the site that stand in its stretch of the alphabet.

/** `titles` holds a digit of base 36 for each page: the words of its title. */
/** @typedef {{stop: string[], things: string[], common: string[], synonyms: string[][], products: Record<string, string>, facts: string[], of: number[], titles: string, vocabulary: string, files: [number, number, string][], others: string[]}} Words */

/** @typedef {{element: string, id: string, text: string, location: number}} Anchor */
/** @typedef {{url: string, content: string, meta: Record<string, string>, anchors: Anchor[]}} Fragment A page as Pagefind keeps it. */

const START = "start.pf_pack";
/** What stands before the data of a file of Pagefind. */
const MARK = "pagefind_dcd";
const INDEX = ".pf_index";
/** What Pagefind asks for first, by the end of its name, and where we have it. */
const PACKED = /** @type {const} */ ([["pagefind-entry.json", "entry"], [".pf_meta", "meta"], [".pagefind", "wasm"]]);

export class IndexFiles {
  /**
   * Load what every search needs of an index.
   * @param {URL} folder
   */
  static async load(folder) {
    // Asked anew, for the names of all other files are in it: an old one would name what is gone.
    return new IndexFiles(await unpacked(new URL(START, folder).href, { cache: "no-cache" }));
  }

  /** @param {Uint8Array<ArrayBuffer>} data A line of JSON, and behind it Pagefind's own parts. */
  constructor(data) {
    const end = data.indexOf(10);
    const head = JSON.parse(new TextDecoder().decode(data.subarray(0, end)));
    /** @type {Words} */
    this.words = head.words;
    this.entry = JSON.stringify(head.entry);
    this.code = Object.keys(head.entry.languages)[0] ?? "";
    this.meta = data.slice(end + 1, end + 1 + head.meta);
    this.wasm = data.slice(end + 1 + head.meta);
    /** Whether a file did not come: Pagefind would go on as if no page held its words. */
    this.isBroken = false;
    /** @type {(packed: string) => void} Takes words of the site when some have come. */
    this.onWords = () => {};
  }

  /** Give the ids of the pages, in the order in which facts of them are listed. */
  pages() {
    const id = new RegExp(`${this.code}_[0-9a-f]+`, "g");
    return new TextDecoder("latin1").decode(this.meta).match(id)?.slice(0, this.words.of.length) ?? [];
  }

  /**
   * Load the text of a page. Pagefind would make an excerpt of it for each heading, which are not shown.
   * @param {URL} folder
   * @param {string} id
   * @returns {Promise<Fragment>}
   */
  static async fragment(folder, id) {
    const data = await unpacked(new URL(`fragment/${id}.pf_fragment`, folder).href);
    return JSON.parse(new TextDecoder().decode(data.subarray(MARK.length)));
  }

  /**
   * Answer in place of `fetch`.
   * @param {string} address
   */
  async fetch(address) {
    const name = address.split("?")[0] ?? "";
    const packed = PACKED.find(([end]) => name.endsWith(end));
    if (packed) return new Response(this[packed[1]]);
    try {
      const data = await unpacked(address);
      if (name.endsWith(INDEX)) this.onWords(wordsBehind(data));
      return new Response(data);
    } catch (error) {
      this.isBroken = true;
      throw error;
    }
  }
}

/**
 * Give the words that stand behind a part of the index, with their length in the last four bytes.
 * @param {Uint8Array<ArrayBuffer>} data
 */
function wordsBehind(data) {
  const end = data.length - 4;
  return new TextDecoder().decode(data.subarray(end - new DataView(data.buffer).getUint32(end), end));
}

/**
 * Load a file that is packed with gzip, unless the host has unpacked it.
 * @param {string} address
 * @param {RequestInit} [options]
 */
async function unpacked(address, options) {
  const answer = await fetch(address, options);
  if (!answer.ok) throw new Error(`${answer.status}`);
  const data = new Uint8Array(await answer.arrayBuffer());
  if (data[0] !== 0x1f || data[1] !== 0x8b) return data;
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
