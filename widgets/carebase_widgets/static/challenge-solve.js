/**
 * What a challenge asks for: the one counter whose key begins as told (ALTCHA, proof of work 2).
 * @typedef {object} Parameters
 * @property {string} algorithm
 * @property {string} nonce In hexadecimal digits, as are the salt and the prefix.
 * @property {string} salt
 * @property {number} cost The rounds of PBKDF2 for each key.
 * @property {number} keyLength In bytes, at most 32.
 * @property {string} keyPrefix
 */
/** @typedef {Int32Array<ArrayBuffer>} Words */
/** @typedef {(password: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>} Derive */

const ALGORITHM = "PBKDF2/SHA-256";
const START = fractions(8, 2);
const K = fractions(64, 3);
const W = new Int32Array(64);

/**
 * Try one counter after the other. It never blocks the page, in which it runs where a browser has
 * no worker for it.
 * @param {Parameters} parameters
 * @returns {Promise<{counter: number, derivedKey: string}>}
 */
export async function solve({ algorithm, nonce, salt, cost, keyLength, keyPrefix }) {
  if (algorithm !== ALGORITHM) throw new Error(`${algorithm} is unknown`);
  const password = bytes(`${nonce}00000000`);
  const counted = new DataView(password.buffer);
  // Pages without HTTPS have no `crypto.subtle`.
  const derive = crypto.subtle ? native(bytes(salt), cost, keyLength) : plain(bytes(salt), cost, keyLength);
  for (let counter = 0; ; counter++) {
    counted.setUint32(password.length - 4, counter);
    const derivedKey = hex(await derive(password));
    if (derivedKey.startsWith(keyPrefix)) return { counter, derivedKey };
  }
}

/**
 * @param {Uint8Array<ArrayBuffer>} salt
 * @param {number} iterations
 * @param {number} length
 * @returns {Derive}
 */
function native(salt, iterations, length) {
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return async (password) => {
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    return new Uint8Array(await crypto.subtle.deriveBits(how, key, length * 8));
  };
}

/**
 * PBKDF2 (RFC 8018, section 5.2) with HMAC-SHA-256, of its first block: all that 32 bytes need.
 * @param {Uint8Array} salt
 * @param {number} iterations
 * @param {number} length
 * @returns {Derive}
 */
function plain(salt, iterations, length) {
  const isPage = "document" in globalThis;
  return async (password) => {
    if (isPage) await new Promise((resume) => setTimeout(resume));
    const hmac = keyed(password);
    const first = new Uint8Array(64);
    first.set(salt);
    // The number of the block, the end of what is hashed, and its length in bits with the key.
    first[salt.length + 3] = 1;
    first[salt.length + 4] = 0x80;
    new DataView(first.buffer).setUint32(60, (64 + salt.length + 4) * 8);
    let last = hmac(words(first));
    const sum = last.slice();
    for (let round = 1; round < iterations; round++) {
      last = hmac(ended(last));
      for (let place = 0; place < 8; place++) sum[place] ^= last[place];
    }
    const key = new DataView(new ArrayBuffer(32));
    for (let place = 0; place < 8; place++) key.setInt32(place * 4, sum[place]);
    return new Uint8Array(key.buffer, 0, length);
  };
}

/**
 * SHA-256 of some bytes, for pages without `crypto.subtle`.
 * @param {Uint8Array} data
 */
export function sha256(data) {
  const padded = new Uint8Array(Math.ceil((data.length + 9) / 64) * 64);
  padded.set(data);
  padded[data.length] = 0x80;
  new DataView(padded.buffer).setUint32(padded.length - 4, data.length * 8);
  let state = START;
  for (let at = 0; at < padded.length; at += 64) state = compress(state, words(padded.slice(at, at + 64)));
  const digest = new DataView(new ArrayBuffer(32));
  for (const [place, word] of state.entries()) digest.setInt32(place * 4, word);
  return new Uint8Array(digest.buffer);
}

/**
 * HMAC (RFC 2104) of one block that already has its ending; the key's own blocks are hashed once.
 * @param {Uint8Array} password At most 64 bytes.
 * @returns {(block: Words) => Words}
 */
function keyed(password) {
  const [inner, outer] = [0x36, 0x5c].map((pad) => {
    const key = new Uint8Array(64).fill(pad);
    for (const [place, byte] of password.entries()) key[place] = byte ^ pad;
    return compress(START, words(key));
  });
  return (block) => compress(outer, ended(compress(inner, block)));
}

/**
 * SHA-256 of one block (FIPS 180-4, section 6.2.2).
 * @param {Words} state
 * @param {Words} block
 * @returns {Words}
 */
function compress(state, block) {
  for (let t = 0; t < 16; t++) W[t] = block[t];
  for (let t = 16; t < 64; t++) {
    const x = W[t - 15];
    const y = W[t - 2];
    const low = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const high = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    W[t] = (W[t - 16] + low + W[t - 7] + high) | 0;
  }
  // One by one: destructuring would take most of the time.
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let t = 0; t < 64; t++) {
    const high = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const first = (h + high + ((e & f) ^ (~e & g)) + K[t] + W[t]) | 0;
    const low = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const second = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  const next = Int32Array.of(a, b, c, d, e, f, g, h);
  for (let place = 0; place < 8; place++) next[place] += state[place];
  return next;
}

/**
 * What SHA-256 puts after 32 bytes that follow a whole block.
 * @param {Words} digest
 * @returns {Words}
 */
function ended(digest) {
  const block = new Int32Array(16);
  block.set(digest);
  block[8] = 0x80000000;
  block[15] = (64 + 32) * 8;
  return block;
}

/**
 * The first 32 bits of the fractional parts of a root of the first primes (FIPS 180-4, section 4.2.2).
 * @param {number} count
 * @param {number} root
 * @returns {Words}
 */
function fractions(count, root) {
  /** @type {number[]} */
  const primes = [];
  for (let number = 2; primes.length < count; number++) {
    if (primes.every((prime) => number % prime)) primes.push(number);
  }
  return Int32Array.from(primes, (prime) => (prime ** (1 / root) % 1) * 2 ** 32);
}

/**
 * @param {Uint8Array} block
 * @returns {Words}
 */
function words(block) {
  const view = new DataView(block.buffer);
  return Int32Array.from({ length: 16 }, (_, place) => view.getInt32(place * 4));
}

/** @param {string} digits */
function bytes(digits) {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** @param {Uint8Array} data */
function hex(data) {
  return [...data].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
