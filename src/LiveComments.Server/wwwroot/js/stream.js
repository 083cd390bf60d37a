import { Backoff } from './backoff.js';
import { Problem } from './problem.js';
import { openEventStream, openWebSocket } from './transport.js';

/**
 * How the stream is doing.
 * @typedef {Object} Connection
 * @property {'connecting'|'open'|'waiting'|'paused'|'refused'|'closed'} state `waiting` for the next attempt; `paused` until the page is shown;
 * `refused` until somebody logs in or asks again.
 * @property {'websocket'|'sse'|null} transport
 * @property {number} [retryAt] When the next attempt is, in milliseconds of `Date.now()`.
 * @property {Problem | {code: string}} [problem] Why it is not open.
 */

/** Close codes after which reconnecting is useless. */
const REFUSALS = new Map([[4401, 'unauthenticated'], [4403, 'network-blocked'], [4404, 'event-not-found']]);
/** Those of them that another token may resolve. */
const TOKEN = new Set(['unauthenticated', 'invalid-token', 'token-expired']);
const FINAL = new Set([...TOKEN, 'forbidden', 'event-not-found', 'invalid-position', 'banned', 'network-blocked']);

/** Events after which a dead connection may be noticed. They often come together. */
const RETURNS = ['pageshow', 'focus', 'online'];
/** In milliseconds: so long a page that was hidden keeps its server-sent events, for people who go from tab to tab. */
const GRACE = 5_000;
/** In milliseconds: among the {@link RETURNS} of so long one attempt to connect is enough. */
const TOGETHER = 1_000;
/** The longest time-out of a timer in milliseconds; a longer one would fire at once. */
const LONGEST = 2 ** 31 - 1;

/**
 * One event's stream, kept open: by WebSocket, or by server-sent events where a network lets no WebSocket through. It comes back
 * after every end, later each time, and when the server says.
 */
export class Stream {
  #backoff = new Backoff();
  /** @type {import('./transport.js').Transport | null} */
  #transport = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #stopped = true;
  #greeted = false;
  /** A new token is being fetched; until that ends, reconnecting is useless. */
  #renewing = false;
  /** A new token was fetched since the last hello: if it is refused too, there is no valid one. */
  #renewed = false;
  /** A WebSocket has worked on this network. */
  #socketWorks = false;
  /** The server said when to come back. @type {number | null} */
  #bye = null;
  /** The present wait is as long as the server wants it. */
  #isTold = false;
  #returnedAt = -Infinity;
  /** The server was told over this connection that nobody sees the page. */
  #away = false;
  /** Runs while the page is hidden and still has its server-sent events. @type {ReturnType<typeof setTimeout> | undefined} */
  #leaving;
  /** Ends of earlier attempts are ignored. */
  #attempt = 0;

  /**
   * @param {Object} options
   * @param {() => URL} options.url Where the stream goes on from, with its query.
   * @param {() => Promise<string | null>} options.token
   * @param {() => Promise<string | null>} options.ticket Stands for the token in a WebSocket's address, where no header can be sent; null where none is needed.
   * @param {() => Promise<boolean>} options.renew Gets another token; false when the log-in is over.
   * @param {(message: any) => void} options.receive
   * @param {(connection: Connection) => void} options.changed
   * @param {boolean} [options.webSocket] False where only server-sent events are wanted.
   * @param {boolean} [options.background] True keeps server-sent events while the page is hidden.
   * @param {boolean} [options.presence] True tells the server whether somebody sees the page.
   */
  constructor({ url, token, ticket, renew, receive, changed, webSocket = true, background = false, presence = false }) {
    this.url = url;
    this.token = token;
    this.ticket = ticket;
    this.renew = renew;
    this.receive = receive;
    this.changed = changed;
    this.webSocket = webSocket && typeof WebSocket !== 'undefined';
    this.background = background;
    this.presence = presence;
    /** @type {Connection} */
    this.connection = { state: 'closed', transport: null };
  }

  open() {
    this.#stopped = false;
    this.#renewed = false;
    this.#backoff.reset();
    for (const name of RETURNS) globalThis.addEventListener?.(name, this.#returned);
    globalThis.document?.addEventListener('visibilitychange', this.#shownOrHidden);
    this.#connect(this.webSocket ? 'websocket' : 'sse');
  }

  close() {
    this.#stopped = true;
    this.#drop();
    clearTimeout(this.#leaving);
    for (const name of RETURNS) globalThis.removeEventListener?.(name, this.#returned);
    globalThis.document?.removeEventListener('visibilitychange', this.#shownOrHidden);
    this.#set({ state: 'closed', transport: null });
  }

  /** Comes back at once, with another token or query. */
  reopen() {
    if (this.#stopped || this.#renewing) return;
    this.#backoff.reset();
    this.#connect(this.webSocket ? 'websocket' : 'sse');
  }

  /** True when the message went to an open WebSocket; that is no answer yet. @param {object} message */
  send(message) {
    if (!this.#greeted || !this.#transport?.send) return false;
    this.#transport.send(message);
    return true;
  }

  /** The open stream goes on as whoever this token is of; null is nobody. @param {string | null} token */
  authenticate(token) {
    // It asks for the token when it goes on.
    if (this.connection.state === 'paused') return;
    if (token && this.#transport?.authenticate) this.#transport.authenticate(token);
    else this.reopen();
  }

  /** The page is in front again, or the network is back: what is open may be dead, and what waits need not. @param {Event} event */
  #returned = event => {
    const { state } = this.connection;
    if (state === 'open') return this.#transport?.check(event.type === 'online');
    // Starts with the kind that worked before, because failing takes a while in some networks.
    if (state === 'paused' && !this.#isHidden) return void this.#connect(this.#socketWorks ? 'websocket' : 'sse');
    if (state !== 'waiting' || this.#isTold || Date.now() - this.#returnedAt < TOGETHER) return;
    this.#returnedAt = Date.now();
    void this.#connect(this.webSocket ? 'websocket' : 'sse');
  };

  /** @param {Event} event */
  #shownOrHidden = event => {
    clearTimeout(this.#leaving);
    if (!this.#isHidden) {
      this.#present();
      return this.#returned(event);
    }
    this.#leaving = setTimeout(() => {
      if (this.connection.transport === 'sse') void this.#connect('sse');
      else this.#present();
    }, GRACE);
  };

  /** Tells the server what has changed. Server-sent events need no word: they are open while the page is seen. */
  #present() {
    const away = this.#isHidden;
    if (this.presence && away !== this.#away && this.send({ type: 'presence', state: away ? 'away' : 'online' })) this.#away = away;
  }

  /**
   * Nobody sees the page. A browser has six connections to a server, for all its tabs together, and each stream of server-sent events would take one of them;
   * a WebSocket is none of the six.
   */
  get #isHidden() {
    return !this.background && globalThis.document?.visibilityState === 'hidden';
  }

  #drop() {
    this.#attempt++;
    clearTimeout(this.#timer);
    this.#transport?.close();
    this.#transport = null;
    this.#greeted = false;
    this.#away = false;
    this.#renewing = false;
  }

  /** @param {'websocket'|'sse'} kind */
  async #connect(kind) {
    this.#drop();
    const attempt = this.#attempt;
    this.#bye = null;
    if (kind === 'sse' && this.#isHidden) return this.#set({ state: 'paused', transport: 'sse' });
    this.#set({ state: 'connecting', transport: kind });
    let token, ticket;
    try {
      token = await this.token();
      ticket = token && kind === 'websocket' ? await this.ticket() : null;
    } catch (problem) {
      // Without it the server would not know the person, over either kind of connection.
      if (attempt === this.#attempt) this.#ended('sse', { code: 0, problem: /** @type {Problem} */ (problem) });
      return;
    }
    if (attempt !== this.#attempt) return;
    /** @type {import('./transport.js').Receiver} */
    const receiver = {
      message: message => {
        if (attempt === this.#attempt) this.#message(message, kind);
      },
      retry: milliseconds => {
        if (attempt === this.#attempt) this.#bye = milliseconds;
      },
      end: why => {
        if (attempt === this.#attempt) this.#ended(kind, why);
      },
    };
    const url = this.url();
    if (ticket) url.searchParams.set('ticket', ticket);
    this.#transport = kind === 'websocket' ? openWebSocket(url, token, receiver) : openEventStream(url, token, receiver);
  }

  /** @param {any} message @param {'websocket'|'sse'} kind */
  #message(message, kind) {
    if (message.type === 'hello') {
      this.#greeted = true;
      this.#renewed = false;
      this.#backoff.reset();
      if (kind === 'websocket') this.#socketWorks = true;
      // A restart of the server looked like a network without WebSockets: back to the better way when things are calm.
      else if (this.#socketWorks) this.#timer = setTimeout(() => this.reopen(), 30_000);
      this.#set({ state: 'open', transport: kind });
      this.#present();
    } else if (message.type === 'bye') {
      this.#bye = message.reconnectAfterMs;
    }
    this.receive(message);
  }

  /** @param {'websocket'|'sse'} kind @param {import('./transport.js').End} why */
  #ended(kind, why) {
    const greeted = this.#greeted;
    this.#drop();
    const code = REFUSALS.get(why.code) ?? why.problem?.code;
    const problem = why.problem ?? (code ? { code } : undefined);
    if (code && TOKEN.has(code) && !this.#renewed) return void this.#renew(kind, problem);
    if (code && FINAL.has(code)) return this.#set({ state: 'refused', transport: null, problem });
    // A socket that never opened gives no reason; the other kind works, or gives one.
    if (kind === 'websocket' && !greeted && this.#bye === null) return void this.#connect('sse');
    const retryAfter = why.problem?.retryAfter ?? 0;
    this.#isTold = this.#bye !== null || retryAfter > 0;
    const wait = Math.min(LONGEST, this.#bye ?? Math.max(this.#backoff.next(), retryAfter * 1000 * (1 + 0.5 * Math.random())));
    this.#set({ state: 'waiting', transport: null, retryAt: Date.now() + wait, problem });
    this.#timer = setTimeout(() => this.#connect(this.webSocket ? 'websocket' : 'sse'), wait);
  }

  /** Comes back with another token. @param {'websocket'|'sse'} kind @param {Connection['problem']} problem Why this one is no good. */
  async #renew(kind, problem) {
    const attempt = this.#attempt;
    this.#renewing = this.#renewed = true;
    this.#set({ state: 'connecting', transport: kind });
    try {
      const renewed = await this.renew();
      if (attempt !== this.#attempt) return;
      if (renewed) return void this.#connect(kind);
      this.#renewing = false;
      this.#set({ state: 'refused', transport: null, problem });
    } catch (passing) {
      if (attempt !== this.#attempt) return;
      this.#renewed = false;
      this.#ended('sse', { code: 0, problem: /** @type {Problem} */ (passing) });
    }
  }

  /** @param {Connection} connection */
  #set(connection) {
    this.connection = connection;
    this.changed(connection);
  }
}
