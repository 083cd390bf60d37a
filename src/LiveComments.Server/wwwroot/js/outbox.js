import { Backoff } from './backoff.js';
import { Problem } from './problem.js';

/**
 * @typedef {Object} Letter What waits for its answer.
 * @property {string} id The idempotency key: repeating it is safe, so whatever was not answered is sent again.
 * @property {any} message The frame for a WebSocket.
 * @property {Backoff} backoff
 * @property {number} tries
 * @property {number} solved Challenges that were solved for it.
 * @property {ReturnType<typeof setTimeout>} [timer]
 */

/** Without an answer this long, in milliseconds, it is sent again. */
const ANSWER_WITHIN = 10_000;
const TRIES = 6;
/** An answer may come too late once, as from a page that was asleep. */
const CHALLENGES = 2;

/**
 * Sends what people wrote until it is answered: over the WebSocket, or by POST where there is none, again after every
 * disconnect and after every answer that passes, always under the same key.
 */
export class Outbox {
  /** @type {Map<string, Letter>} */
  #letters = new Map();

  /**
   * @param {Object} options
   * @param {(message: any) => boolean} options.send By WebSocket; false where there is none now.
   * @param {() => boolean} options.posting Whether to POST instead.
   * @param {(message: any) => Promise<any>} options.post Gives the answer, or throws a {@link Problem}.
   * @param {(message: any, answer: any) => void} options.done
   * @param {(message: any, problem: Problem) => void} options.failed
   * @param {() => Promise<boolean>} options.renew Gets a new token; false when there is none.
   * @param {(challenge: import('./challenge.js').Challenge) => Promise<string>} options.solve Solves a challenge; gives the answer.
   */
  constructor(options) {
    this.options = options;
  }

  /** @param {any} message With an `id`. */
  add(message) {
    this.forget(message.id);
    const letter = { id: message.id, message, backoff: new Backoff({ first: 500, longest: 8000 }), tries: 0, solved: 0 };
    this.#letters.set(letter.id, letter);
    this.#send(letter);
  }

  /** A connection is open again: sends everything unanswered. */
  flush() {
    for (const letter of this.#letters.values()) this.#send(letter);
  }

  /** @param {string} id @param {any} answer @returns {boolean} Whether anything waited for it. */
  answered(id, answer) {
    const letter = this.forget(id);
    if (letter) this.options.done(letter.message, answer);
    return letter !== undefined;
  }

  /** @param {string} id @param {Problem} problem */
  refused(id, problem) {
    const letter = this.#letters.get(id);
    if (letter) this.#refused(letter, problem);
  }

  /** @param {string} id */
  forget(id) {
    const letter = this.#letters.get(id);
    clearTimeout(letter?.timer);
    this.#letters.delete(id);
    return letter;
  }

  /** Fails everything that waits. @param {Problem} problem */
  fail(problem) {
    for (const letter of [...this.#letters.values()]) this.#fail(letter, problem);
  }

  /** Nobody waits any longer. */
  clear() {
    for (const id of [...this.#letters.keys()]) this.forget(id);
  }

  /** @param {Letter} letter */
  #send(letter) {
    clearTimeout(letter.timer);
    if (this.options.posting()) {
      letter.tries++;
      this.options.post(letter.message).then(
        answer => this.answered(letter.id, answer),
        problem => this.#current(letter) && this.#refused(letter, problem),
      );
    } else if (this.options.send(letter.message)) {
      letter.tries++;
      letter.timer = setTimeout(() => this.#refused(letter, new Problem('outcome-unknown', 'No answer came.')), ANSWER_WITHIN);
    } else {
      // Without a connection it waits for one, but not for ever.
      letter.timer = setTimeout(() => this.#fail(letter, new Problem('offline', 'There is no connection.')), 60_000);
    }
  }

  /** @param {Letter} letter @param {Problem} problem */
  #refused(letter, problem) {
    clearTimeout(letter.timer);
    // A socket whose token has ended goes on without one.
    if (problem.code === 'token-expired' || problem.code === 'invalid-token' || problem.code === 'unauthenticated') {
      if (letter.tries <= TRIES) {
        this.options.renew().then(
          renewed => this.#current(letter) && (renewed ? this.#send(letter) : this.#fail(letter, problem)),
          () => this.#current(letter) && this.#fail(letter, problem),
        );
        return;
      }
    } else if (problem.code === 'challenge-required' && problem.challenge && letter.solved < CHALLENGES) {
      letter.solved++;
      this.options.solve(problem.challenge).then(
        challengeAnswer => {
          if (!this.#current(letter)) return;
          letter.message = { ...letter.message, challengeAnswer };
          this.#send(letter);
        },
        () => this.#fail(letter, problem),
      );
      return;
    } else if (problem.passes && letter.tries < TRIES) {
      letter.timer = setTimeout(() => this.#send(letter), Math.max(letter.backoff.next(), (problem.retryAfter ?? 0) * 1000));
      return;
    }
    this.#fail(letter, problem);
  }

  /** @param {Letter} letter @param {Problem} problem */
  #fail(letter, problem) {
    if (!this.#current(letter)) return;
    this.forget(letter.id);
    this.options.failed(letter.message, problem);
  }

  /** @param {Letter} letter */
  #current(letter) {
    return this.#letters.get(letter.id) === letter;
  }
}
