// A signed certificate: asked of the service that graded the course, and saved as a file.

const PATIENCE = 15_000;

/**
 * Ask for the certificate of a passed attempt; `refused` where there is none.
 * @param {string} endpoint
 * @param {import("./learning.js").Progress} progress
 * @param {string} name
 * @returns {Promise<string | "refused" | "failed">} The text of the file.
 */
export async function sign(endpoint, progress, name) {
  const address = new URL(`v1/courses/${encodeURIComponent(progress.course)}/certificates`, new URL(endpoint, document.baseURI));
  const body = JSON.stringify({ attempt: progress.attempt, name });
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  try {
    const response = await fetch(address, { method: "POST", headers, body, signal: AbortSignal.timeout(PATIENCE) });
    if (response.ok) return `${JSON.stringify(await response.json(), null, 1)}\n`;
    return response.status === 422 ? "refused" : "failed";
  } catch {
    return "failed";
  }
}

/**
 * Save a text as a file of the device.
 * @param {string} text
 * @param {string} name
 */
export function saveFile(text, name) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads it after this turn.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
