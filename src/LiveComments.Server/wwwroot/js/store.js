import { BoundedMap } from './bounded.js';
import { parsePosition } from './position.js';

/** @typedef {import('./types.js').Comment} Comment */
/** @typedef {import('./types.js').Changes} Changes */
/** @typedef {import('./types.js').Problem} Problem */

/**
 * The newest comments of one event, each once and in the order of the log, and what changed since somebody last looked. It uses
 * neither network nor page: frames go in, {@link Changes} come out.
 */
export class CommentStore {
  /** The newest comments that the server has placed, ascending. @type {Comment[]} */
  comments = [];

  /** Own comments that the server has not placed yet, in the order of writing. @type {Comment[]} */
  waiting = [];

  /** The comment that is pinned, whether it is among the newest or not. @type {Comment | null} */
  pinned = null;

  /** The comment that is on stage, whether it is among the newest or not. @type {Comment | null} */
  stage = null;

  /** The position up to which the log is known. @type {import('./types.js').Position | null} */
  position = null;

  /** @type {Map<string, Comment>} */
  #byId = new Map();

  /** Comments that were removed lately: a late answer must not bring them back. @type {BoundedMap<string, true>} */
  #removed;

  /** Versions of reaction counts. @type {BoundedMap<string, number>} */
  #versions;

  /** Keys of own comments that were matched with a placed comment before their answer came. @type {BoundedMap<string, Comment>} */
  #adopted = new BoundedMap(100);

  /** @type {Changes} */
  #changes = empty();

  /** @param {{capacity?: number}} [options] How many placed comments to hold. */
  constructor({ capacity = 1000 } = {}) {
    this.capacity = capacity;
    this.#removed = new BoundedMap(4 * capacity);
    this.#versions = new BoundedMap(4 * capacity);
  }

  /** @param {string | undefined} commentID */
  find(commentID) {
    return commentID === undefined ? undefined : this.#byId.get(commentID);
  }

  /** @param {string} commentID */
  isRemoved(commentID) {
    return this.#removed.has(commentID);
  }

  /** What changed since the last call. @returns {Changes} */
  take() {
    const changes = this.#changes;
    this.#changes = empty();
    changes.placed.sort(bySeq);
    return changes;
  }

  /** The log from here on is another one, or too far ahead: drops everything held. @param {string} position */
  reset(position) {
    this.comments = [];
    this.#byId.clear();
    this.#versions.clear();
    this.#removed.clear();
    this.#changes = { ...empty(), reset: true, pinned: true, stage: true };
    this.position = parsePosition(position);
  }

  /**
   * A page of the newest comments, read up to `position`. The log is known from there on unless the stream knows better already.
   * @param {any[]} comments @param {string} position
   */
  load(comments, position) {
    const read = parsePosition(position);
    this.position ??= read;
    // An answer about the log as it was before a reset.
    if (this.position.epoch !== read.epoch) return;
    for (const comment of comments) this.#place({ ...comment, countedTo: read.seq }, seqOf(comment));
  }

  /**
   * Comments as they were read just now: newer counts for those that are held.
   * @param {any[]} comments
   * @param {string} position Up to where they were read.
   * @param {number} asked {@link clock} when they were asked for: counts that the stream brought since are newer.
   */
  refresh(comments, position, asked) {
    const read = parsePosition(position).seq;
    for (const comment of comments) {
      const held = this.#byId.get(comment.commentID);
      if (!held) continue;
      // Replies that came by stream since it was read are counted already.
      if (read >= (this.position?.seq ?? 0)) {
        held.replyCount = comment.replyCount;
        held.countedTo = read;
      }
      if ((this.#counted.get(comment.commentID) ?? -1) <= asked) held.reactions = comment.reactions;
      this.#changes.changed.add(held);
    }
  }

  /** When counts came by stream, in ticks of {@link clock}. @type {BoundedMap<string, number>} */
  #counted = new BoundedMap(1000);

  /** Grows with every frame of counts. */
  clock = 0;

  /** Where the log ended when the stream began: replies up to there are in the counts that a replayed comment comes with. */
  head = 0;

  /**
   * @param {{from: number, to: number, entries: any[]}} batch
   * @param {string | undefined} self The own userID.
   * @returns {any[] | null} The entries that are no comments, for others to act on; null when there is a gap before the batch.
   */
  batch(batch, self) {
    const known = /** @type {import('./types.js').Position} */ (this.position);
    if (batch.from > known.seq + 1) return null;
    const others = [];
    for (const entry of batch.entries) {
      if (entry.seq <= known.seq) continue;
      if (entry.type === 'comment') {
        this.#arrived(entry.comment, entry.seq, self);
      } else if (entry.type === 'removed') {
        this.remove(entry.commentID);
      } else if (entry.type === 'restored') {
        this.#restored(entry.comment);
      } else {
        if (entry.type === 'pinned') this.pin(entry.comment);
        else if (entry.type === 'card' && entry.card.type === 'stage') this.putOnStage(entry.comment);
        else if (entry.type === 'card' && entry.card.type === 'question') this.mark(entry.card.state.commentID, entry.card.state.status);
        others.push(entry);
      }
    }
    known.seq = Math.max(known.seq, batch.to);
    return others;
  }

  /** A comment that came outside the order of the log, such as a mention. @param {any} comment */
  add(comment) {
    const seq = seqOf(comment);
    // It is older than all held comments, so it belongs to a page of history.
    if (this.comments.length && seq < this.comments[0].seq && this.comments.length >= this.capacity) return;
    this.#place(comment, seq);
  }

  /** @param {any} comment As the server gave it; without one nothing is pinned. */
  pin(comment) {
    this.pinned = this.#shown(comment);
    this.#changes.pinned = true;
  }

  /** @param {any} comment As the server gave it; without one nothing is on stage. */
  putOnStage(comment) {
    this.stage = this.#shown(comment);
    this.#changes.stage = true;
  }

  /** What has become of a question. @param {string} commentID @param {'open'|'answered'} status */
  mark(commentID, status) {
    const held = this.#byId.get(commentID);
    for (const comment of new Set([held, this.pinned, this.stage])) if (comment?.commentID === commentID) comment.question = status;
    if (held) this.#changes.changed.add(held);
    this.#changes.marked.set(commentID, status);
    if (this.#changes.marked.size > 4 * this.capacity) this.#changes.marked.clear();
  }

  /** @param {any} comment @returns {Comment | null} The same that is held, where it is; null for one that was removed. */
  #shown(comment) {
    return comment && !this.#removed.has(comment.commentID) ? (this.#byId.get(comment.commentID) ?? placed({ ...comment })) : null;
  }

  /** @param {string} commentID */
  remove(commentID) {
    if (this.#removed.has(commentID)) return;
    this.#removed.set(commentID, true);
    if (this.pinned?.commentID === commentID) this.pin(undefined);
    if (this.stage?.commentID === commentID) this.putOnStage(undefined);
    this.#changes.removed.push(commentID);
    if (this.#changes.removed.length > 4 * this.capacity) this.#changes.removed.shift();
    const comment = this.#byId.get(commentID);
    if (!comment) return;
    this.#byId.delete(commentID);
    this.comments.splice(this.comments.indexOf(comment), 1);
    this.#forget(comment);
    this.#countReply(comment.replyToCommentID, -1);
  }

  /** A removed comment is back in its place. @param {any} comment */
  #restored(comment) {
    this.#removed.delete(comment.commentID);
    this.#changes.removed = this.#changes.removed.filter(id => id !== comment.commentID);
    this.add({ ...comment });
  }

  /** @param {{commentID: string, version: number, reactions: Record<string, number>}[]} counts */
  count(counts) {
    this.clock++;
    for (const { commentID, version, reactions } of counts) {
      if ((this.#versions.get(commentID) ?? 0) >= version) continue;
      this.#versions.set(commentID, version);
      this.#setCounts(commentID, reactions);
    }
  }

  /** @param {string} commentID @param {Record<string, number>} reactions */
  #setCounts(commentID, reactions) {
    this.#counted.set(commentID, this.clock);
    const held = this.#byId.get(commentID);
    if (this.pinned?.commentID === commentID) this.pinned.reactions = reactions;
    if (this.stage?.commentID === commentID) this.stage.reactions = reactions;
    if (held) {
      held.reactions = reactions;
      this.#changes.changed.add(held);
    } else {
      this.#changes.counts.set(commentID, reactions);
      if (this.#changes.counts.size > 4 * this.capacity) this.#changes.counts.clear();
    }
  }

  /** Counts as an answer gave them, or as they are going to be: the next frame knows better. @param {string} commentID @param {Record<string, number>} reactions */
  expect(commentID, reactions) {
    this.clock++;
    this.#setCounts(commentID, reactions);
  }

  /** An own comment, shown before the server has it. @param {Comment} comment */
  write(comment) {
    this.waiting.push(comment);
    this.#changes.placed.push(comment);
  }

  /**
   * The server has placed an own comment.
   * @param {string} key @param {{commentID: string, timestamp: string, position: string, mentions?: Comment['mentions']}} ack
   */
  acknowledge(key, ack) {
    const adopted = this.#adopted.get(key);
    this.#adopted.delete(key);
    const comment = this.#take(key) ?? (adopted && adopted.commentID !== ack.commentID ? { ...adopted, reactions: {}, replyCount: 0 } : undefined);
    if (!comment) return;
    comment.commentID = ack.commentID;
    comment.timestamp = ack.timestamp;
    comment.position = ack.position;
    comment.mentions = ack.mentions;
    comment.state = 'placed';
    delete comment.problem;
    if (this.#byId.has(ack.commentID) || this.#removed.has(ack.commentID)) {
      this.#changes.withdrawn.push(key);
      return;
    }
    // An earlier comment with the same text was matched with this key by mistake: this is the right one.
    if (adopted) comment.key = ack.commentID;
    this.#insert(comment, seqOf(comment));
  }

  /**
   * An own comment waits for a moderator, or for its delay to end: only its author sees it.
   * @param {string} key @param {{commentID: string, timestamp: string, releaseAt?: string, mentions?: Comment['mentions']}} ack
   */
  hold(key, ack) {
    const comment = this.waiting.find(one => one.key === key);
    if (!comment) return undefined;
    // It may have been approved since.
    if (this.#byId.has(ack.commentID)) {
      this.discard(key);
      return undefined;
    }
    comment.heldID = ack.commentID;
    comment.releaseAt = ack.releaseAt;
    comment.timestamp = ack.timestamp;
    comment.mentions = ack.mentions;
    comment.state = 'held';
    this.#changes.changed.add(comment);
    return comment;
  }

  /** What a moderator decided about an own comment that waits. @param {{notice: string, commentID?: string, reason?: string}} notice */
  decided({ notice, commentID, reason }) {
    const comment = this.waiting.find(one => commentID !== undefined && one.heldID === commentID);
    // An approved one comes with the log.
    if (!comment || (notice !== 'held' && notice !== 'rejected')) return;
    comment.state = notice;
    comment.reason = reason;
    this.#changes.changed.add(comment);
  }

  /** @param {string} key @param {Problem} problem */
  fail(key, problem) {
    const comment = this.waiting.find(one => one.key === key);
    if (!comment) return;
    comment.state = 'failed';
    comment.problem = problem;
    this.#changes.changed.add(comment);
  }

  /** @param {string} key */
  resend(key) {
    const comment = this.waiting.find(one => one.key === key);
    if (!comment) return undefined;
    comment.state = 'sending';
    delete comment.problem;
    this.#changes.changed.add(comment);
    return comment;
  }

  /** @param {string} key */
  discard(key) {
    if (this.#take(key)) this.#changes.withdrawn.push(key);
  }

  /** @param {any} comment @param {number} seq @param {string | undefined} self */
  #arrived(comment, seq, self) {
    if (comment.userID === self) {
      // Its batch may come before its answer. The key is not in the batch, so the text tells which one it is; the answer settles it.
      const own = this.waiting.find(one => one.state === 'sending' && one.commentText === comment.commentText && one.replyToCommentID === comment.replyToCommentID);
      if (own && !this.#byId.has(comment.commentID)) {
        this.#take(own.key);
        Object.assign(own, comment, { state: 'placed' });
        this.#adopted.set(own.key, own);
        this.#insert(own, seq);
        return;
      }
    }
    if (comment.replyCount) comment.countedTo = this.head;
    this.#place(comment, seq);
  }

  /** @param {any} comment @param {number} seq */
  #place(comment, seq) {
    if (this.#byId.has(comment.commentID) || this.#removed.has(comment.commentID)) return;
    const held = this.waiting.find(one => one.heldID === comment.commentID);
    if (held) this.discard(held.key);
    this.#insert(placed(comment, seq), seq);
  }

  /** @param {Comment} comment @param {number} seq */
  #insert(comment, seq) {
    comment.seq = seq;
    let at = this.comments.length;
    while (at > 0 && this.comments[at - 1].seq > seq) at--;
    this.comments.splice(at, 0, comment);
    this.#byId.set(/** @type {string} */ (comment.commentID), comment);
    this.#changes.placed.push(comment);
    this.#countReply(comment.replyToCommentID, 1, seq);
    while (this.comments.length > this.capacity) {
      const oldest = /** @type {Comment} */ (this.comments.shift());
      this.#byId.delete(/** @type {string} */ (oldest.commentID));
      this.#forget(oldest);
    }
    // Nobody reads changes, as in a hidden tab: dropped comments are removed from them too.
    if (this.#changes.placed.length > 2 * this.capacity) {
      this.#changes.placed = this.#changes.placed.filter(one => one.state !== 'placed' || this.#byId.has(/** @type {string} */ (one.commentID)));
    }
  }

  /** A reply counts on its parent, unless the parent was read with it. @param {string | undefined} parentID @param {number} change @param {number} [seq] */
  #countReply(parentID, change, seq) {
    const parent = this.find(parentID);
    if (!parent || (seq !== undefined && seq <= (parent.countedTo ?? 0))) return;
    parent.replyCount = Math.max(0, parent.replyCount + change);
    this.#changes.changed.add(parent);
  }

  /** @param {string} key */
  #take(key) {
    const at = this.waiting.findIndex(one => one.key === key);
    return at < 0 ? undefined : this.waiting.splice(at, 1)[0];
  }

  /** @param {Comment} comment */
  #forget(comment) {
    this.#changes.changed.delete(comment);
  }
}

/** A comment of the server as it is shown. @param {any} comment @param {number} [seq] @returns {Comment} */
export function placed(comment, seq = seqOf(comment)) {
  comment.key = comment.commentID;
  comment.seq = seq;
  comment.replyCount ??= 0;
  comment.reactions ??= {};
  comment.state = 'placed';
  return comment;
}

/** @param {{position?: string}} comment */
const seqOf = comment => parsePosition(/** @type {string} */ (comment.position)).seq;

/** @param {Comment} a @param {Comment} b */
const bySeq = (a, b) => a.seq - b.seq || 0;

/** @returns {Changes} */
const empty = () => ({ reset: false, placed: [], changed: new Set(), removed: [], withdrawn: [], counts: new Map(), pinned: false, stage: false, marked: new Map() });
