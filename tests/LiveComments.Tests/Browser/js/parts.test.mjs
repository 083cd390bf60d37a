import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import './texts.mjs';
import { Backoff } from '../../../../src/LiveComments.Server/wwwroot/js/backoff.js';
import { BoundedMap } from '../../../../src/LiveComments.Server/wwwroot/js/bounded.js';
import { parsePosition, printPosition } from '../../../../src/LiveComments.Server/wwwroot/js/position.js';
import { Rate } from '../../../../src/LiveComments.Server/wwwroot/js/rate.js';
import { eventStreamReader } from '../../../../src/LiveComments.Server/wwwroot/js/sse.js';
import { Announcer } from '../../../../src/LiveComments.Server/wwwroot/pages/announcer.js';
import { findEmoji } from '../../../../src/LiveComments.Server/wwwroot/pages/emoji.js';
import { duration } from '../../../../src/LiveComments.Server/wwwroot/pages/format.js';
import { findLinks } from '../../../../src/LiveComments.Server/wwwroot/pages/links.js';
import { findMentions } from '../../../../src/LiveComments.Server/wwwroot/pages/mentions.js';
import { Muted } from '../../../../src/LiveComments.Server/wwwroot/pages/muted.js';
import { Names } from '../../../../src/LiveComments.Server/wwwroot/pages/names.js';
import { lookOf, queryOf } from '../../../../src/LiveComments.Server/wwwroot/pages/overlay.js';
import { Pace } from '../../../../src/LiveComments.Server/wwwroot/pages/pace.js';
import { qrCode } from '../../../../src/LiveComments.Server/wwwroot/pages/qr.js';
import { skeletonOf, useLookAlikes } from '../../../../src/LiveComments.Server/wwwroot/pages/skeleton.js';
import { freeSlug, slugOf } from '../../../../src/LiveComments.Server/wwwroot/pages/slug.js';
import { later } from '../../../../src/LiveComments.Server/wwwroot/pages/series.js';
import { faultOf, videoSourceOf } from '../../../../src/LiveComments.Server/wwwroot/pages/video-source.js';
import { instantOf, wallTime } from '../../../../src/LiveComments.Server/wwwroot/pages/zone.js';

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
  const text = ':\n\nid: 7:1\ndata: {"type":"hello"}\n\nretry: soon\nretry: 250\ndata: a\ndata: b\r\n\r\n:\n\n';
  for (let size = 1; size < text.length; size++) {
    const read = [];
    const retries = [];
    const reader = eventStreamReader(data => read.push(data), milliseconds => retries.push(milliseconds));
    for (let at = 0; at < text.length; at += size) reader(text.slice(at, at + size));
    assert.deepEqual(read, ['{"type":"hello"}', 'a\nb']);
    assert.deepEqual(retries, [250]);
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

test('The address of a video gives what the table of cases says', () => {
  for (const { url, kind, shown, origin, fault } of JSON.parse(readFileSync(new URL('../video-sources.json', import.meta.url), 'utf8'))) {
    const source = videoSourceOf(url);
    assert.deepEqual(source && { kind: source.kind, shown: source.url, origin: source.origin }, kind ? { kind, shown, origin } : null, url);
    assert.equal(url && faultOf(url)?.site, fault ?? (url && undefined), url);
  }
});

test('A series keeps its time on the clocks of its zone, and months without such a day have their last', () => {
  const berlin = 'Europe/Berlin';
  assert.equal(later('2031-03-29T19:00:00Z', berlin, { days: 1 }, 1), '2031-03-30T18:00:00.000Z');
  assert.equal(later('2031-03-29T19:00:00Z', berlin, { days: 7 }, 52), '2032-03-27T19:00:00.000Z');
  assert.equal(later('2031-01-31T19:00:00Z', berlin, { months: 1 }, 1), '2031-02-28T19:00:00.000Z');
  assert.equal(later('2031-01-31T19:00:00Z', berlin, { months: 1 }, 2), '2031-03-31T18:00:00.000Z');
  assert.equal(later('2031-12-31T23:30:00Z', 'UTC', { months: 1 }, 2), '2032-02-29T23:30:00.000Z');
});

test('Durations read like clocks', () => {
  assert.deepEqual([0, 59_999, 3_600_000, 90_061_000].map(duration), ['0:00', '0:59', '1:00:00', '1d 01:01:01']);
});

test('Emoji are found by the beginning of a word first', () => {
  assert.equal(findEmoji('fire')[0].char, '🔥');
  assert.equal(findEmoji('party')[0].char, '🥳');
  assert.deepEqual(findEmoji('nothing like this'), []);
});

test('A time on the clocks of a zone becomes its instant and is shown as the same time', () => {
  const cases = [
    ['2026-11-21T20:00', 'UTC', '2026-11-21T20:00:00.000Z'],
    ['2026-11-21T20:00', 'Europe/Berlin', '2026-11-21T19:00:00.000Z'],
    ['2026-07-01T20:00', 'Europe/Berlin', '2026-07-01T18:00:00.000Z'],
    ['2026-07-01T00:15', 'Asia/Kathmandu', '2026-06-30T18:30:00.000Z'],
    ['2026-12-31T23:30', 'America/New_York', '2027-01-01T04:30:00.000Z'],
    ['2026-01-01T10:00', 'Pacific/Kiritimati', '2025-12-31T20:00:00.000Z'],
    ['2000-02-29T12:00', 'Pacific/Pago_Pago', '2000-02-29T23:00:00.000Z'],
    // The hours around a change, and the hour that clocks show twice: the first one.
    ['2026-03-29T01:59', 'Europe/Berlin', '2026-03-29T00:59:00.000Z'],
    ['2026-03-29T03:00', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
    ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    ['2026-10-25T03:00', 'Europe/Berlin', '2026-10-25T02:00:00.000Z'],
    ['2026-04-05T01:45', 'Australia/Lord_Howe', '2026-04-04T14:45:00.000Z'],
  ];
  for (const [wall, zone, instant] of cases) {
    assert.equal(instantOf(wall, zone), instant, `${wall} in ${zone}`);
    assert.equal(wallTime(instant, zone), wall, `${instant} in ${zone}`);
  }
  // Its second time is shown as what it is.
  assert.equal(wallTime('2026-10-25T01:30:00.000Z', 'Europe/Berlin'), '2026-10-25T02:30');
});

test('A time that clocks skip is as much later as they skip; what is no date, and a zone nobody knows, do no harm', () => {
  assert.equal(instantOf('2026-03-29T02:30', 'Europe/Berlin'), '2026-03-29T01:30:00.000Z');
  assert.equal(instantOf('2026-03-08T02:15', 'America/New_York'), '2026-03-08T07:15:00.000Z');
  assert.equal(instantOf('', 'Europe/Berlin'), '');
  assert.equal(instantOf('tomorrow', 'Europe/Berlin'), 'tomorrow');
  assert.equal(instantOf('2026-11-21T20:00', 'Mars/Olympus'), '2026-11-21T20:00:00.000Z');
});

test('A removed comment is read out no more, neither now nor with what comes next', t => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const region = { textContent: '' };
  const announcer = new Announcer(region);
  announcer.comment('Ada: one', 'c1');
  t.mock.timers.tick(4000);
  assert.equal(region.textContent, 'Ada: one');
  announcer.removed(['c1']);
  assert.equal(region.textContent, '');

  announcer.comment('Ada: two', 'c2');
  announcer.comment('Ada: three', 'c3');
  announcer.removed(['c3']);
  t.mock.timers.tick(4000);
  assert.equal(region.textContent, '1 new comment.');
  announcer.comment('Ada: four', 'c4');
  announcer.removed(['c4']);
  t.mock.timers.tick(4000);
  assert.equal(region.textContent, '1 new comment.');
  announcer.comment('Ada: five', 'c5');
  announcer.comment('Ada: six', 'c6');
  announcer.removed(['c5']);
  t.mock.timers.tick(4000);
  assert.equal(region.textContent, '2 new comments. Ada: six');

  announcer.now('Ada mentions you: hello', 'c7');
  announcer.removed(['c6']);
  assert.equal(region.textContent, 'Ada mentions you: hello');
  announcer.removed(['c7']);
  assert.equal(region.textContent, '');
});

test('What was read out before a reset is forgotten: it may have been removed meanwhile', t => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const region = { textContent: '' };
  const announcer = new Announcer(region);
  announcer.now('Pinned: Ada: one', 'c1');
  announcer.comment('Ada: two', 'c2');
  announcer.forget();
  assert.equal(region.textContent, '');
  t.mock.timers.tick(4000);
  assert.equal(region.textContent, '');
  announcer.now('The comment is deleted.');
  announcer.forget();
  assert.equal(region.textContent, 'The comment is deleted.');
});

test('Mentions are marked where the server finds them', () => {
  for (const { text, names, shown } of JSON.parse(readFileSync(new URL('../mentions.json', import.meta.url), 'utf8'))) {
    const found = findMentions(text);
    const distinct = found.map(one => one.name).filter((name, i, all) => all.findIndex(other => other.toLowerCase() === name.toLowerCase()) === i);
    assert.deepEqual(distinct, names, text);
    assert.deepEqual(found.map(one => text.slice(one.from, one.to)), shown ?? names.map(name => `@${name}`), text);
  }
});

test('Somebody is shown with their username from when another has a name that looks the same', async () => {
  let changes = 0;
  const names = new Names(() => changes++);
  const anna = { userID: '1', username: 'anna', displayName: 'Anna' };
  const other = { userID: '2', username: 'anna2', displayName: 'ANNA' };
  assert.equal(names.handleOf(anna), '');
  assert.equal(names.handleOf(anna), '');
  assert.equal(names.of(anna), 'Anna');
  assert.equal(names.handleOf({ userID: '3', username: 'bob', displayName: 'Bob' }), '');
  assert.equal(names.handleOf(other), '@anna2');
  assert.equal(names.of(anna), 'Anna @anna');
  await Promise.resolve();
  assert.equal(changes, 1);
  assert.equal(names.handleOf({ userID: '4', username: 'anna3', displayName: 'anna' }), '@anna3');
  await Promise.resolve();
  assert.equal(changes, 1);
  names.handleOf({ userID: '5', username: 'masha', displayName: 'Маша' });
  assert.equal(names.handleOf({ userID: '6', username: 'masha2', displayName: 'МАША' }), '@masha2');
});

test('Texts that look the same have one skeleton, as on the server', () => {
  useLookAlikes(JSON.parse(readFileSync(new URL('../../../../src/LiveComments/Text/confusables.json', import.meta.url), 'utf8')));
  const groups = JSON.parse(readFileSync(new URL('../lookalikes.json', import.meta.url), 'utf8'));
  for (const { names } of groups) for (const name of names) assert.equal(skeletonOf(name), skeletonOf(names[0]), name);
  assert.equal(new Set(groups.map(group => skeletonOf(group.names[0]))).size, groups.length);
});

test('An overlay looks as its address says, within bounds', () => {
  const usual = { size: 20, colour: 'ffffff', fade: 0, polls: true, stage: true };
  assert.deepEqual(lookOf('?embed=overlay'), usual);
  assert.deepEqual(lookOf('?embed=overlay&size=72&colour=FFcc00&fade=600'), { ...usual, size: 72, colour: 'ffcc00', fade: 600 });
  assert.deepEqual(lookOf('?embed=overlay&polls=off'), { ...usual, polls: false });
  assert.deepEqual(lookOf('?embed=overlay&stage=off'), { ...usual, stage: false });
  for (const query of ['size=11', 'size=73', 'size=1e1', 'size=20px', 'size=-20', 'size=', 'size=%3Bdisplay:none', 'colour=red', 'colour=%23ffcc00', 'colour=ffcc001', 'colour=ffcc0%3B', 'fade=0', 'fade=601', 'fade=-1', 'fade=1.5', 'fade=NaN', 'polls=no', 'stage=no'])
    assert.deepEqual(lookOf(`?embed=overlay&${query}`), usual, query);
  for (const look of [usual, { size: 12, colour: '000000', fade: 1, polls: true, stage: false }, { size: 40, colour: 'ffffff', fade: 30, polls: false, stage: true }]) assert.deepEqual(lookOf(queryOf(look)), look);
  assert.equal(queryOf(usual), '?embed=overlay');
});

test('A QR code is the one that others make of the same text', () => {
  for (const { text, rows } of JSON.parse(readFileSync(new URL('../qrcodes.json', import.meta.url), 'utf8'))) {
    const made = /** @type {boolean[][]} */ (qrCode(text)).map(row => row.map(dark => (dark ? '#' : '.')).join(''));
    assert.deepEqual(made, rows, text);
  }
  assert.equal(/** @type {boolean[][]} */ (qrCode('a'.repeat(666))).length, 97);
  assert.equal(qrCode('a'.repeat(667)), null);
});

test('A title becomes the end of an address', () => {
  for (const [title, slug] of [
    ['Cup final', 'cup-final'],
    ['  Cup   final: 2–1!? ', 'cup-final-2-1'],
    ["The Queen's speech", 'the-queens-speech'],
    ['Fußball in München, Łódź & Ærøskøbing', 'fussball-in-munchen-lodz-aeroskobing'],
    ['Финал кубка: Щукин', 'final-kubka-shchukin'],
    ['Київ наживо', 'kiiv-nazhivo'],
    ['Τελικός κυπέλλου', 'telikos-kypelloy'],
    ['ＦＩＮＡＬ №５', 'final-no5'],
    ['決勝 2031', '2031'],
    ['決勝', ''],
    ['🎬🎬', ''],
    ['<script>alert(1)</script>', 'script-alert-1-script'],
    ['../../admin', 'admin'],
    ['x'.repeat(300), 'x'.repeat(56)],
    ['word '.repeat(60), 'word-word-word-word-word-word-word-word-word-word-word'],
    ['0196f19e-0d44-7a51-8f0b-2c9d7e5a4b10', 'event-0196f19e-0d44-7a51-8f0b-2c9d7e5a4b10'],
    ['0196f19e0d447a518f0b2c9d7e5a4b10', 'event-0196f19e0d447a518f0b2c9d7e5a4b10'],
  ])
    assert.equal(slugOf(title), slug, title);
});

test('What somebody has is not proposed', async () => {
  const taken = new Set(['cup', 'cup-2', 'cup-3']);
  assert.equal(await freeSlug('final', async one => taken.has(one)), 'final');
  assert.equal(await freeSlug('cup', async one => taken.has(one)), 'cup-4');
  let asked = 0;
  const random = await freeSlug('y'.repeat(56), async () => Boolean(++asked));
  assert.match(random, /^y{56}-[0-9a-z]{7}$/);
  assert.equal(asked, 9);
});

test('Links are http and https, as typed, and end where the sentence goes on', () => {
  for (const [text, ...links] of [
    ['no link at all'],
    ['see https://example.org/a?b=c#d here', 'https://example.org/a?b=c#d'],
    ['(https://example.org/a_(b)), HTTP://EXAMPLE.ORG!', 'https://example.org/a_(b)', 'HTTP://EXAMPLE.ORG'],
    ['www.example.org. And “https://example.org”', 'www.example.org', 'https://example.org'],
    ['[https://example.org/[1]] {https://example.net}', 'https://example.org/[1]', 'https://example.net'],
    ['**https://example.org/** https://example.org/a...', 'https://example.org/', 'https://example.org/a'],
    ['見てhttps://example.jp', 'https://example.jp'],
    ['https://example.org/\u200bhidden', 'https://example.org/'],
    ['https://evil.example/\u202egpj.exe', 'https://evil.example/'],
    ['https://münchen.example/', 'https://münchen.example/'],
    ['javascript:alert(1) JaVaScRiPt://example.org/%0Aalert(1) data:text/html,x ftp://example.org file:///etc/passwd //example.org mailto:a@b.c'],
    ['view-source:https://example.org blob:https://example.org xhttps://example.org a@www.example.org'],
    ['https://example.org@evil.example/ https://a:b@evil.example https://@evil.example'],
    ['https:\\\\evil.example https:/evil.example https://localhost https://[::1]/ https:// www. www.. http://a'],
    [`https://example.org/${'a'.repeat(2100)}`],
  ])
    assert.deepEqual(findLinks(text).map(({ from, to }) => text.slice(from, to)), links, text);
  assert.equal(findLinks('https://\u0430pple.example/')[0].url.hostname, 'xn--pple-43d.example');
  for (const slow of ['('.repeat(20_000), ')'.repeat(20_000)]) assert.ok(findLinks(`https://example.org/${slow}`).length <= 1);
});

test('Who is muted is kept, bounded, and known to tabs that muted others meanwhile; what somebody else wrote there is nobody', () => {
  const kept = new Map();
  globalThis.localStorage = { getItem: key => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  let changes = 0;
  const [one, other] = [new Muted(() => changes++), new Muted(() => undefined)];
  one.mute('a', 'Ann');
  other.mute('b', 'Ben');
  one.mute('c', 'Chen');
  assert.deepEqual(new Muted(() => undefined).people, [['c', 'Chen'], ['b', 'Ben'], ['a', 'Ann']]);
  other.unmute('a');
  assert.equal(new Muted(() => undefined).has('a'), false);
  assert.equal(changes, 2);
  for (let i = 0; i < 600; i++) one.mute(String(i), 'Crowd');
  assert.equal(one.people.length, 500);
  assert.equal(one.has('599') && !one.has('b'), true);
  for (const nonsense of ['{', '7', '[["x"], [1, 2], "yy", ["z", "Zoe"]]']) {
    kept.set('livecomments.muted', nonsense);
    assert.deepEqual(new Muted(() => undefined).people, nonsense.endsWith(']]') ? [['z', 'Zoe']] : []);
  }
  globalThis.localStorage = { getItem: () => { throw new Error('no'); }, setItem: () => { throw new Error('no'); } };
  const alone = new Muted(() => undefined);
  alone.mute('a', 'Ann');
  assert.equal(alone.has('a'), true);
  delete globalThis.localStorage;
});

/** What is shown of so many comments a second, for so many seconds. @param {Pace} pace @param {number} rate @param {number} seconds @param {(seq: number) => boolean} [always] */
function paced(pace, rate, seconds, always = () => false) {
  const start = Date.parse('2030-01-31T20:00:00Z');
  const shown = [];
  for (let seq = 1; seq <= rate * seconds; seq++)
    if (pace.shows({ seq, timestamp: new Date(start + Math.floor(((seq - 1) * 1000) / rate)).toISOString() }, always(seq))) shown.push(seq);
  return shown;
}

test('A room that is busy for long is paced to what people can read, alike for everybody', () => {
  for (const rate of [13, 30, 100, 200, 1000]) {
    const shown = paced(new Pace(), rate, 40);
    // Ten seconds are shown whole.
    assert.equal(shown.filter(seq => seq <= 10 * rate).length, 10 * rate);
    const perSecond = (shown.length - 10 * rate) / 30;
    assert.ok(perSecond >= 5 && perSecond <= 12, `${perSecond} of ${rate}`);
    assert.deepEqual(shown, paced(new Pace(), rate, 40));
    // Never a long gap.
    for (let i = 1; i < shown.length; i++) assert.ok((shown[i] - shown[i - 1]) / rate < 1, `${rate}: ${shown[i]}`);
  }
  assert.equal(paced(new Pace(), 12, 60).length, 12 * 60);
});

test('A burst is shown whole, and so is what is for me, and everything for who wants it', () => {
  assert.equal(paced(new Pace(), 400, 5).length, 2000);
  const shown = new Set(paced(new Pace(), 200, 30, seq => seq % 1000 === 7));
  for (let seq = 7; seq <= 6000; seq += 1000) assert.ok(shown.has(seq));
  const pace = new Pace();
  pace.isOff = true;
  assert.equal(paced(pace, 200, 30).length, 6000);
  assert.equal(pace.leftOut, 0);
});
