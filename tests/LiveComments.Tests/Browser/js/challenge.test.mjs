import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { inSlices, solve } from '../../../../src/LiveComments.Server/wwwroot/js/challenge.js';
import { search, sha256 } from '../../../../src/LiveComments.Server/wwwroot/js/work.js';

const hex = words => Array.from(words, word => word.toString(16).padStart(8, '0')).join('');

test('The hash is SHA-256 for texts of every length', () => {
  for (let length = 0; length < 300; length++) {
    const text = 'abcdefghij.0123456789'.repeat(15).slice(0, length);
    assert.equal(hex(sha256(text)), createHash('sha256').update(text).digest('hex'));
  }
});

test('An answer begins with the token, and its hash with as many zero bits as were asked for', async () => {
  for (const [token, difficulty] of [['CfDJ8A-_x', 1], ['CfDJ8A-_y', 8], ['t'.repeat(250), 12]]) {
    const answer = await inSlices(token, difficulty);
    const number = answer.slice(token.length + 1);
    assert.match(number, /^[0-9]{1,11}$/);
    assert.equal(answer, `${token}.${number}`);
    const seed = createHash('sha256').update(token).digest('base64url');
    const hash = createHash('sha256').update(`${seed}.${number}`).digest();
    assert.ok(Math.clz32(hash.readUInt32BE(0)) >= difficulty);
  }
});

test('A long search lets others have their turn', () => {
  const steps = search('token', 32);
  for (let i = 0; i < 3; i++) assert.equal(steps.next().done, false);
});

test('A puzzle of a provider needs a page that shows it', async () => {
  await assert.rejects(solve({ kind: 'turnstile', siteKey: 'x' }, undefined), { code: 'challenge-required' });
  assert.equal(await solve({ kind: 'turnstile', siteKey: 'x' }, async challenge => `solved ${challenge.siteKey}`), 'solved x');
});
