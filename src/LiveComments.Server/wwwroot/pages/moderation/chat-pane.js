import { BoundedMap } from '../../js/livecomments.js';
import { el } from '../dom.js';
import { clockTime } from '../format.js';
import { phrase } from '../texts.js';
import { command, nameOf, past } from './words.js';

/** @typedef {import('../../js/types.js').Comment} Comment */

/** Rows on the page: at 50 comments a second four seconds of them, and more than anybody reads. */
const MOST = 200;
const LINK = /\bhttps?:\/\/|\bwww\.|\b[a-z0-9-]{2,}\.(?:[a-z]{2,6})(?:\/|\b)/i;
const FILTERS = /** @type {const} */ ({ all: phrase('chat.all'), first: phrase('chat.first'), links: phrase('chat.links'), reported: phrase('queue.reported') });
/** First comments that are remembered: more than there are rows and comments on the page. */
const FIRSTS = 2000;

/** The event's comments as they come. It stands still while a row is pointed at or chosen, and when it is paused. */
export class ChatPane {
  /** @type {Comment | null} */
  selected = null;
  #paused = false;
  #pointed = false;
  /** Came while it stood still. @type {Comment[]} */
  #missed = [];
  /** @type {keyof typeof FILTERS} */
  #filter = 'all';
  /** @type {Map<string, {comment: Comment, element: HTMLElement}>} By commentID. */
  #rows = new Map();
  /** @type {Set<string>} */
  #reported = new Set();
  /** Comments that are their authors' first. @type {BoundedMap<string, true>} */
  #firsts = new BoundedMap(FIRSTS);

  /**
   * @param {HTMLElement} element
   * @param {Object} desk
   * @param {import('../../js/livecomments.js').LiveComments} desk.live
   * @param {(action: 'remove'|'timeout'|'ban'|'stage'|'answer'|'more', comment: Comment) => void} desk.act
   * @param {(comment: Comment, asked: boolean) => void} desk.person
   * @param {() => boolean} desk.isPhone
   */
  constructor(element, desk) {
    this.desk = desk;
    this.pause = el('button', { type: 'button', class: 'button small', 'aria-pressed': 'false', onclick: () => this.#setPaused(!this.#paused) }, phrase('replay.pause'));
    this.filters = Object.entries(FILTERS).map(([name, title]) => el('button', { type: 'button', class: 'button small quiet', 'data-filter': name, 'aria-pressed': String(name === 'all'), title: name === 'first' ? phrase('chat.first-hint') : undefined, onclick: () => this.#choose(/** @type {keyof typeof FILTERS} */ (name)) }, title));
    this.list = el('ol', { class: 'rows' });
    this.scroller = el('div', { class: 'pane-body', id: 'chat-panel', tabIndex: 0, role: 'region', 'aria-label': phrase('live.comments') }, this.list);
    this.more = el('button', { type: 'button', class: 'fresh', hidden: true, onclick: () => this.release() });
    this.empty = el('p', { class: 'calm' }, phrase('chat.no-all'));
    element.append(el('div', { class: 'pane-head' }, el('h2', null, phrase('live.chat')), el('div', { class: 'filters', role: 'group', 'aria-label': phrase('chat.show') }, ...this.filters), this.pause), this.more, this.scroller);
    this.scroller.append(this.empty);
    this.list.addEventListener('pointerenter', event => event.pointerType === 'mouse' && this.#point(true));
    this.list.addEventListener('pointerleave', () => this.#point(false));
    // Who scrolls up reads.
    this.scroller.addEventListener('wheel', event => event.deltaY < 0 && this.scroller.scrollHeight > this.scroller.clientHeight && this.#setPaused(true), { passive: true });
    this.scroller.addEventListener('touchmove', () => this.#setPaused(!this.#isAtEnd), { passive: true });
  }

  /** @param {import('../../js/types.js').Changes} changes */
  render(changes) {
    for (const id of changes.removed) this.#gone(id);
    if (changes.reset) return this.#rebuild();
    if (changes.stage || changes.marked.size) for (const row of this.#rows.values()) this.#press(row.comment, row.element);
    for (const comment of changes.placed) this.#back(comment);
    const placed = changes.placed.filter(comment => comment.state === 'placed' && comment.commentID && this.#passes(comment));
    this.#take(placed);
  }

  /** Which comments are reported now. @param {Set<string>} ids */
  report(ids) {
    this.#reported = ids;
    for (const [id, { element }] of this.#rows) element.classList.toggle('reported', ids.has(id));
    if (this.#filter === 'reported' && !this.#isStill) this.#rebuild();
  }

  /** These comments are their authors' first here. @param {string[]} ids */
  first(ids) {
    for (const id of ids) {
      this.#firsts.set(id, true);
      this.#rows.get(id)?.element.classList.add('first');
    }
    if (this.#filter !== 'first') return;
    const wanted = new Set(ids);
    this.#take(this.desk.live.comments.filter(comment => wanted.has(comment.commentID ?? '')));
  }

  /** Comments that the stream left out. @param {Comment[]} comments */
  add(comments) {
    this.#take(comments.filter(comment => this.#passes(comment)));
  }

  /** @param {1 | -1} step Down or up. */
  move(step) {
    const ids = [...this.#rows.keys()];
    const from = this.selected ? ids.indexOf(this.selected.commentID ?? '') : ids.length;
    for (let at = from + step; at >= 0 && at < ids.length; at += step) {
      const row = this.#rows.get(ids[at]);
      if (row && !row.element.classList.contains('is-done')) return this.select(row.comment);
    }
  }

  /** @param {Comment | null} comment */
  select(comment) {
    this.selected = comment;
    for (const row of this.#rows.values()) {
      const isSelected = row.comment === comment;
      row.element.classList.toggle('selected', isSelected);
      if (isSelected) row.element.setAttribute('aria-current', 'true');
      else row.element.removeAttribute('aria-current');
    }
    const row = comment?.commentID ? this.#rows.get(comment.commentID) : undefined;
    row?.element.focus({ preventScroll: true });
    row?.element.scrollIntoView({ block: 'nearest' });
    if (comment && !this.desk.isPhone()) this.desk.person(comment, false);
  }

  /** Goes on with the newest. */
  release() {
    this.select(null);
    this.#pointed = false;
    this.#setPaused(false);
    this.#catchUp();
  }

  /** Shows what has come, or counts it while the pane stands still. @param {Comment[]} comments */
  #take(comments) {
    if (!this.#isStill) return this.#append(comments);
    const known = new Set(this.#missed);
    this.#missed.push(...comments.filter(comment => !known.has(comment)));
    if (this.#missed.length > MOST) this.#missed.splice(0, this.#missed.length - MOST);
    this.#show();
  }

  get #isStill() {
    return this.#paused || this.#pointed || this.selected !== null;
  }

  get #isAtEnd() {
    return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < 8;
  }

  /** @param {Comment} comment */
  #passes(comment) {
    const id = comment.commentID ?? '';
    switch (this.#filter) {
      case 'all': return true;
      case 'first': return this.#firsts.get(id) === true;
      case 'links': return LINK.test(comment.commentText);
      default: return this.#reported.has(id);
    }
  }

  /** @param {keyof typeof FILTERS} filter */
  #choose(filter) {
    this.#filter = filter;
    for (const button of this.filters) button.setAttribute('aria-pressed', String(button.dataset.filter === filter));
    this.empty.textContent = phrase({ all: 'chat.no-all', first: 'chat.no-first', links: 'chat.no-links', reported: 'chat.no-reported' }[filter]);
    this.select(null);
    this.#rebuild();
  }

  /** @param {boolean} paused */
  #setPaused(paused) {
    if (this.#paused === paused) return;
    this.#paused = paused;
    this.pause.setAttribute('aria-pressed', String(paused));
    this.pause.textContent = phrase(paused ? 'chat.go-on' : 'replay.pause');
    if (!this.#isStill) this.#catchUp();
    this.#show();
  }

  /** @param {boolean} pointed */
  #point(pointed) {
    this.#pointed = pointed;
    if (!this.#isStill) this.#catchUp();
  }

  #catchUp() {
    const missed = this.#missed.filter(comment => !this.#rows.has(comment.commentID ?? ''));
    this.#missed = [];
    this.#append(missed);
  }

  #rebuild() {
    this.#missed = [];
    this.#rows.clear();
    this.list.replaceChildren();
    this.#append(this.desk.live.comments.filter(comment => this.#passes(comment)).slice(-MOST));
  }

  /** @param {Comment[]} comments */
  #append(comments) {
    for (const comment of comments.slice(-MOST)) {
      const id = /** @type {string} */ (comment.commentID);
      if (this.#rows.has(id)) continue;
      const element = this.#row(comment);
      this.#rows.set(id, { comment, element });
      this.list.append(element);
    }
    for (const [id, { element }] of this.#rows) {
      if (this.#rows.size <= MOST) break;
      element.remove();
      this.#rows.delete(id);
    }
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.#show();
  }

  #show() {
    this.more.hidden = !this.#missed.length;
    this.more.textContent = phrase('list.new', { count: this.#missed.length });
    this.empty.hidden = this.#rows.size > 0;
  }

  /** It is no longer shown to anybody; its row keeps its place. @param {string} id */
  #gone(id) {
    this.#missed = this.#missed.filter(comment => comment.commentID !== id);
    const row = this.#rows.get(id);
    if (!row) return;
    if (this.selected === row.comment) this.selected = null;
    row.element.classList.remove('selected');
    row.element.classList.add('is-done');
    const text = /** @type {HTMLElement} */ (row.element.querySelector('.row-text'));
    text.textContent = past('delete');
    row.element.querySelector('.row-actions')?.remove();
  }

  /** A deleted comment was restored. @param {Comment} comment */
  #back(comment) {
    const row = this.#rows.get(comment.commentID ?? '');
    if (!row?.element.classList.contains('is-done')) return;
    const element = this.#row(comment);
    row.element.replaceWith(element);
    Object.assign(row, { comment, element });
  }

  /** @param {Comment} comment */
  #row(comment) {
    const actions = el('div', { class: 'row-actions' },
      ...(/** @type {['remove'|'timeout'|'ban'|'stage'|'answer'|'more', string, string][]} */ ([['remove', command('delete'), 'danger'], ['timeout', command('timeout'), ''], ['ban', command('ban'), ''], ['stage', phrase('live.on-stage'), ''], ...(comment.question ? [['answer', phrase('questions.answered-one'), '']] : []), ['more', phrase('console.more'), '']])).map(([action, label, kind]) =>
        el('button', { type: 'button', class: `button small ${kind}`, 'data-action': action, onclick: () => this.desk.act(action, comment) }, label)));
    const id = comment.commentID ?? '';
    const row = el('li', { class: `chat-row ${this.#reported.has(id) ? 'reported' : ''} ${this.#firsts.get(id) ? 'first' : ''}`, tabIndex: -1, 'data-id': comment.commentID, onclick: (/** @type {MouseEvent} */ event) => {
      if (!(/** @type {Element} */ (event.target).closest('button'))) this.select(this.selected === comment ? null : comment);
    } },
      el('div', { class: 'row-body' },
        el('p', { class: 'row-who' },
          el('button', { type: 'button', class: 'row-name', onclick: () => this.desk.person(comment, true) }, `${nameOf(comment)} @${comment.username}`),
          comment.role ? el('span', { class: 'row-role' }, phrase(comment.role === 'administrator' ? 'role.host' : 'role.moderator')) : null,
          comment.question ? el('span', { class: 'row-role' }, phrase('questions.question')) : null,
          el('span', { class: 'row-first' }, phrase('console.first-comment')),
          el('span', { class: 'row-time' }, clockTime(comment.timestamp))),
        el('p', { class: 'row-text', dir: 'auto' }, comment.commentText)),
      actions);
    this.#press(comment, row);
    return row;
  }

  /** Whether it is on stage, and whether it is an answered question, as the buttons say that change it. @param {Comment} comment @param {HTMLElement} row */
  #press(comment, row) {
    row.querySelector('[data-action=stage]')?.setAttribute('aria-pressed', String(this.desk.live.stage?.commentID === comment.commentID));
    row.querySelector('[data-action=answer]')?.setAttribute('aria-pressed', String(comment.question === 'answered'));
  }
}
