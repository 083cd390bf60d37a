/** Charts show, and the average is taken of, this many milliseconds. */
const KEPT = 300_000;
/** The latest seconds are what is compared, so they are no part of the average; in milliseconds. */
const LATEST = 15_000;
/** What is usual is known after so many milliseconds. */
const LEARNED = 60_000;
/** So many times what is usual is a raid. */
const TIMES = 5;
/** In comments per second: a room that is quieter than this counts as this busy, so that three people who greet are no raid. */
const QUIET = 1;

/** `refused` in the last minute by error code, and how long placing took, of the node that tells. @typedef {{at: number, commentsPerSecond: number, viewers: number, held: number, refused: Record<string, number>, slowest: number}} Rate */

/** How fast it went in the last minutes, and whether that is unusual. */
export class Rates {
  /** The newest is last. @type {Rate[]} */
  history = [];

  /** @param {Rate} rate `at` in milliseconds. */
  add(rate) {
    this.history.push(rate);
    while (this.history[0].at < rate.at - KEPT) this.history.shift();
  }

  /** The average before the latest seconds, in comments per second; null until enough is known. */
  get usual() {
    const now = this.history.at(-1)?.at ?? 0;
    const before = this.history.filter(rate => rate.at <= now - LATEST);
    if (!before.length || before[0].at > now - LEARNED) return null;
    return before.reduce((sum, rate) => sum + rate.commentsPerSecond, 0) / before.length;
  }

  /** How many times as many comments come as usual, when that is a raid; else 0. */
  get raid() {
    const { usual } = this;
    const now = this.history.at(-1)?.commentsPerSecond ?? 0;
    if (usual === null) return 0;
    const times = now / Math.max(usual, QUIET);
    return times > TIMES ? times : 0;
  }
}
