/**
 * Says new comments to screen readers, never more than one sentence in four seconds: in a busy room it sums up, because a live
 * region that is filled faster than it is read is never silent.
 */
export class Announcer {
  #count = 0;
  #latest = '';
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {HTMLElement} region */
  constructor(region) {
    this.region = region;
  }

  /** @param {string} spoken One comment. */
  comment(spoken) {
    this.#count++;
    this.#latest = spoken;
    this.#timer ??= setTimeout(() => this.#say(), 4000);
  }

  /** Something that matters by itself. @param {string} sentence */
  now(sentence) {
    this.region.textContent = sentence;
  }

  #say() {
    this.#timer = undefined;
    this.region.textContent = this.#count === 1 ? this.#latest : `${this.#count} new comments. ${this.#latest}`;
    this.#count = 0;
  }
}
