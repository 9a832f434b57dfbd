// The code on a certificate that nobody has signed: it shows a typing error, and nothing more.

import { sha256 } from "./challenge-solve.js";

/** @typedef {{title: string, version: string, name: string, day: string, score: string}} Told */

/** Digits and letters that nobody takes for one another (Crockford's base 32). */
const SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/**
 * Give the code of what a certificate tells; spaces and capital letters do not change it.
 * @param {Told} told `day` as `2026-11-22`, `score` in per cent as `87.5`, or empty.
 */
export function checkCode({ title, version, name, day, score }) {
  const written = [title, version, name, day, score].map(plain).join("\n");
  const bytes = sha256(new TextEncoder().encode(written)).slice(0, 5);
  const bits = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const signs = Array.from({ length: 8 }, (_, place) => SIGNS[Number((bits >> BigInt(35 - 5 * place)) & 31n)]);
  return `${signs.slice(0, 4).join("")}-${signs.slice(4).join("")}`;
}

/**
 * Write a code that somebody typed as `checkCode` does.
 * @param {string} typed
 */
export function readCode(typed) {
  const signs = typed.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  return `${signs.slice(0, 4)}-${signs.slice(4)}`;
}

/** @param {string} text */
function plain(text) {
  return text.normalize("NFC").trim().replace(/\s+/g, " ").toLowerCase();
}
