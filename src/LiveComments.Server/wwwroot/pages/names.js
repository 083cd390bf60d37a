import { BoundedMap } from '../js/bounded.js';
import { loadLookAlikes, skeletonsOf } from './skeleton.js';

/** Names of this many people are compared: all that the page holds rows for, and those who wrote lately. */
const MOST = 2000;
const SHARED = '';

/** Decides whose username is shown beside the display name, because somebody else's display name looks the same. */
export class Names {
  /** The owner of each name by its skeleton: a userID, or {@link SHARED}. @type {BoundedMap<string, string>} */
  #owners = new BoundedMap(2 * MOST);
  /** By display name. @type {BoundedMap<string, string[]>} */
  #skeletons = new BoundedMap(MOST);
  #told = false;

  /** @param {() => void} changed A name that was shown alone is shared now: rows look different. */
  constructor(changed) {
    this.changed = changed;
  }

  /** Compares names by how they look, not only by their letters, from when the table is there. */
  async load() {
    await loadLookAlikes();
    // Everybody is noted again when their row is drawn again.
    this.#owners.clear();
    this.#skeletons.clear();
    this.changed();
  }

  /** Their `@username` when the display name alone does not tell who it is, else an empty string. @param {{userID: string, username: string, displayName: string}} person */
  handleOf({ userID, username, displayName }) {
    let skeletons = this.#skeletons.get(displayName);
    if (!skeletons) this.#skeletons.set(displayName, (skeletons = skeletonsOf(displayName)));
    let shared = false;
    for (const skeleton of skeletons) {
      const owner = this.#owners.get(skeleton);
      if (owner === userID) continue;
      if (owner === undefined) {
        this.#owners.set(skeleton, userID);
        continue;
      }
      shared = true;
      if (owner === SHARED) continue;
      this.#owners.set(skeleton, SHARED);
      this.#tell();
    }
    return shared ? `@${username}` : '';
  }

  /** The name to use in a sentence. @param {{userID: string, username: string, displayName: string}} person */
  of(person) {
    const handle = this.handleOf(person);
    return handle ? `${person.displayName} ${handle}` : person.displayName;
  }

  /** Once for all rows that are being drawn. */
  #tell() {
    if (this.#told) return;
    this.#told = true;
    queueMicrotask(() => {
      this.#told = false;
      this.changed();
    });
  }
}
