import { Challenge } from "./challenge.js";
import { isUnproven, read } from "./form.js";

/**
 * A file on its way to our service; `id` is what it is called there once it is known.
 * @typedef {object} Sent
 * @property {string} field
 * @property {string} name
 * @property {Blob} blob
 * @property {string} [id]
 */
/** @typedef {{done: true} | {refused: string} | {lost: true}} Outcome */

/** In bytes: short enough that a slow line shows progress, and little is lost with it. */
const PIECE = 262_144;
/** In milliseconds. A large picture is looked at for some time after its last piece. */
const PATIENCE = 30_000;
const LAST_PATIENCE = 150_000;
/** How often a file is begun anew that our service has forgotten. */
const TRIES = 3;

/**
 * Send a file, from where it broke off; it can be called again after `lost`.
 * @param {string} form The address of its form, `…v1/forms/<id>`.
 * @param {Sent} file
 * @param {string} language In which our service tells what is wrong.
 * @param {(share: number) => void} progress Told the share that has arrived, from 0 to 1.
 * @param {AbortSignal} [stop]
 * @returns {Promise<Outcome>}
 */
export async function send(form, file, language, progress, stop) {
  try {
    for (let tries = 0; tries < TRIES; tries += 1) {
      if (!file.id) {
        const told = await create(form, file, language, stop);
        if (told) return told;
      }
      const outcome = await go(form, file, language, progress, stop);
      if (outcome) return outcome;
      delete file.id;
    }
  } catch {
    // No answer came: what has arrived is there, and the rest goes later.
  }
  return { lost: true };
}

/**
 * @param {string} form
 * @param {Sent} file
 */
export function forget(form, file) {
  if (!file.id) return;
  fetch(addressOf(form, file.id), { method: "DELETE", credentials: "omit", keepalive: true }).catch(() => {});
}

/**
 * @param {string} form
 * @param {Sent} file
 * @param {string} language
 * @param {AbortSignal} [stop]
 * @returns {Promise<Outcome | undefined>} Nothing when it may be sent.
 */
async function create(form, file, language, stop) {
  const { field, name, blob } = file;
  const about = { form: form.slice(form.lastIndexOf("/") + 1), field, name: name.slice(-500), size: blob.size, _lang: language };
  const post = (/** @type {object} */ beside) =>
    ask(addressOf(form), PATIENCE, stop, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...about, ...beside }),
    });
  let response = await post({});
  let result = await read(response);
  if (isUnproven(response, result)) {
    response = await post(await new Challenge(form).take());
    result = await read(response);
  }
  if (response.status !== 201 || !result?.id) return judged(result);
  file.id = String(result.id);
  return undefined;
}

/**
 * @param {string} form
 * @param {Sent} file
 * @param {string} language
 * @param {(share: number) => void} progress
 * @param {AbortSignal} [stop]
 * @returns {Promise<Outcome | undefined>} Nothing when our service does not know the file any more.
 */
async function go(form, file, language, progress, stop) {
  const { size } = file.blob;
  const address = addressOf(form, file.id);
  let state = await ask(address, PATIENCE, stop, { method: "HEAD" });
  while (state.ok || state.status === 409) {
    if (state.headers.get("upload-complete") === "?1") {
      progress(1);
      return { done: true };
    }
    const offset = Number(state.headers.get("upload-offset"));
    progress(offset / size);
    const end = Math.min(offset + PIECE, size);
    const isLast = end === size;
    state = await ask(`${address}?lang=${encodeURIComponent(language)}`, isLast ? LAST_PATIENCE : PATIENCE, stop, {
      method: "PATCH",
      headers: { "content-type": "application/octet-stream", "upload-offset": String(offset) },
      body: file.blob.slice(offset, end),
    });
  }
  if (state.status === 404) return undefined;
  return judged(await read(state));
}

/**
 * @param {any} result
 * @returns {Outcome}
 */
function judged(result) {
  const said = result?.errors?.[0]?.message;
  return said ? { refused: String(said) } : { lost: true };
}

/**
 * @param {string} form
 * @param {string} [id]
 */
function addressOf(form, id) {
  return new URL(`../uploads${id ? `/${id}` : ""}`, form).href;
}

/**
 * @param {string} address
 * @param {number} patience
 * @param {AbortSignal | undefined} stop
 * @param {RequestInit} request
 */
function ask(address, patience, stop, request) {
  const limits = [AbortSignal.timeout(patience), ...(stop ? [stop] : [])];
  return fetch(address, { ...request, credentials: "omit", signal: AbortSignal.any(limits) });
}
