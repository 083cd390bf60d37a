import assert from 'node:assert/strict';
import test from 'node:test';
import './texts.mjs';
import { Problem } from '../../../../src/LiveComments.Server/wwwroot/js/problem.js';
import { Decisions } from '../../../../src/LiveComments.Server/wwwroot/pages/moderation/decisions.js';
import { mostOften, stack } from '../../../../src/LiveComments.Server/wwwroot/pages/moderation/chart.js';
import { Queue } from '../../../../src/LiveComments.Server/wwwroot/pages/moderation/queue.js';
import { Rates } from '../../../../src/LiveComments.Server/wwwroot/pages/moderation/rates.js';

const item = (commentID, commentText, more = {}) => ({ commentID, comment: { commentID, commentText, userID: `user of ${commentID}` }, reasons: [], reports: 0, ...more });
const texts = queue => queue.rows.map(row => `${row.items.length} ${row.items[0].comment.commentText}`);

test('Comments with the same text are one row, whatever their capitals and spaces', () => {
  const queue = new Queue();
  queue.receive([item('1', 'Buy  now'), item('2', 'hello'), item('3', 'buy now'), item('4', 'ＢＵＹ now')], []);
  assert.deepEqual(texts(queue), ['3 Buy  now', '1 hello']);
  assert.equal(queue.count, 4);
});

test('While it is held no row moves: new rows are counted and what was decided stays, marked', () => {
  const queue = new Queue();
  queue.receive([item('1', 'one'), item('2', 'two'), item('3', 'three')], []);
  queue.hold(true);
  queue.decide(queue.rows[0], 'Rejected');
  queue.receive([item('4', 'four'), item('5', 'four'), item('6', 'five')], ['1']);
  queue.decided(queue.rows[0], 'Rejected');
  assert.deepEqual(texts(queue), ['1 one', '1 two', '1 three']);
  assert.deepEqual(queue.rows[0].done, { what: 'Rejected', pending: false });
  assert.equal(queue.fresh, 2);
  queue.hold(false);
  assert.deepEqual(texts(queue), ['1 two', '1 three', '2 four', '1 five']);
  assert.equal(queue.fresh, 0);
});

test('A comment with the text of a row that is shown joins it, and one with the text of a decided row waits', () => {
  const queue = new Queue();
  queue.receive([item('1', 'one'), item('2', 'two')], []);
  queue.hold(true);
  queue.receive([item('3', 'ONE')], []);
  assert.deepEqual(texts(queue), ['2 one', '1 two']);
  queue.decide(queue.rows[0], 'Approved');
  queue.receive([item('4', 'one')], []);
  assert.deepEqual(texts(queue), ['2 one', '1 two']);
  assert.equal(queue.fresh, 1);
});

test('What others decided is marked with their words, and a row that lost one comment keeps the others', () => {
  const queue = new Queue();
  queue.receive([item('1', 'same'), item('2', 'same'), item('3', 'other')], []);
  queue.hold(true);
  queue.receive([], ['1', '3']);
  queue.note('3', 'Ben approved it');
  assert.deepEqual(texts(queue), ['1 same', '1 other']);
  assert.equal(queue.rows[0].done, null);
  assert.equal(queue.rows[1].done.what, 'Ben approved it');
});

test('A decision that was taken back brings the row back, before and after the server has removed it', () => {
  const queue = new Queue();
  queue.receive([item('1', 'one'), item('2', 'two')], []);
  queue.hold(true);
  const [one, two] = queue.rows;
  queue.decide(one, 'Rejected');
  queue.revive(one);
  assert.equal(one.done, null);
  queue.decide(two, 'Rejected');
  queue.receive([], ['2']);
  queue.decided(two, 'Rejected');
  queue.revive(two);
  assert.notEqual(two.done, null);
  queue.receive([item('2', 'two')], []);
  assert.equal(two.done, null);
  assert.equal(queue.count, 2);
});

test('A decided row that the server still lists does not come back as new, and is shown while its decision waits', () => {
  const queue = new Queue();
  queue.receive([item('1', 'one'), item('2', 'two')], []);
  const [one] = queue.rows;
  queue.decide(one, 'Reject');
  queue.receive([item('1', 'one', { reports: 3 })], []);
  assert.deepEqual(texts(queue), ['1 one', '1 two']);
  assert.equal(one.done.pending, true);
  queue.decided(one, 'Rejected');
  assert.deepEqual(texts(queue), ['1 two']);
  assert.equal(queue.count, 1);
});

/** A server that answers when it is told to, and a clock that is moved by hand. */
function scene() {
  const timers = [];
  const asked = [];
  let now = 0;
  let answer = (path, body) => ({ decisions: (body.commentIDs ?? body.userIDs ?? ['undone']).map(target => ({ target, decisionID: `about ${target}`, status: 'done' })) });
  const decisions = new Decisions({
    call: async (path, body) => {
      asked.push([path, body.action ?? body.decisionID]);
      return answer(path, body);
    },
    changed: () => undefined,
    later: (work, milliseconds) => {
      const timer = { work, at: now + milliseconds };
      timers.push(timer);
      return () => timers.splice(timers.indexOf(timer), 1);
    },
    now: () => now,
  });
  const settled = () => new Promise(resolve => setImmediate(resolve));
  return {
    decisions,
    asked,
    settled,
    answerWith: next => (answer = next),
    pass: async milliseconds => {
      now += milliseconds;
      for (const timer of timers.filter(one => one.at <= now)) {
        timers.splice(timers.indexOf(timer), 1);
        timer.work();
      }
      await settled();
    },
  };
}

test('A ban is sent after its grace, and never when it was taken back before', async () => {
  const { decisions, asked, pass } = scene();
  const first = decisions.decide({ action: 'ban', userIDs: ['a'] }, 'Ban a', { grace: 5000 });
  const second = decisions.decide({ action: 'ban', userIDs: ['b'] }, 'Ban b', { grace: 5000 });
  await pass(4999);
  assert.deepEqual(asked, []);
  assert.equal(decisions.last, second);
  decisions.undo(second);
  await pass(1);
  assert.deepEqual(asked, [['decisions', 'ban']]);
  assert.deepEqual([first.state, second.state], ['done', 'undone']);
});

test('Taking back undoes every target, in the order of decisions, and only once', async () => {
  const { decisions, asked, settled } = scene();
  const rejected = decisions.decide({ action: 'reject', commentIDs: ['1', '2'] }, 'Rejected');
  await settled();
  decisions.undo(rejected);
  decisions.undo(rejected);
  await settled();
  assert.deepEqual(asked, [['decisions', 'reject'], ['undo', 'about 1'], ['undo', 'about 2']]);
  assert.equal(rejected.state, 'undone');
  assert.equal(decisions.last, undefined);
});

test('An approval is taken back by deleting what it placed, and settled reports not at all', async () => {
  const { decisions, asked, settled } = scene();
  const placed = decisions.decide({ action: 'approve', commentIDs: ['1'] }, 'Approved', { takenBackBy: { action: 'delete', commentIDs: ['1'] } });
  decisions.decide({ action: 'approve', commentIDs: ['2'] }, 'Approved', { takenBackBy: null });
  await settled();
  assert.equal(decisions.last, placed);
  decisions.undo(placed);
  await settled();
  assert.deepEqual(asked.map(([, action]) => action), ['approve', 'approve', 'delete']);
});

test('Without a connection decisions wait in their order, and one that was never sent is dropped when it is taken back', async () => {
  const { decisions, asked, settled } = scene();
  decisions.connect(false);
  decisions.decide({ action: 'approve', commentIDs: ['1'] }, 'first');
  const dropped = decisions.decide({ action: 'reject', commentIDs: ['2'] }, 'second');
  decisions.decide({ action: 'timeout', userIDs: ['a'] }, 'third');
  await settled();
  assert.deepEqual(asked, []);
  assert.equal(decisions.unsent, 3);
  decisions.undo(dropped);
  decisions.connect(true);
  await settled();
  assert.deepEqual(asked.map(([, action]) => action), ['approve', 'timeout']);
  assert.equal(decisions.unsent, 0);
});

test('A decision whose answer was lost is sent again, and undone only when it is known what the server did', async () => {
  const { decisions, asked, settled, pass, answerWith } = scene();
  answerWith(() => { throw new Problem('offline', 'no answer'); });
  const decision = decisions.decide({ action: 'reject', commentIDs: ['1'] }, 'Rejected');
  await settled();
  assert.equal(decision.state, 'waiting');
  decisions.undo(decision);
  assert.equal(decision.state, 'waiting');
  answerWith((path, body) => ({ decisions: [{ target: '1', decisionID: body.decisionID ?? 'the first', status: 'done' }] }));
  await pass(60_000);
  await settled();
  assert.deepEqual(asked, [['decisions', 'reject'], ['decisions', 'reject'], ['undo', 'the first']]);
  assert.equal(decision.state, 'undone');
});

test('A decision that the server refuses fails, and those after it are sent', async () => {
  const { decisions, settled, answerWith } = scene();
  answerWith((path, body) => {
    if (body.action === 'ban') throw new Problem('forbidden', 'Not you.', 403);
    return { decisions: [] };
  });
  const refused = decisions.decide({ action: 'ban', userIDs: ['a'] }, 'Ban');
  const next = decisions.decide({ action: 'reject', commentIDs: ['1'] }, 'Reject');
  await settled();
  assert.deepEqual([refused.state, refused.problem.message, next.state], ['failed', 'Not you.', 'done']);
});

const seconds = (rates, count, commentsPerSecond) => {
  for (let i = 0; i < count; i++) rates.add({ at: (rates.history.at(-1)?.at ?? 0) + 1000, commentsPerSecond, viewers: 1, held: 0 });
};

test('A raid is more than five times what is usual, and nothing is usual in the first minute', () => {
  const rates = new Rates();
  seconds(rates, 50, 50);
  assert.equal(rates.raid, 0);
  seconds(rates, 100, 4);
  seconds(rates, 300, 4);
  seconds(rates, 1, 20);
  assert.equal(rates.raid, 0);
  seconds(rates, 1, 21);
  assert.ok(rates.raid > 5);
  assert.ok(rates.history.length <= 301);
});

test('A few comments in a quiet room are no raid', () => {
  const rates = new Rates();
  seconds(rates, 120, 0);
  seconds(rates, 1, 4.9);
  assert.equal(rates.raid, 0);
  seconds(rates, 1, 5.1);
  assert.ok(rates.raid > 5);
});

test('Reasons are stacked, those that were most often below and the others together, and a short peak stays', () => {
  const values = [{ busy: 1 }, { 'slow-mode': 5, banned: 2 }, { 'slow-mode': 3, throttled: 1, 'text-refused': 4 }];
  const shown = mostOften(values);
  assert.deepEqual(shown, ['slow-mode', 'text-refused', 'banned']);
  assert.deepEqual(stack(values, shown), [[0, 0, 0, 1], [5, 5, 7, 7], [3, 7, 7, 8]]);
  const long = Array.from({ length: 300 }, (_, i) => (i === 100 ? { busy: 9 } : {}));
  assert.equal(Math.max(...stack(long, ['busy']).map(heights => heights[3])), 9);
  assert.equal(stack(long, ['busy']).length, 60);
  assert.deepEqual(mostOften([]), []);
});
