import assert from 'node:assert/strict';
import test from 'node:test';
import './texts.mjs';
import { fullCount, lengthOf } from '../../../../src/LiveComments.Server/wwwroot/pages/format.js';
import { fold, highest, scaleOf, sum, ticks } from '../../../../src/LiveComments.Server/wwwroot/pages/statistics/series.js';
import { heldBy, platformOf, refusedBy } from '../../../../src/LiveComments.Server/wwwroot/pages/statistics/words.js';

test('Neighbours become one column, and nothing of them is lost', () => {
  const values = Array.from({ length: 1500 }, (_, i) => i % 7);
  const folded = fold(values, 180, sum);
  assert.ok(folded.values.length <= 180);
  assert.equal(sum(folded.values), sum(values));
  assert.equal(folded.each, 10);
  assert.deepEqual(fold([1, 2, 3], 180, sum), { values: [1, 2, 3], each: 1 });
  assert.deepEqual(fold([], 180, sum), { values: [], each: 1 });
  assert.equal(highest(fold(values, 10, highest).values), 6);
});

test('A scale ends at a number that people can read, no lower than the highest value', () => {
  assert.deepEqual([0, 1, 3, 7, 10, 11, 499, 501, 2_475, 12_345].map(scaleOf), [1, 1, 3, 8, 10, 15, 500, 600, 2_500, 15_000]);
});

test('Labels of time are few and round', () => {
  assert.deepEqual(ticks(0, 3_600_000, 6), [0, 600_000, 1_200_000, 1_800_000, 2_400_000, 3_000_000, 3_600_000]);
  assert.deepEqual(ticks(5_000, 65_000, 6), [10_000, 20_000, 30_000, 40_000, 50_000, 60_000]);
  for (const length of [1_000, 90_000, 5_400_000, 86_400_000, 90 * 86_400_000]) assert.ok(ticks(0, length, 6).length <= 7, `${length}`);
});

test('Every reason has words, also one that this page does not know', () => {
  assert.equal(refusedBy('slow-mode'), 'Slow mode');
  assert.equal(refusedBy('brand-new'), 'Brand new');
  assert.equal(heldBy('rule'), 'A rule of the event');
  assert.equal(platformOf('ios'), 'iOS');
});

test('Lengths and numbers are words that people use', () => {
  assert.deepEqual([0, 1_000, 10_000, 59_000, 60_000, 3_300_000, 3_600_000, 5_520_000].map(lengthOf), ['0 seconds', '1 second', '10 seconds', '59 seconds', '1 min', '55 min', '1 h', '1 h 32 min']);
  assert.deepEqual([7, 25_812, 12_345_678].map(fullCount), ['7', '25,812', '12.3M']);
});
