import assert from 'node:assert/strict';
import test from 'node:test';
import { Replay } from '../../../../src/LiveComments.Server/wwwroot/js/replay.js';

const SEGMENT = 30_000;
const moment = () => new Promise(resolve => setImmediate(resolve));

/** A recording of so many segments with one comment each; those in `mute` have but a reaction. Answers wait for whoever asks. */
async function recorded(segments, mute = []) {
  const asked = [];
  const replay = new Replay({
    call: async () => ({ durationMs: segments * SEGMENT, segmentMs: SEGMENT, segments, activity: { intervalMs: SEGMENT, entries: Array(segments).fill(1), reactions: Array(segments).fill(1) } }),
    fetch: (_, path) => new Promise((resolve, reject) => {
      const segment = Number(path.split('/').at(-1));
      const offsetMs = segment * SEGMENT;
      const page = mute.includes(segment)
        ? { comments: [], reactions: [{ offsetMs, commentID: 'c0', reactions: { likes: segment } }] }
        : { comments: [{ offsetMs, comment: { commentID: `c${segment}`, position: `1:${segment + 1}`, reactions: {} } }], reactions: [] };
      asked.push({ segment, answer: () => resolve({ json: async () => page, headers: new Headers() }), fail: () => reject(new Error('none')) });
    }),
  }, 'show');
  await replay.open();
  return { replay, asked };
}

/** Answers everything until somebody has what they wait for. */
async function answered(asked, wanted) {
  let done = false;
  wanted.finally(() => (done = true)).catch(() => {});
  while (!done) {
    asked.splice(0).forEach(one => one.answer());
    await moment();
  }
  return wanted;
}

test('A poll is shown open while it was, then with its result for a while', async () => {
  const poll = (pollID, counts) => ({ pollID, status: 'closed', counts });
  const replay = new Replay({ call: async () => ({ durationMs: 90_000, segmentMs: SEGMENT, segments: 3, activity: { intervalMs: SEGMENT, entries: [], reactions: [] }, polls: [{ fromMs: 1_000, toMs: 20_000, poll: poll('p1', [1, 2]) }, { fromMs: 30_000, toMs: 40_000, poll: poll('p2', [0, 0]) }] }) }, 'show');
  await replay.open();
  const at = time => {
    const shown = replay.pollAt(time);
    return shown && [shown.pollID, shown.status, shown.counts];
  };
  assert.deepEqual([at(0), at(1_000), at(19_999)], [null, ['p1', 'open', undefined], ['p1', 'open', undefined]]);
  assert.deepEqual([at(20_000), at(29_999), at(30_000)], [['p1', 'closed', [1, 2]], ['p1', 'closed', [1, 2]], ['p2', 'open', undefined]]);
  assert.deepEqual([at(54_999), at(55_000)], [['p2', 'closed', [0, 0]], null]);
});

const ids = comments => comments.map(comment => comment.commentID);

test('A jump that fails leaves the replay at its old place, where it goes on', async () => {
  const { replay, asked } = await recorded(100);
  await answered(asked, replay.seek(0));
  replay.advance(20_000);
  const [next] = asked.splice(0);
  assert.equal(next.segment, 1);
  const jump = replay.seek(90 * SEGMENT);
  asked.shift().fail();
  await assert.rejects(jump);
  next.answer();
  await moment();
  assert.deepEqual(ids(replay.advance(SEGMENT + 20_000).placed), ['c1']);
  assert.deepEqual(asked.map(one => one.segment), [2]);
});

test('What was asked for at the old place does not come after a jump', async () => {
  const { replay, asked } = await recorded(100);
  await answered(asked, replay.seek(0));
  replay.advance(20_000);
  const [next] = asked.splice(0);
  await answered(asked, replay.seek(90 * SEGMENT));
  next.answer();
  await moment();
  assert.equal(replay.loadedTo, 91 * SEGMENT);
  replay.advance(90 * SEGMENT + 20_000);
  asked.shift().answer();
  await moment();
  assert.deepEqual(ids(replay.advance(91 * SEGMENT).placed), ['c91']);
});

test('A jump that was overtaken fails for nobody', async () => {
  const { replay, asked } = await recorded(100);
  const first = replay.seek(10 * SEGMENT);
  const second = replay.seek(50 * SEGMENT);
  asked.shift().fail();
  assert.equal(await first, false);
  assert.equal(await answered(asked, second), true);
  assert.equal(replay.comments.at(-1).commentID, 'c50');
});

test('Reading back reaches the first comment of all, and asks for nothing over and over', async () => {
  const mute = Array.from({ length: 20 }, (_, i) => 30 + i);
  const { replay, asked } = await recorded(100, mute);
  await answered(asked, replay.seek(99 * SEGMENT));
  const read = ids(replay.comments);
  let [oldest] = replay.comments;
  for (let more = true; more; ) {
    const reading = replay.before(oldest.position, 50);
    await moment();
    assert.ok(asked.every(one => !read.includes(`c${one.segment}`) || `c${one.segment}` === oldest.commentID));
    const page = await answered(asked, reading);
    if (page.comments.length) [oldest] = page.comments;
    read.unshift(...ids(page.comments));
    more = page.more;
  }
  assert.deepEqual(read, Array.from({ length: 100 }, (_, i) => i).filter(i => !mute.includes(i)).map(i => `c${i}`));
});
