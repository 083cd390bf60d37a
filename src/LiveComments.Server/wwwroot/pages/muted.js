/** Where a browser keeps whom it does not show. */
const KEY = 'livecomments.muted';
/** People kept; beyond that those who were muted first are shown again. */
const MOST = 500;

/** Whom this browser does not show. Nobody else learns of it. */
export class Muted {
  /** Names by userID, the last muted last. @type {Map<string, string>} */
  #people = new Map();

  /** @param {() => void} changed Called after each change, also by another tab. */
  constructor(changed) {
    this.changed = changed;
    this.#read();
    globalThis.addEventListener?.('storage', event => {
      if (event.key !== KEY) return;
      this.#read();
      changed();
    });
  }

  /** UserIDs and names, the last muted first. */
  get people() {
    return [...this.#people].reverse();
  }

  /** @param {string} userID */
  has(userID) {
    return this.#people.has(userID);
  }

  /** @param {string} userID @param {string} name */
  mute(userID, name) {
    // Another tab may have muted somebody while this one was frozen.
    this.#read();
    this.#people.delete(userID);
    this.#people.set(userID, name);
    for (const first of this.#people.keys()) {
      if (this.#people.size <= MOST) break;
      this.#people.delete(first);
    }
    this.#keep();
  }

  /** @param {string} userID */
  unmute(userID) {
    this.#read();
    this.#people.delete(userID);
    this.#keep();
  }

  #read() {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY) ?? '[]');
      this.#people = new Map(kept.filter((/** @type {any} */ one) => Array.isArray(one) && one.length === 2 && one.every(part => typeof part === 'string')).slice(-MOST));
    } catch {
      // Browsers may keep nothing for a frame of another site: what is known stays until the page is closed.
    }
  }

  #keep() {
    try {
      localStorage.setItem(KEY, JSON.stringify([...this.#people]));
    } catch {
      // The same.
    }
    this.changed();
  }
}
