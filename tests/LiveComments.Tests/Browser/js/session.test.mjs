import assert from 'node:assert/strict';
import test, { mock } from 'node:test';
import { History } from '../../../../src/LiveComments.Server/wwwroot/js/history.js';
import { Problem } from '../../../../src/LiveComments.Server/wwwroot/js/problem.js';
import { Session } from '../../../../src/LiveComments.Server/wwwroot/js/session.js';
import { Stream } from '../../../../src/LiveComments.Server/wwwroot/js/stream.js';

const profile = { userID: 'u', username: 'ann', displayName: 'Ann', role: 'viewer' };

/** Somebody logged in for a quarter of an hour, at a server that answers what `answers` says. */
async function loggedIn(t, answers) {
  mock.timers.enable({ apis: ['Date', 'setTimeout'] });
  t.after(() => mock.timers.reset());
  const asked = [];
  t.mock.method(globalThis, 'fetch', async (url, { method }) => {
    const path = url.pathname.slice(1);
    asked.push(`${method} ${path}`);
    const [status, body] = { 'auth/login': [200, { token: 'first', expiresAt: new Date(900_000).toISOString(), refreshToken: 'r' }], me: [200, profile], ...answers }[path];
    return new Response(status === 204 ? null : JSON.stringify(body), { status });
  });
  const session = new Session({ server: 'http://server.test/', cookie: false });
  await session.logIn({ username: 'ann', password: 'a long pass phrase' });
  return { session, asked };
}

test('A token that cannot be renewed yet is used until it ends, and nobody is logged out for it', async t => {
  const { session } = await loggedIn(t, { 'auth/refresh': [503, { code: 'busy', title: 'Busy.' }] });
  mock.timers.tick(870_000);
  assert.equal(await session.token(), 'first');
  mock.timers.tick(30_000);
  await assert.rejects(session.token(), problem => problem instanceof Problem && problem.code === 'busy');
  assert.equal(session.user?.username, 'ann');
});

test('A stream waits for a token that is not to be had now, instead of watching as nobody', async t => {
  mock.timers.enable({ apis: ['Date', 'setTimeout'] });
  t.after(() => mock.timers.reset());
  const opened = t.mock.method(globalThis, 'fetch', () => new Promise(() => {}));
  let there = false;
  const stream = new Stream({
    url: () => new URL('http://server.test/live/a/comments/stream'),
    token: async () => {
      if (there) return 'token';
      throw new Problem('busy', 'Busy.', 503);
    },
    receive: () => {},
    changed: () => {},
  });
  stream.open();
  await new Promise(resolve => setImmediate(resolve));
  assert.equal(stream.connection.state, 'waiting');
  assert.equal(stream.connection.problem?.code, 'busy');
  assert.equal(opened.mock.callCount(), 0);
  there = true;
  mock.timers.tick(60_000);
  await new Promise(resolve => setImmediate(resolve));
  assert.equal(opened.mock.callCount(), 1);
  assert.equal(opened.mock.calls[0].arguments[1].headers.Authorization, 'Bearer token');
  stream.close();
});

test('A log-out that the server did not hear of is none', async t => {
  const answers = { 'auth/logout': [503, { code: 'store-unavailable', title: 'Later.' }] };
  const { session, asked } = await loggedIn(t, answers);
  await assert.rejects(session.logOut(), problem => problem.code === 'store-unavailable');
  assert.equal(session.user?.username, 'ann');
  assert.equal(asked.at(-1), 'POST auth/logout');
});

for (const [status, code] of [[204, ''], [409, 'state-conflict'], [401, 'unauthenticated']])
  test(`A log-out that is answered ${status} is one`, async t => {
    const { session } = await loggedIn(t, { 'auth/logout': [status, { code }] });
    await session.logOut();
    assert.equal(session.user, null);
    assert.equal(await session.token(), null);
  });

test('A log-in of an earlier visit that the server is too busy to prolong is prolonged later', async t => {
  mock.timers.enable({ apis: ['Date', 'setTimeout'] });
  t.after(() => mock.timers.reset());
  const answers = [[503, { code: 'busy', title: 'Busy.' }], [429, { code: 'rate-limited', title: 'Later.' }, { 'Retry-After': '7' }], [200, { token: 'first', expiresAt: new Date(900_000).toISOString() }]];
  let calls = 0;
  t.mock.method(globalThis, 'fetch', async url => {
    const [status, body, headers] = url.pathname === '/me' ? [200, profile] : answers[calls++];
    return new Response(JSON.stringify(body), { status, headers });
  });
  const pass = async milliseconds => {
    mock.timers.tick(milliseconds);
    for (let i = 0; i < 20; i++) await new Promise(resolve => setImmediate(resolve));
  };
  const session = new Session({ server: 'http://server.test/' });
  let changes = 0;
  session.onChange(() => changes++);
  await assert.rejects(session.restore(), problem => problem.code === 'busy');
  await pass(1_000);
  assert.equal(calls, 2);
  await pass(6_900);
  assert.equal(calls, 2);
  await pass(200);
  assert.equal(calls, 3);
  assert.equal(session.user?.username, 'ann');
  assert.equal(changes, 1);
  await pass(120_000);
  assert.equal(calls, 3);
});

test('A log-in of an earlier visit that is over is not tried again', async t => {
  mock.timers.enable({ apis: ['Date', 'setTimeout'] });
  t.after(() => mock.timers.reset());
  const asked = t.mock.method(globalThis, 'fetch', async () => new Response(JSON.stringify({ code: 'invalid-token', title: 'Over.' }), { status: 401 }));
  const session = new Session({ server: 'http://server.test/' });
  await session.restore();
  mock.timers.tick(120_000);
  await new Promise(resolve => setImmediate(resolve));
  assert.equal(asked.mock.callCount(), 1);
  assert.equal(session.user, null);
});

for (const [what, body] of [
  ['breaks off', () => new ReadableStream({ start: controller => controller.error(new TypeError('terminated')) })],
  ["is another's page", () => '<!doctype html><title>Welcome to the hotel</title>'],
])
  test(`An answer that ${what} is none of the server's`, async t => {
    t.mock.method(globalThis, 'fetch', async () => new Response(body(), { status: 200 }));
    const session = new Session({ server: 'http://server.test/', cookie: false });
    const isOffline = problem => problem instanceof Problem && problem.code === 'offline' && problem.passes;
    await assert.rejects(session.call('GET', 'events/a'), isOffline);
    await assert.rejects(session.logIn({ username: 'ann', password: 'a long pass phrase' }), isOffline);
    await assert.rejects(new History(session, 'a', () => () => {}).newest(), isOffline);
  });

/** Answers as the network gives them: nothing, a beginning, or one piece after the other. */
function answering(t, begin) {
  mock.timers.enable({ apis: ['Date', 'setTimeout'] });
  t.after(() => mock.timers.reset());
  t.mock.method(globalThis, 'fetch', (url, { signal }) => new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    begin?.(resolve, signal);
  }));
}

const pass = async milliseconds => {
  mock.timers.tick(milliseconds);
  await settle();
};

const isOffline = problem => problem instanceof Problem && problem.code === 'offline' && problem.passes;

/** What a promise came to; `pending` as long as it did not. */
function outcome(promise) {
  const seen = { value: 'pending' };
  promise.then(value => (seen.value = value), problem => (seen.value = problem));
  return seen;
}

for (const [what, begin] of [
  ['never comes', undefined],
  ['stops half-way', (resolve, signal) => resolve(new Response(new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"a":'));
      signal.addEventListener('abort', () => controller.error(signal.reason));
    },
  })))],
])
  test(`Nobody waits longer than ten seconds for an answer that ${what}`, async t => {
    answering(t, begin);
    const session = new Session({ server: 'http://server.test/', cookie: false });
    const seen = [outcome(session.call('GET', 'events/a')), outcome(session.logIn({ username: 'ann', password: 'a long pass phrase' })), outcome(new History(session, 'a', () => () => {}).newest())];
    await settle();
    await pass(9_900);
    for (const one of seen) assert.equal(one.value, 'pending');
    await pass(200);
    for (const one of seen) assert.ok(isOffline(one.value), String(one.value));
  });

test('A long answer may take its time as long as it comes', async t => {
  let write;
  answering(t, resolve => resolve(new Response(new ReadableStream({ start: controller => (write = text => (text ? controller.enqueue(new TextEncoder().encode(text)) : controller.close())) }))));
  const session = new Session({ server: 'http://server.test/', cookie: false });
  const seen = outcome(session.call('GET', 'events/a'));
  for (const piece of ['{"a"', ':', '"b', '"}']) {
    await pass(8_000);
    write(piece);
    await settle();
  }
  write(null);
  await settle();
  assert.deepEqual(seen.value, { a: 'b' });
});

/** What the browser remembers: somebody was logged in. */
function storage(t, userID) {
  const stored = new Map([['livecomments-session/', userID]]);
  globalThis.localStorage = { getItem: key => stored.get(key) ?? null, setItem: (key, value) => stored.set(key, value), removeItem: key => stored.delete(key) };
  t.after(() => delete globalThis.localStorage);
  return stored;
}

/** The tabs' locks, of which this test is another tab. */
function lockable(t) {
  let last = Promise.resolve();
  const locks = {
    request(name, ...rest) {
      const [options, run] = rest.length === 2 ? rest : [{}, rest[0]];
      const turn = last;
      const done = new Promise((resolve, reject) => {
        let granted = false;
        options.signal?.addEventListener('abort', () => granted || reject(options.signal.reason));
        turn.then(() => {
          if (options.signal?.aborted) return;
          granted = true;
          Promise.resolve(run()).then(resolve, reject);
        });
      });
      last = done.catch(() => undefined);
      return done;
    },
  };
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.defineProperty(globalThis, 'navigator', { value: { locks }, configurable: true });
  t.after(() => (before ? Object.defineProperty(globalThis, 'navigator', before) : delete globalThis.navigator));
  return locks;
}

test('One lost answer holds up no other tab for longer than it may take', async t => {
  const locks = lockable(t);
  answering(t);
  const session = new Session({ server: 'http://server.test/' });
  storage(t, 'u');
  const restored = outcome(session.restore());
  await settle();
  const other = outcome(locks.request('livecomments-refresh', () => 'its turn'));
  await pass(9_900);
  assert.equal(other.value, 'pending');
  await pass(200);
  assert.equal(other.value, 'its turn');
  assert.ok(isOffline(restored.value));
});

test('A tab that holds the lock for ever takes nothing from the others but the log-in', async t => {
  const locks = lockable(t);
  void locks.request('livecomments-refresh', () => new Promise(() => {}));
  answering(t, resolve => resolve(new Response('{}')));
  const session = new Session({ server: 'http://server.test/' });
  storage(t, 'u');
  const restored = outcome(session.restore());
  assert.deepEqual(await session.call('GET', 'events/a'), {});
  assert.ok(session.isRestoring);
  await pass(10_000);
  assert.ok(isOffline(restored.value));
  assert.ok(!session.isRestoring);
});

/** Ann is logged in here, and in another tab Ben is by now: their cookie is one. */
async function replaced(t, answers = {}) {
  mock.timers.enable({ apis: ['Date', 'setTimeout'] });
  t.after(() => mock.timers.reset());
  const tokens = [{ userID: 'u', token: 'anns', expiresAt: new Date(900_000).toISOString() }, { userID: 'v', token: 'bens', expiresAt: new Date(1_800_000).toISOString() }];
  const asked = [];
  t.mock.method(globalThis, 'fetch', async (url, { method, headers }) => {
    const path = url.pathname.slice(1);
    const isBen = headers.Authorization === 'Bearer bens';
    if (headers.Authorization) asked.push(`${method} ${path} by ${isBen ? 'ben' : 'ann'}`);
    const [status, body] = path === 'auth/login' ? [200, tokens[0]]
      : path === 'auth/refresh' ? [200, tokens[1]]
      : answers[path]?.shift() ?? [200, isBen ? { ...profile, userID: 'v', username: 'ben' } : profile];
    return new Response(status === 204 ? null : JSON.stringify(body), { status });
  });
  const session = new Session({ server: 'http://server.test/' });
  await session.logIn({ username: 'ann', password: 'a long pass phrase' });
  const seen = [];
  session.onChange(chosen => seen.push([session.user?.username, chosen]));
  return { session, asked, seen };
}

const isAnother = problem => problem instanceof Problem && problem.code === 'another-person' && !problem.passes;
const settle = async () => {
  for (let i = 0; i < 20; i++) await new Promise(resolve => setImmediate(resolve));
};

test('A tab whose cookie is somebody else\'s by now is theirs, and says so', async t => {
  const { session, asked, seen } = await replaced(t);
  mock.timers.tick(870_000);
  await assert.rejects(session.call('POST', 'live/a/comments', { commentText: 'by Ann' }), isAnother);
  await settle();
  assert.deepEqual(seen, [[undefined, false], ['ben', false]]);
  assert.equal(await session.token(), 'bens');
  assert.deepEqual(asked, ['GET me by ann', 'GET me by ben']);
});

test('A call that was refused is not repeated under the name of somebody else', async t => {
  const { session, asked } = await replaced(t, { 'live/a/comments': [[401, { code: 'token-expired', title: 'Over.' }]] });
  await assert.rejects(session.call('POST', 'live/a/comments', { commentText: 'by Ann' }), isAnother);
  assert.deepEqual(asked.filter(call => call.startsWith('POST')), ['POST live/a/comments by ann']);
});

test('Whose profile cannot be read yet is nobody, not who was there before', async t => {
  const { session, seen } = await replaced(t, { me: [[200, profile], [503, { code: 'busy', title: 'Busy.' }]] });
  assert.equal(await session.renew(), true);
  await settle();
  assert.equal(session.user, null);
  mock.timers.tick(1_000);
  await settle();
  assert.equal(session.user?.username, 'ben');
  assert.deepEqual(seen, [[undefined, false], ['ben', false]]);
});

test('A log-out by somebody who was replaced meanwhile logs nobody else out', async t => {
  const { session, asked } = await replaced(t);
  mock.timers.tick(870_000);
  await session.logOut();
  await settle();
  assert.equal(session.user?.username, 'ben');
  assert.ok(!asked.some(call => call.includes('logout')));
});

test('A log-out leaves to a later log-in of another tab what the browser remembers of it', async t => {
  const { session } = await replaced(t, { 'auth/logout': [[204], [204]] });
  const stored = storage(t, 'v');
  await session.logOut();
  assert.deepEqual([...stored.values()], ['v']);
  await session.logIn({ username: 'ann', password: 'a long pass phrase' });
  await session.logOut();
  assert.deepEqual([...stored.values()], []);
});

test('A profile that comes late is not shown in the place of somebody else\'s', async t => {
  const { session, asked } = await replaced(t);
  let answer;
  const late = new Promise(resolve => (answer = resolve));
  const fetched = globalThis.fetch;
  t.mock.method(globalThis, 'fetch', async (url, options) => (options.method === 'PATCH' ? late : fetched(url, options)));
  const changed = session.changeProfile({ displayName: 'Ann the First' });
  await session.renew();
  await settle();
  answer(new Response(JSON.stringify({ ...profile, displayName: 'Ann the First' })));
  await changed;
  assert.equal(session.user?.username, 'ben');
  assert.ok(asked.includes('GET me by ben'));
});
