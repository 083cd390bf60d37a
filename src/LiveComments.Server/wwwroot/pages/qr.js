/** Codewords of error correction in each block, and the number of blocks, of versions 1 to 20 at level M: table 9 of ISO/IEC 18004. */
const CORRECTION = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26];
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16];

/** Whether a module is inverted, by mask. @type {((x: number, y: number) => boolean)[]} */
const MASKS = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  x => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/**
 * A QR code (ISO/IEC 18004) of a text in UTF-8, with error correction of level M, which survives the loss of 15 %. Up to 666 bytes, more than an address needs.
 * @param {string} text @returns {boolean[][] | null} Rows from the top, true is dark, without the quiet zone of four modules; null when the text is too long.
 */
export function qrCode(text) {
  const bytes = new TextEncoder().encode(text);
  const version = BLOCKS.findIndex((_, i) => bytes.length <= dataCodewords(i + 1) - (i + 1 < 10 ? 2 : 3)) + 1;
  if (!version) return null;
  const size = 17 + 4 * version;
  const grid = functionPatterns(version, size);
  const free = grid.map(row => row.map(module => module === null));
  place(grid, free, interleaved(codewords(bytes, version), version));
  const masked = MASKS.map((mask, i) => finished(grid, free, mask, i));
  const penalties = masked.map(penalty);
  return masked[penalties.indexOf(Math.min(...penalties))];
}

/** Modules that are left for data and correction. @param {number} version */
function rawModules(version) {
  const aligned = Math.floor(version / 7) + 2;
  return (16 * version + 128) * version + 64 - (version < 2 ? 0 : (25 * aligned - 10) * aligned - 55) - (version < 7 ? 0 : 36);
}

/** @param {number} version */
const dataCodewords = version => Math.floor(rawModules(version) / 8) - CORRECTION[version - 1] * BLOCKS[version - 1];

/** The text as one segment of bytes, filled up. @param {Uint8Array} bytes @param {number} version */
function codewords(bytes, version) {
  const length = version < 10 ? [bytes.length] : [bytes.length >> 8, bytes.length & 255];
  // Four bits say that bytes follow, so everything is shifted by half a byte; the end is marked by four more.
  const halves = [4, ...[...length, ...bytes].flatMap(byte => [byte >> 4, byte & 15]), 0];
  const words = [];
  for (let i = 0; i < halves.length; i += 2) words.push((halves[i] << 4) | halves[i + 1]);
  const wanted = dataCodewords(version);
  for (let filler = 0xec; words.length < wanted; filler ^= 0xec ^ 0x11) words.push(filler);
  return words;
}

/** The blocks with their correction, a codeword of each in turn. @param {number[]} data @param {number} version */
function interleaved(data, version) {
  const [count, correction] = [BLOCKS[version - 1], CORRECTION[version - 1]];
  const all = Math.floor(rawModules(version) / 8);
  const short = count - (all % count);
  const divisor = generator(correction);
  const blocks = [];
  for (let i = 0, at = 0; i < count; i++) {
    const part = data.slice(at, (at += Math.floor(all / count) - correction + (i < short ? 0 : 1)));
    blocks.push({ part, rest: remainder(part, divisor) });
  }
  const words = [];
  for (let i = 0; i < Math.ceil(all / count) - correction; i++) for (const { part } of blocks) if (i < part.length) words.push(part[i]);
  for (let i = 0; i < correction; i++) for (const { rest } of blocks) words.push(rest[i]);
  return words;
}

/** In the field of 256 elements by x^8 + x^4 + x^3 + x^2 + 1. @param {number} a @param {number} b */
function multiply(a, b) {
  let product = 0;
  for (let i = 7; i >= 0; i--) product = (product << 1) ^ ((product >> 7) * 0x11d) ^ (((b >> i) & 1) * a);
  return product;
}

/** The polynomial of Reed and Solomon, highest power first and without its leading 1. @param {number} degree */
function generator(degree) {
  const result = Array(degree).fill(0);
  result[degree - 1] = 1;
  let root = 1;
  for (let i = 0; i < degree; i++) {
    for (let j = 0; j < degree; j++) result[j] = multiply(result[j], root) ^ (result[j + 1] ?? 0);
    root = multiply(root, 2);
  }
  return result;
}

/** @param {number[]} data @param {number[]} divisor */
function remainder(data, divisor) {
  const result = Array(divisor.length).fill(0);
  for (const word of data) {
    const factor = word ^ result.shift();
    result.push(0);
    divisor.forEach((coefficient, i) => (result[i] ^= multiply(coefficient, factor)));
  }
  return result;
}

/** Everything but data; null where data goes. Format bits are filled in last. @param {number} version @param {number} size @returns {(boolean | null)[][]} */
function functionPatterns(version, size) {
  const grid = Array.from({ length: size }, () => /** @type {(boolean | null)[]} */ (Array(size).fill(null)));
  for (let i = 0; i < size; i++) grid[6][i] = grid[i][6] = i % 2 === 0;
  const square = (/** @type {number} */ cx, /** @type {number} */ cy, /** @type {number} */ reach, /** @type {number[]} */ light) => {
    for (let dy = -reach; dy <= reach; dy++)
      for (let dx = -reach; dx <= reach; dx++)
        if (grid[cy + dy]?.[cx + dx] !== undefined) grid[cy + dy][cx + dx] = !light.includes(Math.max(Math.abs(dx), Math.abs(dy)));
  };
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]]) square(x, y, 4, [2, 4]);
  const positions = alignments(version, size);
  const last = positions.length - 1;
  positions.forEach((x, i) => positions.forEach((y, j) => {
    // Not where the three large squares are.
    if (!((i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0))) square(x, y, 2, [1]);
  }));
  format(grid, 0);
  if (version >= 7) {
    const bits = (version << 12) | check(version, 12, 0x1f25);
    for (let i = 0; i < 18; i++) {
      const [a, b] = [size - 11 + (i % 3), Math.floor(i / 3)];
      grid[b][a] = grid[a][b] = ((bits >> i) & 1) === 1;
    }
  }
  return grid;
}

/** @param {number} version @param {number} size */
function alignments(version, size) {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.ceil((size - 13) / (2 * count - 2)) * 2;
  return [6, ...Array.from({ length: count - 1 }, (_, i) => size - 7 - (count - 2 - i) * step)];
}

/** Check bits of a BCH code. @param {number} value @param {number} bits @param {number} polynomial */
function check(value, bits, polynomial) {
  let rest = value;
  for (let i = 0; i < bits; i++) rest = (rest << 1) ^ ((rest >> (bits - 1)) * polynomial);
  return rest;
}

/** Level and mask, twice. @param {(boolean | null)[][]} grid @param {number} mask */
function format(grid, mask) {
  const size = grid.length;
  // Level M is 0.
  const bits = ((mask << 10) | check(mask, 10, 0x537)) ^ 0x5412;
  for (let i = 0; i < 15; i++) {
    const dark = ((bits >> i) & 1) === 1;
    if (i < 8) {
      grid[i < 6 ? i : i + 1][8] = dark;
      grid[8][size - 1 - i] = dark;
    } else {
      grid[8][i === 8 ? 7 : 14 - i] = dark;
      grid[size - 15 + i][8] = dark;
    }
  }
  grid[size - 8][8] = true;
}

/** Data goes in pairs of columns from the right, upwards and downwards in turn. What is left over stays light. @param {(boolean | null)[][]} grid @param {boolean[][]} free @param {number[]} words */
function place(grid, free, words) {
  const size = grid.length;
  let at = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    const upwards = ((right + 1) & 2) === 0;
    for (let i = 0; i < size; i++)
      for (const x of [right, right - 1]) {
        const y = upwards ? size - 1 - i : i;
        if (!free[y][x]) continue;
        grid[y][x] = (((words[at >> 3] ?? 0) >> (7 - (at & 7))) & 1) === 1;
        at++;
      }
  }
}

/** @param {(boolean | null)[][]} grid @param {boolean[][]} free @param {(x: number, y: number) => boolean} mask @param {number} number @returns {boolean[][]} */
function finished(grid, free, mask, number) {
  const result = grid.map((row, y) => row.map((module, x) => Boolean(module) !== (free[y][x] && mask(x, y))));
  format(result, number);
  return result;
}

/** How hard it is to read, by the four rules of the standard. @param {boolean[][]} grid */
function penalty(grid) {
  const size = grid.length;
  let result = 0;
  let dark = 0;
  for (let i = 0; i < size; i++) {
    result += lineOf(grid[i]) + lineOf(grid.map(row => row[i]));
    for (let j = 0; j < size; j++) {
      if (grid[i][j]) dark++;
      if (i > 0 && j > 0 && grid[i][j] === grid[i - 1][j] && grid[i][j] === grid[i][j - 1] && grid[i][j] === grid[i - 1][j - 1]) result += 3;
    }
  }
  return result + 10 * (Math.ceil(Math.abs(dark * 20 - size * size * 10) / (size * size)) - 1);
}

/** Long runs of one colour, and what looks like one of the three large squares. @param {boolean[]} line */
function lineOf(line) {
  /** Runs of one colour, the light ones at even places. */
  const runs = [0];
  let dark = false;
  for (const module of line) {
    if (module !== dark) runs.push(0);
    dark = module;
    runs[runs.length - 1]++;
  }
  let result = runs.reduce((sum, run) => sum + (run >= 5 ? run - 2 : 0), 0);
  // Outside everything is light.
  if (dark) runs.push(0);
  runs[0] += line.length;
  runs[runs.length - 1] += line.length;
  for (let i = 1; i + 5 < runs.length; i += 2) {
    const [before, unit, second, middle, fourth, fifth, after] = runs.slice(i - 1, i + 6);
    if (second !== unit || middle !== 3 * unit || fourth !== unit || fifth !== unit) continue;
    if (before >= 4 * unit && after >= unit) result += 40;
    if (after >= 4 * unit && before >= unit) result += 40;
  }
  return result;
}
