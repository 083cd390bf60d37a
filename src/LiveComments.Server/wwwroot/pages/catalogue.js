import { el } from './dom.js';
import { beginning, dayAndTime, shortCount } from './format.js';
import { Keyed } from './keyed.js';
import { sentenceOf } from './refusals.js';
import { phrase } from './texts.js';

/** @typedef {import('./event-fields.js').ManagedEvent} ManagedEvent */

const PAGE = 50;
/** How many events a search looks through, beyond those shown. */
const SEARCHED = 5_000;
/** The server's limit for one answer. */
const MOST = 500;

/** All events, by status, with a search over them. */
export class Catalogue {
  #query = '';
  /** @type {Promise<void> | null} */
  #refreshing = null;

  /** @param {import('../js/session.js').Session} session @param {(event: ManagedEvent) => string} href Of an event's sheet. */
  constructor(session, href) {
    this.session = session;
    this.href = href;
    this.trouble = el('p', { class: 'form-error', role: 'alert', hidden: true });
    this.search = el('input', { type: 'search', autocomplete: 'off', spellcheck: false, placeholder: phrase('catalogue.find-hint'), 'aria-label': phrase('catalogue.find') });
    this.found = el('p', { class: 'found', role: 'status' });
    this.none = el('p', { class: 'none', hidden: true }, phrase('catalogue.none'));
    this.groups = [new Group(this, 'live', phrase('status.live')), new Group(this, 'scheduled', phrase('status.scheduled')), new Group(this, 'ended', phrase('status.ended'))];
    this.element = el('div', { class: 'catalogue' }, el('div', { class: 'find' }, this.search, this.found), this.trouble, this.none, ...this.groups.map(group => group.element));
    this.search.addEventListener('input', () => void this.#find());
  }

  get events() {
    return this.groups.flatMap(group => group.events);
  }

  /** Shows what is there now. Calls while one is under way share it. */
  refresh() {
    this.#refreshing ??= this.#attempt(() => Promise.all(this.groups.map(group => group.refresh()))).finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  /** @param {string} selected The eventID whose sheet is open; empty for none. */
  select(selected) {
    this.selected = selected;
    for (const group of this.groups) group.show(this.#query);
  }

  async #find() {
    const query = (this.#query = this.search.value.trim().toLowerCase());
    const show = () => {
      for (const group of this.groups) group.show(query);
      const count = this.groups.reduce((sum, group) => sum + group.matching.length, 0);
      this.found.textContent = !query ? '' : count === 0 ? phrase('catalogue.nothing') : phrase('catalogue.found', { count });
    };
    show();
    await this.#attempt(async () => {
      for (const group of this.groups)
        while (query && query === this.#query && group.more && group.events.length < SEARCHED && group.matching.length < PAGE) {
          await group.load(MOST);
          show();
        }
    });
  }

  /** @param {() => Promise<unknown>} work */
  async #attempt(work) {
    try {
      await work();
      this.trouble.hidden = true;
      this.none.hidden = this.events.length > 0;
    } catch (problem) {
      this.trouble.hidden = false;
      this.trouble.textContent = sentenceOf(problem);
    }
    for (const group of this.groups) group.show(this.#query);
  }

  /** @param {Group} group */
  async showMore(group) {
    await this.#attempt(() => group.load(PAGE));
  }
}

/** Events of one status. */
class Group {
  /** @type {ManagedEvent[]} */
  events = [];
  /** @type {ManagedEvent[]} */
  matching = [];
  more = false;

  /** @param {Catalogue} catalogue @param {ManagedEvent['status']} status @param {string} title */
  constructor(catalogue, status, title) {
    this.catalogue = catalogue;
    this.status = status;
    this.count = el('span', { class: 'group-count' });
    this.list = el('ul', { class: 'running-order' });
    this.rows = new Keyed(this.list, (/** @type {ManagedEvent} */ event) => event.eventID, () => this.#row());
    this.next = el('button', { type: 'button', class: 'button small', onclick: () => catalogue.showMore(this) }, phrase('page.show-more'));
    this.element = el('section', { class: `group ${status}`, 'aria-label': title, hidden: true }, el('h2', null, title, ' ', this.count), this.list, this.next);
  }

  async refresh() {
    const wanted = this.status === 'scheduled' ? MOST : Math.min(MOST, Math.max(PAGE, this.events.length));
    const { events, more } = await this.#page(wanted);
    // What was loaded beyond one answer stays as it was.
    const beyond = this.events.slice(MOST);
    const ids = new Set(events.map(event => event.eventID));
    this.events = [...events, ...beyond.filter(event => !ids.has(event.eventID))];
    if (beyond.length === 0) this.more = more;
  }

  /** @param {number} count */
  async load(count) {
    const { events, more } = await this.#page(count, this.events.at(-1)?.eventID);
    const ids = new Set(this.events.map(event => event.eventID));
    this.events.push(...events.filter(event => !ids.has(event.eventID)));
    this.more = more;
  }

  /** @param {string} query */
  show(query) {
    this.matching = this.events.filter(event => !query || [event.title, event.videoID, event.eventType].some(text => text.toLowerCase().includes(query)));
    // The server lists the latest start first; of planned events, the next one matters most.
    this.rows.show(this.status === 'scheduled' ? this.matching.toReversed() : this.matching);
    this.count.textContent = `${shortCount(this.matching.length)}${this.more ? '+' : ''}`;
    this.next.hidden = !this.more;
    this.element.hidden = this.matching.length === 0 && !this.more;
  }

  /** @param {number} limit @param {string} [after] @returns {Promise<{events: ManagedEvent[], more: boolean}>} */
  async #page(limit, after) {
    const answer = await this.catalogue.session.fetch('GET', `events?status=${this.status}&limit=${limit}${after ? `&after=${after}` : ''}`);
    return { events: await answer.json(), more: (answer.headers.get('Link') ?? '').includes('rel="next"') };
  }

  #row() {
    const title = el('bdi', null);
    const meta = el('span', { class: 'row-meta' });
    const time = el('time', { class: 'row-time' });
    const link = el('a', { class: 'row-link' }, el('span', { class: 'row-title' }, title), time, meta);
    return {
      element: el('li', null, link),
      show: (/** @type {ManagedEvent} */ event) => {
        link.href = this.catalogue.href(event);
        if (event.eventID === this.catalogue.selected) link.setAttribute('aria-current', 'true');
        else link.removeAttribute('aria-current');
        title.textContent = event.title;
        time.dateTime = beginning(event);
        time.textContent = dayAndTime(beginning(event));
        meta.textContent = [
          event.eventType,
          event.settings.visibility === 'private' && phrase('catalogue.private'),
          event.status === 'live' && phrase('live.watching', { count: event.viewers }),
          event.status === 'scheduled' && event.startsItself && phrase('catalogue.starts-itself'),
        ].filter(Boolean).join(' · ');
      },
    };
  }
}
