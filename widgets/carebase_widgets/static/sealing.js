// Opens what `carebase.training.sealing` has sealed: that deters reading, and nothing more.

const FORM = "carebase seal 1";
const NONCE = 12;

/** Whether this page can open seals: browsers encrypt on https and on localhost alone. */
export function canOpen() {
  return globalThis.crypto?.subtle !== undefined;
}

/**
 * Open a sealed text; rejects where it belongs to another question or is damaged.
 * @param {string} sealed
 * @param {string} question
 * @param {string} version
 */
export async function unseal(sealed, question, version) {
  const { subtle } = globalThis.crypto;
  const digest = await subtle.digest("SHA-256", new TextEncoder().encode(`${FORM}\n${question}\n${version}`));
  const key = await subtle.importKey("raw", digest, "AES-GCM", false, ["decrypt"]);
  const data = Uint8Array.from(atob(sealed), (sign) => sign.charCodeAt(0));
  const opened = await subtle.decrypt({ name: "AES-GCM", iv: data.subarray(0, NONCE) }, key, data.subarray(NONCE));
  return new TextDecoder().decode(opened);
}
