import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { Backoff } from '../../../../src/LiveComments.Server/wwwroot/js/backoff.js';
import { BoundedMap } from '../../../../src/LiveComments.Server/wwwroot/js/bounded.js';
import { parsePosition, printPosition } from '../../../../src/LiveComments.Server/wwwroot/js/position.js';
import { Rate } from '../../../../src/LiveComments.Server/wwwroot/js/rate.js';
import { eventStreamReader } from '../../../../src/LiveComments.Server/wwwroot/js/sse.js';
import { findEmoji } from '../../../../src/LiveComments.Server/wwwroot/pages/emoji.js';
import { duration } from '../../../../src/LiveComments.Server/wwwroot/pages/format.js';
import { stageOf } from '../../../../src/LiveComments.Server/wwwroot/pages/stage-rule.js';

test('Waiting doubles up to its limit, is never nothing, and is spread', () => {
  const longest = new Backoff({ first: 500, longest: 8000, random: () => 1 });
  assert.deepEqual(Array.from({ length: 7 }, () => longest.next()), [500, 1000, 2000, 4000, 8000, 8000, 8000]);
  longest.reset();
  assert.equal(longest.next(), 500);
  const shortest = new Backoff({ first: 500, random: () => 0 });
  assert.equal(shortest.next(), 100);
  for (let i = 0; i < 5000; i++) assert.ok(shortest.next() <= 30_000);
});

test('A position keeps an epoch that is larger than a number holds', () => {
  assert.equal(printPosition(parsePosition('9223372036854775807:12')), '9223372036854775807:12');
});

test('Server-sent events are read however they are cut', () => {
  const text = ':\n\nid: 7:1\ndata: {"type":"hello"}\n\ndata: a\ndata: b\r\n\r\n:\n\n';
  for (let size = 1; size < text.length; size++) {
    const read = [];
    const reader = eventStreamReader(data => read.push(data));
    for (let at = 0; at < text.length; at += size) reader(text.slice(at, at + size));
    assert.deepEqual(read, ['{"type":"hello"}', 'a\nb']);
  }
});

test('A bounded map forgets what was set longest ago', () => {
  const map = new BoundedMap(2);
  map.set('a', 1).set('b', 2).set('a', 3).set('c', 4);
  assert.deepEqual([...map], [['a', 3], ['c', 4]]);
});

test('A rate is that of the last seconds', () => {
  let now = 100_000;
  const rate = new Rate({ window: 5000, now: () => now });
  rate.add(100, 900);
  now += 2000;
  rate.add(100, 0);
  assert.deepEqual(rate.current, { shown: 40, all: 220 });
  now += 60_000;
  assert.deepEqual(rate.current, { shown: 0, all: 0 });
});

test('The stage is what the table of cases says', () => {
  for (const { url, kind, shown, origin } of JSON.parse(readFileSync(new URL('../stages.json', import.meta.url), 'utf8'))) {
    const stage = stageOf(url);
    assert.deepEqual(stage && { kind: stage.kind, shown: stage.url, origin: stage.origin }, kind ? { kind, shown, origin } : null, url);
  }
});

test('Durations read like clocks', () => {
  assert.deepEqual([0, 59_999, 3_600_000, 90_061_000].map(duration), ['0:00', '0:59', '1:00:00', '1d 01:01:01']);
});

test('Emoji are found by the beginning of a word first', () => {
  assert.equal(findEmoji('fire')[0].char, '🔥');
  assert.equal(findEmoji('party')[0].char, '🥳');
  assert.deepEqual(findEmoji('nothing like this'), []);
});
