import { offline, PATIENCE } from './ask.js';
import { Problem } from './problem.js';
import { eventStreamReader } from './sse.js';

/**
 * What both kinds of connection give: messages, and one end.
 * @typedef {{message: (message: any) => void, retry: (milliseconds: number) => void, end: (why: End) => void}} Receiver `retry` is told how long to stay away after the end.
 * @typedef {{code: number, problem?: Problem}} End `code` is the WebSocket's close code; 0 when the connection broke.
 * @typedef {Object} Transport
 * @property {'websocket'|'sse'} kind
 * @property {(message: object) => void} [send]
 * @property {(token: string) => void} [authenticate] Goes on as whoever this token is of.
 * @property {(moved: boolean) => void} check Ends soon, or at once, unless the server is still there. `moved`: the machine is in another network.
 * @property {() => void} close
 */

/** A living server sends something at least this often (it answers pings at once). */
const SILENCE = 20_000;
/** How long somebody who has just come back to the page waits for a sign of life. */
const CHECK = 3_000;

/**
 * @param {URL} url
 * @param {string | null} token Sent first; a private event's address has a ticket besides.
 * @param {Receiver} receiver
 * @returns {Transport}
 */
export function openWebSocket(url, token, receiver) {
  const socket = new WebSocket(url.href.replace(/^http/, 'ws'), 'livecomments.v1');
  let ended = false;
  /** @type {ReturnType<typeof setTimeout>} */
  let timer;
  /** @param {End} why */
  const end = why => {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    socket.close();
    receiver.end(why);
  };
  // Scripts cannot see the server's pings, so a half-open connection is found by asking.
  const ping = (patience = PATIENCE) => {
    clearTimeout(timer);
    send({ type: 'ping' });
    timer = setTimeout(() => end({ code: 0 }), patience);
  };
  let checking = false;
  const heard = () => {
    checking = false;
    clearTimeout(timer);
    timer = setTimeout(ping, SILENCE);
  };
  /** @param {object} message */
  const send = message => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
  timer = setTimeout(() => end({ code: 0 }), PATIENCE);
  socket.onopen = () => {
    clearTimeout(timer);
    timer = setTimeout(() => end({ code: 0 }), PATIENCE);
    if (token) send({ type: 'auth', token });
  };
  socket.onmessage = event => {
    if (ended) return;
    heard();
    receiver.message(JSON.parse(event.data));
  };
  socket.onclose = event => end({ code: event.code });
  return {
    kind: 'websocket',
    send,
    authenticate(next) {
      token = next;
      send({ type: 'auth', token });
    },
    check() {
      if (checking) return;
      checking = true;
      ping(CHECK);
    },
    close() {
      ended = true;
      clearTimeout(timer);
      socket.close(1000);
    },
  };
}

/**
 * Server-sent events by `fetch`: unlike `EventSource` it sends the token in a header, so that nothing of it is in a URL, and it
 * says why the server refused.
 * @param {URL} url @param {string | null} token @param {Receiver} receiver @returns {Transport}
 */
export function openEventStream(url, token, receiver) {
  const abort = new AbortController();
  let ended = false;
  /** @type {ReturnType<typeof setTimeout>} */
  let timer;
  /** @param {End} why */
  const end = why => {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    abort.abort();
    receiver.end(why);
  };
  let heardAt = 0;
  const heard = () => {
    heardAt = Date.now();
    clearTimeout(timer);
    // The server writes a comment line where it would ping.
    timer = setTimeout(() => end({ code: 0 }), SILENCE + PATIENCE);
  };
  const run = async () => {
    timer = setTimeout(() => end({ code: 0, problem: offline() }), PATIENCE);
    /** @type {Record<string, string>} */
    const headers = { Accept: 'text/event-stream' };
    if (token) headers.Authorization = `Bearer ${token}`;
    const answer = await fetch(url, { headers, signal: abort.signal, cache: 'no-store' });
    if (!answer.ok) return end({ code: 0, problem: await Problem.of(answer) });
    const read = eventStreamReader(data => {
      if (!ended) receiver.message(JSON.parse(data));
    }, milliseconds => {
      if (!ended) receiver.retry(milliseconds);
    });
    const reader = /** @type {ReadableStream<Uint8Array>} */ (answer.body).getReader();
    const text = new TextDecoder();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return end({ code: 1000 });
      heard();
      read(text.decode(value, { stream: true }));
    }
  };
  run().catch(() => end({ code: 0, problem: offline() }));
  return {
    kind: 'sse',
    // There is no ping here. The clock tells, because it runs while the machine sleeps and timers do not.
    check(moved) {
      if (heardAt && (moved || Date.now() - heardAt > SILENCE + CHECK)) end({ code: 0 });
    },
    close() {
      ended = true;
      clearTimeout(timer);
      abort.abort();
    },
  };
}
