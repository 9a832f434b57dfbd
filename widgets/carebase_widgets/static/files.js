import { element, fill } from "./elements.js";
import { KeptFiles, keyOf } from "./kept-files.js";
import { forget, send } from "./upload.js";

/** @typedef {import("./upload.js").Sent} Sent */
/** @typedef {import("./form.js").CarebaseForm} CarebaseForm */
/**
 * @typedef {object} Chosen A file in the list of its field.
 * @property {Sent} sent
 * @property {"going" | "waiting" | "done" | "refused"} state
 * @property {string} said What is wrong with it.
 * @property {unknown} mark What it was when it was chosen: a photo may be made smaller.
 * @property {AbortController} stop
 * @property {HTMLElement} row
 * @property {string} key By which this device keeps it over a reload.
 * @property {Promise<void>} [going]
 */

/** In milliseconds: when a lost connection is tried again, less and less often. */
const FIRST_TRY = 2_000;
const LAST_TRY = 30_000;
/** The first bytes by which our service tells the kinds, so that others need not be sent first. */
const MARKS = new Map([
  ["image/jpeg", /^\xff\xd8\xff/],
  ["image/png", /^\x89PNG\r\n/],
  ["image/webp", /^RIFF[^]{4}WEBP/],
  ["application/pdf", /^%PDF-/],
]);

/**
 * The questions of a form that are answered with files. Each file is sent as soon as it is chosen,
 * with its progress, and on from where it broke off; the form itself then names what has come.
 */
export class Files {
  /** @type {Chosen[]} */
  #chosen = [];
  #pause = FIRST_TRY;

  /** @param {CarebaseForm} host */
  constructor(host) {
    this.host = host;
    this.words = host.words;
    this.form = host.address(`v1/forms/${host.dataset["form"]}`);
    for (const field of host.querySelectorAll("[data-type=files]")) this.#prepare(/** @type {HTMLElement} */ (field));
    window.addEventListener("online", () => this.#again());
    this.kept = new KeptFiles(`${host.dataset["form"]}`);
    void this.#restore();
  }

  /** @returns {Chosen[]} The files of questions that are asked: the answers so far may ask others. */
  get #asked() {
    return this.#chosen.filter(({ row }) => !row.closest("[data-field]")?.hasAttribute("hidden"));
  }

  /** @returns {string} What makes two choices of files differ. */
  get signature() {
    return JSON.stringify(this.#asked.map(({ mark }) => mark));
  }

  /** @returns {Record<string, string[]>} The names by which the form calls its files. */
  get ids() {
    return idsOf(this.#asked.map(({ sent }) => sent));
  }

  /** @returns {Sent[]} All that must be kept to send it later. */
  get held() {
    return this.#asked.map(({ sent }) => ({ ...sent }));
  }

  /**
   * @param {HTMLElement} field
   * @returns {string} What is wrong with the files of a field.
   */
  flaw(field) {
    const own = this.#of(field);
    const bad = own.find(({ state }) => state === "refused");
    if (bad) return bad.said;
    const { most } = inputOf(field).dataset;
    if (own.length > Number(most)) return fill(this.words["error.many"], { limit: most ?? "" });
    const isNeeded = field.dataset["needed"] !== undefined;
    return isNeeded && !own.length ? `${this.words["error.file_missing"]}` : "";
  }

  /**
   * Wait until all files have come.
   * @param {() => void} [goingOn] Called as long as it goes on.
   * @returns {Promise<"done" | "refused" | "lost">}
   */
  async finish(goingOn = () => {}) {
    const beat = setInterval(goingOn, 5_000);
    try {
      for (const one of this.#asked) if (one.state === "waiting") this.#start(one);
      await Promise.all(this.#asked.map(({ going }) => going));
    } finally {
      clearInterval(beat);
    }
    if (this.#asked.some(({ state }) => state === "refused")) return "refused";
    return this.#asked.every(({ state }) => state === "done") ? "done" : "lost";
  }

  /** Our service has lost them, so all are sent once more. */
  restart() {
    for (const one of this.#chosen) {
      delete one.sent.id;
      one.state = "waiting";
    }
  }

  /** Keep on this device what is chosen, until it has been sent. */
  keep() {
    for (const { key, sent, state } of this.#chosen) if (state !== "refused") this.kept.put(key, sent);
  }

  /** Delete what this device keeps: it has been sent, or waits with its form. */
  forget() {
    this.kept.drop(...this.#chosen.map(({ key }) => key));
  }

  /** Take all files out of the form. */
  clear() {
    for (const one of this.#chosen) this.#remove(one);
  }

  /** Put the files into their lists that were chosen before a reload, and say so. */
  async #restore() {
    for (const { key, sent } of await this.kept.read()) {
      const field = this.host.querySelector(`[data-type=files][data-field="${CSS.escape(sent.field)}"]`);
      const list = field?.querySelector(".cb-files");
      if (!(field instanceof HTMLElement) || !(list instanceof HTMLElement)) {
        this.kept.drop(key);
        continue;
      }
      const note = element("p", { class: "cb-kept", role: "status" }, `${this.words["file.restored"]}`);
      if (!field.querySelector(".cb-kept")) list.before(note);
      this.#add(field, list, sent, key);
    }
  }

  /** @param {HTMLElement} field */
  #prepare(field) {
    const input = inputOf(field);
    const isSeveral = input.multiple;
    if (input.required || field.dataset["required"] !== undefined) field.dataset["needed"] = "";
    // What is chosen is in the list, not in the control, which is empty again at once.
    input.required = false;
    const list = element("ul", { class: "cb-files", "aria-label": `${field.querySelector(".cb-label")?.textContent}` });
    const row = element("div", { class: "cb-file-row" });
    input.replaceWith(row);
    row.append(pick(input, `${this.words[isSeveral ? "file.choose_several" : "file.choose"]}`));
    const inputs = [input];
    if (matchMedia("(pointer: coarse)").matches && input.accept.includes("image/")) {
      const attributes = { type: "file", accept: "image/*", capture: "environment", class: "cb-file", id: `${input.id}-photo` };
      const camera = element("input", attributes);
      row.append(pick(camera, `${this.words["file.photo"]}`));
      inputs.push(camera);
    }
    // Spoken, and in sight in the list already.
    const spoken = element("div", { class: "cb-trap", role: "status" });
    field.append(list, spoken);
    for (const one of inputs) {
      one.addEventListener("change", () => {
        const name = field.dataset["field"] ?? "";
        for (const file of one.files ?? []) this.#add(field, list, { field: name, name: file.name, blob: file });
        one.value = "";
      });
      // Chosen before this was loaded.
      if (one.files?.length) one.dispatchEvent(new Event("change"));
    }
  }

  /**
   * @param {HTMLElement} field
   * @param {HTMLElement} list
   * @param {Sent} sent
   * @param {string} [key] By which it is kept already.
   */
  #add(field, list, sent, key = keyOf(this.#chosen.length)) {
    const row = element("li", { class: "cb-files__one" });
    /** @type {Chosen} */
    const one = { sent, state: "going", said: "", mark: [sent.field, sent.name, sent.blob.size], stop: new AbortController(), row, key };
    this.#chosen.push(one);
    list.append(row);
    this.#draw(one, 0);
    one.going = this.#begin(one, inputOf(field));
  }

  /**
   * @param {Chosen} one
   * @param {HTMLInputElement} input
   */
  async #begin(one, input) {
    const { sent, row } = one;
    const { blob, name } = sent;
    const limit = Number(input.dataset["bytes"]);
    const say = (/** @type {string} */ key) =>
      this.#refuse(one, fill(this.words[`error.file_${key}`], { name, limit: limit / 1_000_000 }));
    if (!blob.size) return say("empty");
    if (blob.size > limit) {
      const isSmaller = await import("./shrink.js").then(({ shrink }) => shrink(sent, limit), () => false);
      if (!isSmaller) return say("size");
      row.replaceChildren();
      this.#draw(one, 0);
    }
    if (!(await isOneOf(sent.blob, input.accept.split(",")))) return say("kind");
    if (!this.#chosen.includes(one)) return undefined;
    this.kept.put(one.key, one.sent);
    return this.#go(one);
  }

  /** @param {Chosen} one */
  #start(one) {
    one.state = "going";
    one.stop = new AbortController();
    one.going = this.#go(one);
  }

  /** @param {Chosen} one */
  async #go(one) {
    const language = String(new FormData(this.host.form ?? undefined).get("_lang") ?? "en");
    const { sent } = one;
    let known = sent.id;
    const progress = (/** @type {number} */ share) => {
      // After a reload it goes on from where it was, by the name that it has there.
      if (sent.id !== known && this.#chosen.includes(one)) this.kept.put(one.key, sent);
      known = sent.id;
      this.#draw(one, share);
    };
    const outcome = await send(this.form, sent, language, progress, one.stop.signal);
    if (!this.#chosen.includes(one)) forget(this.form, one.sent);
    else if ("refused" in outcome) this.#refuse(one, outcome.refused);
    else if ("done" in outcome) {
      one.state = "done";
      this.#pause = FIRST_TRY;
      this.#draw(one, 1);
      say(one, fill(this.words["file.ready"], { name: one.sent.name }));
    } else {
      one.state = "waiting";
      this.#draw(one, 0);
      setTimeout(() => this.#again(), this.#pause);
      this.#pause = Math.min(this.#pause * 2, LAST_TRY);
    }
  }

  #again() {
    if (!this.host.form?.isConnected) return;
    for (const one of this.#chosen) if (one.state === "waiting") this.#start(one);
  }

  /**
   * @param {Chosen} one
   * @param {string} said
   */
  #refuse(one, said) {
    one.state = "refused";
    one.said = said;
    // Our service has deleted it already.
    delete one.sent.id;
    this.kept.drop(one.key);
    this.#draw(one, 0);
    say(one, said);
  }

  /** @param {Chosen} one */
  #remove(one) {
    const { row } = one;
    const next = row.nextElementSibling ?? row.previousElementSibling;
    const input = row.closest("[data-field]")?.querySelector("input");
    this.#chosen = this.#chosen.filter((other) => other !== one);
    one.stop.abort();
    forget(this.form, one.sent);
    this.kept.drop(one.key);
    say(one, fill(this.words["file.removed"], { name: one.sent.name }));
    if (row.parentElement?.childElementCount === 1) row.closest("[data-field]")?.querySelector(".cb-kept")?.remove();
    row.remove();
    /** @type {HTMLElement | null | undefined} */ (next?.querySelector("button") ?? input)?.focus();
  }

  /**
   * @param {Chosen} one
   * @param {number} share
   */
  #draw(one, share) {
    const { row, state, sent } = one;
    const size = sizeOf(sent.blob.size);
    const percent = Math.floor(share * 100);
    const going = percent < 100 ? fill(this.words["file.going"], { percent }) : `${this.words["file.checked"]}`;
    const told = { going, waiting: `${this.words["file.waiting"]}`, done: `${this.words["file.done"]}`, refused: one.said };
    if (!row.firstChild) {
      const button = element("button", { type: "button", class: "cb-files__remove" }, `${this.words["file.remove"]}`);
      button.setAttribute("aria-label", `${this.words["file.remove"]}: ${sent.name}`);
      button.addEventListener("click", () => this.#remove(one));
      row.append(
        element("span", { class: "cb-files__name" }, sent.name),
        element("span", { class: "cb-files__size" }, size),
        button,
        element("progress", { max: "100", "aria-label": sent.name }),
        element("span", { class: "cb-files__state" }),
      );
    }
    row.dataset["state"] = state;
    const bar = row.querySelector("progress");
    if (bar) {
      bar.value = percent;
      bar.hidden = state === "done" || state === "refused";
    }
    const said = row.querySelector(".cb-files__state");
    if (said && said.textContent !== told[state]) said.textContent = told[state];
  }

  /** @param {HTMLElement} field */
  #of(field) {
    return this.#asked.filter(({ sent }) => sent.field === field.dataset["field"]);
  }
}

/**
 * Tell those who do not look at the list.
 * @param {Chosen} one
 * @param {string} said
 */
function say({ row }, said) {
  const place = row.closest("[data-field]")?.querySelector(".cb-trap[role=status]");
  if (place) place.textContent = said;
}

/**
 * @param {Sent[]} files
 * @returns {Record<string, string[]>}
 */
export function idsOf(files) {
  /** @type {Record<string, string[]>} */
  const ids = {};
  for (const { field, id } of files) if (id) (ids[field] ??= []).push(id);
  return ids;
}

/**
 * @param {number} bytes
 * @returns {string} As `1.2 MB`, or `1,2 Mo` in French.
 */
function sizeOf(bytes) {
  const isLarge = bytes >= 950_000;
  const unit = isLarge ? "megabyte" : "kilobyte";
  const options = { style: /** @type {const} */ ("unit"), unit, maximumFractionDigits: isLarge ? 1 : 0 };
  const amount = isLarge ? bytes / 1_000_000 : Math.max(bytes / 1_000, 1);
  return new Intl.NumberFormat(document.documentElement.lang || "en", options).format(amount);
}

/**
 * Make a large target of a control for files, which no browser lets be drawn otherwise.
 * @param {HTMLInputElement} input
 * @param {string} said
 */
function pick(input, said) {
  input.classList.add("cb-file--inside");
  input.classList.remove("cb-input");
  return element("label", { class: "cb-pick" }, input, element("span", {}, said));
}

/**
 * @param {HTMLElement} field
 * @returns {HTMLInputElement}
 */
function inputOf(field) {
  return /** @type {HTMLInputElement} */ (field.querySelector("input[data-most]"));
}

/**
 * @param {Blob} blob
 * @param {string[]} types
 */
async function isOneOf(blob, types) {
  let start;
  try {
    start = String.fromCharCode(...new Uint8Array(await blob.slice(0, 16).arrayBuffer()));
  } catch {
    // Such as a file that has been moved meanwhile: sending it tells.
    return true;
  }
  return types.some((type) => MARKS.get(type)?.test(start));
}
