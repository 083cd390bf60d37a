import assert from 'node:assert/strict';
import test from 'node:test';
import { PollState } from '../../../../src/LiveComments.Server/wwwroot/js/poll.js';

const poll = more => ({ pollID: 'p1', number: 1, revision: 1, status: 'open', question: 'Who wins?', options: ['Red', 'Blue'], results: 'live', openedAt: '2026-01-31T20:00:00.000Z', version: 0, votes: 0, counts: [0, 0], ...more });
const tally = (version, counts, pollID = 'p1') => ({ pollID, version, votes: counts.reduce((sum, count) => sum + count), counts });

test('Counts come in any order, and the highest version holds', () => {
  const state = new PollState();
  state.take(poll());
  assert.equal(state.count([tally(2, [3, 1])]), true);
  assert.equal(state.count([tally(1, [1, 1])]), false);
  assert.equal(state.count([tally(9, [9, 9], 'another')]), false);
  assert.deepEqual([state.shown.votes, state.shown.counts], [4, [3, 1]]);
  // The log has the poll as it was opened, and is read again after a cut.
  state.take(poll());
  assert.deepEqual(state.shown.counts, [3, 1]);
  state.take(poll({ status: 'closed', revision: 2, version: 3, votes: 5, counts: [4, 1] }));
  assert.deepEqual([state.shown.status, state.shown.counts], ['closed', [4, 1]]);
  assert.equal(state.count([tally(4, [9, 9])]), false);
});

test('What is older changes nothing, whenever it comes', () => {
  const state = new PollState();
  state.take(poll({ pollID: 'p2', number: 2 }));
  for (const older of [poll(), poll({ revision: 2, status: 'closed' }), { pollID: 'p1', number: 1, revision: 3, status: 'removed' }]) assert.equal(state.take(older), false);
  assert.equal(state.shown.pollID, 'p2');
  state.take({ pollID: 'p2', number: 2, revision: 2, status: 'removed' });
  assert.equal(state.shown, null);
  assert.equal(state.take(poll({ pollID: 'p2', number: 2 })), false);
  assert.equal(state.shown, null);
});

test('A vote is shown at once, until the server has counted', () => {
  const state = new PollState();
  state.take(poll({ version: 1, votes: 1, counts: [1, 0] }));
  state.choose(1);
  assert.deepEqual([state.own, state.shown.votes, state.shown.counts], [1, 2, [1, 1]]);
  state.choose(0);
  assert.deepEqual([state.own, state.shown.votes, state.shown.counts], [0, 2, [2, 0]]);
  state.count([tally(2, [5, 5])]);
  assert.deepEqual([state.own, state.shown.counts], [0, [5, 5]]);
  // The next poll is another one.
  state.take(poll({ pollID: 'p2', number: 2 }));
  assert.equal(state.own, null);
});

test('A vote that is refused is taken back, and what the server has said since stays', () => {
  const state = new PollState();
  state.take(poll({ votes: 1, counts: [1, 0] }));
  state.choose(1);
  state.revert(null);
  assert.deepEqual([state.own, state.shown.votes, state.shown.counts], [null, 1, [1, 0]]);
  state.choose(1);
  state.take(poll({ status: 'closed', revision: 2, version: 7, votes: 3, counts: [3, 0] }));
  state.revert(null);
  assert.deepEqual([state.own, state.shown.status, state.shown.counts], [null, 'closed', [3, 0]]);
});

test('Counts that are secret are not shown, also after a vote', () => {
  const state = new PollState();
  const { counts, ...secret } = poll({ results: 'closed' });
  state.take({ ...secret, myOption: 1 });
  assert.equal(state.own, 1);
  state.choose(0);
  assert.deepEqual([state.own, state.shown.votes, state.shown.counts], [0, 0, undefined]);
  state.count([{ pollID: 'p1', version: 3, votes: 4 }]);
  assert.deepEqual([state.shown.votes, state.shown.counts], [4, undefined]);
});
