/**
 * A comment that waits for a moderator, as the server sends it.
 * @typedef {{commentID: string, comment: any, reasons: {code: string, detail: string}[], score?: number, reports: number, heldAt?: string, reportedAt?: string, releaseAt?: string, isFirst?: boolean}} Item
 *
 * Comments with the same text, which are decided about at once.
 * @typedef {Object} QueueRow
 * @property {string} key
 * @property {Item[]} items
 * @property {{what: string, pending: boolean} | null} done What was decided. `pending` until the server has it.
 */

/** Decisions of others are remembered for this many comments, because they are told after the comment has left the queue. */
const NOTED = 1000;

/** Two texts are the same when they differ in nothing but capitals, width and spaces. @param {string} text */
export const keyOf = text => text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();

/**
 * What waits, as rows that keep their places. While it is held, no row is added or taken away: what is decided stays where it was, marked as done, and
 * new rows wait behind a count. So a key or a press always means the row that the moderator saw.
 */
export class Queue {
  /** @type {QueueRow[]} */
  rows = [];
  /** @type {Map<string, Item>} */
  #waiting = new Map();
  /** By commentID. @type {Map<string, QueueRow>} */
  #rowOf = new Map();
  /** Decided here; the server still shows them as waiting. @type {Set<string>} */
  #decided = new Set();
  /** What others decided. @type {Map<string, string>} */
  #noted = new Map();
  #held = false;
  #made = 0;

  /** Comments that wait. */
  get count() {
    return [...this.#waiting.keys()].filter(id => !this.#decided.has(id)).length;
  }

  /** The comments that wait, by id. */
  get ids() {
    return this.#waiting.keys();
  }

  /** Rows that would appear if it were not held. */
  get fresh() {
    return this.#grouped().length;
  }

  /** True when every row that is shown has been decided about. */
  get isSpent() {
    return this.rows.every(row => row.done);
  }

  /** @param {boolean} held */
  hold(held) {
    this.#held = held;
    if (!held) this.settle();
  }

  /** What has come, changed or gone. @param {Item[]} items @param {string[]} removed */
  receive(items, removed) {
    for (const id of removed) {
      this.#waiting.delete(id);
      this.#decided.delete(id);
      this.#leave(id);
    }
    for (const item of items) this.#take(item);
    if (!this.#held) this.settle();
  }

  /** All there is now; what is not in it has gone. @param {Item[]} items */
  replace(items) {
    const there = new Set(items.map(item => item.commentID));
    this.receive(items, [...this.#waiting.keys()].filter(id => !there.has(id)));
  }

  /** Takes away what is done and shows what is new, at the end. */
  settle() {
    const kept = this.rows.filter(row => !row.done || row.done.pending);
    this.#rowOf.clear();
    for (const row of kept) for (const { commentID } of row.items) this.#rowOf.set(commentID, row);
    this.rows = kept;
    const fresh = this.#grouped();
    for (const items of fresh) {
      const row = { key: `${++this.#made}`, items, done: null };
      this.rows.push(row);
      for (const { commentID } of items) this.#rowOf.set(commentID, row);
    }
  }

  /** A decision about a row was made here. @param {QueueRow} row @param {string} what */
  decide(row, what) {
    row.done = { what, pending: true };
    for (const { commentID } of row.items) if (this.#waiting.has(commentID)) this.#decided.add(commentID);
  }

  /** The server has the decision. @param {QueueRow} row @param {string} what */
  decided(row, what) {
    if (row.done) row.done = { what, pending: false };
    if (!this.#held) this.settle();
  }

  /** The decision was taken back or refused. What has left the queue meanwhile comes back from the server. @param {QueueRow} row */
  revive(row) {
    for (const { commentID } of row.items) this.#decided.delete(commentID);
    const left = row.items.filter(item => this.#waiting.has(item.commentID));
    if (left.length) Object.assign(row, { items: left, done: null });
    else if (row.done) row.done.pending = false;
    if (!this.#held) this.settle();
  }

  /** Somebody else decided about a comment. @param {string} commentID @param {string} what */
  note(commentID, what) {
    this.#noted.set(commentID, what);
    for (const oldest of this.#noted.keys()) {
      if (this.#noted.size <= NOTED) break;
      this.#noted.delete(oldest);
    }
    const row = this.#rowOf.get(commentID);
    if (row?.done && !row.done.what) row.done.what = what;
  }

  /** @param {Item} item */
  #take(item) {
    const { commentID, comment } = item;
    const isNew = !this.#waiting.has(commentID);
    this.#waiting.set(commentID, item);
    let row = this.#rowOf.get(commentID);
    if (row) {
      // It left the queue, and waits again.
      if (isNew) {
        if (row.done) row.items = row.items.filter(one => this.#waiting.has(one.commentID));
        row.done = null;
      }
      row.items = row.items.map(one => (one.commentID === commentID ? item : one));
      return;
    }
    const key = keyOf(comment.commentText);
    row = this.rows.find(one => !one.done && keyOf(one.items[0].comment.commentText) === key);
    if (!row) return;
    row.items.push(item);
    this.#rowOf.set(commentID, row);
  }

  /** @param {string} commentID */
  #leave(commentID) {
    const row = this.#rowOf.get(commentID);
    if (!row || row.done) return;
    const left = row.items.filter(item => item.commentID !== commentID);
    if (left.length) {
      row.items = left;
      this.#rowOf.delete(commentID);
    } else {
      row.done = { what: this.#noted.get(commentID) ?? '', pending: false };
    }
  }

  /** What waits and is in no row, by its text. @returns {Item[][]} */
  #grouped() {
    /** @type {Map<string, Item[]>} */
    const groups = new Map();
    for (const item of this.#waiting.values()) {
      if (this.#rowOf.has(item.commentID) || this.#decided.has(item.commentID)) continue;
      const key = keyOf(item.comment.commentText);
      groups.set(key, [...groups.get(key) ?? [], item]);
    }
    return [...groups.values()];
  }
}
