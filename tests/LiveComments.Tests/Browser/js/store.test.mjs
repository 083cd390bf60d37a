import assert from 'node:assert/strict';
import test from 'node:test';
import { CommentStore } from '../../../../src/LiveComments.Server/wwwroot/js/store.js';
import { Problem } from '../../../../src/LiveComments.Server/wwwroot/js/problem.js';

const comment = (seq, more = {}) => ({ commentID: `c${seq}`, userID: 'somebody', username: 'somebody', displayName: 'Somebody', commentText: `text ${seq}`, timestamp: '2026-01-01T00:00:00.000Z', position: `7:${seq}`, ...more });
const entry = (seq, more) => ({ seq, type: 'comment', comment: comment(seq, more) });
const batch = (from, entries, to = from + entries.length - 1) => ({ type: 'batch', from, to, entries });
const ids = store => store.comments.map(one => one.commentID);
const own = (key, more = {}) => ({ key, seq: Infinity, userID: 'me', username: 'me', displayName: 'Me', commentText: 'mine', timestamp: '', replyCount: 0, reactions: {}, state: 'sending', ...more });

function started(seq = 0, options) {
  const store = new CommentStore(options);
  store.load([], `7:${seq}`);
  return store;
}

test('A batch that comes twice, or overlaps what is known, shows nothing twice', () => {
  const store = started();
  store.batch(batch(1, [entry(1), entry(2)]));
  store.batch(batch(1, [entry(1), entry(2)]));
  store.batch(batch(2, [entry(2), entry(3)]));
  assert.deepEqual(ids(store), ['c1', 'c2', 'c3']);
  assert.deepEqual(store.take().placed.map(one => one.commentID), ['c1', 'c2', 'c3']);
  assert.deepEqual(store.take().placed, []);
});

test('A hole before a batch is seen, and the batch is not taken', () => {
  const store = started();
  assert.notEqual(store.batch(batch(1, [entry(1)])), null);
  assert.equal(store.batch(batch(3, [entry(3)])), null);
  assert.deepEqual(ids(store), ['c1']);
  assert.equal(store.position.seq, 1);
});

test('Comments that a sample left out make no hole', () => {
  const store = started();
  store.batch({ ...batch(1, [entry(5)], 9), skipped: 8 });
  assert.notEqual(store.batch(batch(10, [entry(10)])), null);
  assert.deepEqual(ids(store), ['c5', 'c10']);
});

test('A removed comment does not come back with an older answer', () => {
  const store = started();
  store.batch(batch(1, [{ seq: 1, type: 'removed', commentID: 'c9' }]));
  store.load([comment(9)], '7:9');
  assert.deepEqual(ids(store), []);
  assert.deepEqual(store.take().removed, ['c9']);
});

test('A reset forgets everything but what was not sent yet, and an answer about the log before it counts for nothing', () => {
  const store = started();
  store.batch(batch(1, [entry(1)]));
  store.write(own('k'));
  store.reset('8:0');
  store.load([comment(1)], '7:1');
  assert.deepEqual(ids(store), []);
  assert.equal(store.waiting.length, 1);
  assert.equal(store.take().reset, true);
});

for (const order of ['the answer before the batch', 'the batch before the answer', 'the batch before the answer, with another text'])
  test(`An own comment is there once: ${order}`, () => {
    const store = started();
    store.write(own('k'));
    const placed = entry(1, { userID: 'me', commentText: order.endsWith('another text') ? 'as the server writes it' : 'mine' });
    const ack = { commentID: 'c1', timestamp: '2026-01-01T00:00:00.000Z', position: '7:1' };
    if (order.startsWith('the answer')) store.acknowledge('k', ack);
    store.batch(batch(1, [placed]), 'me');
    if (!order.startsWith('the answer')) store.acknowledge('k', ack);
    assert.deepEqual(ids(store), ['c1']);
    assert.equal(store.waiting.length, 0);
    assert.equal(store.comments[0].state, 'placed');
  });

test('Two own comments of the same text, one of them from another tab, both stay', () => {
  const store = started();
  store.write(own('k'));
  store.batch(batch(1, [entry(1, { userID: 'me', commentText: 'mine' })]), 'me');
  store.acknowledge('k', { commentID: 'c2', timestamp: '', position: '7:2' });
  store.batch(batch(2, [entry(2, { userID: 'me', commentText: 'mine' })]), 'me');
  assert.deepEqual(ids(store), ['c1', 'c2']);
  assert.equal(new Set(store.comments.map(one => one.key)).size, 2);
});

test('An own comment that is acknowledged early stands where the log has it', () => {
  const store = started();
  store.write(own('k'));
  store.acknowledge('k', { commentID: 'c3', timestamp: '', position: '7:3' });
  store.batch(batch(1, [entry(1), entry(2)]));
  store.batch(batch(3, [entry(3, { userID: 'me' }), entry(4)]), 'me');
  assert.deepEqual(ids(store), ['c1', 'c2', 'c3', 'c4']);
});

const held = { commentID: 'c3', status: 'held', timestamp: '2026-01-01T00:00:00.000Z' };

test('A held comment waits, and stands where the log has it once it is approved', () => {
  const store = started();
  store.write(own('k'));
  store.hold('k', held);
  store.batch(batch(1, [entry(1), entry(2)]), 'me');
  assert.deepEqual([store.waiting[0].state, store.waiting[0].heldID, store.waiting[0].commentID], ['held', 'c3', undefined]);
  assert.deepEqual(ids(store), ['c1', 'c2']);
  store.take();
  store.batch(batch(3, [entry(3, { userID: 'me' }), entry(4)]), 'me');
  assert.deepEqual(ids(store), ['c1', 'c2', 'c3', 'c4']);
  assert.equal(store.waiting.length, 0);
  assert.deepEqual(store.take().withdrawn, ['k']);
});

test('A removed comment that is restored is back in its place', () => {
  const store = started();
  store.batch(batch(1, [entry(1), entry(2), entry(3)]));
  store.batch(batch(4, [{ seq: 4, type: 'removed', commentID: 'c2' }]));
  assert.deepEqual(ids(store), ['c1', 'c3']);
  store.take();
  store.batch(batch(5, [{ seq: 5, type: 'restored', comment: entry(2).comment }]));
  assert.deepEqual(ids(store), ['c1', 'c2', 'c3']);
  assert.equal(store.isRemoved('c2'), false);
  const changes = store.take();
  assert.deepEqual([changes.removed, changes.placed.map(one => one.commentID)], [[], ['c2']]);
});

test('A comment that is removed and restored before anybody looks is shown anew', () => {
  const store = started();
  store.batch(batch(1, [entry(1), entry(2)]));
  store.take();
  store.batch(batch(3, [{ seq: 3, type: 'removed', commentID: 'c1' }, { seq: 4, type: 'restored', comment: entry(1).comment }]));
  assert.deepEqual(ids(store), ['c1', 'c2']);
});

test('A delayed comment says when it is shown', () => {
  const store = started();
  store.write(own('k'));
  store.hold('k', { ...held, releaseAt: '2026-01-01T00:00:05.000Z' });
  assert.equal(store.waiting[0].releaseAt, '2026-01-01T00:00:05.000Z');
});

test('A held comment that was approved before its answer came is there once', () => {
  const store = started();
  store.write(own('k'));
  store.batch(batch(1, [entry(1, { userID: 'me', commentText: 'as the server writes it' })]), 'me');
  store.hold('k', { ...held, commentID: 'c1' });
  assert.deepEqual(ids(store), ['c1']);
  assert.equal(store.waiting.length, 0);
});

test('A held comment that is rejected says why, and waits again when that is taken back', () => {
  const store = started();
  store.write(own('k'));
  store.hold('k', held);
  store.decided({ notice: 'rejected', commentID: 'other' });
  assert.equal(store.waiting[0].state, 'held');
  store.decided({ notice: 'rejected', commentID: 'c3', reason: 'No advertising.' });
  assert.deepEqual([store.waiting[0].state, store.waiting[0].reason], ['rejected', 'No advertising.']);
  store.decided({ notice: 'held', commentID: 'c3' });
  assert.equal(store.waiting[0].state, 'held');
});

test('A failed comment says why, and is sent again or discarded', () => {
  const store = started();
  store.write(own('k'));
  store.fail('k', new Problem('slow-mode', 'Slow.'));
  assert.equal(store.waiting[0].state, 'failed');
  assert.equal(store.waiting[0].problem.code, 'slow-mode');
  assert.equal(store.resend('k').state, 'sending');
  store.discard('k');
  assert.equal(store.waiting.length, 0);
  assert.deepEqual(store.take().withdrawn, ['k']);
});

test('Counts of reactions only go forward', () => {
  const store = started();
  store.batch(batch(1, [entry(1)]));
  store.count([{ commentID: 'c1', version: 2, reactions: { likes: 2 } }]);
  store.count([{ commentID: 'c1', version: 1, reactions: { likes: 1 } }]);
  assert.deepEqual(store.comments[0].reactions, { likes: 2 });
  const asked = store.clock;
  store.count([{ commentID: 'c1', version: 3, reactions: { likes: 3 } }]);
  store.refresh([comment(1, { reactions: { likes: 2 }, replyCount: 0 })], '7:1', asked);
  assert.deepEqual(store.comments[0].reactions, { likes: 3 });
  store.refresh([comment(1, { reactions: { likes: 4 }, replyCount: 0 })], '7:1', store.clock);
  assert.deepEqual(store.comments[0].reactions, { likes: 4 });
});

test('Replies count on their parent, but not those that were counted when it was read', () => {
  const store = new CommentStore();
  store.load([comment(1, { replyCount: 1 }), comment(2, { replyToCommentID: 'c1', replyCount: 0 })], '7:2');
  store.batch(batch(3, [entry(3, { replyToCommentID: 'c1' })]));
  assert.equal(store.comments[0].replyCount, 2);
  store.batch(batch(4, [{ seq: 4, type: 'removed', commentID: 'c3' }]));
  assert.equal(store.comments[0].replyCount, 1);
});

test('A page that was read before a reply came does not take it back', () => {
  const store = new CommentStore();
  store.load([comment(1, { replyCount: 1 })], '7:2');
  store.batch(batch(3, [entry(3, { replyToCommentID: 'c1' })]));
  store.refresh([comment(1, { replyCount: 1 })], '7:2', store.clock);
  assert.equal(store.comments[0].replyCount, 2);
  store.refresh([comment(1, { replyCount: 5 })], '7:6', store.clock);
  assert.equal(store.comments[0].replyCount, 5);
});

test('Nothing grows without bound, also when nobody looks', () => {
  const store = started(0, { capacity: 50 });
  for (let seq = 1; seq <= 5000; seq++) {
    store.batch(batch(seq, [seq % 5 ? entry(seq) : { seq, type: 'removed', commentID: `c${seq - 1}` }]));
    store.count([{ commentID: `c${seq - 60}`, version: seq, reactions: { likes: 1 } }]);
  }
  assert.ok(store.comments.length <= 50 && store.comments.length > 40);
  const changes = store.take();
  assert.ok(changes.placed.length <= 100);
  assert.ok(changes.removed.length <= 200);
  assert.ok(changes.counts.size <= 200);
  assert.ok(changes.changed.size <= 50);
});

test('Whatever is doubled, cut, acknowledged early or late: what is shown is the log, each comment once and in order', () => {
  for (let round = 0; round < 300; round++) {
    let state = round * 7919 + 1;
    const random = below => (state = (state * 48271) % 2147483647) % below;
    const store = started();
    const shown = new Map();
    const log = [];
    const unacknowledged = [];
    let sent = 0;
    const look = () => {
      const changes = store.take();
      for (const one of changes.placed) shown.set(one.key, one);
      for (const key of changes.withdrawn) shown.delete(key);
      for (const id of changes.removed) for (const [key, one] of shown) if (one.commentID === id) shown.delete(key);
    };
    for (let step = 0; step < 60; step++) {
      const seq = log.length + 1;
      switch (random(6)) {
        case 0:
        case 1:
          log.push(entry(seq));
          break;
        case 2: {
          const key = `k${round}-${step}`;
          store.write(own(key, { commentText: random(2) ? 'mine' : key }));
          log.push(entry(seq, { userID: 'me', commentText: store.waiting.at(-1).commentText }));
          unacknowledged.push([key, { commentID: `c${seq}`, timestamp: '', position: `7:${seq}` }]);
          break;
        }
        case 3:
          if (log.length) log.push({ seq, type: 'removed', commentID: `c${1 + random(log.length)}` });
          break;
        case 4:
          if (unacknowledged.length) store.acknowledge(...unacknowledged.splice(random(unacknowledged.length), 1)[0]);
          break;
        default: {
          const from = Math.max(0, sent - random(4));
          const to = Math.min(log.length, from + 1 + random(8));
          if (to > from) store.batch(batch(from + 1, structuredClone(log.slice(from, to))), 'me');
          sent = Math.max(sent, to);
        }
      }
      if (!random(3)) look();
    }
    store.batch(batch(1, structuredClone(log)), 'me');
    for (const answer of unacknowledged) store.acknowledge(...answer);
    look();
    const removed = new Set(log.filter(one => one.type === 'removed').map(one => one.commentID));
    const expected = log.filter(one => one.type === 'comment' && !removed.has(one.comment.commentID)).map(one => one.comment.commentID);
    assert.deepEqual(ids(store), expected, `round ${round}`);
    assert.deepEqual([...shown.values()].sort((a, b) => a.seq - b.seq).map(one => one.commentID), expected, `what a page shows, round ${round}`);
  }
});

test('What is pinned is known whether it is held or not, and another pin or none takes its place', () => {
  const store = started();
  store.batch(batch(1, [entry(1), { seq: 2, type: 'pinned', comment: comment(1) }]));
  assert.equal(store.pinned, store.comments[0]);
  assert.equal(store.take().pinned, true);
  assert.equal(store.take().pinned, false);
  store.batch(batch(3, [{ seq: 3, type: 'pinned', comment: comment(0, { reactions: { likes: 1 } }) }]));
  assert.deepEqual([store.pinned.commentID, store.pinned.replyCount, ids(store)], ['c0', 0, ['c1']]);
  store.count([{ commentID: 'c0', version: 2, reactions: { likes: 2 } }]);
  assert.deepEqual(store.pinned.reactions, { likes: 2 });
  assert.deepEqual(store.take().counts.get('c0'), { likes: 2 });
  store.batch(batch(4, [{ seq: 4, type: 'pinned' }]));
  assert.equal(store.pinned, null);
  assert.equal(store.take().pinned, true);
});

test('What is on stage is known whether it is held or not, until it is taken off or removed', () => {
  const store = started();
  const card = comment => ({ type: 'card', card: { id: 'e', type: 'stage', state: {} }, ...(comment && { comment }) });
  store.batch(batch(1, [entry(1), { seq: 2, ...card(comment(1)) }]));
  assert.equal(store.stage, store.comments[0]);
  assert.equal(store.take().stage, true);
  assert.equal(store.take().stage, false);
  store.batch(batch(3, [{ seq: 3, ...card(comment(0)) }]));
  store.count([{ commentID: 'c0', version: 2, reactions: { likes: 2 } }]);
  assert.deepEqual([store.stage.commentID, store.stage.reactions], ['c0', { likes: 2 }]);
  store.batch(batch(4, [{ seq: 4, type: 'removed', commentID: 'c0' }]));
  assert.equal(store.stage, null);
  store.batch(batch(5, [{ seq: 5, ...card(comment(1)) }, { seq: 6, ...card() }]));
  assert.equal(store.stage, null);
});

test('What becomes of a question is told of it where it is held, and where it is not', () => {
  const store = started();
  const mark = (commentID, status) => ({ type: 'card', card: { id: commentID, type: 'question', state: { commentID, status } } });
  store.batch(batch(1, [{ ...entry(1), comment: comment(1, { question: 'open' }) }]));
  store.take();
  store.batch(batch(2, [{ seq: 2, ...mark('c1', 'answered') }, { seq: 3, ...mark('c9', 'answered') }]));
  assert.equal(store.find('c1').question, 'answered');
  const changes = store.take();
  assert.deepEqual([...changes.marked], [['c1', 'answered'], ['c9', 'answered']]);
  assert.deepEqual([...changes.changed], [store.find('c1')]);
});

test('A removed comment is pinned no more, and an older answer does not pin it again', () => {
  const store = started();
  store.pin(comment(9));
  store.batch(batch(1, [{ seq: 1, type: 'removed', commentID: 'c9' }]));
  assert.equal(store.pinned, null);
  store.pin(comment(9));
  assert.equal(store.pinned, null);
});

test('An own comment gets its mentions with its answer, also where a sample leaves it out', () => {
  const store = started();
  store.write(own('k', { commentText: 'hello @ada' }));
  store.take();
  const mentions = [{ userID: 'a', username: 'Ada' }];
  store.acknowledge('k', { commentID: 'c1', timestamp: '', position: '7:1', mentions });
  store.batch({ ...batch(1, [entry(2)], 2), skipped: 1 }, 'me');
  assert.deepEqual(store.comments[0].mentions, mentions);
});
