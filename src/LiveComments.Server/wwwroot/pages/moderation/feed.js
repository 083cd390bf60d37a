import { Stream } from '../../js/stream.js';

/** After a refusal, unless it was final; in milliseconds. */
const AGAIN = 3_000;

/** What the server tells the moderators of an event: by WebSocket, or by server-sent events where a network lets no WebSocket through. It comes back after every end. */
export class Feed {
  #open = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #again;
  /** The next queue has all that waits. */
  #first = true;

  /**
   * @param {Object} options
   * @param {import('../../js/session.js').Session} options.session
   * @param {string} options.videoID
   * @param {(message: any) => void} options.receive
   * @param {(connected: boolean) => void} options.connected
   * @param {() => void} options.refused Perhaps this person does not moderate the event any more.
   */
  constructor({ session, videoID, receive, connected, refused }) {
    this.stream = new Stream({
      url: () => new URL(`live/${encodeURIComponent(videoID)}/moderation/stream`, session.server),
      token: () => session.token(),
      ticket: async () => (await session.call('POST', 'auth/stream-ticket')).ticket,
      renew: () => session.renew(),
      receive: message => {
        if (message.type === 'hello') this.#first = true;
        receive(message.type === 'queue' ? { ...message, first: this.#first } : message);
        if (message.type === 'queue') this.#first = false;
      },
      changed: ({ state }) => {
        if (state === 'open') connected((this.#open = true));
        else if (this.#open || state === 'waiting') connected((this.#open = false));
        if (state !== 'refused') return;
        // Closed before that when it was meant; otherwise it was for a moment only.
        this.#again = setTimeout(() => this.stream.reopen(), AGAIN);
        refused();
      },
    });
  }

  open() {
    this.stream.open();
  }

  close() {
    this.#open = false;
    clearTimeout(this.#again);
    this.stream.close();
  }
}
