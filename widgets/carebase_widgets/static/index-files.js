// Hands Pagefind its files: those that every search needs come as one, and each part of the index
// brings the words of the site that stand in its stretch of the alphabet.

import { HeavyWords } from "./heavy-words.js";
import { listed, MARK } from "./page-list.js";
import { place } from "./vocabulary.js";

/** @typedef {{stop: string[], things: string[], common: string[], synonyms: string[][], products: Record<string, string>, facts: string[], vocabulary: string, files: [number, number, string][], others: Record<string, string[]>}} Words `others`: the site's other languages, each with its small words that this one has not. */

/** @typedef {{ids: string[], words: Uint32Array, facts: Uint16Array, titles: Uint8Array}} Pages All pages of the site: the words of each, the number of its facts, and the words of its title. */
/** @typedef {{element: string, id: string, text: string, location: number}} Anchor */
/** @typedef {{url: string, content: string, meta: Record<string, string>, anchors: Anchor[]}} Fragment A page as Pagefind keeps it. */

const START = "start.pf_pack";
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

  /** @param {Uint8Array<ArrayBuffer>} data A line of JSON, the columns of the pages, and Pagefind's program. */
  constructor(data) {
    const line = data.indexOf(10);
    const head = JSON.parse(new TextDecoder().decode(data.subarray(0, line)));
    /** @type {Words} */
    this.words = head.words;
    this.entry = JSON.stringify(head.entry);
    const { pages, digits } = head;
    let at = line + 1;
    const column = (/** @type {number} */ size) => data.subarray(at, (at += size));
    const hex = [...column(Math.ceil((pages * digits) / 2))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const [low, middle, high, facts, moreFacts, titles] = Array.from({ length: 6 }, () => column(pages));
    /** @param {number} page @param {(Uint8Array | undefined)[]} columns */
    const number = (page, ...columns) => columns.reduceRight((sum, one) => 256 * sum + (one?.[page] ?? 0), 0);
    /** @type {Pages} In Pagefind's order. */
    this.pages = {
      ids: Array.from({ length: pages }, (_, page) => hex.slice(page * digits, (page + 1) * digits)),
      words: Uint32Array.from({ length: pages }, (_, page) => number(page, low, middle, high)),
      facts: Uint16Array.from({ length: pages }, (_, page) => number(page, facts, moreFacts)),
      titles: titles ?? new Uint8Array(),
    };
    this.heavy = new HeavyWords(this.pages, head.beside);
    /** @type {string[]} What each part of the index begins with. */
    this.starts = head.starts;
    this.meta = listed(head, this.pages, this.heavy.standIns);
    this.wasm = data.slice(at);
    /** How many parts of the index have come. */
    this.parts = 0;
    /** Whether a file did not come: Pagefind would go on as if no page held its words. */
    this.isBroken = false;
    /** @type {(packed: string) => void} Takes words of the site when some have come. */
    this.onWords = () => {};
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
   * Tell the part of the index in which a word would stand.
   * @param {string} word
   */
  partOf(word) {
    return place(this.starts, `${word}\0`) - 1;
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
      if (name.endsWith(INDEX)) {
        this.parts += 1;
        this.onWords(this.heavy.take(data));
      }
      return new Response(data);
    } catch (error) {
      this.isBroken = true;
      throw error;
    }
  }
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
  const { writable, readable } = new DecompressionStream("gzip");
  const writer = writable.getWriter();
  // Not from a Blob: another process of the browser would have to be asked for it.
  const [whole] = await Promise.all([new Response(readable).arrayBuffer(), writer.write(data), writer.close()]);
  return new Uint8Array(whole);
}
