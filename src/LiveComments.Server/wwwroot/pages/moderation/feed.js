import { Backoff } from '../../js/backoff.js';

/** The server says how fast it goes every second; silence for so many milliseconds is a dead connection. */
const SILENCE = 10_000;

/** What the server tells the moderators of an event, over a WebSocket that comes back after every end. */
export class Feed {
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #backoff = new Backoff({ first: 500, longest: 5_000 });
  #stopped = true;
  /** Ends of earlier attempts are ignored. */
  #attempt = 0;

  /**
   * @param {Object} options
   * @param {import('../../js/session.js').Session} options.session
   * @param {string} options.videoID
   * @param {(message: any) => void} options.receive
   * @param {(connected: boolean) => void} options.connected
   * @param {() => void} options.refused An attempt ended before anything was heard: perhaps this person does not moderate the event any more.
   */
  constructor({ session, videoID, receive, connected, refused }) {
    this.session = session;
    this.path = `live/${encodeURIComponent(videoID)}/moderation/stream`;
    this.receive = receive;
    this.connected = connected;
    this.refused = refused;
    for (const name of ['online', 'pageshow']) addEventListener(name, () => this.#socket || this.#stopped || void this.#connect());
  }

  open() {
    this.#stopped = false;
    void this.#connect();
  }

  close() {
    this.#stopped = true;
    this.#attempt++;
    clearTimeout(this.#timer);
    this.#socket?.close();
    this.#socket = null;
  }

  async #connect() {
    const attempt = ++this.#attempt;
    clearTimeout(this.#timer);
    /** @type {any} */
    let ticket;
    try {
      ({ ticket } = await this.session.call('POST', 'auth/stream-ticket'));
    } catch (problem) {
      if (attempt !== this.#attempt) return;
      this.#wait();
      if (!(/** @type {import('../../js/problem.js').Problem} */ (problem)).passes) this.refused();
      return;
    }
    if (attempt !== this.#attempt) return;
    const url = new URL(this.path, this.session.server);
    url.searchParams.set('ticket', ticket);
    const socket = new WebSocket(url.href.replace(/^http/, 'ws'));
    this.#socket = socket;
    let first = true;
    const end = () => {
      if (attempt !== this.#attempt) return;
      this.#attempt++;
      this.#socket = null;
      socket.close();
      this.connected(false);
      this.#wait();
      if (first) this.refused();
    };
    const heard = () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(end, SILENCE);
    };
    heard();
    socket.onmessage = event => {
      if (attempt !== this.#attempt) return;
      heard();
      this.#backoff.reset();
      const message = JSON.parse(event.data);
      // The first queue has all that waits.
      this.receive(first ? { ...message, first } : message);
      if (first) this.connected(true);
      first = false;
    };
    socket.onclose = end;
  }

  #wait() {
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#connect(), this.#backoff.next());
  }
}
