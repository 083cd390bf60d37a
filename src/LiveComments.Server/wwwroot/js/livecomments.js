import { Backoff } from './backoff.js';
import { BoundedMap } from './bounded.js';
import { solve } from './challenge.js';
import { perFrame } from './frames.js';
import { History } from './history.js';
import { Outbox } from './outbox.js';
import { PollState } from './poll.js';
import { printPosition } from './position.js';
import { Problem } from './problem.js';
import { Rate } from './rate.js';
import { Session } from './session.js';
import { CommentStore, placed } from './store.js';
import { Stream } from './stream.js';

export { BoundedMap, History, Problem, Session };

/** An open socket gets the next token this many milliseconds before the present one ends, because a private event would close it. The session renews tokens earlier. */
const AHEAD = 30_000;
/** In milliseconds: who solves a challenge for longer is told so. */
const NOTICEABLE = 1_000;

/** @typedef {import('./types.js').Comment} Comment */
/** @typedef {import('./types.js').Changes} Changes */
/** @typedef {import('./types.js').LiveEvent} LiveEvent */
/** @typedef {import('./types.js').Poll} Poll */
/** @typedef {import('./types.js').ReactionType} ReactionType */
/** @typedef {import('./stream.js').Connection} Connection */

/** @type {Record<ReactionType, string>} */
export const COUNT_NAMES = { like: 'likes', love: 'loves', haha: 'hahas', wow: 'wows', sad: 'sads', angry: 'angries' };

/**
 * What a page listens for.
 * @typedef {Object} Events
 * @property {Changes} change Comments; in an animation frame, at most twelve times a second.
 * @property {Connection} connection
 * @property {LiveEvent} event Its status, settings, or anything else of it changed.
 * @property {Poll | null} poll The last poll became something else, its counts did, or the person's vote; null when it is gone.
 * @property {number} viewers
 * @property {{role: string} | null} role What the person may do here; null for somebody who is not logged in.
 * @property {{videoID: string, comment: any}} mention Somebody mentioned the person, here or in another event.
 * @property {{comment: Comment, problem: Problem}} refused An own comment was refused.
 * @property {Comment} sent An own comment was placed.
 * @property {Comment} held An own comment waits for a moderator.
 * @property {{notice: string, videoID?: string, commentID?: string, reason?: string, until?: string, seconds?: number}} notice What moderators decided about the person or their comment, here or in another event.
 * @property {boolean} checking The server wants to know whether a person writes, and finding out takes more than a moment; false when it is done.
 * @property {Problem} problem Something else the person asked for was refused.
 */

/**
 * The comments of one event, live.
 *
 * ```js
 * const live = new LiveComments({ server: 'https://comments.example.org/', event: 'final-2026' });
 * live.on('change', changes => console.log(changes.placed.map(comment => comment.commentText)));
 * await live.open();
 * ```
 */
export class LiveComments {
  /** The event; null until the server has told. @type {LiveEvent | null} */
  event = null;

  /** People watching now. */
  viewers = 0;

  /** What the person may do here. @type {string | null} */
  role = null;

  /** Comments per second, and how many of them are shown. */
  rate = new Rate();

  /** The person's own reactions, as far as this client has read or seen them. @type {BoundedMap<string, ReactionType>} */
  ownReactions = new BoundedMap(2000);

  #store;
  #stream;
  #puzzle;
  #outbox;
  #history;
  #poll = new PollState();
  /** The vote that waits for its answer, and what it takes the place of. @type {{id: string, previous: number | null} | null} */
  #vote = null;
  #frame = perFrame(() => this.#emit('change', this.#store.take()));
  /** @type {Map<string, Set<(value: any) => void>>} */
  #listeners = new Map();
  /** @type {Map<string, {id: string, previous: ReactionType | undefined}>} */
  #reactions = new Map();
  /** Reactions given here so far. */
  #given = 0;
  /** The last of them for each comment. @type {BoundedMap<string, number>} */
  #lastGiven = new BoundedMap(1000);
  #opened = false;
  #resumed = false;
  /** Reads of the newest page from before a reset are ignored. */
  #generation = 0;
  /** A reset dropped the newest page, and it has not been read again. */
  #owed = false;
  #rereading = new Backoff();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #again;
  /** Changes of the event that came by stream so far. */
  #eventChanges = 0;
  #head = 0;
  #sample = true;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #prolonging;
  /** @type {() => void} */
  #unsubscribe = () => {};

  /**
   * @param {Object} options
   * @param {string} options.event Its videoID or UUID.
   * @param {URL | string} [options.server] The server's base address; where this module came from unless given.
   * @param {Session} [options.session] Who is there; somebody without a log-in unless given.
   * @param {number} [options.capacity] How many of the newest comments to hold; older ones are read from the history.
   * @param {boolean} [options.webSocket] False for server-sent events only.
   * @param {(challenge: import('./challenge.js').Challenge) => Promise<string>} [options.puzzle] Shows the puzzle of a provider and gives the answer, where the server has one.
   * @param {boolean} [options.background] True keeps server-sent events open while the page is hidden; by default they are closed until it is shown.
   */
  constructor({ event, server = new URL('../../../', import.meta.url), session, capacity = 1000, webSocket = true, background = false, puzzle }) {
    this.server = new URL(server);
    this.session = session ?? new Session({ server: this.server });
    this.videoID = event;
    this.#puzzle = puzzle;
    this.#store = new CommentStore({ capacity });
    this.#history = new History(this.session, event, () => this.#reading());
    this.#stream = new Stream({
      webSocket,
      background,
      presence: true,
      url: () => this.#streamUrl(),
      token: () => this.session.token(),
      ticket: async () => (this.event?.settings?.visibility === 'private' ? (await this.session.call('POST', 'auth/stream-ticket')).ticket : null),
      renew: () => this.session.renew(),
      receive: message => this.#receive(message),
      changed: connection => {
        if (connection.state === 'open' || connection.state === 'paused') this.#outbox.flush();
        this.#emit('connection', connection);
      },
    });
    this.#outbox = new Outbox({
      send: message => this.#stream.send(message),
      posting: () => this.connection.transport === 'sse' && (this.connection.state === 'open' || this.connection.state === 'paused'),
      post: message => this.#post(message),
      done: (message, answer) => this.#done(message, answer),
      failed: (message, problem) => this.#failed(message, problem),
      renew: () => this.#renew(),
      solve: challenge => this.#solve(challenge),
    });
  }

  /** The newest comments, in order. */
  get comments() {
    return this.#store.comments;
  }

  /** Own comments that are not placed yet. */
  get waiting() {
    return this.#store.waiting;
  }

  /** The comment that a moderator pinned; null when none is. It may be older than {@link comments}. */
  get pinned() {
    return this.#store.pinned;
  }

  /** The comment that a moderator put on stage; null when none is. It may be older than {@link comments}. */
  get stage() {
    return this.#store.stage;
  }

  /** The event's last poll, open or closed; null when there is none, or it was taken away. @type {Poll | null} */
  get poll() {
    return this.#poll.shown;
  }

  /** What the person has chosen in {@link poll}, counted from 0; null for nothing. */
  get ownVote() {
    return this.#poll.own;
  }

  get connection() {
    return this.#stream.connection;
  }

  /** True when everything up to the moment of connecting has been shown. */
  get isCaughtUp() {
    return this.connection.state === 'open' && (this.#store.position?.seq ?? 0) >= this.#head;
  }

  /** False when every comment is asked for, however many there are. */
  get isSampled() {
    return this.#sample;
  }

  /** @template {keyof Events} N @param {N} name @param {(value: Events[N]) => void} listener @returns {() => void} Stops it. */
  on(name, listener) {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /**
   * Reads the event and its newest comments, then watches. A refusal is thrown, such as `event-not-found` for an unknown event or a private one; after
   * somebody has logged in, call it again.
   * @throws {Problem}
   */
  async open() {
    const reader = this.session.user?.userID;
    await this.#loadEvent();
    await this.#load();
    this.#readPinned();
    this.#readVote();
    this.#opened = true;
    this.#unsubscribe();
    this.#unsubscribe = this.session.onChange(chosen => void this.#personChanged(chosen));
    this.#stream.open();
    // The person logged in meanwhile: the answer lacks their reactions.
    if (this.session.user && this.session.user.userID !== reader) this.#readOwn();
  }

  close() {
    this.#opened = false;
    clearTimeout(this.#prolonging);
    clearTimeout(this.#again);
    this.#unsubscribe();
    this.#outbox.clear();
    this.#stream.close();
  }

  /** Tries to connect now instead of at the planned time. */
  retryNow() {
    if (this.#opened) this.#stream.reopen();
  }

  /** Shows a sample of a room that is too fast to read, or everything. @param {boolean} sample */
  setSample(sample) {
    this.#sample = sample;
    this.#stream.reopen();
  }

  /**
   * Becomes a guest of this event, where its setting `guests` is on: somebody with a nickname and without an account.
   * @param {string} displayName The nickname. @throws {Problem} Such as `username-taken`, `name-reserved` or `account-required`.
   */
  async comeAsGuest(displayName) {
    const guest = { displayName, videoID: this.videoID };
    try {
      await this.session.comeAsGuest(guest);
    } catch (problem) {
      const { code, challenge } = /** @type {Problem} */ (problem);
      if (code !== 'challenge-required' || !challenge) throw problem;
      await this.session.comeAsGuest(guest, await this.#solve(challenge));
    }
  }

  /**
   * Writes a comment. It is in the list at once, `sending`; it becomes `placed` or `failed`.
   * @param {string} text @param {{replyTo?: string, question?: boolean}} [options] question: asks it as a question, where the event's setting `questions` is on. @returns {Comment}
   */
  post(text, { replyTo, question } = {}) {
    const user = this.session.user;
    if (!user) throw new Problem('unauthenticated', 'Log in to write.', 401);
    /** @type {Comment} */
    const comment = {
      key: newKey(),
      seq: Infinity,
      userID: user.userID,
      username: user.username,
      displayName: user.displayName,
      avatarUrl: user.avatarUrl,
      guest: user.guest,
      role: this.role === 'moderator' || this.role === 'administrator' ? this.role : undefined,
      commentText: text.replace(/[\r\n\t]+/g, ' ').normalize('NFC').trim(),
      timestamp: new Date().toISOString(),
      replyToCommentID: replyTo,
      ...(question && { question: 'open' }),
      replyCount: 0,
      reactions: {},
      state: 'sending',
    };
    this.#store.write(comment);
    this.#frame();
    this.#outbox.add({ type: 'comment', id: comment.key, commentText: comment.commentText, replyToCommentID: replyTo, ...(question && { question }) });
    return comment;
  }

  /** Sends a failed comment again, under the same key: it cannot be there twice. @param {string} key */
  retry(key) {
    const comment = this.#store.resend(key);
    if (!comment) return;
    this.#frame();
    const message = { type: 'comment', id: key, commentText: comment.commentText, replyToCommentID: comment.replyToCommentID, ...(comment.question && { question: true }) };
    if (this.session.user) this.#outbox.add(message);
    else this.#failed(message, nobody());
  }

  /** Takes a failed comment out of the list. @param {string} key */
  discard(key) {
    this.#outbox.forget(key);
    this.#store.discard(key);
    this.#frame();
  }

  /**
   * Reacts to a comment, changes one's reaction, or takes it back (null).
   * @param {Comment} comment @param {ReactionType | null} type
   */
  react(comment, type) {
    const commentID = comment.commentID;
    if (!commentID) return;
    const pending = this.#reactions.get(commentID);
    const previous = this.ownReactions.get(commentID);
    // Only the last choice counts; an earlier one that is repeated must not overtake it.
    if (pending) this.#outbox.forget(pending.id);
    const id = newKey();
    this.#reactions.set(commentID, { id, previous: pending ? pending.previous : previous });
    this.#lastGiven.set(commentID, ++this.#given);
    this.#own(commentID, type);
    this.#store.expect(commentID, changed(comment.reactions, previous, type));
    this.#frame();
    this.#outbox.add({ type: 'reaction', id, commentID, reactionType: type });
  }

  /** Deletes a comment: an own one, or anybody's by a moderator. @param {string} commentID @throws {Problem} */
  async remove(commentID) {
    await this.session.call('DELETE', `live/${encodeURIComponent(this.videoID)}/comments/${commentID}`);
    this.#store.remove(commentID);
    this.#frame();
  }

  /** Pins a comment for everybody, replacing any other, or unpins (null); by a moderator. @param {string | null} commentID @throws {Problem} */
  async pin(commentID) {
    const path = `live/${encodeURIComponent(this.videoID)}/moderation/pinned`;
    if (commentID) await this.session.call('PUT', path, { commentID });
    else await this.session.call('DELETE', path);
  }

  /** Shows a comment large to everybody, in place of any other, or takes it off (null); by a moderator. @param {string | null} commentID @throws {Problem} */
  async putOnStage(commentID) {
    const path = `live/${encodeURIComponent(this.videoID)}/moderation/stage`;
    if (commentID) await this.session.call('PUT', path, { commentID });
    else await this.session.call('DELETE', path);
  }

  /**
   * The event's questions, those with the most likes first: a vote is a like. `next` is where the next page begins.
   * @param {{status?: 'open'|'answered', after?: string, limit?: number}} [which] @returns {Promise<{questions: Comment[], next: string | null}>} @throws {Problem}
   */
  async questions({ status, after, limit = 50 } = {}) {
    const query = new URLSearchParams({ limit: String(limit), ...(status && { status }), ...(after && { after }) });
    const reading = this.#reading();
    const answer = await this.session.fetch('GET', `live/${encodeURIComponent(this.videoID)}/questions?${query}`);
    const questions = await answer.json();
    reading(questions);
    const next = /[?&]after=([^&>]*)[^>]*>; rel="next"/.exec(answer.headers.get('Link') ?? '')?.[1] ?? null;
    const known = questions.filter((/** @type {any} */ question) => !this.#store.isRemoved(question.commentID));
    return { questions: known.map((/** @type {any} */ question) => this.#store.find(question.commentID) ?? placed(question)), next };
  }

  /** Says that a question was answered, or is open again; by a moderator. @param {string} commentID @param {'open'|'answered'} status @throws {Problem} */
  async markQuestion(commentID, status) {
    await this.session.call('PATCH', `live/${encodeURIComponent(this.videoID)}/questions/${commentID}`, { status });
    this.#store.mark(commentID, status);
    this.#frame();
  }

  /** Votes in {@link poll}, in place of what the person chose before. @param {number} option Counted from 0. */
  vote(option) {
    const poll = this.poll;
    if (!poll || poll.status !== 'open') return;
    const previous = this.#vote ? this.#vote.previous : this.ownVote;
    // Only the last choice counts; an earlier one that is repeated must not overtake it.
    if (this.#vote) this.#outbox.forget(this.#vote.id);
    this.#vote = { id: newKey(), previous };
    this.#poll.choose(option);
    this.#emit('poll', this.poll);
    this.#outbox.add({ type: 'vote', id: this.#vote.id, pollID: poll.pollID, option });
  }

  /**
   * Opens a poll, by a moderator. @param {{question: string, options: string[], results?: 'live'|'closed', seconds?: number}} poll `seconds` closes it by itself. @returns {Promise<Poll>}
   * @throws {Problem}
   */
  async openPoll(poll) {
    const opened = await this.session.call('POST', this.#polls, poll);
    this.#takePoll(opened);
    return opened;
  }

  /** Closes a poll, by a moderator: its counts are final. @param {string} pollID @returns {Promise<Poll>} @throws {Problem} */
  async closePoll(pollID) {
    const closed = await this.session.call('PATCH', `${this.#polls}/${pollID}`, { status: 'closed' });
    this.#takePoll(closed);
    return closed;
  }

  /** Takes a poll away, by a moderator. @param {string} pollID @throws {Problem} */
  async removePoll(pollID) {
    await this.session.call('DELETE', `${this.#polls}/${pollID}`);
    if (this.poll?.pollID === pollID && this.#poll.clear()) this.#emit('poll', null);
  }

  /** Comments before a position, newest last. @param {string} position @param {number} [limit] */
  async before(position, limit = 50) {
    return this.#filtered(await this.#history.newest({ before: position, limit }));
  }

  /** Comments after a position. @param {string} position @param {number} [limit] */
  async after(position, limit = 50) {
    return this.#filtered(await this.#history.after(position, limit));
  }

  /** A thread: the comment it began with, if it is still there, and its replies. @param {string} commentID @param {string} [after] */
  async thread(commentID, after) {
    const [root, page] = await Promise.all([
      this.#history.one(commentID).catch(problem => {
        if (problem.code === 'comment-not-found') return null;
        throw problem;
      }),
      this.#history.replies(commentID, after),
    ]);
    return { root: root && this.#store.isRemoved(commentID) ? null : root, ...this.#filtered(page) };
  }

  /** @param {import('./history.js').Page} page */
  #filtered(page) {
    page.comments = page.comments
      .filter(comment => !this.#store.isRemoved(/** @type {string} */ (comment.commentID)))
      // The held comments are newer than the answer.
      .map(comment => this.#store.find(comment.commentID) ?? comment);
    return page;
  }

  /** Takes the person's reactions from comments that were read, unless the person has changed them since. @returns {(comments: any[]) => void} */
  #reading() {
    const user = this.session.user?.userID;
    const given = this.#given;
    return comments => {
      for (const comment of comments) {
        const { commentID, myReaction = null } = comment;
        delete comment.myReaction;
        if (user && user === this.session.user?.userID && !this.#reactions.has(commentID) && (this.#lastGiven.get(commentID) ?? 0) <= given)
          this.#own(commentID, myReaction);
      }
    };
  }

  #streamUrl() {
    const url = new URL(`live/${encodeURIComponent(this.videoID)}/comments/stream`, this.server);
    if (this.#store.position) url.searchParams.set('after', printPosition(this.#store.position));
    if (!this.#sample) url.searchParams.set('sample', 'off');
    return url;
  }

  async #loadEvent() {
    let changes, answer;
    // The stream may have brought newer comments than the answer.
    do {
      changes = this.#eventChanges;
      answer = await this.session.call('GET', `events/${encodeURIComponent(this.videoID)}`);
    } while (changes !== this.#eventChanges);
    const { pinned, stage, poll, ...event } = answer;
    this.viewers = event.viewers;
    this.#setEvent(event);
    this.#store.pin(pinned);
    this.#store.putOnStage(stage);
    this.#takePoll(poll);
    this.#emit('viewers', this.viewers);
  }

  /** The person's reaction to a pinned comment that is older than all held ones is on no page that was read. */
  #readPinned() {
    const pinned = this.pinned?.commentID;
    if (pinned && this.session.user && !this.#store.find(pinned)) this.#recount(pinned);
  }

  get #polls() {
    return `live/${encodeURIComponent(this.videoID)}/polls`;
  }

  /** @param {any} state Without one, no poll is shown. */
  #takePoll(state) {
    const before = this.poll?.pollID;
    if (state ? !this.#poll.take(state) : !this.#poll.clear()) return;
    if (this.poll?.pollID !== before) {
      this.#vote = null;
      if (this.#opened) this.#readVote();
    }
    this.#emit('poll', this.poll);
  }

  /** What the person has chosen is told to that person alone. */
  #readVote() {
    const poll = this.poll;
    const user = this.session.user?.userID;
    if (!poll || !user) return;
    this.session.call('GET', this.#polls).then(
      polls => {
        const own = polls.find((/** @type {any} */ one) => one.pollID === this.poll?.pollID)?.myOption;
        if (own === undefined || this.#vote || this.ownVote !== null || user !== this.session.user?.userID) return;
        this.#poll.own = own;
        this.#emit('poll', this.poll);
      },
      () => undefined,
    );
  }

  async #load() {
    const generation = ++this.#generation;
    const page = await this.#history.newest();
    if (generation !== this.#generation) return;
    this.#owed = false;
    this.#store.load(page.comments, page.position);
    this.#frame();
  }

  /** Reads what a reset dropped, until it is there; changes of the event may have been missed too. */
  async #reload() {
    clearTimeout(this.#again);
    try {
      await Promise.all([this.#load(), this.#loadEvent()]);
      this.#rereading.reset();
    } catch (problem) {
      const { retryAfter = 0 } = /** @type {Problem} */ (problem);
      clearTimeout(this.#again);
      // Without an open stream, the next hello asks for it.
      this.#again = setTimeout(() => this.connection.state === 'open' && this.#reload(), Math.max(this.#rereading.next(), retryAfter * 1000));
    }
  }

  /** Counts that changed while disconnected are in no frame, and a person's own reactions are sent only to that person. */
  async #refresh() {
    const generation = this.#generation;
    const asked = this.#store.clock;
    const page = await this.#history.newest({ limit: 100 });
    if (generation !== this.#generation) return;
    this.#store.refresh(page.comments, page.position, asked);
    this.#frame();
  }

  /** The reactions of the person who just logged in, to comments that were read without a log-in. */
  #readOwn() {
    if (this.comments.length) void this.#refresh().catch(() => undefined);
  }

  /** @param {any} message */
  #receive(message) {
    switch (message.type) {
      case 'hello':
        return this.#hello(message);
      case 'batch':
        return this.#batch(message);
      case 'reactions':
        this.#store.count(message.counts);
        return this.#frame();
      case 'votes':
        if (this.#poll.count(message.polls)) this.#emit('poll', this.poll);
        return;
      case 'viewers':
        this.viewers = message.count;
        return this.#emit('viewers', this.viewers);
      case 'ack':
        return void this.#outbox.answered(message.id, message);
      case 'acks':
        for (const id of message.ids) this.#outbox.answered(id, null);
        return;
      case 'mention':
        if (message.videoID === this.event?.videoID || message.videoID === this.event?.eventID) {
          if (this.#store.isRemoved(message.comment.commentID)) return;
          this.#store.add({ ...message.comment });
          this.#frame();
        }
        return this.#emit('mention', message);
      case 'own':
        if (this.#store.isRemoved(message.comment.commentID)) return;
        this.#store.add({ ...message.comment });
        return this.#frame();
      case 'notice':
        this.#store.decided(message);
        this.#frame();
        return this.#emit('notice', message);
      case 'authenticated':
        this.role = message.role;
        this.#prolong(Date.parse(message.expiresAt) - Date.now());
        return this.#emit('role', { role: message.role });
      case 'error':
        return this.#refused(message);
      case 'reset':
        this.#store.reset(message.position);
        this.#frame();
        this.#owed = true;
        return void this.#reload();
    }
  }

  /** @param {any} hello */
  #hello(hello) {
    this.#head = this.#store.head = Number(hello.head.slice(hello.head.indexOf(':') + 1));
    this.viewers = hello.viewers;
    this.#eventChanges++;
    const { pinned, stage, poll, ...event } = hello.event;
    this.#setEvent({ ...this.event, ...event });
    this.#store.pin(pinned);
    this.#store.putOnStage(stage);
    this.#takePoll(poll);
    this.#frame();
    this.#emit('viewers', this.viewers);
    if (this.#owed) void this.#reload();
    else if (this.#resumed && this.comments.length) setTimeout(() => this.#refresh().catch(() => undefined), 3000 * Math.random());
    this.#resumed = true;
  }

  /** @param {any} batch */
  #batch(batch) {
    const wasCaughtUp = this.isCaughtUp;
    const others = this.#store.batch(batch, this.session.user?.userID);
    // The server never leaves a gap. If a proxy does, the position tells the server what is missing.
    if (!others) return this.#stream.reopen();
    const comments = batch.entries.length - others.length;
    this.rate.add(comments, batch.skipped ?? 0);
    this.#eventChanges += others.length;
    const event = this.event;
    for (const entry of others) {
      if (entry.type === 'status') this.#setEvent(/** @type {LiveEvent} */ ({ ...event, ...this.event, status: entry.status, ...sinceWhen(entry) }));
      else if (entry.type === 'card' && entry.card.type === 'poll') this.#takePoll(entry.card.state);
      else if (entry.type === 'settings') this.#setEvent(/** @type {LiveEvent} */ ({ ...this.event, settings: entry.settings }));
    }
    this.#frame();
    if (!wasCaughtUp && this.isCaughtUp) this.#emit('connection', this.connection);
  }

  /** @param {any} error */
  #refused(error) {
    const problem = new Problem(error.code, error.message, 0, error.retryAfter, error.challenge);
    if (error.id !== undefined) return this.#outbox.refused(error.id, problem);
    // The token ended, on a socket that goes on without it.
    if (error.code === 'token-expired' || error.code === 'invalid-token') void this.#renew().catch(() => undefined);
    else this.#emit('problem', problem);
  }

  /** @param {import('./challenge.js').Challenge} challenge */
  async #solve(challenge) {
    let told = false;
    const timer = setTimeout(() => {
      told = true;
      this.#emit('checking', true);
    }, NOTICEABLE);
    try {
      return await solve(challenge, this.#puzzle);
    } finally {
      clearTimeout(timer);
      if (told) this.#emit('checking', false);
    }
  }

  async #renew() {
    const renewed = await this.session.renew();
    if (renewed) this.#stream.authenticate(await this.session.token());
    return renewed;
  }

  /** @param {number} left How long the token is good, in milliseconds. */
  #prolong(left) {
    clearTimeout(this.#prolonging);
    // The server has just accepted it, so this clock is wrong. A stream that ends then comes back by itself.
    if (left < AHEAD) return;
    // A timer counts to 24 days.
    this.#prolonging = setTimeout(async () => {
      const token = await this.session.token().catch(() => null);
      if (token) this.#stream.send({ type: 'auth', token });
    }, Math.min(Math.max(left - AHEAD, AHEAD), 86_400_000));
  }

  /** After a log-in, the open socket gets the token; after a log-out, it must forget the person. @param {boolean} chosen */
  async #personChanged(chosen) {
    const user = this.session.user?.userID;
    // Unsent comments wait for their author, unless the author logged out or somebody else logged in.
    if (user || chosen) for (const comment of this.waiting.filter(one => one.userID !== user)) this.discard(comment.key);
    if (!user) {
      if (chosen) this.#outbox.clear();
      else this.#outbox.fail(nobody());
      this.#reactions.clear();
      this.ownReactions.clear();
      this.#vote = this.#poll.own = null;
      this.#emit('poll', this.poll);
      this.role = null;
      this.#emit('role', null);
    }
    const token = await this.session.token().catch(() => null);
    this.#stream.authenticate(token);
    if (token) this.#readOwn();
    this.#readPinned();
    this.#readVote();
  }

  /** @param {any} message */
  #post(message) {
    const comments = `live/${encodeURIComponent(this.videoID)}/comments`;
    if (message.type === 'comment') {
      const { commentText, replyToCommentID, question, challengeAnswer } = message;
      return this.session.call('POST', comments, { commentText, replyToCommentID, question }, { 'Idempotency-Key': message.id, ...(challengeAnswer && { 'X-Challenge-Answer': challengeAnswer }) });
    }
    if (message.type === 'vote') return this.session.call('PUT', `${this.#polls}/${message.pollID}/vote`, { option: message.option });
    const path = `${comments}/${message.commentID}/reactions`;
    return message.reactionType === null ? this.session.call('DELETE', path) : this.session.call('POST', path, { reactionType: message.reactionType });
  }

  /** @param {any} message @param {any} answer */
  #done(message, answer) {
    if (message.type === 'comment') {
      if (answer.status === 'held') {
        const waits = this.#store.hold(message.id, answer);
        if (waits) this.#emit('held', waits);
        return this.#frame();
      }
      this.#store.acknowledge(message.id, answer);
      const comment = this.#store.find(answer.commentID);
      if (comment) this.#emit('sent', comment);
      return this.#frame();
    }
    if (message.type === 'vote') {
      if (this.#vote?.id === message.id) this.#vote = null;
      return;
    }
    this.#reactions.delete(message.commentID);
    if (answer?.reactionCount) {
      this.#store.expect(message.commentID, answer.reactionCount);
      return this.#frame();
    }
    // The counts come by the stream, unless the reaction changed nothing.
    const asked = this.#store.clock;
    setTimeout(() => {
      if (this.#store.clock === asked) this.#recount(message.commentID);
    }, 1500);
  }

  /** @param {any} message @param {Problem} problem */
  #failed(message, problem) {
    if (message.type === 'comment') {
      this.#store.fail(message.id, problem);
      const comment = this.waiting.find(one => one.key === message.id);
      if (comment) this.#emit('refused', { comment, problem });
      return this.#frame();
    }
    if (message.type === 'vote') {
      const vote = this.#vote;
      if (!vote || vote.id !== message.id) return;
      this.#poll.revert(vote.previous);
      this.#vote = null;
      this.#emit('poll', this.poll);
      return this.#emit('problem', problem);
    }
    const pending = this.#reactions.get(message.commentID);
    this.#reactions.delete(message.commentID);
    this.#own(message.commentID, pending?.previous ?? null);
    this.#recount(message.commentID);
    this.#emit('problem', problem);
  }

  /** @param {string} commentID */
  #recount(commentID) {
    this.#history.one(commentID).then(
      comment => {
        this.#store.expect(commentID, comment.reactions);
        this.#frame();
      },
      () => undefined,
    );
  }

  /** @param {string} commentID @param {ReactionType | null} type */
  #own(commentID, type) {
    if (type) this.ownReactions.set(commentID, type);
    else this.ownReactions.delete(commentID);
  }

  /** @param {any} event */
  #setEvent(event) {
    this.event = event;
    this.#emit('event', event);
  }

  /** @param {string} name @param {any} value */
  #emit(name, value) {
    for (const listener of this.#listeners.get(name) ?? []) listener(value);
  }
}

/** The reason why nothing is sent without a log-in. */
const nobody = () => new Problem('unauthenticated', 'Log in to send it.', 401);

/** The times that follow from an event's status. @param {{status: string, timestamp: string}} entry */
const sinceWhen = ({ status, timestamp }) => (status === 'live' ? { startedAt: timestamp } : status === 'ended' ? { endTime: timestamp, endedAt: timestamp } : {});

/** The counts after one person changes a reaction. @param {Record<string, number>} counts @param {ReactionType | undefined} from @param {ReactionType | null} to */
function changed(counts, from, to) {
  const next = { ...counts };
  if (from) {
    const name = COUNT_NAMES[from];
    next[name] = (next[name] ?? 0) - 1;
    if (next[name] <= 0) delete next[name];
  }
  if (to) next[COUNT_NAMES[to]] = (next[COUNT_NAMES[to]] ?? 0) + 1;
  return next;
}

/** The time, so that a store keeps what comes together side by side, then 96 random bits; `crypto.randomUUID` is missing on pages without https. */
function newKey() {
  const random = Array.from(crypto.getRandomValues(new Uint8Array(12)), byte => byte.toString(16).padStart(2, '0')).join('');
  return `${Date.now().toString(16).padStart(12, '0')}-${random}`;
}
