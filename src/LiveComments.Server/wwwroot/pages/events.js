import { Session } from '../js/livecomments.js';
import { Account } from './account.js';
import { byId, el } from './dom.js';
import { counted, dayAndTime, duration, shortCount } from './format.js';
import { themeButton } from './top.js';

/** @typedef {import('../js/types.js').LiveEvent & {viewers: number, eventType: string}} ListedEvent */

const server = new URL(/** @type {string} */ (document.documentElement.dataset.base), location.href);
const session = new Session({ server });
const programme = byId('programme');
const heading = /** @type {HTMLElement} */ (programme.firstElementChild);

/** @param {ListedEvent} event */
const link = event => new URL(`live/${encodeURIComponent(event.videoID ?? event.eventID)}`, server).href;

/** @param {ListedEvent} event */
function liveCard(event) {
  return el('li', null, el('a', { class: 'card live', href: link(event) },
    el('span', null, el('span', { class: 'badge on-air' }, 'Live')),
    el('h3', { dir: 'auto' }, event.title),
    el('div', { class: 'card-foot' },
      el('span', null, el('span', { class: 'count' }, shortCount(event.viewers)), ' watching'),
      el('time', { dateTime: event.startTime, class: 'since' }, duration(Date.now() - Date.parse(event.startTime))))));
}

/** @param {ListedEvent} event */
function soonCard(event) {
  const soon = Date.parse(event.startTime) - Date.now() < 86_400_000;
  return el('li', null, el('a', { class: 'card', href: link(event) },
    el('span', null, el('span', { class: 'badge' }, soon ? 'Soon' : 'Planned')),
    el('h3', { dir: 'auto' }, event.title),
    el('div', { class: 'card-foot' },
      el('time', { dateTime: event.startTime }, dayAndTime(event.startTime)),
      soon ? el('time', { dateTime: event.startTime, class: 'until' }, duration(Date.parse(event.startTime) - Date.now())) : null)));
}

/** @param {ListedEvent} event */
function line(event) {
  return el('li', null, el('a', { class: 'line', href: link(event) }, el('h3', { dir: 'auto' }, event.title), el('time', { dateTime: event.startTime }, dayAndTime(event.startTime))));
}

/** @param {string} title @param {string} list @param {ListedEvent[]} events @param {(event: ListedEvent) => HTMLElement} card */
function section(title, list, events, card) {
  return events.length ? [el('section', null, el('h2', null, title), el('ul', { class: list }, ...events.map(card)))] : [];
}

async function show() {
  try {
    /** @param {string} status */
    const read = (status, limit = 60) => session.call('GET', `events?status=${status}&limit=${limit}`);
    // The latest come first, and of what is planned the next are wanted.
    const [live, planned, ended] = await Promise.all([read('live'), read('scheduled', 500), read('ended')]);
    const scheduled = planned.reverse().slice(0, 60);
    heading.textContent = live.length ? counted(live.length, 'event is', 'events are').replace(/^1 event/, 'One event') + ' live' : scheduled.length ? 'Coming up' : 'Nothing is live right now';
    programme.replaceChildren(
      heading,
      ...(live.length ? [el('ul', { class: 'cards' }, ...live.map(liveCard))] : []),
      ...section(live.length ? 'Coming up' : 'Next', 'cards', scheduled, soonCard),
      ...section('Ended', 'lines', ended, line),
      ...(live.length + scheduled.length + ended.length ? [] : [el('p', { class: 'nothing' }, 'Events appear here as soon as somebody plans one.')]),
    );
  } catch (problem) {
    heading.textContent = 'The server does not answer';
    programme.replaceChildren(heading, el('p', { class: 'nothing', role: 'alert' }, /** @type {Error} */ (problem).message));
  }
  programme.setAttribute('aria-busy', 'false');
}

setInterval(() => {
  for (const time of /** @type {NodeListOf<HTMLTimeElement>} */ (programme.querySelectorAll('.since'))) time.textContent = duration(Date.now() - Date.parse(time.dateTime));
  for (const time of /** @type {NodeListOf<HTMLTimeElement>} */ (programme.querySelectorAll('.until'))) time.textContent = duration(Date.parse(time.dateTime) - Date.now());
}, 1000);
setInterval(() => {
  if (!document.hidden) void show();
}, 30_000);

themeButton();
new Account(session);
session.onChange(() => void show());
await session.restore().catch(() => undefined);
await show();
