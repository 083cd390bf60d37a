import { Session } from '../js/livecomments.js';
import { Account } from './account.js';
import { Announcer } from './announcer.js';
import { Catalogue } from './catalogue.js';
import { confirm } from './dialog.js';
import { byId, el } from './dom.js';
import { Editor, NewEvent } from './editor.js';
import { themeButton } from './top.js';

/** @typedef {import('./event-fields.js').ManagedEvent} ManagedEvent */

const REFRESH = 10_000;

const server = new URL(/** @type {string} */ (document.documentElement.dataset.base), location.href);
const session = new Session({ server });
const announcer = new Announcer(byId('announcer'));
const gate = byId('gate');
const desk = byId('desk');
const place = byId('sheet');
const catalogue = new Catalogue(session, event => `#/${encodeURIComponent(event.videoID)}`);
byId('catalogue').append(catalogue.element);

/** What is open beside the list. @type {NewEvent | Editor | null} */
let sheet = null;
/** Where the page is: `` the list, `#new`, `#new/` and an event that is held again, or `#/` and an event. */
let at = '';
/** Said where a sheet would be. */
let note = '';
let asking = false;

const page = {
  session,
  types: () => catalogue.events.map(event => event.eventType),
  announce: (/** @type {string} */ sentence) => announcer.now(sentence),
  changed: () => void catalogue.refresh(),
  created: (/** @type {ManagedEvent} */ event) => {
    announcer.now(`${event.title} is created.`);
    location.hash = `#/${encodeURIComponent(event.videoID)}`;
  },
  deleted: (/** @type {ManagedEvent} */ event) => {
    note = `${event.title} is deleted.`;
    announcer.now(note);
    sheet = null;
    location.hash = '';
  },
};

/** Shows what the address says, unless the user stays to go on typing. */
async function follow() {
  if (asking || (location.hash === at && (sheet || at === ''))) return;
  if (sheet?.isDirty) {
    asking = true;
    const leaves = await confirm({ title: 'Leave without saving?', text: 'What you typed here has not been saved.', action: 'Leave', danger: true });
    asking = false;
    if (!leaves) {
      history.pushState(null, '', at || location.pathname);
      return;
    }
  }
  const wanted = location.hash;
  if (wanted !== '') note = '';
  const from = at;
  at = wanted;
  sheet = null;
  let trouble = '';
  if (wanted === '#new') {
    sheet = new NewEvent(page);
  } else if (wanted.startsWith('#/') || wanted.startsWith('#new/')) {
    try {
      const event = await session.call('GET', `events/${encodeURIComponent(decodeURIComponent(wanted.slice(wanted.indexOf('/') + 1)))}`);
      if (at !== wanted) return;
      sheet = wanted.startsWith('#new/') ? new NewEvent(page, event) : new Editor(page, event);
    } catch (problem) {
      if (at !== wanted) return;
      trouble = /** @type {Error} */ (problem).message;
    }
  }
  place.replaceChildren(sheet?.element ?? nothing(trouble));
  desk.dataset.view = sheet || trouble ? 'sheet' : 'list';
  catalogue.select(sheet instanceof Editor ? sheet.event.eventID : '');
  place.scrollTo(0, 0);
  void catalogue.refresh();
  void sheet?.refresh();
  if (sheet instanceof NewEvent) sheet.form.fields[0].control.focus();
  else if (sheet) sheet.heading.focus();
  else if (from) (/** @type {HTMLElement | null} */ (note ? null : byId('catalogue').querySelector(`a[href="${CSS.escape(from)}"]`)) ?? byId('events-title')).focus();
}

/** @param {string} trouble */
function nothing(trouble) {
  return el('div', { class: 'no-sheet' },
    trouble ? el('a', { class: 'back', href: '#' }, '‹ All events') : null,
    el('p', trouble ? { role: 'alert' } : null, trouble || note || 'Choose an event to change it, or plan a new one.'));
}

/** Lets administrators in. Somebody whose log-in ends while typing keeps the text and can log in again. */
function admit() {
  const { user } = session;
  const admitted = user?.role === 'administrator' || Boolean(sheet?.isDirty);
  desk.hidden = !admitted;
  gate.hidden = admitted;
  if (admitted) {
    void follow();
    void refresh();
    return;
  }
  sheet = null;
  at = '';
  place.replaceChildren(nothing(''));
  const heading = /** @type {HTMLElement} */ (gate.querySelector('h1'));
  heading.textContent = user ? 'This page is for administrators' : 'Log in to manage events';
  const rest = user
    ? [
        el('p', { class: 'lead' }, `@${user.username} is not one. Whoever runs this server can appoint you, on its command line:`),
        el('p', { class: 'command' }, `admin set-role --username ${user.username} --role administrator`),
        el('p', null, el('a', { class: 'button', href: server.href }, 'See all events')),
      ]
    : [
        el('p', { class: 'lead' }, 'Administrators create events here, start and end them, and appoint their moderators.'),
        el('p', null, el('button', { type: 'button', class: 'button primary', onclick: () => account.join('login') }, 'Log in')),
      ];
  gate.replaceChildren(heading, ...rest);
}

async function refresh() {
  if (document.hidden || desk.hidden) return;
  await Promise.all([catalogue.refresh(), sheet?.refresh()]);
}

addEventListener('hashchange', () => void follow());
addEventListener('beforeunload', event => {
  if (sheet?.isDirty) event.preventDefault();
});
document.addEventListener('visibilitychange', () => void refresh());
setInterval(() => void refresh(), REFRESH);
setInterval(() => sheet instanceof Editor && sheet.tick(), 1000);

place.replaceChildren(nothing(''));
themeButton();
const restored = session.restore().catch(() => undefined);
const account = new Account(session);
await restored;
account.show();
session.onChange(admit);
admit();
document.documentElement.dataset.ready = '';
