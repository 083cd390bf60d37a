import { confirm, open } from './dialog.js';
import { el, pictureAddress } from './dom.js';
import { EventForm } from './event-form.js';
import { beginning, dayAndTime, duration } from './format.js';
import { People } from './people.js';
import { pictureField } from './picture.js';
import { sentenceOf } from './refusals.js';
import { Series } from './series.js';
import { share } from './share.js';
import { freeSlug, slugOf } from './slug.js';
import { phrase } from './texts.js';
import { HERE, instantOf, wallTime } from './zone.js';

/** @typedef {import('./event-fields.js').ManagedEvent} ManagedEvent */
/** @typedef {import('../js/session.js').Session} Session */

/**
 * What the sheets tell their page.
 * @typedef {Object} Desk
 * @property {Session} session
 * @property {() => string[]} types
 * @property {(sentence: string) => void} announce
 * @property {(event: ManagedEvent) => unknown} changed
 * @property {(event: ManagedEvent) => void} created
 * @property {(event: ManagedEvent) => void} deleted
 */

const back = () => el('a', { class: 'back', href: '#' }, phrase('admin.back'));

/** The sheet of a new event. */
export class NewEvent {
  /** @param {Desk} desk @param {ManagedEvent | null} like What it begins as: the same a week later, or as many weeks as it takes to be ahead. */
  constructor(desk, like = null) {
    this.series = new Series();
    this.heading = el('h2', { tabIndex: -1 }, like ? phrase('editor.again', { title: like.title }) : phrase('admin.new'));
    this.form = new EventForm({
      action: phrase('editor.create'),
      types: desk.types,
      save: change => this.#plan(desk, change, like),
      saved: desk.created,
    });
    const HOUR = 3_600_000;
    const values = like ? again({ ...this.form.valuesOf(like), startTime: like.startTime, endTime: like.endTime ?? '' }) : { timezone: HERE, startTime: new Date(Math.ceil(Date.now() / HOUR + 0.25) * HOUR).toISOString() };
    this.form.propose(/** @type {any} */ ({ settings: {}, timezone: 'UTC' }), values);
    this.element = el('article', { class: 'sheet' }, el('header', { class: 'sheet-head' }, back(), this.heading), this.form.element);
    /** @type {HTMLElement} */ (this.form.element.children[1]).after(this.series.element);
    this.#proposeVideoID(desk.session);
    if (like) this.form.named('title')?.control.dispatchEvent(new Event('change'));
  }

  /** The end of the address follows the title until somebody types it. @param {Session} session */
  #proposeVideoID(session) {
    const title = /** @type {import('./event-fields.js').Field} */ (this.form.named('title'));
    const videoID = /** @type {import('./event-fields.js').Field} */ (this.form.named('videoID'));
    let follows = true;
    videoID.control.addEventListener('input', () => (follows = false));
    title.control.addEventListener('input', () => follows && videoID.set(slugOf(title.get())));
    title.control.addEventListener('change', async () => {
      const slug = slugOf(title.get());
      if (!follows || !slug) return;
      try {
        const free = await freeSlug(slug, candidate => exists(session, candidate));
        // Meanwhile somebody may have typed on.
        if (follows && slugOf(title.get()) === slug) videoID.set(free);
      } catch {
        // The server says it when the event is created.
      }
    });
  }

  /**
   * Plans the event, and those that follow it in a series. @param {Desk} desk @param {any} change @param {ManagedEvent | null} like
   * @returns {Promise<ManagedEvent>} The first.
   */
  async #plan(desk, change, like) {
    const { session } = desk;
    const wanted = this.series.repeated(change);
    /** @type {ManagedEvent[]} */
    const planned = [];
    try {
      for (const one of wanted) {
        if (wanted.length > 1) this.form.state.textContent = phrase('editor.planning', { number: planned.length + 1, count: wanted.length });
        if (planned.length > 0 && one.videoID) one.videoID = await freeSlug(one.videoID, candidate => exists(session, candidate));
        const event = await session.call('POST', 'events', one);
        // A picture belongs to the event that it was uploaded for, so each gets its own. Without it the event is planned all the same.
        planned.push(like?.settings.pictureUrl ? await copyPicture(session, like.settings.pictureUrl, event).catch(() => event) : event);
      }
    } catch (problem) {
      if (planned.length === 0) throw problem;
      const dialog = open(phrase('editor.series-stopped'));
      dialog.body.append(el('p', null, phrase('editor.series-stopped-why', { number: planned.length, count: wanted.length, why: sentenceOf(problem) })));
    }
    return planned[0];
  }

  get isDirty() {
    return this.form.isDirty;
  }

  async refresh() {}
}

/** The values of an event that is held again on the same day of a coming week, at the same time on its clocks. @param {Record<string, string>} values */
function again(values) {
  const WEEK = 7 * 86_400_000;
  const weeks = Math.max(1, Math.ceil((Date.now() - Date.parse(values.startTime)) / WEEK));
  const later = (/** @type {string} */ time) => {
    const wall = wallTime(time, values.timezone);
    return instantOf(new Date(Date.parse(`${wall}Z`) + weeks * WEEK).toISOString().slice(0, 16), values.timezone);
  };
  return { ...values, videoID: '', startTime: later(values.startTime), endTime: values.endTime && later(values.endTime) };
}

/** Whether an event has this video ID. @param {Session} session @param {string} videoID */
async function exists(session, videoID) {
  try {
    await session.call('GET', `events/${encodeURIComponent(videoID)}`);
    return true;
  } catch (problem) {
    if (/** @type {import('../js/problem.js').Problem} */ (problem).code === 'event-not-found') return false;
    throw problem;
  }
}

/** @param {Session} session @param {string} from @param {ManagedEvent} event @returns {Promise<ManagedEvent>} The event with it. */
async function copyPicture(session, from, event) {
  const picture = await (await fetch(pictureAddress(from))).blob();
  await session.call('PUT', `events/${event.eventID}/picture`, picture);
  return session.call('GET', `events/${event.eventID}`);
}

/** The sheet of an event that exists: what it is, who takes part, and what can be done with it. */
export class Editor {
  /** @param {Desk} desk @param {ManagedEvent} event */
  constructor(desk, event) {
    this.desk = desk;
    this.event = event;
    // Whoever is here and no administrator is its host.
    const isHost = desk.session.user?.role !== 'administrator';
    // An alias may later belong to another event.
    this.path = `events/${event.eventID}`;
    this.heading = el('h2', { tabIndex: -1, dir: 'auto' });
    this.badge = el('span', { class: 'badge' });
    this.state = el('span', { class: 'sheet-state' });
    this.trouble = el('p', { class: 'form-error', role: 'alert', hidden: true });
    const page = new URL(`live/${encodeURIComponent(event.videoID)}`, desk.session.server);
    this.start = el('button', { type: 'button', class: 'button primary', onclick: () => this.#start() }, phrase('editor.start'));
    this.end = el('button', { type: 'button', class: 'button', onclick: () => this.#end() });
    this.form = new EventForm({
      action: phrase('editor.save'),
      types: desk.types,
      save: change => desk.session.call('PATCH', this.path, change),
      saved: saved => this.#follow(saved),
    });
    this.picture = pictureField('screen', event.settings.pictureUrl, async file => (await desk.session.call('PUT', `${this.path}/picture`, file)).pictureUrl, () => desk.session.call('DELETE', `${this.path}/picture`));
    this.people = new People(desk.session, this.path, desk.announce);
    this.element = el('article', { class: 'sheet' },
      el('header', { class: 'sheet-head' },
        isHost ? el('a', { class: 'back', href: page.href }, phrase('editor.to-event')) : back(),
        el('div', { class: 'row' }, this.badge, this.state),
        this.heading,
        el('a', { class: 'address', href: page.href }, page.pathname),
        el('div', { class: 'row' }, this.start, this.end, el('button', { type: 'button', class: 'button', onclick: () => this.people.focus() }, phrase('people.title')),
          el('button', { type: 'button', class: 'button', onclick: () => share({ event: this.event, server: desk.session.server }) }, phrase('live.share')),
          isHost ? '' : el('a', { class: 'button', href: `#new/${event.eventID}` }, phrase('editor.use-again')),
          el('a', { class: 'button', href: new URL(`moderation/${event.eventID}`, desk.session.server).href }, phrase('live.moderate'))),
        this.trouble),
      this.form.element,
      el('section', { class: 'section', 'aria-labelledby': 'picture-title' },
        el('h3', { id: 'picture-title' }, phrase('account.picture')),
        el('div', { class: 'fields' }, el('p', { class: 'explain' }, phrase('editor.picture-hint')), this.picture.element)),
      this.people.element,
      isHost ? '' : el('section', { class: 'section', 'aria-labelledby': 'delete-title' },
        el('h3', { id: 'delete-title' }, phrase('tools.delete')),
        el('div', { class: 'fields' },
          el('p', { class: 'explain' }, phrase('editor.delete-explained')),
          el('div', null, el('button', { type: 'button', class: 'button danger', onclick: () => this.#delete() }, phrase('editor.delete'))))));
    this.#show(event);
  }

  get isDirty() {
    return this.form.isDirty || this.people.isDirty;
  }

  /** Shows what others have changed. */
  async refresh() {
    try {
      this.#show(await this.desk.session.call('GET', this.path));
      await this.people.refresh();
      this.#say('');
    } catch (problem) {
      this.#say(sentenceOf(problem));
    }
  }

  /** The seconds go on. */
  tick() {
    const { event } = this;
    const start = Date.parse(event.startTime) - Date.now();
    this.state.textContent = event.status === 'live' ? phrase('editor.live-for', { time: duration(Date.now() - Date.parse(beginning(event))), count: event.viewers })
      : event.status === 'ended' ? phrase('editor.since', { time: dayAndTime(event.endedAt ?? event.updatedAt) })
      : start > 0 ? phrase('editor.in', { time: duration(start) })
      : phrase(event.startsItself ? 'editor.starting' : 'editor.waits');
  }

  /** @param {ManagedEvent} event */
  #show(event) {
    // An answer older than another one is ignored.
    if (event.updatedAt < this.event.updatedAt) return;
    this.event = event;
    this.heading.textContent = event.title;
    this.badge.textContent = phrase({ scheduled: 'status.scheduled', live: 'status.live', ended: 'status.ended' }[event.status]);
    this.badge.classList.toggle('on-air', event.status === 'live');
    this.start.hidden = event.status !== 'scheduled';
    this.end.hidden = event.status === 'ended';
    this.end.textContent = phrase(event.status === 'live' ? 'editor.end' : 'editor.call-off');
    this.form.follow(event);
    this.picture.show(event.settings.pictureUrl);
    this.tick();
  }

  /** @param {ManagedEvent} event */
  #follow(event) {
    this.#show(event);
    this.desk.changed(event);
  }

  async #start() {
    await this.#change('start', 'editor.is-live', { title: phrase('editor.start-title'), text: phrase('editor.start-explained'), action: phrase('editor.go-live') });
  }

  async #end() {
    await this.#change('end', 'editor.has-ended', this.event.status === 'live'
      ? { title: phrase('editor.end-title'), text: phrase('editor.end-explained'), action: phrase('editor.end'), danger: true }
      : { title: phrase('editor.call-off-title'), text: phrase('editor.call-off-explained'), action: phrase('editor.call-off'), danger: true });
  }

  /** @param {'start'|'end'} call @param {string} done @param {{title: string, text: string, action: string, danger?: boolean}} question */
  async #change(call, done, question) {
    const work = async () => this.#follow(await this.desk.session.call('POST', `${this.path}/${call}`));
    if (!(await confirm({ ...question, work }))) return;
    this.desk.announce(phrase(done, { title: this.event.title }));
    // The button that was pressed may be gone.
    if (this.event.status === 'ended') this.heading.focus();
    else this.end.focus();
  }

  async #delete() {
    const { event } = this;
    const work = () => this.desk.session.call('DELETE', this.path);
    if (await confirm({ title: phrase('editor.delete-title'), text: phrase('editor.delete-warning'), action: phrase('editor.delete-for-good'), danger: true, retype: event.title, work })) this.desk.deleted(event);
  }

  /** @param {string} text */
  #say(text) {
    this.trouble.hidden = !text;
    this.trouble.textContent = text;
  }
}
