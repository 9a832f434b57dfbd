/** For how long a proof is used, in milliseconds; the endpoint takes it for an hour. */
const FRESH = 30 * 60_000;
/** How long typing goes on before a challenge that did not come is asked for again. */
const PAUSE = 15_000;
/** How long the challenge itself is waited for, and how long sending waits for a proof. */
const ANSWER = 5_000;
const PATIENCE = 8_000;
/** After so long nobody waits any more. */
const LONGEST = 60_000;

/**
 * The proof of work for one form: begun when the form is begun, done long before it is sent. A
 * proof counts once. Where there is none, the form is sent without and waits for a look by a person.
 */
export class Challenge {
  #address;
  #until = 0;
  #failed = false;
  /** @type {Promise<string> | undefined} */
  #proof;

  /** @param {string} address To which the form is sent. */
  constructor(address) {
    this.#address = address;
  }

  /** Begin, unless it has been done a short while ago. */
  prepare() {
    if (this.#proof && Date.now() < this.#until) return this.#proof;
    this.#until = Date.now() + FRESH;
    this.#failed = false;
    this.#proof = prove(this.#address).catch(() => {
      this.#until = Date.now() + PAUSE;
      this.#failed = true;
      return "";
    });
    return this.#proof;
  }

  /** @returns {Promise<{_proof?: string}>} What goes with the next submission, and no other. */
  async take() {
    if (this.#failed) this.#until = 0;
    const proof = this.prepare();
    this.#proof = undefined;
    const found = await within(PATIENCE, proof).catch(() => "");
    return found ? { _proof: found } : {};
  }
}

/**
 * @param {string} address `…v1/forms/<id>`
 * @returns {Promise<string>} Nothing when the endpoint asks for no proof.
 */
async function prove(address) {
  const form = address.slice(address.lastIndexOf("/") + 1);
  const asked = new URL(`../challenge?form=${form}`, address);
  const response = await fetch(asked, { credentials: "omit", signal: AbortSignal.timeout(ANSWER) });
  if (response.status === 204) return "";
  if (!response.ok) throw new Error(`The challenge is refused: ${response.status}`);
  const challenge = await response.json();
  return btoa(JSON.stringify({ challenge, solution: await solution(challenge.parameters) }));
}

/**
 * @param {import("./challenge-solve.js").Parameters} parameters
 * @returns {Promise<unknown>}
 */
async function solution(parameters) {
  /** @type {Worker | undefined} */
  let worker;
  try {
    const started = new Worker(new URL("./challenge-worker.js", import.meta.url), { type: "module" });
    worker = started;
    const answer = new Promise((resolve, reject) => {
      started.addEventListener("message", ({ data }) => (data ? resolve(data) : reject(new Error("No solution"))));
      started.addEventListener("error", reject);
    });
    started.postMessage(parameters);
    return await within(LONGEST, answer);
  } catch {
    // An old browser, or a policy of the host's own: then in the page itself, piece by piece.
    const { solve } = await import("./challenge-solve.js");
    return await solve(parameters);
  } finally {
    worker?.terminate();
  }
}

/**
 * @template T
 * @param {number} milliseconds
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
function within(milliseconds, promise) {
  return new Promise((resolve, reject) => {
    setTimeout(reject, milliseconds, new Error("Too late"));
    promise.then(resolve, reject);
  });
}
