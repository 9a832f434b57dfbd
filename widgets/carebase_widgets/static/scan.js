import { readCode } from "./digital-link.js";
import { element, fill } from "./form.js";

/** @typedef {import("./digital-link.js").Code} Code */
/** @typedef {{detect(source: CanvasImageSource): Promise<{rawValue: string}[]>}} Detector */

/** Milliseconds between two looks, and after which one says that nothing was found. */
const PAUSE = 150;
const LONG = 15_000;

/**
 * Tell whether the browser can read codes at all: some have the class and know no format.
 * @returns {Promise<boolean>}
 */
export async function canScan() {
  const Detector = /** @type {any} */ (window).BarcodeDetector;
  if (!Detector || !navigator.mediaDevices) return false;
  try {
    return (await Detector.getSupportedFormats()).length > 0;
  } catch {
    return false;
  }
}

/**
 * Looks through the camera for the code of a label until it finds one or is stopped. Pictures
 * never leave the device. A code that is found comes as the event `carebase:scanned`.
 */
export class CarebaseScan extends HTMLElement {
  /** @type {Record<string, string>} */
  words = {};
  /** @type {MediaStream | undefined} */
  #stream;
  #said = element("p", { class: "cb-scan__said", role: "status" });

  connectedCallback() {
    void this.#start();
  }

  disconnectedCallback() {
    this.#close();
  }

  async #start() {
    this.className = "cb-scan";
    const stop = element("button", { class: "cb-again", type: "button" }, `${this.words["scan.stop"]}`);
    stop.addEventListener("click", () => this.#finish());
    this.replaceChildren(this.#said, stop);
    this.#say("asking");
    stop.focus();
    try {
      const video = { facingMode: "environment" };
      const stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
      this.#stream = stream;
      if (!this.isConnected) this.#close();
      else await this.#look(stream);
    } catch (error) {
      this.#close();
      if (!this.isConnected) return;
      this.querySelector("video")?.remove();
      const name = error instanceof DOMException ? error.name : "";
      const reasons = { NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "none" };
      const found = Object.entries(reasons).find(([known]) => known === name);
      this.#say(found ? found[1] : "busy");
    }
  }

  /** @param {MediaStream} stream */
  async #look(stream) {
    const about = { class: "cb-scan__video", playsinline: "", "aria-label": `${this.words["scan.video"]}` };
    const video = element("video", about);
    video.muted = true;
    video.srcObject = stream;
    this.prepend(video);
    await video.play();
    this.#say("looking");
    /** @type {Detector} */
    const detector = new /** @type {any} */ (window).BarcodeDetector();
    const since = performance.now();
    let isLong = false;
    while (this.isConnected && this.#stream === stream) {
      for (const { rawValue } of await detector.detect(video)) {
        const code = readCode(rawValue);
        if (code.serial && this.isConnected) {
          this.#finish(code);
          return;
        }
        this.#say(code.gtin ? "product" : "other");
      }
      if (!isLong && performance.now() - since > LONG) {
        isLong = true;
        this.#say("nothing");
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }

  /** @param {Code} [code] */
  #finish(code) {
    this.#close();
    this.dispatchEvent(new CustomEvent("carebase:scanned", { detail: code ?? null }));
  }

  #close() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = undefined;
  }

  /** @param {string} key */
  #say(key) {
    const said = fill(this.words[`scan.${key}`]);
    if (this.#said.textContent !== said) this.#said.textContent = said;
  }
}

if (!customElements.get("carebase-scan")) customElements.define("carebase-scan", CarebaseScan);
