import assert from 'node:assert/strict';
import test, { mock } from 'node:test';
import { Outbox } from '../../../../src/LiveComments.Server/wwwroot/js/outbox.js';
import { Problem } from '../../../../src/LiveComments.Server/wwwroot/js/problem.js';

function outbox(more = {}) {
  const log = { sent: [], done: [], failed: [] };
  const box = new Outbox({
    send: message => (log.sent.push(message.id), true),
    posting: () => false,
    post: () => Promise.reject(new Error('not asked for')),
    done: message => log.done.push(message.id),
    failed: (message, problem) => log.failed.push([message.id, problem.code]),
    renew: async () => true,
    ...more,
  });
  return { box, log };
}

test('What was not answered goes again under the same key, and is done once', t => {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.after(() => mock.timers.reset());
  const { box, log } = outbox();
  box.add({ id: 'a' });
  box.flush();
  for (let second = 0; second < 30; second++) mock.timers.tick(1000);
  assert.ok(log.sent.length >= 3);
  assert.ok(log.sent.every(id => id === 'a'));
  assert.equal(box.answered('a', {}), true);
  assert.equal(box.answered('a', {}), false);
  assert.deepEqual(log.done, ['a']);
  const before = log.sent.length;
  mock.timers.tick(600_000);
  assert.equal(log.sent.length, before);
});

test('A refusal that passes is tried again, but not before the server says and not for ever', t => {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.after(() => mock.timers.reset());
  const { box, log } = outbox();
  box.add({ id: 'a' });
  box.refused('a', new Problem('busy', 'Busy.', 503, 5));
  mock.timers.tick(4_900);
  assert.equal(log.sent.length, 1);
  mock.timers.tick(10_000);
  assert.equal(log.sent.length, 2);
  for (let i = 0; i < 20 && !log.failed.length; i++) {
    box.refused('a', new Problem('busy', 'Busy.'));
    mock.timers.tick(10_000);
  }
  assert.deepEqual(log.failed, [['a', 'busy']]);
});

test('A refusal that stays fails at once', () => {
  const { box, log } = outbox();
  box.add({ id: 'a' });
  box.refused('a', new Problem('text-invalid', 'No.'));
  assert.deepEqual(log.failed, [['a', 'text-invalid']]);
});

test('Without a way it waits for one, and gives up after a minute', t => {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.after(() => mock.timers.reset());
  let open = false;
  const { box, log } = outbox({ send: () => open });
  box.add({ id: 'a' });
  box.add({ id: 'b' });
  mock.timers.tick(50_000);
  open = true;
  box.flush();
  box.answered('a', {});
  assert.deepEqual(log.done, ['a']);
  open = false;
  box.add({ id: 'c' });
  mock.timers.tick(61_000);
  assert.ok(log.failed.some(([id, code]) => id === 'c' && code === 'offline'));
});

test('An expired token is renewed, and the same letter goes again', async () => {
  let renewed = 0;
  const { box, log } = outbox({ renew: async () => ++renewed === 1 });
  box.add({ id: 'a' });
  box.refused('a', new Problem('token-expired', 'Expired.', 401));
  await new Promise(setImmediate);
  assert.deepEqual(log.sent, ['a', 'a']);
  box.refused('a', new Problem('token-expired', 'Expired.', 401));
  await new Promise(setImmediate);
  assert.deepEqual(log.failed, [['a', 'token-expired']]);
});

test('A challenge is solved and the comment sent again with the answer, twice at most', async () => {
  const solved = [];
  const sent = [];
  const { box, log } = outbox({
    send: message => (sent.push([message.id, message.challengeAnswer]), true),
    solve: async challenge => (solved.push(challenge.token), `${challenge.token}.7`),
  });
  const required = token => new Problem('challenge-required', 'Solve it.', 403, undefined, { kind: 'proof-of-work', token, difficulty: 1 });
  box.add({ type: 'comment', id: 'a' });
  box.refused('a', required('first'));
  await new Promise(setImmediate);
  assert.deepEqual(sent, [['a', undefined], ['a', 'first.7']]);
  // It came too late, as from a page that was asleep.
  box.refused('a', required('second'));
  await new Promise(setImmediate);
  assert.deepEqual(sent.at(-1), ['a', 'second.7']);
  box.refused('a', required('third'));
  await new Promise(setImmediate);
  assert.deepEqual(log.failed, [['a', 'challenge-required']]);
  assert.deepEqual(solved, ['first', 'second']);
});

test('What cannot be solved is refused, and what was taken back meanwhile is not sent', async () => {
  let give;
  const { box, log } = outbox({ solve: () => new Promise((resolve, reject) => (give = { resolve, reject })) });
  const required = new Problem('challenge-required', 'Solve it.', 403, undefined, { kind: 'turnstile' });
  box.add({ type: 'comment', id: 'a' });
  box.refused('a', required);
  give.reject(new Error('closed'));
  await new Promise(setImmediate);
  assert.deepEqual(log.failed, [['a', 'challenge-required']]);
  box.add({ type: 'comment', id: 'b' });
  box.refused('b', required);
  box.forget('b');
  give.resolve('answer');
  await new Promise(setImmediate);
  assert.deepEqual(log.sent, ['a', 'b']);
});
