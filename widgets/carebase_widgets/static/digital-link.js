// What the code on a label says: a GS1 Digital Link address (URI Syntax 1.4), a GS1 element
// string (General Specifications, 3) or a plain serial number.
import { hasCheckDigit } from "./serial.js";

/** @typedef {{gtin: string, serial: string}} Code the GTIN in fourteen digits; either may be empty */

/** Ends a field of variable length: FNC1, as readers give it. */
const SEPARATOR = "\x1d";
/** What a reader may put before: the kind of the code (ISO/IEC 15424). */
const KIND = /^\](?:C1|e0|d2|Q3|J1)/;
/** The lengths of fields whose first two digits fix them, these two included. */
const FIXED = new Map([
  ["00", 20], ["01", 16], ["02", 16], ["03", 16], ["04", 18], ["11", 8], ["12", 8], ["13", 8],
  ["14", 8], ["15", 8], ["16", 8], ["17", 8], ["18", 8], ["19", 8], ["20", 4], ["31", 10],
  ["32", 10], ["33", 10], ["34", 10], ["35", 10], ["36", 10], ["41", 16],
]);
/** A serial number of GS1: up to twenty characters of their set 82. */
const SERIAL = /^[!"%-?A-Z_a-z]{1,20}$/;

/**
 * Read the text of a code. What is none of GS1's forms is taken for a plain serial number.
 * @param {string} text
 * @returns {Code}
 */
export function readCode(text) {
  const written = text.trim();
  if (/^https?:\/\//i.test(written)) return readAddress(written);
  if (/^\(\d{2,4}\)/.test(written)) return readBrackets(written);
  const raw = written.replace(KIND, "");
  if (raw !== written || raw.includes(SEPARATOR) || /^01\d{14}21/.test(raw)) return readElements(raw);
  if (/^(?:\d{8}|\d{12,14})$/.test(raw) && hasCheckDigit(raw, "ean")) {
    return { gtin: raw.padStart(14, "0"), serial: "" };
  }
  return { gtin: "", serial: raw.length <= 64 ? raw : "" };
}

/** @param {string} written */
function readAddress(written) {
  const none = { gtin: "", serial: "" };
  const path = URL.canParse(written) ? new URL(written).pathname : "";
  const found = /\/01\/(\d{8}|\d{12,14})(?:\/22\/[^/]+)?(?:\/10\/[^/]+)?(?:\/21\/([^/]+))?\/?$/.exec(path);
  if (!found || !hasCheckDigit(`${found[1]}`, "ean")) return none;
  return { gtin: `${found[1]}`.padStart(14, "0"), serial: checked(decode(found[2] ?? "")) };
}

/** @param {string} written */
function readBrackets(written) {
  /** @type {Map<string, string>} */
  const fields = new Map();
  for (const [, name = "", value = ""] of written.matchAll(/\((\d{2,4})\)([^(]*)/g)) fields.set(name, value.trim());
  return { gtin: asGtin(fields.get("01")), serial: checked(fields.get("21")) };
}

/** @param {string} raw */
function readElements(raw) {
  /** @type {Map<string, string>} */
  const fields = new Map();
  let rest = raw;
  while (rest) {
    const name = rest.slice(0, 2);
    const ended = rest.indexOf(SEPARATOR);
    const end = FIXED.get(name) ?? (ended < 0 ? rest.length : ended);
    if (!fields.has(name)) fields.set(name, rest.slice(2, end));
    rest = rest.slice(end);
    if (rest.startsWith(SEPARATOR)) rest = rest.slice(1);
  }
  return { gtin: asGtin(fields.get("01")), serial: checked(fields.get("21")) };
}

/** @param {string} [written] */
function asGtin(written = "") {
  return /^\d{14}$/.test(written) && hasCheckDigit(written, "ean") ? written : "";
}

/** @param {string} [serial] */
function checked(serial = "") {
  return SERIAL.test(serial) ? serial : "";
}

/** @param {string} written */
function decode(written) {
  try {
    return decodeURIComponent(written);
  } catch {
    return "";
  }
}

/**
 * Find the product and model that a GTIN names.
 * @param {import("./site-files.js").Short[]} catalog
 * @param {string} gtin
 */
export function ownerOf(catalog, gtin) {
  for (const product of catalog) {
    const model = product.models?.find((one) => one.gtin?.padStart(14, "0") === gtin);
    if (model) return { product, model };
  }
  return undefined;
}

/**
 * Lead from the address of a unit to its product: a host without rules for such addresses shows
 * its page of what is not there, and the reader needs another.
 */
export async function lead() {
  const root = new URL("../../../", import.meta.url);
  const { gtin, serial } = readAddress(location.href);
  if (!gtin || !location.pathname.startsWith(`${root.pathname}01/`)) return;
  const response = await fetch(new URL("assets/carebase/catalog.json", root));
  const found = response.ok && ownerOf(await response.json(), gtin);
  if (!found) return;
  const held = serial ? `&serial=${encodeURIComponent(serial)}` : "";
  location.replace(new URL(`products/${found.product.id}/#model=${found.model.id}${held}`, root));
}
