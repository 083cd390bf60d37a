import { avatar, el } from '../dom.js';
import { clockTime, counted, dayAndTime } from '../format.js';
import { Notes } from './notes.js';
import { nameOf, past, span } from './words.js';

const KINDS = /** @type {Record<string, string>} */ ({ throttle: 'Writes only every', timeout: 'Timed out', ban: 'Banned', 'shadow-ban': 'Shadow banned', trust: 'Trusted' });

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
   * @param {() => boolean} desk.mayEverywhere Whether this moderator may decide for all events.
   * @param {() => void} desk.back Goes back to the row.
   */
  constructor(desk) {
    this.desk = desk;
    this.top = el('div', { class: 'person-pane' }, el('p', { class: 'calm' }, 'Choose a row to see who wrote it.'));
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
      this.top.replaceChildren(this.#head(person, []), el('p', { class: 'calm' }, 'Loading…'));
      this.rest.replaceChildren();
    }
    this.userID = person.userID;
    const asked = ++this.#asked;
    try {
      const card = await this.desk.load(person.userID);
      if (asked === this.#asked) this.#draw(card);
    } catch (problem) {
      if (asked === this.#asked) this.top.replaceChildren(this.#head(this.#person, []), el('p', { class: 'form-error', role: 'alert' }, /** @type {Error} */ (problem).message));
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
      act('timeout', '10 min', '', 600), act('timeout', '1 h', '', 3600),
      act('ban', 'Ban', 'danger'), act('shadow-ban', 'Shadow ban', 'danger'),
      has.has('trust') ? act('untrust', 'No longer trust') : act('trust', 'Trust'),
      act('purge', 'Delete everything', 'danger'),
      el('button', { type: 'button', class: 'button small', onclick: () => this.desk.more(card) }, 'More…'),
    ];
    this.top.replaceChildren(
      this.#head(card, [card.role === 'viewer' ? `reputation ${card.reputation}` : card.role, `since ${dayAndTime(card.createdAt)}`, card.sessions ? counted(card.sessions, 'session') : '']),
      ...(card.suspectedOf ? [el('p', { class: 'form-error suspected' }, `May be back after a ban: same device or network as ${card.suspectedOf.map(nameOf).join(', ')}.`)] : []),
      el('ul', { class: 'restrictions' }, ...card.restrictions.map((/** @type {any} */ one) => el('li', null,
        el('span', null, `${KINDS[one.kind] ?? 'Held back'}${one.seconds ? ` ${span(one.seconds)}` : ''}${one.until ? ` until ${clockTime(one.until)}` : ''}${one.network ? ', with the network' : ''}${one.everywhere ? ', in all events' : ''}`),
        // What holds everywhere is lifted everywhere, by those who may.
        one.kind === 'trust' || (one.everywhere && !this.desk.mayEverywhere()) ? null : el('button', { type: 'button', class: 'link-button', onclick: () => this.desk.act('lift', card, one.everywhere ? { everywhere: true } : undefined) }, 'Lift')))),
      el('div', { class: 'person-actions' }, ...buttons));
    this.notes.show(card.notes);
    this.rest.replaceChildren(
      el('h3', null, 'Comments here'),
      this.#comments([...card.waiting.map((/** @type {any} */ one) => ({ ...one, note: 'waits' })), ...card.shadowed.map((/** @type {any} */ one) => ({ ...one, note: 'only they see it' })), ...card.comments]),
      ...(card.decisions.length ? [el('h3', null, 'Decisions'), el('ol', { class: 'lines' }, ...card.decisions.map((/** @type {any} */ one) =>
        el('li', null, el('span', null, `${past(one.action)}${one.seconds ? ` for ${span(one.seconds)}` : ''}, by ${nameOf(one.by)}${one.reason ? `: ${one.reason}` : ''}`), el('span', { class: 'row-time' }, dayAndTime(one.timestamp)))))] : []));
  }

  /** @param {any[]} comments */
  #comments(comments) {
    if (!comments.length) return el('p', { class: 'calm' }, 'None that are still here.');
    return el('ol', { class: 'lines' }, ...comments.map(one => el('li', null, el('span', { dir: 'auto' }, one.commentText), el('span', { class: 'row-time' }, `${one.note ? `${one.note} · ` : ''}${dayAndTime(one.timestamp)}`))));
  }

  /** @param {any} person @param {string[]} facts */
  #head(person, facts) {
    return el('div', { class: 'person-head' },
      avatar({ ...person, displayName: nameOf(person) }, 'large'),
      el('div', null, el('h3', { class: 'person-name', dir: 'auto' }, nameOf(person)), el('p', { class: 'facts' }, [person.username && `@${person.username}`, ...facts].filter(Boolean).map(fact => fact.replaceAll(' ', '\u00a0')).join(' · '))));
  }
}
