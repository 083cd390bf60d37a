import { placed } from './store.js';

/** @typedef {import('./types.js').Comment} Comment */
/** @typedef {import('./types.js').Changes} Changes */

/** Something that happened at an offset: a comment appeared, or counts became what they are. @typedef {{at: number, comment?: Comment, commentID: string, reactions?: Record<string, number>}} Happening */

/** Comments held at most; older ones are read again when somebody goes back. */
const CAPACITY = 2000;
/** Comments to show at once after a jump, and how many segments with something in them to look for them in. */
const ENOUGH = 40;
const BACK = 8;
/** In milliseconds: so long the result of a poll is shown after its close. */
const RESULT = 15_000;
/** How long before the end of what is loaded the next segment is asked for, in milliseconds of media time. */
const AHEAD = 15_000;

/**
 * An event by media time: milliseconds since it went live. {@link seek} and {@link advance} say where the recording is, and give
 * what changed on the way there in the form of a live event's changes.
 *
 * ```js
 * const replay = new Replay(session, 'final-2026');
 * await replay.open();
 * await replay.seek(60_000);
 * const changes = replay.advance(61_000);
 * ```
 */
export class Replay {
  duration = 0;

  /** Comments (`entries`) and reactions of each interval of `intervalMs`. @type {{intervalMs: number, entries: number[], reactions: number[]}} */
  activity = { intervalMs: 1000, entries: [], reactions: [] };

  /** The polls of the event, and when they were open. @type {{fromMs: number, toMs: number, poll: import('./types.js').Poll}[]} */
  polls = [];

  /** What was on stage, from when and until when; without an end it stayed. @type {{fromMs: number, toMs?: number, comment: Comment}[]} */
  stage = [];

  /** What has been said up to now, in order. @type {Comment[]} */
  comments = [];

  /** Nobody writes in a replay. @type {Comment[]} */
  waiting = [];

  #segmentMs = 30_000;
  #segments = 0;
  /** What is loaded, in order of time, of consecutive segments. @type {Happening[]} */
  #happenings = [];
  /** How many of them are in the past. */
  #happened = 0;
  /** The segment after the last one loaded. */
  #next = 0;
  /** The running request; a jump replaces it. @type {Promise<void> | null} */
  #loading = null;
  /** Grows with every jump: answers from before a jump are ignored. */
  #generation = 0;
  /** @type {Map<string, Comment>} */
  #byId = new Map();
  /** @type {Set<string>} */
  #removed = new Set();
  /** Of segments that were loaded the first comment's number; of those without a comment a number behind all. @type {Map<number, number>} */
  #begins = new Map();

  /** @param {import('./session.js').Session} session @param {string} event Its videoID or UUID. */
  constructor(session, event) {
    this.session = session;
    this.path = `live/${encodeURIComponent(event)}/replay`;
  }

  /** Reads the length and the activity. @throws {import('./problem.js').Problem} */
  async open() {
    const index = await this.session.call('GET', this.path);
    this.duration = index.durationMs;
    this.activity = index.activity;
    this.#segmentMs = index.segmentMs;
    this.#segments = index.segments;
    this.polls = index.polls ?? [];
    this.stage = (index.stage ?? []).map((/** @type {any} */ one) => ({ ...one, comment: placed(one.comment) }));
  }

  /** The poll that stood beside the comments at a time: open as it was, then with its result for a while. @param {number} time @returns {import('./types.js').Poll | null} */
  pollAt(time) {
    const past = this.polls.findLast(({ fromMs }) => fromMs <= time);
    if (!past || time >= past.toMs + RESULT) return null;
    return time < past.toMs ? { ...past.poll, status: 'open', counts: undefined } : past.poll;
  }

  /** The comment that was on stage at a time; null for none, and for one that was removed since. @param {number} time @returns {Comment | null} */
  stageAt(time) {
    const past = this.stage.findLast(({ fromMs }) => fromMs <= time);
    return past && time < (past.toMs ?? Infinity) && !this.#removed.has(/** @type {string} */ (past.comment.commentID)) ? past.comment : null;
  }

  /** Up to which media time it can be advanced now. */
  get loadedTo() {
    return this.#next >= this.#segments ? Infinity : this.#next * this.#segmentMs;
  }

  /**
   * Goes to a time: {@link comments} are what was said shortly before it. False when another jump overtook this one. Where it
   * fails everything stays at the old place.
   * @param {number} time @throws {import('./problem.js').Problem}
   */
  async seek(time) {
    const generation = ++this.#generation;
    const target = Math.max(0, Math.min(this.#segments - 1, Math.floor(time / this.#segmentMs)));
    /** @type {Happening[]} */
    let happenings = [];
    // A screen of comments, also where it was quiet before.
    for (let segment = target, loaded = 0; segment >= 0 && loaded < BACK && happenings.filter(one => one.comment && one.at <= time).length < ENOUGH; segment--) {
      if (!this.#segments || this.#isQuiet(segment)) continue;
      // Errors of an overtaken jump are ignored.
      const earlier = await this.#load(segment).catch(problem => {
        if (generation === this.#generation) throw problem;
        return [];
      });
      loaded++;
      if (generation !== this.#generation) return false;
      happenings = [...earlier, ...happenings];
    }
    this.#happenings = happenings;
    this.#happened = 0;
    this.#next = target + 1;
    this.#loading = null;
    this.comments = [];
    this.#byId.clear();
    this.advance(time);
    return true;
  }

  /** Time has passed; what happened meanwhile. What is not loaded yet has not: see {@link loadedTo}. @param {number} time @returns {Changes} */
  advance(time) {
    /** @type {Changes} */
    const changes = { reset: false, placed: [], changed: new Set(), removed: [], withdrawn: [], counts: new Map(), pinned: false, stage: false, marked: new Map() };
    for (; this.#happened < this.#happenings.length && this.#happenings[this.#happened].at <= time; this.#happened++)
      this.#apply(this.#happenings[this.#happened], changes);
    if (this.#happened > CAPACITY) this.#happenings.splice(0, this.#happened), (this.#happened = 0);
    while (this.comments.length > CAPACITY) this.#byId.delete(/** @type {string} */ (/** @type {Comment} */ (this.comments.shift()).commentID));
    if (time > this.loadedTo - AHEAD) this.#loadNext();
    return changes;
  }

  /** A comment was deleted just now. @param {string} commentID */
  remove(commentID) {
    this.#removed.add(commentID);
    const comment = this.#byId.get(commentID);
    if (!comment) return;
    this.#byId.delete(commentID);
    this.comments.splice(this.comments.indexOf(comment), 1);
  }

  /** @param {string | undefined} commentID */
  find(commentID) {
    return commentID === undefined ? undefined : this.#byId.get(commentID);
  }

  /** Comments before a position, newest last, as they were at the end of their segment. @param {string} position @param {number} limit */
  async before(position, limit) {
    const seq = Number(position.split(':')[1]);
    const first = this.comments.find(comment => comment.seq >= seq);
    let segment = Math.max(0, Math.floor(((first && this.#offsets.get(first)) ?? 0) / this.#segmentMs));
    for (; segment >= 0; segment--) {
      // Those that begin there or later have nothing to give: most were given out before.
      if (this.#isQuiet(segment) || (this.#begins.get(segment) ?? -1) >= seq) continue;
      const happenings = await this.#load(segment);
      const earlier = happenings.flatMap(one => (one.comment && one.comment.seq < seq && !this.#removed.has(one.commentID) ? [one.comment] : []));
      if (!earlier.length) continue;
      const counts = new Map(happenings.flatMap(one => (one.reactions ? [[one.commentID, one.reactions]] : [])));
      for (const comment of earlier) comment.reactions = counts.get(/** @type {string} */ (comment.commentID)) ?? {};
      return { comments: earlier.slice(-limit), position, more: segment > 0 || earlier.length > limit };
    }
    return { comments: [], position, more: false };
  }

  /** Nothing comes after the present time. @param {string} position */
  async after(position) {
    const seq = Number(position.split(':')[1]);
    return { comments: this.comments.filter(comment => comment.seq > seq), position, more: false };
  }

  /** @type {WeakMap<Comment, number>} */
  #offsets = new WeakMap();

  /** @param {Happening} one @param {Changes} changes */
  #apply({ comment, commentID, reactions }, changes) {
    if (this.#removed.has(commentID)) return;
    if (comment) {
      this.comments.push(comment);
      this.#byId.set(commentID, comment);
      changes.placed.push(comment);
      const parent = this.find(comment.replyToCommentID);
      if (!parent) return;
      parent.replyCount++;
      changes.changed.add(parent);
    } else if (reactions) {
      const held = this.#byId.get(commentID);
      if (!held) return void changes.counts.set(commentID, reactions);
      held.reactions = reactions;
      changes.changed.add(held);
    }
  }

  #loadNext() {
    if (this.#loading) return;
    const loading = (this.#loading = this.#load(this.#next)
      .then(happenings => {
        if (this.#loading !== loading) return;
        this.#happenings.push(...happenings);
        this.#next++;
      }, () => new Promise(resolve => setTimeout(resolve, 1000)))
      .then(() => {
        if (this.#loading === loading) this.#loading = null;
      }));
  }

  /** Nothing happened in it, so there is no need to ask. What was said before the start is counted in no interval. @param {number} segment */
  #isQuiet(segment) {
    const { intervalMs, entries, reactions } = this.activity;
    const [from, to] = [Math.floor((segment * this.#segmentMs) / intervalMs), Math.ceil(((segment + 1) * this.#segmentMs) / intervalMs)];
    return segment > 0 && segment < this.#segments - 1 && !entries.slice(from, to).some(Boolean) && !reactions.slice(from, to).some(Boolean);
  }

  /** @param {number} segment @returns {Promise<Happening[]>} */
  async #load(segment) {
    /** @type {Happening[]} */
    const happenings = [];
    /** @type {string | undefined} */
    let query = '';
    while (query !== undefined) {
      const answer = await this.session.fetch('GET', `${this.path}/${segment}${query}`);
      const page = await answer.json();
      for (const { offsetMs, comment } of page.comments) {
        const shown = placed(comment);
        this.#offsets.set(shown, offsetMs);
        happenings.push({ at: offsetMs, comment: shown, commentID: comment.commentID });
      }
      for (const { offsetMs, commentID, reactions } of page.reactions) happenings.push({ at: offsetMs, commentID, reactions });
      query = /<[^>]*(\?[^>]*)>; rel="next"/.exec(answer.headers.get('Link') ?? '')?.[1];
    }
    this.#begins.set(segment, happenings.find(one => one.comment && !this.#removed.has(one.commentID))?.comment?.seq ?? Infinity);
    // At the same time the comment first, then its counts.
    return happenings.sort((a, b) => a.at - b.at || Number(!a.comment) - Number(!b.comment));
  }
}
