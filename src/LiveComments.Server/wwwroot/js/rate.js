/** How many comments a second there were lately, and how many of them were shown. */
export class Rate {
  /** @type {{at: number, shown: number, skipped: number}[]} */
  #seconds = [];

  /** @param {{window?: number, now?: () => number}} [options] Milliseconds. */
  constructor({ window = 5000, now = Date.now } = {}) {
    this.window = window;
    this.now = now;
  }

  /** @param {number} shown @param {number} skipped */
  add(shown, skipped) {
    const at = Math.floor(this.now() / 1000);
    const last = this.#seconds.at(-1);
    if (last?.at === at) {
      last.shown += shown;
      last.skipped += skipped;
    } else {
      this.#seconds.push({ at, shown, skipped });
      this.#drop();
    }
  }

  /** Per second. */
  get current() {
    this.#drop();
    const per = this.window / 1000;
    return {
      shown: this.#seconds.reduce((sum, second) => sum + second.shown, 0) / per,
      all: this.#seconds.reduce((sum, second) => sum + second.shown + second.skipped, 0) / per,
    };
  }

  #drop() {
    const oldest = (this.now() - this.window) / 1000;
    while (this.#seconds.length && this.#seconds[0].at < oldest) this.#seconds.shift();
  }
}
