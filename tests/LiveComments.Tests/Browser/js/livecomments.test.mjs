import assert from 'node:assert/strict';
import test, { mock } from 'node:test';
import { LiveComments, Session } from '../../../../src/LiveComments.Server/wwwroot/js/livecomments.js';

/** The server's side of the one socket there is. */
class Socket {
  static OPEN = 1;
  static last;
  static opened = 0;
  readyState = 1;
  heard = [];

  constructor(url) {
    this.url = new URL(url);
    Socket.last = this;
    Socket.opened++;
  }

  send(json) {
    this.heard.push(JSON.parse(json));
  }

  close() {}

  say(message) {
    this.onmessage({ data: JSON.stringify(message) });
  }
}

const moment = () => new Promise(resolve => setImmediate(resolve));

test('An event that is read again does not lose what changed while the answer was on its way', async t => {
  globalThis.WebSocket = Socket;
  const answers = [];
  const live = new LiveComments({
    event: 'cup-final',
    server: 'http://server.test/',
    session: {
      user: null,
      token: async () => null,
      onChange: () => () => {},
      call: () => new Promise(resolve => answers.push(resolve)),
      fetch: async () => ({ json: async () => [], headers: new Headers({ 'LiveComments-Position': '1:0' }) }),
    },
  });
  t.after(() => {
    live.close();
    delete globalThis.WebSocket;
  });
  const opened = live.open();
  answers.shift()({ status: 'live', viewers: 1, pinned: null });
  await opened;
  await moment();
  Socket.last.say({ type: 'hello', head: '1:0', viewers: 1, event: { status: 'live', pinned: null } });
  Socket.last.say({ type: 'reset', reason: 'too-far-behind', position: '1:5' });
  await moment();
  assert.equal(answers.length, 1);
  const comment = { commentID: 'c', position: '1:3', commentText: 'pinned' };
  Socket.last.say({ type: 'batch', from: 6, to: 7, entries: [{ type: 'status', seq: 6, status: 'ended', timestamp: '2026-01-01T00:00:00Z' }, { type: 'pinned', seq: 7, comment }] });
  answers.shift()({ status: 'live', viewers: 1, pinned: null });
  await moment();
  assert.equal(live.event.status, 'ended');
  assert.equal(live.pinned.commentID, 'c');
  answers.shift()({ status: 'ended', viewers: 2, pinned: comment });
  await moment();
  assert.equal(live.event.status, 'ended');
  assert.equal(live.pinned.commentID, 'c');
  assert.equal(live.viewers, 2);
  assert.equal(answers.length, 0);
});

const HELLO = { type: 'hello', head: '1:0', viewers: 1, event: { status: 'live', pinned: null } };
const quiet = async () => {
  for (let i = 0; i < 30; i++) await moment();
};

/** Ann watches an event, at a server that answers what `answers` says before what it always does. */
async function watching(t, answers = {}) {
  globalThis.WebSocket = Socket;
  const people = { ann: { userID: 'u', username: 'ann', displayName: 'Ann' }, ben: { userID: 'v', username: 'ben', displayName: 'Ben' } };
  let issued = 0;
  const signedIn = name => [200, { userID: people[name].userID, token: `${name} ${++issued}`, expiresAt: new Date(Date.now() + 900_000).toISOString() }];
  t.mock.method(globalThis, 'fetch', async (url, { headers = {}, body }) => {
    const path = url.pathname.slice(1);
    const [status, answer] = answers[path]?.shift() ?? (path === 'auth/login' ? signedIn(JSON.parse(body).username)
      : path === 'auth/refresh' ? signedIn('ann')
      : path === 'auth/logout' ? [204]
      : path === 'me' ? [200, people[headers.Authorization.split(' ')[1]]]
      : path.endsWith('/comments') ? [200, []] : [200, { status: 'live', viewers: 1, pinned: null }]);
    return new Response(status === 204 ? null : JSON.stringify(answer), { status, headers: { 'LiveComments-Position': '1:0' } });
  });
  const session = new Session({ server: 'http://server.test/' });
  const logIn = username => session.logIn({ username, password: 'a long pass phrase' });
  await logIn('ann');
  const live = new LiveComments({ event: 'cup-final', server: session.server, session });
  t.after(() => {
    live.close();
    delete globalThis.WebSocket;
  });
  await live.open();
  await quiet();
  Socket.last.onopen();
  Socket.last.say(HELLO);
  return { live, session, logIn };
}

const OVER = [401, { code: 'invalid-token', title: 'Over.' }];

test('A log-in that is over keeps what was written, which goes when its author is back', async t => {
  const { live, logIn } = await watching(t, { 'auth/refresh': [OVER] });
  const refused = [];
  live.on('refused', ({ problem }) => refused.push(problem.code));
  const comment = live.post('is anybody here?');
  const { id } = Socket.last.heard.at(-1);
  Socket.last.say({ type: 'error', id, code: 'token-expired', message: 'The token has expired.' });
  await quiet();
  assert.deepEqual(live.waiting.map(one => [one.state, one.problem?.message]), [['failed', 'Log in to send it.']]);
  live.retry(comment.key);
  assert.equal(comment.state, 'failed');
  assert.deepEqual(refused, ['unauthenticated', 'unauthenticated']);

  await logIn('ann');
  await quiet();
  Socket.last.say(HELLO);
  live.retry(comment.key);
  assert.equal(comment.state, 'sending');
  assert.deepEqual(Socket.last.heard.at(-1), { type: 'comment', id, commentText: 'is anybody here?' });
});

for (const [what, change] of [['A chosen log-out', ({ session }) => session.logOut()], ['Somebody else', ({ logIn }) => logIn('ben')]])
  test(`${what} leaves nothing of what waited`, async t => {
    const context = await watching(t);
    context.live.post('is anybody here?');
    await change(context);
    await quiet();
    assert.deepEqual(context.live.waiting, []);
    const before = Socket.last.heard.length;
    Socket.last.say(HELLO);
    assert.ok(!Socket.last.heard.slice(before).some(message => message.type === 'comment'));
  });

test('What somebody wrote before their log-in was over is not for whoever logs in next', async t => {
  const { live, session, logIn } = await watching(t, { 'auth/refresh': [OVER] });
  live.post('is anybody here?');
  assert.equal(await session.renew(), false);
  assert.equal(live.waiting.length, 1);
  await logIn('ben');
  assert.deepEqual(live.waiting, []);
});

const EXPIRED = { type: 'error', code: 'token-expired', message: 'The token has expired.' };

/** Time that passes when the test says so. */
function timed(t) {
  mock.timers.enable({ apis: ['Date', 'setTimeout'] });
  t.after(() => mock.timers.reset());
}

/** Time on a socket whose other side lives. */
async function pass(seconds) {
  for (let second = 0; second < seconds; second += 10) {
    mock.timers.tick(10_000);
    await quiet();
    Socket.last.say({ type: 'pong' });
  }
}

/** The states from now on. */
function states(live) {
  const seen = [];
  live.on('connection', ({ state }) => seen.push(state));
  return seen;
}

test('An open socket gets the next token before the present one ends', async t => {
  timed(t);
  await watching(t);
  const socket = Socket.last;
  for (const token of ['ann 2', 'ann 3']) {
    socket.say({ type: 'authenticated', userID: 'u', role: 'viewer', expiresAt: new Date(Date.now() + 900_000).toISOString() });
    const before = socket.heard.length;
    await pass(860);
    assert.deepEqual(socket.heard.slice(before).filter(message => message.type === 'auth'), []);
    await pass(20);
    assert.deepEqual(socket.heard.slice(before).filter(message => message.type === 'auth'), [{ type: 'auth', token }]);
  }
});

test('A token that never seems to end, or to have ended long ago, is not shown again and again', async t => {
  timed(t);
  await watching(t);
  for (const end of [-3_600_000, 365 * 86_400_000]) {
    Socket.last.say({ type: 'authenticated', userID: 'u', role: 'viewer', expiresAt: new Date(Date.now() + end).toISOString() });
    const before = Socket.last.heard.length;
    await pass(10);
    assert.equal(Socket.last.heard.length, before);
  }
});

test('A private event that is closed to an ended token opens to the next one', async t => {
  const { live } = await watching(t);
  const seen = states(live);
  const opened = Socket.opened;
  Socket.last.say(EXPIRED);
  Socket.last.onclose({ code: 4401 });
  await quiet();
  assert.equal(Socket.opened, opened + 1);
  Socket.last.onopen();
  assert.deepEqual(Socket.last.heard, [{ type: 'auth', token: 'ann 2' }]);
  Socket.last.say(HELLO);
  assert.equal(live.connection.state, 'open');
  assert.ok(!seen.includes('refused'), seen.join());
});

test('A private event that is closed to a log-in that is over stays closed', async t => {
  const { live, session } = await watching(t, { 'auth/refresh': [OVER] });
  Socket.last.say(EXPIRED);
  Socket.last.onclose({ code: 4401 });
  await quiet();
  assert.equal(live.connection.state, 'refused');
  assert.equal(session.user, null);
});

const PRIVATE = [200, { status: 'live', viewers: 1, pinned: null, settings: { visibility: 'private' } }];

test('A socket to a private event has a ticket in its address, another each time', async t => {
  const { live } = await watching(t, { 'events/cup-final': [PRIVATE], 'auth/stream-ticket': [[200, { ticket: 'one' }], [200, { ticket: 'two' }]] });
  assert.equal(Socket.last.url.searchParams.get('ticket'), 'one');
  live.retryNow();
  await quiet();
  assert.equal(Socket.last.url.searchParams.get('ticket'), 'two');
});

test('Where another token is not to be had yet, the stream waits for it', async t => {
  timed(t);
  const { live } = await watching(t, { 'auth/refresh': [[503, { code: 'busy', title: 'Busy.' }]] });
  const seen = states(live);
  Socket.last.onclose({ code: 4401 });
  await quiet();
  assert.equal(live.connection.state, 'waiting');
  mock.timers.tick(1_000);
  await quiet();
  Socket.last.onclose({ code: 4401 });
  await quiet();
  Socket.last.onopen();
  assert.deepEqual(Socket.last.heard, [{ type: 'auth', token: 'ann 2' }]);
  Socket.last.say(HELLO);
  assert.equal(live.connection.state, 'open');
  assert.ok(!seen.includes('refused'), seen.join());
});

const BUSY = [503, { code: 'busy', title: 'Busy.' }];
const PAGE = [200, [{ commentID: 'c', userID: 'v', position: '1:5', commentText: 'said before' }]];
const RESET = { type: 'reset', reason: 'too-far-behind', position: '1:5' };

test('What a reset took away is read until it is there', async t => {
  timed(t);
  const answers = {};
  const { live } = await watching(t, answers);
  answers['live/cup-final/comments'] = [BUSY, BUSY, PAGE];
  const opened = Socket.opened;
  Socket.last.say(RESET);
  await pass(30);
  assert.deepEqual(live.comments.map(comment => comment.commentText), ['said before']);
  assert.equal(Socket.opened, opened);
});

test('What a reset took away is read by the next stream when this one breaks off', async t => {
  timed(t);
  const answers = {};
  const { live } = await watching(t, answers);
  answers['live/cup-final/comments'] = [BUSY, PAGE];
  Socket.last.say(RESET);
  await quiet();
  live.retryNow();
  await pass(20);
  assert.deepEqual(live.comments, []);
  Socket.last.say({ ...HELLO, head: '1:5' });
  await quiet();
  assert.deepEqual(live.comments.map(comment => comment.commentText), ['said before']);
});

test('What was removed is told by no mention and is no thread, however late they come', async t => {
  globalThis.WebSocket = Socket;
  const removed = { commentID: 'gone', userID: 'u', position: '1:3', commentText: 'the words that go' };
  let answer;
  const live = new LiveComments({
    event: 'cup-final',
    server: 'http://server.test/',
    session: {
      user: null,
      token: async () => null,
      onChange: () => () => {},
      call: (_, path) => (path.endsWith('/gone') ? new Promise(resolve => (answer = resolve)) : Promise.resolve({ status: 'live', viewers: 1, videoID: 'cup-final' })),
      fetch: async () => ({ json: async () => [], headers: new Headers({ 'LiveComments-Position': '1:3' }) }),
    },
  });
  t.after(() => {
    live.close();
    delete globalThis.WebSocket;
  });
  await live.open();
  await moment();
  Socket.last.say({ type: 'hello', head: '1:3', viewers: 1, event: { status: 'live' } });
  const mentions = [];
  live.on('mention', mention => mentions.push(mention.comment.commentID));
  const thread = live.thread('gone');
  Socket.last.say({ type: 'batch', from: 4, to: 4, entries: [{ type: 'removed', seq: 4, commentID: 'gone' }] });
  Socket.last.say({ type: 'mention', videoID: 'cup-final', comment: removed });
  Socket.last.say({ type: 'mention', videoID: 'cup-final', comment: { ...removed, commentID: 'stays' } });
  answer(removed);
  assert.equal((await thread).root, null);
  assert.deepEqual(mentions, ['stays']);
});
