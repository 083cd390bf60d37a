import assert from 'node:assert/strict';
import test from 'node:test';

// As a page of a Swiss reader has it.
globalThis.document = /** @type {any} */ ({ documentElement: { lang: 'de' } });
Object.defineProperty(globalThis, 'navigator', { value: { languages: ['fr', 'de-CH', 'en'] }, configurable: true });
globalThis.liveCommentsTexts = {
  'list.new': { one: '{count} neuer Kommentar', other: '{count} neue Kommentare' },
  'page.quote': 'Antwort an {name}: {text}',
  'page.sentence': '{first} oder {second}, bitte.',
};
const { hasPhrase, LANGUAGE, LOCALE, phrase, phraseWith } = await import('../../../../src/LiveComments.Server/wwwroot/pages/texts.js');

test('Numbers are those of the reader\'s country, and decide about the plural', () => {
  assert.deepEqual([LANGUAGE, LOCALE], ['de', 'de-CH']);
  assert.equal(phrase('list.new', { count: 1 }), '1 neuer Kommentar');
  assert.equal(phrase('list.new', { count: 0 }), '0 neue Kommentare');
  assert.match(phrase('list.new', { count: 9_876 }), /^9[’']876 neue Kommentare$/);
});

test('What comes into a place is not looked through for places', () => {
  assert.equal(phrase('page.quote', { name: '{text}', text: '{name} $& {count}' }), 'Antwort an {text}: {name} $& {count}');
});

test('Elements come into places as they are', () => {
  const [first, second] = [{ first: 1 }, { second: 2 }];
  assert.deepEqual(phraseWith('page.sentence', /** @type {any} */ ({ first, second })), ['', first, ' oder ', second, ', bitte.']);
});

test('A text that is missing shows its key, and nothing stops', () => {
  assert.equal(phrase('nothing.here', { count: 2 }), 'nothing.here');
  assert.deepEqual([hasPhrase('nothing.here'), hasPhrase('toString'), hasPhrase('list.new')], [false, false, true]);
});
