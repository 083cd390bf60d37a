import { el } from '../dom.js';
import { dayAndTime, decimal, duration, fullCount, lengthOf, shortCount } from '../format.js';
import { wordsOf } from '../refusals.js';
import { phrase } from '../texts.js';
import { Charts } from './charts.js';
import { save } from './table.js';
import { countryOf, heldBy, platformOf, refusedBy } from './words.js';

/**
 * @typedef {{comments: number, replies: number, reactions: number, removed: number, refused?: number, held?: number}} Counts
 * @typedef {Counts & {uniqueCommenters: number, characters: number, deliveries: number, peakViewers: number}} Totals
 * @typedef {{from: string, to: string, intervalMs: number, comments: number[], reactions: number[], removed: number[], refused?: number[], held?: number[], viewers: number[]}} Activity
 * @typedef {{from: string, to: string, offsetMs?: number, comments: number, times: number}} Moment
 * @typedef {{eventID: string, videoID?: string, title: string, status: 'scheduled'|'live'|'ended', startTime: string, startedAt?: string, endedAt?: string, asOf: string, shared: boolean,
 *   now: {viewers: number, lastMinute: Counts}, totals: Totals, refused: {reason: string, count: number}[], held: {reason: string, count: number}[], platforms: {platform: string, count: number}[], countries: {country: string, count: number}[],
 *   latencyMs: {p50?: number, p95?: number, p99?: number}, activity: Activity, moments: Moment[], topComments: import('../../js/types.js').Comment[], topWords: {word: string, count: number}[],
 *   topEmoji: {emoji: string, count: number}[], sampledComments: number}} Statistics
 */

/** @typedef {[title: string, value: number, more: string]} Figure */

/** What of the event is drawn, in milliseconds; 0 for all of it. */
const SPANS = /** @type {const} */ ([[phrase('stats.whole'), 0], [phrase('stats.last-hour'), 3_600_000], [phrase('stats.last-minutes'), 600_000]]);

const COPY = phrase('stats.copy');

/** One event in numbers: while it is live, and as a summary afterwards. */
export class Board {
  #span = 0;

  /** @param {import('../../js/livecomments.js').Session} session @param {URL} server @param {string} videoID @param {() => void} changed Another span is wanted. */
  constructor(session, server, videoID, changed) {
    this.session = session;
    this.server = server;
    this.path = `live/${encodeURIComponent(videoID)}`;
    this.badge = el('span', { class: 'badge' });
    this.title = el('h1', { dir: 'auto' });
    this.when = el('p', { class: 'when' });
    this.summary = el('p', { class: 'summary' });
    this.note = el('p', { class: 'trouble', role: 'status' });
    this.figures = el('dl', { class: 'figures' });
    this.charts = new Charts();
    this.spans = SPANS.map(([title, span]) => el('button', { type: 'button', 'aria-pressed': String(span === 0), onclick: () => {
      this.#span = span;
      for (const [i, button] of this.spans.entries()) button.setAttribute('aria-pressed', String(SPANS[i][1] === span));
      changed();
    } }, title));
    this.moments = el('ol', { class: 'moments' });
    this.comments = el('ol', { class: 'top-comments' });
    this.words = el('ol', { class: 'words' });
    this.emoji = el('ol', { class: 'emoji' });
    this.sample = el('p', { class: 'hint' });
    this.refused = el('ol', { class: 'bars' });
    this.held = el('ol', { class: 'bars' });
    this.platforms = el('ol', { class: 'bars' });
    this.countries = el('ol', { class: 'bars' });
    this.latency = el('dl', { class: 'latency' });
    this.table = el('button', { type: 'button', class: 'button small', onclick: () => void save(session, `${this.path}/stats?format=csv`).catch(problem => this.trouble(wordsOf(problem))) }, phrase('stats.download'));
    this.share = el('button', { type: 'button', class: 'button small', hidden: true, onclick: () => void this.#setShared(true) }, phrase('stats.share'));
    this.shared = el('div', { class: 'shared', hidden: true },
      el('p', null, phrase('stats.shared')),
      el('div', { class: 'board-links' },
        (this.copy = el('button', { type: 'button', class: 'button small', onclick: () => void this.#copy() }, COPY)),
        el('button', { type: 'button', class: 'button small', onclick: () => void this.#setShared(false) }, phrase('stats.stop-sharing'))));
    this.element = el('div', { class: 'event-board' },
      el('header', { class: 'board-head' },
        (this.back = el('a', { class: 'back', href: new URL('stats', server).href }, phrase('admin.back'))),
        el('div', { class: 'event-line' }, this.badge, this.title), this.when,
        el('nav', { class: 'board-links', 'aria-label': phrase('stats.this-event') }, (this.event = el('a', { class: 'button small' }, phrase('stats.event-page'))),
          (this.moderate = el('a', { class: 'button small', href: new URL(`moderation/${encodeURIComponent(videoID)}`, server).href }, phrase('live.moderate'))), this.table, this.share)),
      this.shared,
      this.note, this.summary, this.figures,
      el('section', { class: 'card activity', 'aria-labelledby': 'activity-title' },
        el('div', { class: 'card-head' }, el('h2', { id: 'activity-title' }, phrase('stats.activity')), (this.choice = el('div', { class: 'spans', role: 'group', 'aria-label': phrase('stats.drawn') }, ...this.spans))),
        this.charts.element),
      el('div', { class: 'stack' }, card(phrase('stats.moments'), this.moments), card(phrase('stats.said'), this.words, this.emoji, this.sample)),
      card(phrase('stats.top'), this.comments),
      (this.inside = el('div', { class: 'pair' }, card(phrase('stats.refused'), this.refused), card(phrase('stats.held'), this.held), card(phrase('stats.with'), this.platforms), (this.from = card(phrase('stats.from'), this.countries)), card(phrase('stats.latency'), this.latency))));
  }

  /** Asks for the numbers; whether the event is live. */
  async refresh() {
    const from = this.#span ? `?from=${new Date(Date.now() - this.#span).toISOString()}` : '';
    this.#show(await this.session.call('GET', `${this.path}/stats${from}`));
    this.note.textContent = '';
    return this.badge.classList.contains('on-air');
  }

  /** @param {boolean} shared */
  async #setShared(shared) {
    try {
      await this.session.call(shared ? 'PUT' : 'DELETE', `${this.path}/stats/share`);
      await this.refresh();
      if (shared) await this.#copy();
    } catch (problem) {
      this.trouble(wordsOf(problem));
    }
  }

  async #copy() {
    const address = new URL(location.pathname, location.href).href;
    try {
      await navigator.clipboard.writeText(address);
      this.copy.textContent = phrase('share.copied');
      setTimeout(() => (this.copy.textContent = COPY), 2000);
    } catch {
      // Pages without encryption may not write there.
      this.note.textContent = phrase('stats.address', { address });
    }
  }

  /** @param {string} message */
  trouble(message) {
    this.note.textContent = phrase('stats.not-new', { why: message });
  }

  /** @param {Statistics} now */
  #show(now) {
    const { totals } = now;
    const isLive = now.status === 'live';
    const isOver = now.status === 'ended';
    document.title = phrase('stats.title-of', { title: now.title });
    this.title.textContent = now.title;
    this.badge.className = isLive ? 'badge on-air' : 'badge';
    this.badge.textContent = phrase({ live: 'status.live', scheduled: 'status.soon', ended: 'status.ended' }[now.status]);
    const length = now.startedAt ? Date.parse(now.endedAt ?? now.asOf) - Date.parse(now.startedAt) : 0;
    this.when.textContent = now.startedAt ? `${dayAndTime(now.startedAt)} · ${isLive ? phrase('stats.so-far', { length: lengthOf(length) }) : lengthOf(length)}` : phrase('stats.planned', { time: dayAndTime(now.startTime) });
    this.event.href = new URL(this.path, this.server).href;
    this.event.textContent = phrase(isOver ? 'stats.watch-replay' : 'stats.event-page');
    this.summary.hidden = !isOver || !totals.comments;
    if (!this.summary.hidden) this.summary.textContent = summaryOf(now, length);
    // Those who run the event see all of it; the others what it shares.
    const isWhole = now.refused !== undefined;
    for (const part of [this.moderate, this.table, this.back, this.inside]) part.hidden = !isWhole;
    this.share.hidden = !isWhole || !isOver || now.shared;
    this.shared.hidden = !isWhole || !isOver || !now.shared;
    const minute = now.now.lastMinute;
    this.#figures([
      ...(isOver ? [] : /** @type {Figure[]} */ ([[phrase('stats.watching-now'), now.now.viewers, phrase('stats.at-most-count', { count: totals.peakViewers })], [phrase('stats.last-minute'), minute.comments, phrase('stats.reactions', { count: minute.reactions })]])),
      [phrase('live.comments'), totals.comments, phrase('row.replies', { count: totals.replies })],
      [phrase('stats.writers'), totals.uniqueCommenters, totals.uniqueCommenters ? phrase('stats.each', { count: decimal(totals.comments / totals.uniqueCommenters) }) : ''],
      [phrase('field.reactions'), totals.reactions, totals.comments ? phrase('stats.a-comment', { count: decimal(totals.reactions / totals.comments) }) : ''],
      ...(isOver ? /** @type {Figure[]} */ ([[phrase('stats.at-once'), totals.peakViewers, phrase('stats.at-most')]]) : []),
      [phrase('stats.removed'), totals.removed, share(totals.removed, totals.comments)],
      ...(isWhole ? /** @type {Figure[]} */ ([[phrase('stats.refused'), totals.refused, phrase('stats.held-count', { count: totals.held ?? 0 })]]) : []),
    ]);
    this.choice.hidden = isOver || length < 600_000;
    this.charts.show(now.activity, now.startedAt ? Date.parse(now.startedAt) : null, now.moments);
    list(this.moments, phrase('stats.no-moments'), now.moments.map((moment, i) => el('li', null,
      el('span', { class: 'moment-number', 'aria-hidden': 'true' }, String(i + 1)),
      moment.offsetMs !== undefined && isOver ? el('a', { href: new URL(`${this.path}#t=${Math.floor(moment.offsetMs / 1000)}`, this.server).href }, duration(moment.offsetMs)) : el('span', null, moment.offsetMs !== undefined ? duration(moment.offsetMs) : dayAndTime(moment.from)),
      el('span', null, phrase('stats.comments-in', { count: moment.comments, length: lengthOf(Date.parse(moment.to) - Date.parse(moment.from)) })),
      el('span', { class: 'dim' }, phrase('stats.times-usual', { times: moment.times })))));
    list(this.comments, phrase('stats.no-top'), now.topComments.map(comment => el('li', null,
      el('p', { dir: 'auto' }, comment.commentText),
      el('p', { class: 'dim' }, `${comment.displayName} · ${phrase('stats.reactions', { count: Object.values(comment.reactions ?? {}).reduce((sum, count) => sum + count, 0) })}`))));
    list(this.words, phrase('stats.no-words'), now.topWords.map(one => weighed(one.word, one.count, now.topWords[0].count)));
    list(this.emoji, '', now.topEmoji.map(one => weighed(one.emoji, one.count, now.topEmoji[0].count)));
    this.sample.textContent = now.sampledComments ? phrase(now.sampledComments < totals.comments - totals.removed ? 'stats.sampled' : 'stats.found-in', { count: now.sampledComments }) : '';
    if (isWhole) this.#showInside(now);
  }

  /** What only those who run the event see. @param {Statistics} now */
  #showInside(now) {
    bars(this.refused, phrase('stats.nothing-refused'), now.refused.map(({ reason, count }) => [refusedBy(reason), count]));
    bars(this.held, phrase('stats.nothing-held'), now.held.map(({ reason, count }) => [heldBy(reason), count]));
    bars(this.platforms, phrase('stats.nothing-written'), now.platforms.map(({ platform, count }) => [platformOf(platform), count]));
    // Most servers are not told how to find out.
    this.from.hidden = !now.countries.length;
    bars(this.countries, '', now.countries.map(({ country, count }) => [countryOf(country), count]));
    const { p50, p95, p99 } = now.latencyMs;
    this.latency.replaceChildren(...[[phrase('stats.half-within'), p50], [phrase('stats.percent-within', { percent: 95 }), p95], [phrase('stats.percent-within', { percent: 99 }), p99]].map(([name, value]) => el('div', null, el('dt', null, String(name)), el('dd', null, value === undefined ? '–' : `${shortCount(Number(value))} ms`))));
  }

  /** @param {Figure[]} figures */
  #figures(figures) {
    this.figures.replaceChildren(...figures.map(([title, value, more]) => el('div', { class: 'figure' }, el('dt', null, title), el('dd', { class: 'figure-value' }, fullCount(value)), more ? el('dd', { class: 'dim' }, more) : null)));
  }
}

/** What happened, in a sentence or two for whoever made the event. @param {Statistics} now @param {number} length */
export function summaryOf({ totals, moments }, length) {
  const best = moments.reduce((/** @type {Moment | null} */ most, moment) => (most && most.times >= moment.times ? most : moment), null);
  const many = (/** @type {string} */ key, /** @type {number} */ count) => phrase(key, { count, number: fullCount(count) });
  const said = { length: lengthOf(length), people: many('stats.many-people', totals.uniqueCommenters), comments: many('stats.many-comments', totals.comments) };
  return [
    totals.reactions > 0 ? phrase('stats.summary-with-reactions', { ...said, reactions: many('stats.many-reactions', totals.reactions) }) : phrase('stats.summary', said),
    totals.peakViewers ? phrase('stats.summary-viewers', { people: many('stats.many-people', totals.peakViewers) }) : '',
    best?.offsetMs !== undefined ? phrase('stats.summary-moment', { time: duration(best.offsetMs), times: best.times }) : '',
  ].filter(Boolean).join(' ');
}

/** @param {number} part @param {number} whole */
const share = (part, whole) => (whole ? `${decimal((100 * part) / whole)} %` : '');

/** @param {string} title @param {...HTMLElement} children */
function card(title, ...children) {
  return el('section', { class: 'card' }, el('h2', null, title), ...children);
}

/** @param {HTMLElement} place @param {string} nothing @param {HTMLElement[]} items */
function list(place, nothing, items) {
  place.replaceChildren(...(items.length || !nothing ? items : [el('li', { class: 'nothing' }, nothing)]));
}

/** @param {string} text @param {number} count @param {number} most */
function weighed(text, count, most) {
  const item = el('li', { title: phrase('stats.comments', { count }) }, el('span', { class: 'word', dir: 'auto' }, text), el('span', { class: 'word-count' }, shortCount(count)));
  item.style.setProperty('--weight', String(Math.sqrt(count / most)));
  return item;
}

/** @param {HTMLElement} place @param {string} nothing @param {[string, number][]} parts */
function bars(place, nothing, parts) {
  const most = Math.max(...parts.map(([, count]) => count));
  list(place, nothing, parts.slice(0, 8).map(([name, count]) => {
    const item = el('li', null, el('span', null, name), el('span', { class: 'bar-count' }, shortCount(count)));
    item.style.setProperty('--share', `${(100 * count) / most}%`);
    return item;
  }));
}
