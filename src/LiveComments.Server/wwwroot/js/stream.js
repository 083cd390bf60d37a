import { Backoff } from './backoff.js';
import { openEventStream, openWebSocket } from './transport.js';

/** @typedef {import('./problem.js').Problem} Problem */

/**
 * How the stream is doing.
 * @typedef {Object} Connection
 * @property {'connecting'|'open'|'waiting'|'refused'|'closed'} state `waiting` for the next attempt; `refused` until somebody logs in or asks again.
 * @property {'websocket'|'sse'|null} transport
 * @property {number} [retryAt] When the next attempt is, in milliseconds of `Date.now()`.
 * @property {Problem | {code: string}} [problem] Why it is not open.
 */

/** Close codes after which coming back by oneself is no use. */
const REFUSALS = new Map([[4401, 'unauthenticated'], [4403, 'not-participant'], [4404, 'event-not-found']]);
const FINAL = new Set(['unauthenticated', 'invalid-token', 'token-expired', 'not-participant', 'forbidden', 'event-not-found', 'invalid-position', 'banned']);

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
  /** A WebSocket came through here once. */
  #socketWorks = false;
  /** The server said when to come back. @type {number | null} */
  #bye = null;
  /** Ends of attempts that were overtaken count for nothing. */
  #attempt = 0;

  /**
   * @param {Object} options
   * @param {() => URL} options.url Where the stream goes on from, with its query.
   * @param {() => Promise<string | null>} options.token
   * @param {(message: any) => void} options.receive
   * @param {(connection: Connection) => void} options.changed
   * @param {boolean} [options.webSocket] False where only server-sent events are wanted.
   */
  constructor({ url, token, receive, changed, webSocket = true }) {
    this.url = url;
    this.token = token;
    this.receive = receive;
    this.changed = changed;
    this.webSocket = webSocket && typeof WebSocket !== 'undefined';
    /** @type {Connection} */
    this.connection = { state: 'closed', transport: null };
  }

  open() {
    this.#stopped = false;
    this.#backoff.reset();
    globalThis.addEventListener?.('online', this.#online);
    this.#connect(this.webSocket ? 'websocket' : 'sse');
  }

  close() {
    this.#stopped = true;
    this.#drop();
    globalThis.removeEventListener?.('online', this.#online);
    this.#set({ state: 'closed', transport: null });
  }

  /** Comes back at once, with another token or query. */
  reopen() {
    if (this.#stopped) return;
    this.#backoff.reset();
    this.#connect(this.webSocket ? 'websocket' : 'sse');
  }

  /** True when the message went to an open WebSocket; that is no answer yet. @param {object} message */
  send(message) {
    if (!this.#greeted || !this.#transport?.send) return false;
    this.#transport.send(message);
    return true;
  }

  #online = () => {
    if (this.connection.state === 'waiting') this.reopen();
  };

  #drop() {
    this.#attempt++;
    clearTimeout(this.#timer);
    this.#transport?.close();
    this.#transport = null;
    this.#greeted = false;
  }

  /** @param {'websocket'|'sse'} kind */
  async #connect(kind) {
    this.#drop();
    const attempt = this.#attempt;
    this.#bye = null;
    this.#set({ state: 'connecting', transport: kind });
    let token;
    try {
      token = await this.token();
    } catch (problem) {
      // Without it the server would take the person for somebody else. Neither way would get further.
      if (attempt === this.#attempt) this.#ended('sse', { code: 0, problem: /** @type {Problem} */ (problem) });
      return;
    }
    if (attempt !== this.#attempt) return;
    /** @type {import('./transport.js').Receiver} */
    const receiver = {
      message: message => {
        if (attempt === this.#attempt) this.#message(message, kind);
      },
      end: why => {
        if (attempt === this.#attempt) this.#ended(kind, why);
      },
    };
    this.#transport = kind === 'websocket' ? openWebSocket(this.url(), token, receiver) : openEventStream(this.url(), token, receiver);
  }

  /** @param {any} message @param {'websocket'|'sse'} kind */
  #message(message, kind) {
    if (message.type === 'hello') {
      this.#greeted = true;
      this.#backoff.reset();
      if (kind === 'websocket') this.#socketWorks = true;
      // A restart of the server looked like a network without WebSockets: back to the better way when things are calm.
      else if (this.#socketWorks) this.#timer = setTimeout(() => this.reopen(), 30_000);
      this.#set({ state: 'open', transport: kind });
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
    if (code && FINAL.has(code)) return this.#set({ state: 'refused', transport: null, problem });
    // A socket that never got through says nothing about the reason: the other way gets through, or says it.
    if (kind === 'websocket' && !greeted && this.#bye === null) return void this.#connect('sse');
    const wait = this.#bye ?? Math.max(this.#backoff.next(), (why.problem?.retryAfter ?? 0) * 1000 * (1 + 0.5 * Math.random()));
    this.#set({ state: 'waiting', transport: null, retryAt: Date.now() + wait, problem });
    this.#timer = setTimeout(() => this.#connect(this.webSocket ? 'websocket' : 'sse'), wait);
  }

  /** @param {Connection} connection */
  #set(connection) {
    this.connection = connection;
    this.changed(connection);
  }
}
