// Offers the camera beside a serial number, where the browser can read codes.
import { element, fill } from "./form.js";

/** @typedef {import("./digital-link.js").Code} Code */

/**
 * @param {HTMLInputElement} input
 * @param {Record<string, string>} words
 * @param {(code: Code) => void} take what to do with a code that was read
 */
export async function offerCamera(input, words, take) {
  const { canScan } = await import("./scan.js");
  if (!input.isConnected || !(await canScan())) return;
  const button = element("button", { class: "cb-again", type: "button" }, `${words["scan.open"]}`);
  const said = element("p", { class: "cb-help", role: "status" });
  button.addEventListener("click", () => {
    const scan = /** @type {import("./scan.js").CarebaseScan} */ (document.createElement("carebase-scan"));
    scan.words = words;
    said.textContent = "";
    scan.addEventListener("carebase:scanned", (event) => {
      const code = /** @type {CustomEvent<Code | null>} */ (event).detail;
      scan.remove();
      button.hidden = false;
      button.focus();
      if (!code) return;
      input.value = code.serial;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      said.textContent = fill(words["scan.read"], { serial: code.serial });
      take(code);
    });
    button.hidden = true;
    button.after(scan);
  });
  input.after(button, said);
}
