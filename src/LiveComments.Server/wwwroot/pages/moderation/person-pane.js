import { avatar, el } from '../dom.js';
import { clockTime, dayAndTime } from '../format.js';
import { nameOf, past, span } from './words.js';

const KINDS = /** @type {Record<string, string>} */ ({ throttle: 'Writes only every', timeout: 'Timed out', ban: 'Banned', 'shadow-ban': 'Shadow banned', trust: 'Trusted' });

/** One person as moderators see them, with what can be decided about them. */
export class PersonPane {
  /** @type {string | null} */
  userID = null;
  #asked = 0;

  /**
   * @param {Object} desk
   * @param {(userID: string) => Promise<any>} desk.load
   * @param {(action: string, person: any, seconds?: number) => void} desk.act
   */
  constructor(desk) {
    this.desk = desk;
    this.element = el('div', { class: 'person-pane', id: 'person-panel' }, el('p', { class: 'calm' }, 'Choose a row to see who wrote it.'));
  }

  /** @param {{userID: string, displayName?: string, username?: string}} person */
  async show(person) {
    if (this.userID !== person.userID) this.element.replaceChildren(this.#head(person, []), el('p', { class: 'calm' }, 'Loading…'));
    this.userID = person.userID;
    const asked = ++this.#asked;
    try {
      const card = await this.desk.load(person.userID);
      if (asked === this.#asked) this.#draw(card);
    } catch (problem) {
      if (asked === this.#asked) this.element.replaceChildren(this.#head(person, []), el('p', { class: 'form-error', role: 'alert' }, /** @type {Error} */ (problem).message));
    }
  }

  /** Reads the card again, because something was decided. @param {string} [userID] Only if it is this one's. */
  refresh(userID = this.userID ?? '') {
    if (this.userID && userID === this.userID) void this.show({ userID });
  }

  /** @param {any} card */
  #draw(card) {
    const has = new Set(card.restrictions.map((/** @type {any} */ one) => one.kind));
    const act = (/** @type {string} */ action, /** @type {string} */ label, /** @type {string} */ kind = '', /** @type {number} */ seconds = 0) =>
      el('button', { type: 'button', class: `button small ${kind}`, onclick: () => this.desk.act(action, card, seconds || undefined) }, label);
    const buttons = [
      act('timeout', '10 min', '', 600), act('timeout', '1 h', '', 3600),
      act('ban', 'Ban', 'danger'), act('shadow-ban', 'Shadow ban', 'danger'),
      has.has('trust') ? act('untrust', 'No longer trust') : act('trust', 'Trust'),
      act('purge', 'Delete everything', 'danger'),
    ];
    this.element.replaceChildren(
      this.#head(card, [card.role === 'viewer' ? `reputation ${card.reputation}` : card.role, `since ${dayAndTime(card.createdAt)}`]),
      ...(card.suspectedOf ? [el('p', { class: 'form-error suspected' }, `May be back after a ban: same device or network as ${card.suspectedOf.map(nameOf).join(', ')}.`)] : []),
      el('ul', { class: 'restrictions' }, ...card.restrictions.map((/** @type {any} */ one) => el('li', null,
        el('span', null, `${KINDS[one.kind] ?? 'Held back'}${one.seconds ? ` ${span(one.seconds)}` : ''}${one.until ? ` until ${clockTime(one.until)}` : ''}${one.network ? ', with the network' : ''}${one.everywhere ? ', in all events' : ''}`),
        // What holds everywhere is lifted everywhere, by an administrator elsewhere.
        one.kind === 'trust' || one.everywhere ? null : el('button', { type: 'button', class: 'link-button', onclick: () => this.desk.act('lift', card) }, 'Lift')))),
      el('div', { class: 'person-actions' }, ...buttons),
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
      el('div', null, el('h3', { class: 'person-name', dir: 'auto' }, nameOf(person)), el('p', { class: 'facts' }, [person.username && `@${person.username}`, ...facts].filter(Boolean).join(' · '))));
  }
}
