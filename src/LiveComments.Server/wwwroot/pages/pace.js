import { Rate } from '../js/rate.js';

/** Comments that people can read in a second. */
const READABLE = 12;

/** A room is busy when each of so many seconds had more: a burst of applause is shown whole. */
const SUSTAINED = 10;

/**
 * Chooses what a busy room shows, so that people can read it: half of the comments, a quarter or less, whichever comes nearest to what is readable. By the comments' times and seqs alone, so that it is the same for
 * everybody who watches.
 */
export class Pace {
  /** Comments by the second in which they were placed. @type {Map<number, number>} */
  #seconds = new Map();
  #left = new Rate();

  /** True shows everything. */
  isOff = false;

  /** How many comments a second are left out. */
  get leftOut() {
    return this.#left.current.shown;
  }

  /**
   * Whether a new comment is shown. Each is asked about once, in order.
   * @param {{timestamp: string, seq: number}} comment @param {boolean} always It is for this person, or of a moderator.
   */
  shows({ timestamp, seq }, always) {
    const second = Math.floor(Date.parse(timestamp) / 1000);
    const level = this.#level(second);
    this.#seconds.set(second, (this.#seconds.get(second) ?? 0) + 1);
    for (const old of this.#seconds.keys()) if (old < second - SUSTAINED) this.#seconds.delete(old);
    // Neighbours are spread evenly over all numbers.
    const shown = this.isOff || always || !level || Math.imul(seq, 0x9e3779b1) >>> (32 - level) === 0;
    if (!shown) this.#left.add(1, 0);
    return shown;
  }

  /** How often what is shown is halved. @param {number} second */
  #level(second) {
    let sum = 0;
    for (let before = second - SUSTAINED; before < second; before++) {
      const count = this.#seconds.get(before) ?? 0;
      if (count <= READABLE) return 0;
      sum += count;
    }
    return Math.ceil(Math.log2(sum / SUSTAINED / READABLE));
  }
}
