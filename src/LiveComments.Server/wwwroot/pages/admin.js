import { Session } from '../js/livecomments.js';
import { Account } from './account.js';
import { Announcer } from './announcer.js';
import { Catalogue } from './catalogue.js';
import { confirm } from './dialog.js';
import { byId, el } from './dom.js';
import { Editor, NewEvent } from './editor.js';
import { wordsOf } from './refusals.js';
import { phrase } from './texts.js';
import { languageButton, themeButton } from './top.js';

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
  changed: () => desk.hasAttribute('data-one') || void catalogue.refresh(),
  created: (/** @type {ManagedEvent} */ event) => {
    announcer.now(phrase('admin.created', { title: event.title }));
    location.hash = `#/${encodeURIComponent(event.videoID)}`;
  },
  deleted: (/** @type {ManagedEvent} */ event) => {
    note = phrase('admin.deleted', { title: event.title });
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
    const leaves = await confirm({ title: phrase('admin.leave-title'), text: phrase('admin.leave-explained'), action: phrase('account.leave'), danger: true });
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
      trouble = wordsOf(problem);
    }
  }
  place.replaceChildren(sheet?.element ?? nothing(trouble));
  desk.dataset.view = sheet || trouble ? 'sheet' : 'list';
  catalogue.select(sheet instanceof Editor ? sheet.event.eventID : '');
  place.scrollTo(0, 0);
  if (!desk.hasAttribute('data-one')) void catalogue.refresh();
  void sheet?.refresh();
  if (sheet instanceof NewEvent) sheet.form.fields[0].control.focus();
  else if (sheet) sheet.heading.focus();
  else if (from) (/** @type {HTMLElement | null} */ (note ? null : byId('catalogue').querySelector(`a[href="${CSS.escape(from)}"]`)) ?? byId('events-title')).focus();
}

/** @param {string} trouble */
function nothing(trouble) {
  return el('div', { class: 'no-sheet' },
    trouble ? el('a', { class: 'back', href: '#' }, phrase('admin.back')) : null,
    el('p', trouble ? { role: 'alert' } : null, trouble || note || phrase('admin.choose')));
}

/** Whether the address is an event whose host is here: what only hosts and administrators may read is answered. */
async function isHost() {
  if (!session.user || !location.hash.startsWith('#/')) return false;
  try {
    await session.call('GET', `events/${encodeURIComponent(decodeURIComponent(location.hash.slice(2)))}/participants?limit=1`);
    return true;
  } catch {
    return false;
  }
}

/** Lets administrators in, and hosts to their event. Somebody whose log-in ends while typing keeps the text and can log in again. */
async function admit() {
  const { user } = session;
  const isAdministrator = user?.role === 'administrator';
  const admitted = isAdministrator || Boolean(sheet?.isDirty) || await isHost();
  // Meanwhile somebody else may have logged in.
  if (user !== session.user) return;
  desk.toggleAttribute('data-one', !isAdministrator);
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
  heading.textContent = phrase(user ? 'admin.not-for-you' : 'admin.log-in');
  const rest = user
    ? [
        el('p', { class: 'lead' }, phrase('admin.not-one', { name: `@${user.username}` })),
        el('p', { class: 'command' }, `admin set-role --username ${user.username} --role administrator`),
        el('p', null, el('a', { class: 'button', href: server.href }, phrase('page.all-events'))),
      ]
    : [
        el('p', { class: 'lead' }, phrase('admin.explained')),
        el('p', null, el('button', { type: 'button', class: 'button primary', onclick: () => account.join('login') }, phrase('account.log-in'))),
      ];
  gate.replaceChildren(heading, ...rest);
}

async function refresh() {
  if (document.hidden || desk.hidden) return;
  await Promise.all([desk.hasAttribute('data-one') ? undefined : catalogue.refresh(), sheet?.refresh()]);
}

addEventListener('hashchange', () => void (desk.hasAttribute('data-one') ? admit() : follow()));
addEventListener('beforeunload', event => {
  if (sheet?.isDirty) event.preventDefault();
});
document.addEventListener('visibilitychange', () => void refresh());
setInterval(() => void refresh(), REFRESH);
setInterval(() => sheet instanceof Editor && sheet.tick(), 1000);

place.replaceChildren(nothing(''));
languageButton();
themeButton();
const restored = session.restore().catch(() => undefined);
const account = new Account(session);
await restored;
account.show();
session.onChange(() => void admit());
await admit();
document.documentElement.dataset.ready = '';
