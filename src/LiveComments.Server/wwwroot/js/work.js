/** How many numbers are tried between two looks at the clock: some milliseconds on a slow phone. */
const AT_ONCE = 2_000;

const K = new Uint32Array(64);
const START = new Uint32Array(8);
{
  // The constants of SHA-256 are the fractions of the roots of the first primes (FIPS 180-4, 4.2.2 and 5.3.3).
  const fraction = (/** @type {number} */ root) => Math.floor((root - Math.floor(root)) * 2 ** 32);
  for (let n = 2, found = 0; found < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n && prime; d++) prime = n % d !== 0;
    if (!prime) continue;
    if (found < 8) START[found] = fraction(Math.sqrt(n));
    K[found++] = fraction(Math.cbrt(n));
  }
}

const schedule = new Uint32Array(64);
const state = new Uint32Array(8);

/** Takes one block of 16 words into the state. `crypto.subtle` is missing on pages without https, and much slower for such short texts. @param {Uint32Array} words */
function compress(words) {
  const w = schedule;
  w.set(words);
  for (let i = 16; i < 64; i++) {
    const [x, y] = [w[i - 15], w[i - 2]];
    w[i] = w[i - 16] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) + w[i - 7] + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10);
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const t = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (e & f ^ ~e & g) + K[i] + w[i] | 0;
    const u = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c) | 0;
    h = g;
    g = f;
    f = e;
    e = d + t | 0;
    d = c;
    c = b;
    b = a;
    a = t + u | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

/** The SHA-256 of a text of ASCII characters, as eight words. @param {string} text */
export function sha256(text) {
  const bytes = new Uint8Array((text.length + 9 + 63) & ~63);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  bytes[text.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setUint32(bytes.length - 4, text.length * 8);
  state.set(START);
  const words = new Uint32Array(16);
  for (let block = 0; block < bytes.length; block += 64) {
    for (let i = 0; i < 16; i++) words[i] = view.getUint32(block + 4 * i);
    compress(words);
  }
  return state;
}

/** @param {string} token What the challenge has. */
function seedOf(token) {
  const view = new DataView(new ArrayBuffer(32));
  sha256(token).forEach((word, i) => view.setUint32(4 * i, word));
  return btoa(String.fromCharCode(...new Uint8Array(view.buffer))).replaceAll('+', '-').replaceAll('/', '_').replace('=', '');
}

/**
 * Solves a proof of work, in steps so that a page may draw between them.
 * @param {string} token @param {number} difficulty Zero bits that the hash begins with.
 * @returns {Generator<undefined, string>} The answer in the end.
 */
export function* search(token, difficulty) {
  const seed = seedOf(token);
  // Text and number fit into one block, so a try is one turn of the hash.
  for (let number = 0; ; number++) {
    const first = sha256(`${seed}.${number}`)[0];
    if (Math.clz32(first) >= difficulty) return `${token}.${number}`;
    if (number % AT_ONCE === AT_ONCE - 1) yield undefined;
  }
}
