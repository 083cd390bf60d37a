import assert from 'node:assert/strict';
import test, { mock } from 'node:test';
import { LiveComments, Session } from '../../../../src/LiveComments.Server/wwwroot/js/livecomments.js';
import { Stream } from '../../../../src/LiveComments.Server/wwwroot/js/stream.js';

const HELLO = { type: 'hello', head: '1:0', viewers: 1, event: { status: 'live', pinned: null } };

const settle = async () => {
  for (let i = 0; i < 30; i++) await new Promise(resolve => setImmediate(resolve));
};

/** A page of which the test says whether it is seen. */
function page(t, visibilityState = 'visible') {
  mock.timers.enable({ apis: ['Date', 'setTimeout'] });
  const window = new EventTarget();
  globalThis.addEventListener = window.addEventListener.bind(window);
  globalThis.removeEventListener = window.removeEventListener.bind(window);
  globalThis.document = Object.assign(new EventTarget(), { visibilityState });
  t.after(() => {
    mock.timers.reset();
    for (const name of ['addEventListener', 'removeEventListener', 'document', 'WebSocket']) delete globalThis[name];
  });
  return {
    hear: name => window.dispatchEvent(new Event(name)),
    become: state => {
      document.visibilityState = state;
      document.dispatchEvent(new Event('visibilitychange'));
    },
    pass: async milliseconds => {
      mock.timers.tick(milliseconds);
      await settle();
    },
  };
}

/** A stream by WebSocket, or, where a network lets none through, by server-sent events; what the server hears of it. */
function watch(t, { socketsWork = false, socketsGreet = socketsWork, background = false, presence = false } = {}) {
  const sockets = [];
  const streams = [];
  globalThis.WebSocket = class {
    static OPEN = 1;
    readyState = 0;
    heard = [];
    constructor() {
      sockets.push(this);
      queueMicrotask(() => (socketsWork ? this.open() : this.onclose({ code: 1006 })));
    }
    open() {
      this.readyState = 1;
      this.onopen();
      if (socketsGreet) this.say(HELLO);
    }
    say(message) {
      this.onmessage({ data: JSON.stringify(message) });
    }
    send(json) {
      this.heard.push(JSON.parse(json));
    }
    close() {
      this.readyState = 3;
    }
  };
  t.mock.method(globalThis, 'fetch', async (url, { signal }) => {
    const one = { url, isOpen: true };
    streams.push(one);
    const body = new ReadableStream({
      start(controller) {
        one.write = text => controller.enqueue(new TextEncoder().encode(text));
        one.say = message => one.write(`data: ${JSON.stringify(message)}\n\n`);
        one.end = () => {
          one.isOpen = false;
          controller.close();
        };
        signal.addEventListener('abort', () => {
          one.isOpen = false;
          controller.error(signal.reason);
        });
      },
    });
    one.say(HELLO);
    return new Response(body);
  });
  const states = [];
  const stream = new Stream({
    url: () => new URL('http://server.test/live/a/comments/stream'),
    token: async () => null,
    renew: async () => false,
    receive: () => {},
    changed: ({ state }) => states.push(state),
    background,
    presence,
  });
  t.after(() => stream.close());
  stream.open();
  return { stream, sockets, streams, states };
}

test('Whoever comes back to a page whose way is dead is connected again within seconds', async t => {
  const { hear, become, pass } = page(t);
  const { stream, sockets } = watch(t, { socketsWork: true });
  await pass(0);
  // These come together; one question is enough.
  become('visible');
  hear('pageshow');
  hear('focus');
  hear('online');
  assert.deepEqual(sockets[0].heard, [{ type: 'ping' }]);
  await pass(2_900);
  hear('focus');
  assert.equal(sockets.length, 1);
  await pass(200);
  await pass(600);
  assert.equal(sockets.length, 2);
  assert.equal(stream.connection.state, 'open');
});

test('Whoever comes back to a page whose way is good keeps it', async t => {
  const { hear, pass } = page(t);
  const { stream, sockets } = watch(t, { socketsWork: true });
  await pass(0);
  for (let i = 0; i < 3; i++) {
    hear('focus');
    await pass(2_000);
    sockets[0].say({ type: 'pong' });
  }
  assert.equal(sockets[0].heard.length, 3);
  assert.equal(sockets.length, 1);
  assert.equal(stream.connection.state, 'open');
});

test('A socket that opens and says nothing is given up', async t => {
  const { pass } = page(t);
  const { stream } = watch(t, { socketsWork: true, socketsGreet: false });
  await pass(0);
  assert.equal(stream.connection.state, 'connecting');
  await pass(10_000);
  assert.deepEqual(stream.connection, { state: 'open', transport: 'sse' });
});

test('A wait that nobody asked for ends when somebody comes back; one that the server asked for does not', async t => {
  const { hear, pass } = page(t);
  const { stream, streams } = watch(t);
  await pass(0);
  assert.equal(streams.length, 1);
  streams[0].end();
  await pass(0);
  assert.equal(stream.connection.state, 'waiting');
  hear('focus');
  await settle();
  assert.equal(streams.length, 2);
  streams[1].say({ type: 'bye', reconnectAfterMs: 9_000 });
  await settle();
  streams[1].end();
  await settle();
  await pass(5_000);
  hear('focus');
  await settle();
  assert.equal(streams.length, 2);
  await pass(4_000);
  assert.equal(streams.length, 3);
});

test('Server-sent events come back from where they were after a silence that was too long, and in another network', async t => {
  const { hear, pass } = page(t);
  const { streams } = watch(t);
  await pass(0);
  // As after a sleep, in which no timer runs.
  mock.timers.setTime(Date.now() + 22_000);
  hear('focus');
  await pass(1_000);
  assert.equal(streams.length, 1);
  streams[0].write(':\n\n');
  await settle();
  hear('online');
  await pass(1_000);
  assert.equal(streams.length, 2);
});

test('The wait that a stream of server-sent events names is kept', async t => {
  const { pass } = page(t);
  const { streams } = watch(t);
  await pass(0);
  streams[0].write('retry: 7000\n\n');
  await settle();
  streams[0].end();
  await settle();
  await pass(6_900);
  assert.equal(streams.length, 1);
  await pass(200);
  assert.equal(streams.length, 2);
});

test('A wait of many days does not become none', async t => {
  const { pass } = page(t);
  const { streams } = watch(t);
  await pass(0);
  streams[0].write('retry: 99999999999\n\n');
  await settle();
  streams[0].end();
  await settle();
  await pass(86_400_000);
  assert.equal(streams.length, 1);
});

test('A hidden page lets its server-sent events go after a while, and has them again when it is shown', async t => {
  const { become, pass } = page(t);
  const { stream, streams, states } = watch(t);
  await pass(0);
  become('hidden');
  await pass(4_000);
  become('visible');
  await pass(10_000);
  assert.equal(streams.length, 1);
  assert.ok(streams[0].isOpen);
  become('hidden');
  await pass(5_000);
  assert.equal(stream.connection.state, 'paused');
  assert.ok(!streams[0].isOpen);
  await pass(600_000);
  assert.equal(streams.length, 1);
  states.length = 0;
  become('visible');
  await settle();
  assert.deepEqual(states, ['connecting', 'open']);
  assert.ok(streams[1].isOpen);
});

test('A page that is opened in the background opens no server-sent events before it is shown', async t => {
  const { become, pass } = page(t, 'hidden');
  const { stream, sockets, streams } = watch(t);
  await pass(60_000);
  assert.equal(stream.connection.state, 'paused');
  assert.deepEqual([sockets.length, streams.length], [1, 0]);
  become('visible');
  await settle();
  assert.equal(stream.connection.state, 'open');
});

test('A hidden page keeps its WebSocket', async t => {
  const { become, pass } = page(t);
  const { stream, sockets } = watch(t, { socketsWork: true });
  await pass(0);
  become('hidden');
  await pass(10_000);
  assert.equal(stream.connection.state, 'open');
  assert.equal(sockets.length, 1);
});

test('The server hears whether somebody sees the page, not of a glance elsewhere, and again over a new socket', async t => {
  const { become, pass } = page(t);
  const { sockets } = watch(t, { socketsWork: true, presence: true });
  const told = () => sockets.at(-1).heard.filter(({ type }) => type === 'presence').map(({ state }) => state);
  await pass(0);
  become('hidden');
  await pass(4_000);
  become('visible');
  await pass(10_000);
  assert.deepEqual(told(), []);
  become('hidden');
  await pass(5_000);
  assert.deepEqual(told(), ['away']);
  sockets[0].onclose({ code: 1006 });
  await pass(60_000);
  assert.equal(sockets.length, 2);
  assert.deepEqual(told(), ['away']);
  become('visible');
  await settle();
  assert.deepEqual(told(), ['away', 'online']);
});

test('A page that must go on in the background keeps its server-sent events', async t => {
  const { become, pass } = page(t);
  const { stream, streams } = watch(t, { background: true });
  await pass(0);
  become('hidden');
  await pass(10_000);
  assert.equal(stream.connection.state, 'open');
  assert.equal(streams.length, 1);
});

test('A public event opens before it is known who is there, and goes on as them on the same socket', async t => {
  const { pass } = page(t);
  const sockets = [];
  globalThis.WebSocket = class {
    static OPEN = 1;
    readyState = 0;
    heard = [];
    constructor() {
      sockets.push(this);
    }
    send(json) {
      this.heard.push(JSON.parse(json));
    }
    close() {}
  };
  let answer;
  const late = new Promise(resolve => (answer = resolve));
  const pages = [];
  t.mock.method(globalThis, 'fetch', async (url, { headers }) => {
    const path = url.pathname.slice(1);
    const reply = (body, status = 200) => new Response(JSON.stringify(body), { status, headers: { 'LiveComments-Position': '1:1' } });
    if (path === 'auth/refresh') return late;
    if (path === 'me') return reply({ userID: 'u', username: 'ann', displayName: 'Ann' });
    if (!path.endsWith('/comments')) return reply({ status: 'live', viewers: 1, pinned: null });
    pages.push(headers.Authorization);
    return reply([{ commentID: 'c', userID: 'v', position: '1:1', commentText: 'hello', ...(headers.Authorization ? { myReaction: 'love' } : {}) }]);
  });
  const stored = new Map([['livecomments-session/', 'u']]);
  globalThis.localStorage = { getItem: key => stored.get(key) ?? null, setItem: (key, value) => stored.set(key, value), removeItem: key => stored.delete(key) };
  t.after(() => delete globalThis.localStorage);
  const session = new Session({ server: 'http://server.test/' });
  const restored = session.restore();
  assert.ok(session.isRestoring);
  const live = new LiveComments({ event: 'cup-final', server: session.server, session });
  t.after(() => live.close());
  await live.open();
  await settle();
  assert.equal(sockets.length, 1);
  sockets[0].readyState = 1;
  sockets[0].onopen();
  sockets[0].onmessage({ data: JSON.stringify({ ...HELLO, head: '1:1' }) });
  assert.equal(live.connection.state, 'open');
  assert.deepEqual(live.comments.map(comment => comment.commentText), ['hello']);
  assert.deepEqual(sockets[0].heard, []);

  answer(new Response(JSON.stringify({ userID: 'u', token: 'ann', expiresAt: new Date(Date.now() + 900_000).toISOString() })));
  await restored;
  await pass(0);
  assert.ok(!session.isRestoring);
  assert.equal(sockets.length, 1);
  assert.deepEqual(sockets[0].heard, [{ type: 'auth', token: 'ann' }]);
  assert.equal(live.ownReactions.get('c'), 'love');
  assert.deepEqual(pages, [undefined, 'Bearer ann']);
});
