import { avatar, el } from '../dom.js';
import { clockTime, dayAndTime } from '../format.js';
import { wordsOf } from '../refusals.js';
import { phrase } from '../texts.js';
import { Notes } from './notes.js';
import { command, nameOf, past, span } from './words.js';

/** One person as moderators see them, with what can be decided about them. */
export class PersonPane {
  /** @type {string | null} */
  userID = null;
  #asked = 0;
  /** What is known of them. @type {any} */
  #person = null;

  /**
   * @param {Object} desk
   * @param {(userID: string) => Promise<any>} desk.load
   * @param {(action: string, person: any, choice?: {seconds?: number, reason?: string, everywhere?: boolean}) => void} desk.act
   * @param {(person: any) => void} desk.more Asks for any decision, with a reason.
   * @param {(note: any) => Promise<void>} desk.removeNote
   * @param {(person: any) => Promise<void>} desk.removePicture
   * @param {() => boolean} desk.mayEverywhere Whether this moderator may decide for all events.
   * @param {() => void} desk.back Goes back to the row.
   */
  constructor(desk) {
    this.desk = desk;
    this.top = el('div', { class: 'person-pane' }, el('p', { class: 'calm' }, phrase('card.choose')));
    this.rest = el('div', { class: 'person-pane' });
    this.notes = new Notes({
      add: (text, everywhere) => this.userID && desk.act('note', this.#person, { reason: text, ...(everywhere ? { everywhere } : {}) }),
      remove: async note => {
        await desk.removeNote(note);
        this.refresh();
      },
      mayEverywhere: desk.mayEverywhere,
      done: desk.back,
    });
    this.notes.element.hidden = true;
    this.element = el('div', { class: 'person-pane', id: 'person-panel' }, this.top, this.notes.element, this.rest);
  }

  /** Goes to the field for a note. */
  writeNote() {
    this.notes.element.hidden = false;
    this.notes.field.focus();
  }

  /** @param {{userID: string, displayName?: string, username?: string}} person */
  async show(person) {
    if (this.userID !== person.userID) {
      this.#person = person;
      this.notes.clear();
      this.notes.show([]);
      this.notes.element.hidden = false;
      this.top.replaceChildren(this.#head(person, []), el('p', { class: 'calm' }, phrase('card.loading')));
      this.rest.replaceChildren();
    }
    this.userID = person.userID;
    const asked = ++this.#asked;
    try {
      const card = await this.desk.load(person.userID);
      if (asked === this.#asked) this.#draw(card);
    } catch (problem) {
      if (asked === this.#asked) this.top.replaceChildren(this.#head(this.#person, []), el('p', { class: 'form-error', role: 'alert' }, wordsOf(problem)));
    }
  }

  /** Reads the card again, because something was decided. @param {string} [userID] Only if it is this one's. */
  refresh(userID = this.userID ?? '') {
    if (this.userID && userID === this.userID) void this.show({ userID });
  }

  /** @param {any} card */
  #draw(card) {
    this.#person = card;
    const has = new Set(card.restrictions.map((/** @type {any} */ one) => one.kind));
    const act = (/** @type {string} */ action, /** @type {string} */ label, /** @type {string} */ kind = '', /** @type {number} */ seconds = 0) =>
      el('button', { type: 'button', class: `button small ${kind}`, onclick: () => this.desk.act(action, card, seconds ? { seconds } : undefined) }, label);
    const buttons = [
      act('timeout', phrase('time.minutes', { count: 10 }), '', 600), act('timeout', phrase('time.hours', { count: 1 }), '', 3600),
      act('ban', command('ban'), 'danger'), act('shadow-ban', command('shadow-ban'), 'danger'),
      has.has('trust') ? act('untrust', command('untrust')) : act('trust', command('trust')),
      act('purge', command('purge'), 'danger'),
      // It is the same in all events.
      card.avatarUrl && this.desk.mayEverywhere() ? el('button', { type: 'button', class: 'button small', onclick: () => void this.desk.removePicture(card).then(() => this.refresh(card.userID)) }, phrase('picture.remove')) : null,
      el('button', { type: 'button', class: 'button small', onclick: () => this.desk.more(card) }, phrase('console.more')),
    ];
    this.top.replaceChildren(
      this.#head(card, [card.role === 'viewer' ? phrase('card.reputation', { count: card.reputation }) : phrase(card.role === 'administrator' ? 'role.host' : 'role.moderator'), phrase('card.since', { time: dayAndTime(card.createdAt) }), card.sessions ? phrase('card.sessions', { count: card.sessions }) : '']),
      ...(card.suspectedOf ? [el('p', { class: 'form-error suspected' }, phrase('card.suspected', { names: card.suspectedOf.map(nameOf).join(', ') }))] : []),
      el('ul', { class: 'restrictions' }, ...card.restrictions.map((/** @type {any} */ one) => el('li', null,
        el('span', null, [one.kind === 'throttle' ? phrase('card.throttled', { time: span(one.seconds) }) : past(one.kind), one.until && phrase('card.until', { time: clockTime(one.until) }), one.network && phrase('card.network'), one.everywhere && phrase('card.everywhere')].filter(Boolean).join(', ')),
        // What holds everywhere is lifted everywhere, by those who may.
        one.kind === 'trust' || (one.everywhere && !this.desk.mayEverywhere()) ? null : el('button', { type: 'button', class: 'link-button', onclick: () => this.desk.act('lift', card, one.everywhere ? { everywhere: true } : undefined) }, phrase('card.lift'))))),
      el('div', { class: 'person-actions' }, ...buttons));
    this.notes.show(card.notes);
    this.rest.replaceChildren(
      el('h3', null, phrase('card.comments')),
      this.#comments([...card.waiting.map((/** @type {any} */ one) => ({ ...one, note: phrase('card.waits') })), ...card.shadowed.map((/** @type {any} */ one) => ({ ...one, note: phrase('card.shadowed') })), ...card.comments]),
      ...(card.decisions.length ? [el('h3', null, phrase('card.decisions')), el('ol', { class: 'lines' }, ...card.decisions.map((/** @type {any} */ one) =>
        el('li', null, el('span', null, `${phrase('card.decision', { what: one.seconds ? phrase('console.for', { what: past(one.action), time: span(one.seconds) }) : past(one.action), name: nameOf(one.by) })}${one.reason ? `: ${one.reason}` : ''}`), el('span', { class: 'row-time' }, dayAndTime(one.timestamp)))))] : []));
  }

  /** @param {any[]} comments */
  #comments(comments) {
    if (!comments.length) return el('p', { class: 'calm' }, phrase('card.no-comments'));
    return el('ol', { class: 'lines' }, ...comments.map(one => el('li', null, el('span', { dir: 'auto' }, one.commentText), el('span', { class: 'row-time' }, `${one.note ? `${one.note} · ` : ''}${dayAndTime(one.timestamp)}`))));
  }

  /** @param {any} person @param {string[]} facts */
  #head(person, facts) {
    return el('div', { class: 'person-head' },
      avatar({ ...person, displayName: nameOf(person) }, 'large'),
      el('div', null, el('h3', { class: 'person-name', dir: 'auto' }, nameOf(person)), el('p', { class: 'facts' }, [person.username && `@${person.username}`, ...facts].filter(Boolean).map(fact => fact.replaceAll(' ', '\u00a0')).join(' · '))));
  }
}
