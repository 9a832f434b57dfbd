// Is a signed certificate genuine? As `carebase.badges.checking` answers it, in the browser alone.

/** @typedef {{key: string, until: string}} PublicKey `until` is a day, or empty while in use. */
/** @typedef {{state: string, document?: Record<string, any>, what?: string}} Verdict */

const SIGNS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const LONGEST = 200_000;
const LONGEST_NUMBER = 200;
const TYPES = ["VerifiableCredential", "OpenBadgeCredential"];
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * Check the text of a certificate. The state is `valid` or the first thing that is wrong;
 * `browser` where this browser cannot check signatures.
 * @param {string} text
 * @param {PublicKey[]} keys
 * @param {Date} now
 * @returns {Promise<Verdict>}
 */
export async function check(text, keys, now) {
  const document = text.length > LONGEST ? undefined : readJson(text);
  if (document === undefined) return { state: "damaged" };
  if (!isSigned(document)) return { state: "other" };
  const name = document["proof"].verificationMethod.split("#").at(-1) ?? "";
  const known = keys.find(({ key }) => key === name);
  if (!known) return { state: "unknown", document, what: name.slice(0, 60) };
  const isGenuine = await holds(document, known.key);
  if (isGenuine === null) return { state: "browser" };
  if (!isGenuine) return { state: "changed", document };
  const { validFrom, validUntil, proof } = document;
  const created = moment(proof.created);
  if (known.until && !(created && created.toISOString().slice(0, 10) <= known.until)) return { state: "retired", document, what: known.until };
  const [begin, end] = [moment(validFrom), moment(validUntil)];
  if (begin && begin > now) return { state: "early", document, what: validFrom.slice(0, 10) };
  if (end && end < now) return { state: "expired", document, what: validUntil.slice(0, 10) };
  return { state: "valid", document };
}

/**
 * What a certificate tells a reader.
 * @param {any} document
 * @returns {Record<string, string>}
 */
export function summary(document) {
  const subject = inside(document, "credentialSubject");
  const achievement = inside(subject, "achievement");
  return {
    name: said(inside(subject, "identifier"), "identityHash"),
    title: said(achievement, "name"),
    version: said(achievement, "version"),
    score: said(inside(subject, "result"), "value"),
    maker: said(inside(document, "issuer"), "name"),
    day: said(document, "validFrom").slice(0, 10),
    until: said(document, "validUntil").slice(0, 10),
  };
}

/**
 * @param {any} thing
 * @param {string} name
 */
function inside(thing, name) {
  const found = thing?.[name];
  return Array.isArray(found) ? found[0] : found;
}

/**
 * @param {any} thing
 * @param {string} name
 */
function said(thing, name) {
  const found = thing?.[name];
  return typeof found === "string" ? found : "";
}

/**
 * Read JSON; nothing for what programs read differently, a name twice included.
 * @param {string} text
 */
function readJson(text) {
  try {
    const data = JSON.parse(text);
    const written = [...text.matchAll(/"(?:[^"\\]|\\.)*"\s*(:)?/g)].filter(([, colon]) => colon).length;
    return written === countNames(data) ? data : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {any} data
 * @returns {number}
 */
function countNames(data) {
  if (typeof data !== "object" || data === null) return 0;
  const below = Object.values(data).reduce((sum, one) => sum + countNames(one), 0);
  return Array.isArray(data) ? below : Object.keys(data).length + below;
}

/** @param {any} document */
function isSigned(document) {
  if (typeof document !== "object" || document === null || !Array.isArray(document.type)) return false;
  if (!TYPES.every((one) => document.type.includes(one))) return false;
  const { proof } = document;
  return (
    proof?.type === "DataIntegrityProof" &&
    proof.cryptosuite === "eddsa-jcs-2022" &&
    proof.proofPurpose === "assertionMethod" &&
    typeof proof.verificationMethod === "string" &&
    typeof proof.proofValue === "string"
  );
}

/**
 * Tell whether the proof is by this key and over all that the document says; nothing where the
 * browser cannot tell.
 * @param {Record<string, any>} document
 * @param {string} key
 */
async function holds(document, key) {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) return null;
  const { proof, ...content } = document;
  const { proofValue, ...options } = proof;
  let publicKey;
  try {
    publicKey = await subtle.importKey("raw", decode(key).slice(2), "Ed25519", false, ["verify"]);
  } catch {
    return null;
  }
  try {
    if (canonical(options["@context"] ?? null) !== canonical(content["@context"] ?? null)) return false;
    const digests = await Promise.all([options, content].map((part) => subtle.digest("SHA-256", new TextEncoder().encode(canonical(part)))));
    const signed = new Uint8Array(digests.flatMap((digest) => [...new Uint8Array(digest)]));
    return await subtle.verify("Ed25519", publicKey, decode(proofValue), signed);
  } catch {
    return false;
  }
}

/**
 * JSON in its canonical form (RFC 8785): names sorted, numbers and texts as JavaScript writes them.
 * @param {any} value
 * @returns {string}
 */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${canonical(name)}:${canonical(value[name])}`).join(",")}}`;
  }
  // Half of a sign has no bytes: encoded, it would be the same as another half.
  if (typeof value === "string" && /\p{Surrogate}/u.test(value)) throw new Error("no text");
  // Beyond it a number is not the same to every program.
  if (typeof value === "number" && Math.abs(value) > 2 ** 53) throw new Error("too large a number");
  return JSON.stringify(value);
}

/**
 * @param {string} written Base 58 after a `z`.
 */
function decode(written) {
  if (!written.startsWith("z") || written.length > LONGEST_NUMBER) throw new Error("no text in base 58");
  const signs = [...written.slice(1)];
  let number = 0n;
  for (const sign of signs) {
    const place = SIGNS.indexOf(sign);
    if (place < 0) throw new Error("no text in base 58");
    number = number * 58n + BigInt(place);
  }
  const bytes = [];
  for (; number; number >>= 8n) bytes.unshift(Number(number & 255n));
  const zeros = signs.findIndex((sign) => sign !== "1");
  return new Uint8Array([...Array(zeros < 0 ? signs.length : zeros).fill(0), ...bytes]);
}

/** @param {any} written */
function moment(written) {
  const time = typeof written === "string" && TIME.test(written) ? new Date(written) : null;
  return time && !Number.isNaN(time.getTime()) ? time : null;
}
