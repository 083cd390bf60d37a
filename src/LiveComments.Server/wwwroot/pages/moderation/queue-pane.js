import { avatar, el } from '../dom.js';
import { clockTime } from '../format.js';
import { Keyed } from '../keyed.js';
import { phrase } from '../texts.js';
import { Queue } from './queue.js';
import { swipe } from './swipe.js';
import { Tabs } from './tabs.js';
import { command, nameOf, reasonInWords } from './words.js';

/** @typedef {import('./queue.js').QueueRow} QueueRow */
/** @typedef {'held'|'delayed'|'reported'} State */

const TITLES = { held: phrase('queue.held'), delayed: phrase('queue.delayed'), reported: phrase('queue.reported') };
const EMPTY = { held: 'queue.no-held', delayed: 'queue.no-delayed', reported: 'queue.no-reported' };

/** What waits for moderators, one row for each text. */
export class QueuePane {
  /** @type {QueueRow | null} */
  selected = null;
  /** @type {State} */
  state = 'held';
  /** Who else looks at a comment, by commentID. @type {Map<string, string[]>} */
  #looks = new Map();
  #pointed = false;

  /**
   * @param {HTMLElement} element
   * @param {Object} desk
   * @param {(action: 'approve'|'remove'|'timeout'|'ban'|'more', row: QueueRow, queue: Queue, choice?: {reason?: string}) => void} desk.act
   * @param {(comment: any, asked: boolean) => void} desk.person Shows who wrote it; `asked` when that was the wish, not only a step to the next row.
   * @param {() => void} desk.chosen A row was chosen here.
   * @param {(commentID: string | null) => void} desk.looking
   * @param {(state: State) => void} desk.opened
   * @param {() => boolean} desk.isPhone
   */
  constructor(element, desk) {
    this.desk = desk;
    this.queues = { held: new Queue(), delayed: new Queue(), reported: new Queue() };
    this.list = el('ol', { class: 'rows', tabIndex: -1 });
    this.empty = el('p', { class: 'calm' });
    this.place = el('p', { class: 'card-place', role: 'status' });
    this.fresh = el('button', { type: 'button', class: 'fresh', hidden: true, onclick: () => this.showFresh() });
    this.panel = el('div', { class: 'pane-body', id: 'queue-panel' }, this.place, this.list, this.empty);
    this.keyed = new Keyed(this.list, (/** @type {QueueRow} */ row) => row.key, () => new Row(this));
    // The queues have rows with keys of their own.
    this.tabs = new Tabs(phrase('console.queue'), Object.entries(TITLES).map(([name, title]) => ({ name, title, panel: this.panel })), name => this.#open(/** @type {State} */ (name)));
    element.append(el('div', { class: 'queue-head' }, this.tabs.element, this.fresh), this.panel);
    this.list.addEventListener('pointerenter', event => event.pointerType === 'mouse' && this.#point(true));
    this.list.addEventListener('pointerleave', event => event.pointerType === 'mouse' && this.#point(false));
    // A finger is over the list until it is put down somewhere else.
    addEventListener('pointerdown', event => event.pointerType === 'touch' && !this.desk.isPhone() && this.#point(this.list.contains(/** @type {Node} */ (event.target))));
    this.show();
  }

  get queue() {
    return this.queues[this.state];
  }

  /** @param {Map<string, string[]>} looks */
  look(looks) {
    this.#looks = looks;
    this.show();
  }

  /** @param {QueueRow} row */
  lookersOf(row) {
    return [...new Set(row.items.flatMap(item => this.#looks.get(item.commentID) ?? []))];
  }

  /** Goes to the next row that is not decided, or to the one before. @param {1 | -1} step */
  move(step) {
    const { rows } = this.queue;
    const from = this.selected ? rows.indexOf(this.selected) : step > 0 ? -1 : rows.length;
    for (let at = from + step; at >= 0 && at < rows.length; at += step) if (!rows[at].done) return this.select(rows[at]);
    if (!this.selected || this.selected.done) this.release();
  }

  /** @param {QueueRow | null} row */
  select(row) {
    this.selected = row;
    if (row) this.desk.chosen();
    this.#hold();
    this.desk.looking(row ? row.items[0].commentID : null);
    this.show();
    const element = row && this.elementOf(row);
    element?.focus({ preventScroll: true });
    element?.scrollIntoView({ block: 'nearest' });
    if (row && !this.desk.isPhone()) this.desk.person(row.items[0].comment, false);
  }

  /** Lets go of the row, so that what is done leaves and what is new appears. */
  release() {
    const had = this.list.contains(document.activeElement);
    this.selected = null;
    this.desk.looking(null);
    this.queue.hold(false);
    this.#hold();
    this.show();
    if (had && !this.desk.isPhone()) this.list.focus({ preventScroll: true });
  }

  /** Shows what is new; the chosen row stays chosen. */
  showFresh() {
    this.queue.settle();
    this.show();
  }

  /** @param {'approve'|'remove'|'timeout'|'ban'|'more'} action @param {QueueRow | null} [row] @param {{reason?: string}} [choice] */
  act(action, row = this.selected, choice) {
    if (!row || row.done) return;
    const { queue } = this;
    this.desk.act(action, row, queue, choice);
    if (!row.done) return this.show();
    if (this.selected === row) {
      const { rows } = queue;
      const at = rows.indexOf(row);
      const next = rows.slice(at + 1).find(one => !one.done) ?? rows.slice(0, at).findLast(one => !one.done);
      if (next) return this.select(next);
      this.release();
      const first = queue.rows.find(one => !one.done);
      if (first) return this.select(first);
    }
    this.show();
  }

  show() {
    const { queue } = this;
    if (this.selected && !queue.rows.includes(this.selected)) this.selected = null;
    // On a phone there is always one card.
    if (this.desk.isPhone() && (!this.selected || this.selected.done)) {
      if (queue.isSpent) queue.hold(false);
      this.selected = queue.rows.find(row => !row.done) ?? null;
      this.#hold();
      this.desk.looking(this.selected ? this.selected.items[0].commentID : null);
    }
    this.keyed.show(queue.rows);
    for (const [name, one] of Object.entries(this.queues)) this.tabs.count(name, one.count);
    const { fresh, rows } = queue;
    this.fresh.hidden = !fresh;
    this.fresh.textContent = phrase('queue.fresh', { count: fresh });
    const left = rows.filter(row => !row.done).length + fresh;
    this.place.textContent = this.desk.isPhone() && left ? phrase('queue.cards', { count: left }) : '';
    this.empty.hidden = rows.length > 0 || fresh > 0;
    this.empty.textContent = phrase(EMPTY[this.state]);
  }

  /** @param {QueueRow} row */
  elementOf(row) {
    return /** @type {HTMLElement | undefined} */ (this.list.children[this.queue.rows.indexOf(row)]);
  }

  /** @param {State} state */
  #open(state) {
    if (this.state === state) return;
    this.queue.hold(false);
    this.state = state;
    this.selected = null;
    this.keyed.show([]);
    this.desk.opened(state);
    this.release();
  }

  /** @param {boolean} pointed */
  #point(pointed) {
    this.#pointed = pointed;
    this.#hold();
    this.show();
  }

  #hold() {
    this.queue.hold(this.#pointed || this.selected !== null);
  }
}

/** One row of the queue; on a phone a card. */
class Row {
  /** @type {QueueRow | null} */
  #row = null;

  /** @param {QueuePane} pane */
  constructor(pane) {
    this.pane = pane;
    this.face = el('span', { class: 'row-face' });
    this.text = el('p', { class: 'row-text', dir: 'auto' });
    this.count = el('span', { class: 'row-count' });
    this.name = el('button', { type: 'button', class: 'row-name', onclick: () => pane.desk.person(this.#row?.items[0].comment, true) });
    this.first = el('span', { class: 'row-first' });
    this.time = el('span', { class: 'row-time' });
    this.reasons = el('span', { class: 'row-reasons' });
    this.looked = el('span', { class: 'row-looked' });
    this.done = el('p', { class: 'row-done' });
    this.approve = this.#button('approve', command('approve'), 'good');
    this.remove = this.#button('remove', command('reject'), 'danger');
    this.actions = el('div', { class: 'row-actions' }, this.remove, this.approve, this.#button('timeout', command('timeout')), this.#button('ban', command('ban')));
    this.element = el('li', { class: 'queue-row', tabIndex: -1, onclick: (/** @type {MouseEvent} */ event) => {
      if (!(/** @type {Element} */ (event.target).closest('button')) && this.#row && !this.#row.done && !pane.desk.isPhone()) pane.select(this.#row);
    } },
      this.face,
      el('div', { class: 'row-body' },
        el('p', { class: 'row-who' }, this.name, this.count, this.first, this.time),
        this.text,
        el('p', { class: 'row-why' }, this.reasons, this.looked)),
      this.actions,
      this.done);
    swipe(this.element, right => this.pane.act(right ? 'approve' : 'remove', this.#row));
  }

  /** @param {QueueRow} row */
  show(row) {
    const first = row.items[0];
    if (this.#row !== row) this.face.replaceChildren(avatar(first.comment));
    this.#row = row;
    const { pane } = this;
    const people = new Set(row.items.map(item => item.comment.userID)).size;
    set(this.text, first.comment.commentText);
    set(this.name, people > 1 ? phrase('queue.and-others', { name: nameOf(first.comment), count: people - 1 }) : `${nameOf(first.comment)} @${first.comment.username ?? ''}`);
    set(this.count, row.items.length > 1 ? `×${row.items.length}` : '');
    set(this.first, row.items.some(item => item.isFirst) ? phrase('console.first-comment') : '');
    const since = first.heldAt ?? first.reportedAt;
    set(this.time, first.releaseAt ? phrase('queue.shown-at', { time: clockTime(first.releaseAt) }) : since ? clockTime(since) : '');
    const reports = row.items.reduce((sum, item) => sum + item.reports, 0);
    const reasons = [...new Set(row.items.flatMap(item => item.reasons.map(reasonInWords)))].slice(0, 4);
    set(this.reasons, [reports ? phrase('queue.reports', { count: reports }) : '', ...reasons].filter(Boolean).join(' · '));
    const lookers = pane.lookersOf(row);
    set(this.looked, lookers.length ? phrase('queue.looking', { names: lookers.join(', '), count: lookers.length }) : '');
    set(this.remove, command(pane.state === 'reported' ? 'delete' : 'reject'));
    const isSelected = pane.selected === row;
    this.element.classList.toggle('selected', isSelected);
    if (isSelected) this.element.setAttribute('aria-current', 'true');
    else this.element.removeAttribute('aria-current');
    this.element.classList.toggle('is-done', row.done !== null);
    this.element.classList.toggle('pending', row.done?.pending ?? false);
    this.actions.inert = row.done !== null;
    set(this.done, row.done ? row.done.what || phrase('queue.decided') : '');
  }

  /** @param {'approve'|'remove'|'timeout'|'ban'} action @param {string} label @param {string} [kind] */
  #button(action, label, kind = '') {
    return el('button', { type: 'button', class: `button small ${kind}`, 'data-action': action, onclick: () => this.pane.act(action, this.#row) }, label);
  }
}

/** Text that stays is not set again: a selection in it would be lost. @param {HTMLElement} element @param {string} text */
function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
