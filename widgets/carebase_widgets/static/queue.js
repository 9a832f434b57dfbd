import { Challenge } from "./challenge.js";
import { element, fill, isUnproven, read } from "./form.js";

/**
 * A submission on this device. It is written down before it is sent and taken away once it has
 * been answered: whatever happens in between, it is sent again with the same key, by any page of
 * the site, and so counts once.
 * @typedef {object} Item
 * @property {string} key
 * @property {string} url
 * @property {string} body
 * @property {import("./upload.js").Sent[]} [files] What goes before the form itself.
 * @property {string} title
 * @property {number} at
 * @property {number} lease Until when one tab alone sends it, in milliseconds since 1970.
 * @property {boolean} first Whether its own form is sending it, and tells of it.
 * @property {"waiting" | "sent" | "refused"} state
 * @property {string} language
 * @property {Record<string, string>} words What is said about it on pages without its form.
 * @property {any} [result]
 * @property {number} [status]
 * @property {string[]} [reasons] What is wrong with it, in words of the service.
 */
/** @typedef {import("./form.js").CarebaseForm} CarebaseForm */
/** @typedef {import("./form.js").Answers} Answers */
/** @typedef {{host: CarebaseForm, form: HTMLFormElement, panel: HTMLElement, answers: Answers}} Place */

const DATABASE = "carebase";
const STORE = "waiting";
/** Tells `carebase.js` of any page that something is here. */
const FLAG = "carebase-waiting";
/** Longer than any proof and any answer is waited for, twice where a proof was refused. */
const LEASE = 50_000;
const PATIENCE = 15_000;
const FIRST_TRY = 10_000;
const LAST_TRY = 300_000;
const WORDS = /^wait\.|^send\.sending$|^sent\.(reference|status)$/;

const news = new BroadcastChannel("carebase");
/** @type {Map<string, Place>} */
const places = new Map();
/** @type {Set<string>} */
const settled = new Set();
/** @type {HTMLElement | undefined} */
let aside;
let shown = "";
let pause = FIRST_TRY;
let timer = 0;

news.addEventListener("message", () => void show());

/**
 * Send the answers of a form; without an answer they wait here, and the form says so.
 * @param {CarebaseForm} host
 * @param {string} path
 * @param {Answers} answers
 * @returns {Promise<boolean>} Whether it waits.
 */
export async function deliver(host, path, answers) {
  const { form } = host;
  const key = host.keyOf(answers);
  const words = Object.fromEntries(Object.entries(host.words).filter(([name]) => WORDS.test(name)));
  /** @type {Item} */
  const item = {
    key,
    url: host.address(path),
    body: JSON.stringify(answers),
    title: form?.getAttribute("aria-label") ?? document.title,
    at: Date.now(),
    lease: Date.now() + LEASE,
    first: true,
    state: "waiting",
    language: String(answers["_lang"] ?? "en"),
    words,
  };
  if (host.uploads) item.files = host.uploads.held;
  const isHeld = await hold(item);
  const went = await bring(host, key);
  if (went === "refused") {
    if (isHeld) await change(key, () => null).catch(() => undefined);
    host.say();
    (await host.fields)?.show(await host.check(answers));
    return false;
  }
  let response = went === "done" ? await host.post(path, answers) : null;
  let result = await read(response);
  if (isFileGone(response, result, item.files) && host.uploads) {
    host.uploads.restart();
    if ((await bring(host, key)) === "done") response = await host.post(path, answers);
    result = await read(response);
  }
  if (!isHeld || !form || !isUnanswered(response, result)) {
    if (isHeld) await change(key, () => null).catch(() => undefined);
    void show();
    await host.settle(response, result, answers);
    return false;
  }
  await change(key, (kept) => kept && { ...kept, first: false, lease: 0 });
  if (host.isConnected) {
    const panel = element("div", { class: "cb-done cb-waiting", role: "status", tabindex: "-1" });
    places.set(key, { host, form, panel, answers });
    (await host.fields)?.forget();
    form.replaceWith(panel);
    host.say();
    panel.focus();
  }
  news.postMessage("");
  await show();
  later();
  return true;
}

/**
 * Wait until the files of a form have come, and write down by which names.
 * @param {CarebaseForm} host
 * @param {string} key
 */
async function bring(host, key) {
  const { uploads: files } = host;
  if (!files) return "done";
  const keep = () =>
    change(key, (kept) => kept && { ...kept, files: files.held, lease: Date.now() + LEASE }).catch(() => undefined);
  const went = await files.finish(() => void keep());
  await keep();
  return went;
}

/**
 * @param {Response | null} response
 * @param {any} result
 * @param {import("./upload.js").Sent[]} [files]
 */
function isFileGone(response, result, files) {
  if (response?.status !== 422 || !files?.length) return false;
  const fields = files.map(({ field }) => field);
  return Array.isArray(result?.errors) && result.errors.some((/** @type {any} */ one) => fields.includes(one.field));
}

/** Show what waits and send it. */
export async function resume() {
  await show();
  for (const { key } of await all()) await send(key);
}

/**
 * Send one submission, unless another tab is about to.
 * @param {string} key
 */
async function send(key) {
  const item = await change(key, (kept) =>
    kept?.state === "waiting" && kept.lease < Date.now() ? { ...kept, first: false, lease: Date.now() + LEASE } : undefined,
  ).catch(() => undefined);
  if (item) {
    await show();
    const { response, result } = await sendWhole(item);
    await change(key, (kept) => {
      if (!kept) return undefined;
      if (response?.status === 201 && result) return { ...kept, body: "", files: [], state: "sent", result, lease: 0 };
      if (isUnanswered(response, result) || isForLater(response, result)) return { ...kept, lease: 0 };
      const reasons = [result?.errors ?? []].flat().map((/** @type {any} */ one) => String(one.message));
      return { ...kept, state: "refused", status: response?.status ?? 0, reasons, lease: 0 };
    });
    news.postMessage("");
  }
  await show();
  later();
}

/**
 * Send the files of a submission, from where they broke off, and then itself.
 * @param {Item} item
 * @returns {Promise<{response: Response | null, result: any}>}
 */
async function sendWhole(item) {
  const { key, files } = item;
  if (!files?.length) {
    const response = await post(item, {});
    return { response, result: await read(response) };
  }
  const { send: sendFile } = await import("./upload.js");
  const { idsOf } = await import("./files.js");
  const keep = () =>
    change(key, (kept) => kept && { ...kept, files, lease: Date.now() + LEASE }).catch(() => undefined);
  const beat = setInterval(() => void keep(), 5_000);
  try {
    for (let tries = 0; ; tries += 1) {
      for (const file of files) {
        const outcome = await sendFile(item.url, file, item.language, () => {});
        await keep();
        if ("lost" in outcome) return { response: null, result: null };
        if ("refused" in outcome) {
          const result = { errors: [{ field: file.field, message: outcome.refused }] };
          return { response: new Response(null, { status: 422 }), result };
        }
      }
      const response = await post(item, idsOf(files));
      const result = await read(response);
      if (tries || !isFileGone(response, result, files)) return { response, result };
      for (const file of files) delete file.id;
    }
  } finally {
    clearInterval(beat);
  }
}

/**
 * @param {Item} item
 * @param {Record<string, string[]>} ids
 */
async function post({ url, key, body }, ids) {
  try {
    // The proof that it had would be too old.
    const proof = await new Challenge(url).take();
    return await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": key },
      body: JSON.stringify({ ...JSON.parse(body), ...ids, ...proof }),
      credentials: "omit",
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch {
    return null;
  }
}

/**
 * @param {Response | null} response
 * @param {unknown} result
 */
function isUnanswered(response, result) {
  return !response || (response.ok && !result) || [408, 502, 503, 504].includes(response.status);
}

/**
 * @param {Response | null} response
 * @param {unknown} result
 */
function isForLater(response, result) {
  const status = response?.status ?? 0;
  return status >= 500 || status === 409 || status === 429 || isUnproven(response, result);
}

/** Try again while the page is open, less and less often. */
function later() {
  clearTimeout(timer);
  void all().then((items) => {
    const leases = items.filter(({ state }) => state === "waiting").map(({ lease }) => lease);
    if (!leases.length) {
      pause = FIRST_TRY;
      return;
    }
    // A tab that was closed while it sent holds its item no longer than its lease.
    const held = Math.min(...leases.filter((lease) => lease > Date.now())) - Date.now() + 100;
    timer = setTimeout(() => void resume(), Math.min(pause, held));
    pause = Math.min(pause * 2, LAST_TRY);
  });
}

/** Say what there is to say: in the place of its form where that is open, else below the page. */
async function show() {
  const items = await all();
  try {
    if (items.length) localStorage.setItem(FLAG, "1");
    else localStorage.removeItem(FLAG);
  } catch {
    // Forbidden meanwhile: this page still has the items in sight.
  }
  const elsewhere = [];
  for (const item of items) {
    const place = places.get(item.key);
    if (!place?.panel.isConnected) elsewhere.push(item);
    else if (item.state === "sent") await settle(item, place);
    else write(place.panel, item, () => putBack(item.key));
  }
  for (const key of places.keys()) if (!items.some((item) => item.key === key)) putBack(key);
  const told = elsewhere.filter((item) => !settled.has(item.key) && (!item.first || item.lease < Date.now()));
  const state = JSON.stringify(told);
  if (state === shown) return;
  shown = state;
  aside?.remove();
  if (!told.length) return;
  aside = element("aside", { class: "cb-widget cb-waiting md-typeset" });
  for (const item of told) {
    const panel = element("div", { class: "cb-done", role: "status" });
    write(panel, item);
    aside.append(panel);
  }
  document.body.append(aside);
}

/**
 * @param {Item} item
 * @param {Place} place
 */
async function settle(item, { host, form, panel, answers }) {
  places.delete(item.key);
  settled.add(item.key);
  panel.replaceWith(form);
  host.succeed(item.result, answers);
  await change(item.key, () => null);
  news.postMessage("");
}

/** @param {string} key */
function putBack(key) {
  const place = places.get(key);
  places.delete(key);
  if (!place?.panel.isConnected) return;
  place.panel.replaceWith(place.form);
  void place.host.fields?.then((fields) => fields.keep());
  /** @type {HTMLElement | null} */ (place.form.querySelector("button[type=submit]"))?.focus();
}

/**
 * @param {HTMLElement} panel
 * @param {Item} item
 * @param {() => void} [cancelled]
 */
function write(panel, item, cancelled) {
  const { key, words, state } = item;
  const busy = state === "waiting" && item.lease > Date.now();
  const button = (/** @type {string} */ word, /** @type {() => Promise<unknown>} */ action) => {
    const made = element("button", { type: "button", class: "cb-again" }, `${words[word]}`);
    made.disabled = busy;
    made.addEventListener("click", () => void action().then(show));
    return made;
  };
  const forget = async () => {
    // Not while it is on its way: then nobody could say whether it had been sent.
    const left = await change(key, (kept) => (kept && kept.lease > Date.now() ? undefined : null));
    if (left === null) cancelled?.();
    news.postMessage("");
  };
  const date = new Date(item.at).toLocaleString(item.language, { dateStyle: "medium", timeStyle: "short" });
  const title = `${words[state === "waiting" ? "wait.title" : `wait.${state}`]}`;
  /** @type {HTMLElement[]} */
  const parts = [
    element("p", { class: "cb-done__title" }, title),
    element("p", {}, fill(words["wait.about"], { form: item.title, date })),
  ];
  if (state === "sent") {
    parts.push(element("p", {}, `${words["sent.reference"]} `, element("strong", { class: "cb-ref" }, String(item.result.ref))));
    if (item.result.promise) parts.push(element("p", { class: "cb-promise" }, String(item.result.promise)));
    const href = new URL(String(item.result.status_url ?? ""), item.url);
    if (item.result.status_url && /^https?:$/.test(href.protocol)) {
      parts.push(element("p", {}, element("a", { href: href.href }, `${words["sent.status"]}`)));
    }
    parts.push(element("p", {}, button("wait.close", forget)));
  } else if (state === "refused") {
    const written = Object.entries(JSON.parse(item.body)).filter(([name]) => !name.startsWith("_"));
    for (const { field, name } of item.files ?? []) written.push([field, name]);
    parts.push(
      element("p", {}, fill(words["wait.refused_text"], { status: item.status ?? 0 })),
      ...(item.reasons ?? []).map((one) => element("p", { class: "cb-error" }, one)),
      element("ul", {}, ...written.map(([name, value]) => element("li", {}, `${name}: ${value}`))),
      element("p", {}, button("wait.delete", forget)),
    );
  } else {
    const tell = busy ? words["send.sending"] : words["wait.text"];
    parts.push(
      element("p", {}, `${tell}`),
      element("div", { class: "cb-send" }, button("wait.now", () => send(key)), button("wait.cancel", forget)),
    );
  }
  panel.classList.toggle("cb-done--waiting", state !== "sent");
  panel.lang = item.language;
  panel.replaceChildren(...parts);
}

/**
 * Write a submission down; without the flag no other page would look for it.
 * @param {Item} item
 * @returns {Promise<boolean>} Whether that was allowed.
 */
async function hold(item) {
  try {
    localStorage.setItem(FLAG, "1");
    await change(item.key, () => item);
    return true;
  } catch {
    return false;
  }
}

/**
 * Change one item in one transaction, which no other tab can come between.
 * @param {string} key
 * @param {(kept: Item | undefined) => Item | null | undefined} action What shall be there instead:
 *   nothing (`null`), or the same as before (`undefined`).
 * @returns {Promise<Item | null | undefined>} What the action gave, once it is on the disk.
 */
async function change(key, action) {
  /** @type {Item | null | undefined} */
  let next;
  const begin = (/** @type {IDBObjectStore} */ store) => {
    const asked = store.get(key);
    asked.onsuccess = () => {
      next = action(asked.result);
      if (next === null) store.delete(key);
      else if (next) store.put(next);
    };
  };
  await transact(DATABASE, STORE, begin, { durability: "strict" });
  return next;
}

/** @returns {Promise<Item[]>} All items, the oldest first; none where storage is forbidden. */
async function all() {
  try {
    const database = await open(DATABASE, STORE);
    try {
      return await new Promise((resolve, reject) => {
        const asked = database.transaction(STORE).objectStore(STORE).getAll();
        asked.onsuccess = () => resolve(asked.result.sort((left, right) => left.at - right.at));
        asked.onerror = () => reject(asked.error);
      });
    } finally {
      database.close();
    }
  } catch {
    return [];
  }
}

/**
 * Change what a database of this device holds in its one store, in one transaction.
 * @param {string} name
 * @param {string} kept The store.
 * @param {(store: IDBObjectStore) => void} begin
 * @param {IDBTransactionOptions} [options]
 */
export async function transact(name, kept, begin, options) {
  const database = await open(name, kept);
  try {
    await new Promise((resolve, reject) => {
      const transaction = database.transaction(kept, "readwrite", options);
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
      begin(transaction.objectStore(kept));
    });
  } finally {
    database.close();
  }
}

/**
 * Open a database of this device that holds one store of things with a key.
 * @param {string} name
 * @param {string} store
 * @returns {Promise<IDBDatabase>}
 */
function open(name, store) {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(name, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(store, { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
    asked.onblocked = () => reject(asked.error);
  });
}
