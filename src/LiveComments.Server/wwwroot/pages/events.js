import { Session } from '../js/livecomments.js';
import { Account } from './account.js';
import { byId, el, pictureAddress } from './dom.js';
import { beginning, dayAndTime, duration, shortCount } from './format.js';
import { Keyed } from './keyed.js';
import { sentenceOf } from './refusals.js';
import { phrase, phraseWith } from './texts.js';
import { languageButton, themeButton } from './top.js';

/** @typedef {import('../js/types.js').LiveEvent & {viewers: number, eventType: string}} ListedEvent */

const server = new URL(/** @type {string} */ (document.documentElement.dataset.base), location.href);
const session = new Session({ server });
const programme = byId('programme');
const heading = /** @type {HTMLElement} */ (programme.firstElementChild);

/** @param {ListedEvent} event */
const link = event => new URL(`live/${encodeURIComponent(event.videoID ?? event.eventID)}`, server).href;

/**
 * A list of events, whose links stay while what they say changes: whoever is on one with the keyboard stays there.
 * @param {string} looks The list's class. @param {string} each A link's class. @param {(event: ListedEvent) => (Node | null)[]} parts What a link shows.
 */
function list(looks, each, parts) {
  const element = el('ul', { class: looks });
  const items = new Keyed(element, (/** @type {ListedEvent} */ event) => event.eventID, () => {
    const anchor = el('a', { class: each });
    return {
      element: el('li', null, anchor),
      show: event => {
        anchor.href = link(event);
        anchor.replaceChildren(...parts(event).filter(part => part !== null));
      },
    };
  });
  return { element, /** @param {ListedEvent[]} events */ show: events => items.show(events) };
}

/** @param {ListedEvent} event */
const picture = ({ settings }) => (settings.pictureUrl ? el('img', { class: 'card-picture', src: pictureAddress(settings.pictureUrl), alt: '', loading: 'lazy', decoding: 'async' }) : null);

const onAir = list('cards', 'card live', event => [
  picture(event),
  el('span', null, el('span', { class: 'badge on-air' }, phrase('status.live'))),
  // Right below the page's own heading.
  el('h3', { dir: 'auto', 'aria-level': 2 }, event.title),
  el('div', { class: 'card-foot' },
    el('span', null, ...phraseWith('events.watching', { viewers: el('span', { class: 'count' }, shortCount(event.viewers)), count: event.viewers })),
    el('time', { dateTime: beginning(event), class: 'since' }, duration(Date.now() - Date.parse(beginning(event))))),
]);

const comingUp = list('cards', 'card', event => {
  const soon = Date.parse(event.startTime) - Date.now() < 86_400_000;
  return [
    picture(event),
    el('span', null, el('span', { class: 'badge' }, phrase(soon ? 'status.soon' : 'status.planned'))),
    el('h3', { dir: 'auto' }, event.title),
    el('div', { class: 'card-foot' },
      el('time', { dateTime: event.startTime }, dayAndTime(event.startTime)),
      soon ? el('time', { dateTime: event.startTime, class: 'until' }, duration(Date.parse(event.startTime) - Date.now())) : null),
  ];
});

const over = list('lines', 'line', event => [el('h3', { dir: 'auto' }, event.title), el('time', { dateTime: beginning(event) }, dayAndTime(beginning(event)))]);

const comingUpTitle = el('h2');
const sections = [
  { list: onAir, element: onAir.element },
  { list: comingUp, element: el('section', null, comingUpTitle, comingUp.element) },
  { list: over, element: el('section', null, el('h2', null, phrase('status.ended')), over.element) },
];
const nothing = el('p', { class: 'nothing', role: 'status', hidden: true });
for (const { element } of sections) element.hidden = true;
programme.append(nothing, ...sections.map(({ element }) => element));

/** What to do where there is no event yet. */
function next() {
  if (session.user?.role === 'administrator') return phraseWith('events.none-yet', { plan: el('a', { href: new URL('admin', server).href }, phrase('events.plan-first')) });
  if (session.user) return phraseWith('events.none-become', { command: el('code', null, `LiveComments.Server admin set-role --username ${session.user.username} --role administrator`) });
  return [phrase('events.none')];
}

let asked = 0;
async function show() {
  const asking = ++asked;
  try {
    /** @param {string} status */
    const read = (status, limit = 60) => session.call('GET', `events?status=${status}&limit=${limit}`);
    // The latest come first; of planned events, the next ones are wanted.
    const [live, planned, ended] = await Promise.all([read('live'), read('scheduled', 500), read('ended')]);
    if (asking !== asked) return;
    const scheduled = planned.reverse().slice(0, 60);
    heading.textContent = live.length ? phrase('events.live', { count: live.length }) : phrase(scheduled.length ? 'events.coming-up' : 'events.nothing-live');
    comingUpTitle.textContent = phrase(live.length ? 'events.coming-up' : 'events.next');
    for (const [i, events] of [live, scheduled, ended].entries()) {
      sections[i].list.show(events);
      sections[i].element.hidden = events.length === 0;
    }
    nothing.replaceChildren(...next());
    nothing.hidden = live.length + scheduled.length + ended.length > 0;
  } catch (problem) {
    if (asking !== asked) return;
    // What was shown stays: its links may work before the next attempt.
    heading.textContent = phrase('events.no-answer');
    nothing.textContent = sentenceOf(problem);
    nothing.hidden = false;
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

languageButton();
themeButton();
const restored = session.restore().catch(() => undefined);
const account = new Account(session);
session.onChange(() => void show());
void show();
await restored;
account.show();
