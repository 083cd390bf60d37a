import assert from 'node:assert/strict';
import test from 'node:test';
import { LiveComments } from '../../../../src/LiveComments.Server/wwwroot/js/livecomments.js';

/** The server's side of the one socket there is. */
class Socket {
  static OPEN = 1;
  static last;
  readyState = 1;

  constructor() {
    Socket.last = this;
  }

  send() {}

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
