import { phrase } from './texts.js';

/**
 * Says new comments to screen readers, never more than one sentence in four seconds: in a busy room it sums up, because a live
 * region that is filled faster than it is read is never silent.
 */
export class Announcer {
  #count = 0;
  /** What is said next. @type {{spoken: string, commentID: string | undefined} | null} */
  #latest = null;
  /** The comment whose text is in the region. @type {string | undefined} */
  #said;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {HTMLElement} region */
  constructor(region) {
    this.region = region;
  }

  /** @param {string} spoken One comment. @param {string | undefined} commentID */
  comment(spoken, commentID) {
    this.#count++;
    this.#latest = { spoken, commentID };
    this.#timer ??= setTimeout(() => this.#say(), 4000);
  }

  /** Something that matters by itself. @param {string} sentence @param {string} [commentID] The comment whose text is in it. */
  now(sentence, commentID) {
    this.region.textContent = sentence;
    this.#said = commentID;
  }

  /** Comments were removed: their texts are not read out any more. @param {string[]} ids */
  removed(ids) {
    if (this.#said && ids.includes(this.#said)) this.now('');
    if (!this.#latest?.commentID || !ids.includes(this.#latest.commentID)) return;
    this.#latest = null;
    this.#count--;
  }

  /** It is unknown which comments were removed meanwhile. */
  forget() {
    if (this.#said) this.now('');
    this.#latest = null;
    this.#count = 0;
  }

  #say() {
    this.#timer = undefined;
    const { spoken = '', commentID } = this.#latest ?? {};
    if (this.#count > 1 || (this.#count === 1 && !spoken)) this.now(`${phrase('list.new', { count: this.#count })}. ${spoken}`.trim(), commentID);
    else if (spoken) this.now(spoken, commentID);
    this.#latest = null;
    this.#count = 0;
  }
}
