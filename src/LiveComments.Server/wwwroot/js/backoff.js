/**
 * How long to wait before the next attempt: doubling, with full jitter, so that the viewers of a server that went away
 * do not all come back at once.
 */
export class Backoff {
  #attempt = 0;

  /** @param {{first?: number, longest?: number, random?: () => number}} [options] Milliseconds. */
  constructor({ first = 500, longest = 30_000, random = Math.random } = {}) {
    this.first = first;
    this.longest = longest;
    this.random = random;
  }

  /** Milliseconds until the next attempt: never 0, because a server that closes at once must not be called in a loop. */
  next() {
    const ceiling = Math.min(this.longest, this.first * 2 ** Math.min(this.#attempt++, 16));
    return ceiling * (0.2 + 0.8 * this.random());
  }

  reset() {
    this.#attempt = 0;
  }
}
