import { avatar, el, icon } from './dom.js';
import { dayAndTime } from './format.js';
import { Keyed } from './keyed.js';
import { sentenceOf } from './refusals.js';
import { phrase } from './texts.js';

/** @typedef {{userID: string, username?: string, displayName?: string, avatarUrl?: string, role?: 'host'|'moderator'|'viewer', joinedAt?: string}} Participant */

const PAGE = 100;
const ROLES = { host: phrase('role.host'), moderator: phrase('role.moderator'), viewer: phrase('role.viewer') };

/** Who takes part in an event: its hosts and moderators, and the people of a private one; everybody who joined on request. */
export class People {
  /** @type {Participant[]} */
  #people = [];
  #more = false;

  /** @param {import('../js/session.js').Session} session @param {string} path Of the event: `events/…`. @param {(sentence: string) => void} announce */
  constructor(session, path, announce) {
    this.session = session;
    this.path = `${path}/participants`;
    this.announce = announce;
    this.name = el('input', { type: 'text', id: 'person', autocomplete: 'off', autocapitalize: 'none', spellcheck: false, 'aria-describedby': 'person-fault' });
    this.fault = el('small', { class: 'fault', id: 'person-fault', role: 'alert', hidden: true });
    this.role = el('select', { id: 'person-role' }, el('option', { value: 'moderator' }, ROLES.moderator), session.user?.role === 'administrator' ? el('option', { value: 'host' }, ROLES.host) : '', el('option', { value: 'viewer' }, phrase('people.viewer-of-private')));
    this.form = el('form', { class: 'person-form', noValidate: true },
      el('div', { class: 'field' }, el('label', { for: 'person' }, phrase('people.username')), this.name),
      el('div', { class: 'field' }, el('label', { for: 'person-role' }, phrase('people.as')), this.role),
      el('button', { type: 'submit', class: 'button primary' }, phrase('people.add')),
      this.fault);
    this.joined = el('input', { type: 'checkbox', onchange: () => this.#attempt(() => this.#load()) });
    this.list = el('ul', { class: 'people-list', 'aria-label': phrase('people.title') });
    this.rows = new Keyed(this.list, (/** @type {Participant} */ one) => one.userID, () => this.#row());
    this.empty = el('p', { class: 'explain', hidden: true });
    this.next = el('button', { type: 'button', class: 'button small', hidden: true, onclick: () => this.#attempt(() => this.#load(this.#people.at(-1)?.userID)) }, phrase('page.show-more'));
    this.element = el('section', { class: 'section people', 'aria-labelledby': 'people-title' },
      el('h3', { id: 'people-title', tabIndex: -1 }, phrase('people.title')), el('div', { class: 'fields' }, this.form,
        el('div', { class: 'field' }, el('label', { class: 'check' }, this.joined, phrase('people.everybody'))), this.list, this.empty, this.next));
    this.form.addEventListener('submit', event => {
      event.preventDefault();
      void this.#attempt(() => this.#add());
    });
    this.name.addEventListener('input', () => this.#say(''));
  }

  get isDirty() {
    return this.name.value.trim() !== '';
  }

  focus() {
    this.element.scrollIntoView();
    this.name.focus({ preventScroll: true });
  }

  /** Shows who is there now, as many as were shown. */
  async refresh() {
    await this.#load();
  }

  /** @param {string} [after] */
  async #load(after) {
    const joined = this.joined.checked;
    const limit = after ? PAGE : Math.min(500, Math.max(PAGE, this.#people.length));
    const answer = await this.session.fetch('GET', `${this.path}?joined=${joined}&limit=${limit}${after ? `&after=${after}` : ''}`);
    const page = await answer.json();
    if (joined !== this.joined.checked) return;
    this.#more = (answer.headers.get('Link') ?? '').includes('rel="next"');
    this.#people = after ? [...this.#people, ...page] : page;
    this.#show();
  }

  async #add() {
    const username = this.name.value.trim().replace(/^@/, '');
    const [found] = await this.session.call('GET', `users?username=${encodeURIComponent(username)}`);
    if (!found) {
      this.#say(username ? phrase('people.nobody-named', { name: username }) : phrase('people.enter-name'));
      this.name.focus();
      return;
    }
    await this.#appoint(found, /** @type {'host'|'moderator'|'viewer'} */ (this.role.value));
    this.name.value = '';
    this.name.focus();
  }

  /** @param {Participant} person @param {'host'|'moderator'|'viewer'} role */
  async #appoint(person, role) {
    await this.session.call('PUT', `${this.path}/${person.userID}`, { role });
    this.announce(phrase({ host: 'people.is-host', moderator: 'people.is-moderator', viewer: 'people.is-viewer' }[role], { name: person.displayName ?? person.userID }));
    await this.#load();
  }

  /** @param {Participant} person */
  async #dismiss(person) {
    await this.session.call('DELETE', `${this.path}/${person.userID}`);
    this.announce(phrase('people.is-off', { name: person.displayName ?? person.userID }));
    // The button that had the focus goes with its row.
    this.name.focus();
    await this.#load();
  }

  #row() {
    /** @type {Participant} */
    let person;
    const face = el('span', { class: 'face' });
    const name = el('bdi', null);
    const handle = el('span', { class: 'handle' });
    const badge = el('span', { class: 'badge' });
    const change = el('button', { type: 'button', class: 'button small', onclick: () => this.#attempt(() => this.#appoint(person, person.role === 'moderator' ? 'viewer' : 'moderator')) });
    const dismiss = el('button', { type: 'button', class: 'icon-button', onclick: () => this.#attempt(() => this.#dismiss(person)) }, icon('close', 18));
    return {
      element: el('li', { class: 'person' }, face, el('div', { class: 'person-who' }, el('span', { class: 'person-name' }, name), handle), badge, change, dismiss),
      show: (/** @type {Participant} */ now) => {
        const shown = now.displayName ?? now.userID;
        if (!person || person.displayName !== now.displayName || person.avatarUrl !== now.avatarUrl) face.replaceChildren(avatar({ ...now, displayName: shown }, 'large'));
        person = now;
        name.textContent = shown;
        handle.textContent = [now.username && `@${now.username}`, now.joinedAt ? phrase('people.joined', { time: dayAndTime(now.joinedAt) }) : phrase('people.not-joined')].filter(Boolean).join(' · ');
        badge.hidden = !now.role;
        // Only administrators say who is a host.
        const isFixed = now.role === 'host' && this.session.user?.role !== 'administrator';
        change.hidden = isFixed;
        dismiss.hidden = isFixed || !now.role;
        badge.textContent = now.role ? ROLES[now.role] : '';
        badge.classList.toggle('appointed', now.role === 'moderator' || now.role === 'host');
        change.textContent = phrase(now.role === 'moderator' ? 'people.make-viewer' : 'people.make-moderator');
        change.setAttribute('aria-label', `${change.textContent}: ${shown}`);
        dismiss.setAttribute('aria-label', `${phrase('people.take-off')}: ${shown}`);
        dismiss.title = phrase('people.take-off');
      },
    };
  }

  #show() {
    this.rows.show(this.#people);
    this.empty.hidden = this.#people.length > 0;
    this.empty.textContent = phrase(this.joined.checked ? 'people.nobody-joined' : 'people.nobody');
    this.next.hidden = !this.#more;
  }

  /** @param {() => Promise<void>} work */
  async #attempt(work) {
    this.#say('');
    try {
      await work();
    } catch (problem) {
      this.#say(sentenceOf(problem));
    }
  }

  /** @param {string} text */
  #say(text) {
    this.fault.hidden = !text;
    this.fault.textContent = text;
    this.name.setAttribute('aria-invalid', String(Boolean(text)));
  }
}
