import { el } from '../dom.js';
import { dayAndTime } from '../format.js';
import { wordsOf } from '../refusals.js';
import { phrase, phraseWith } from '../texts.js';
import { done, nameOf, span } from './words.js';

/** Lines on the page. */
const MOST = 500;
/** Lines of one answer. */
export const PAGE = 50;
/** What the server takes back. */
const UNDOABLE = new Set(['reject', 'delete', 'throttle', 'timeout', 'ban', 'shadow-ban', 'trust', 'purge', 'note']);

/** Their reason is what there is now, for programs. */
const CHANGES = new Set(['change-rules', 'change-modes']);

/** Who decided what, the latest first, each with its undo. */
export class AuditPane {
  /** By seq. @type {Map<number, {line: any, element: HTMLElement}>} */
  #lines = new Map();
  /** Decisions that were taken back. @type {Set<string>} */
  #undone = new Set();
  #more = false;

  /**
   * @param {Object} desk
   * @param {(before: number | null) => Promise<any[]>} desk.load Lines before a seq, ascending.
   * @param {(line: any) => Promise<void>} desk.undo
   * @param {(line: any) => string} desk.textOf The text of the comment, as far as it is known here.
   */
  constructor(desk) {
    this.desk = desk;
    this.list = el('ol', { class: 'lines' });
    this.empty = el('p', { class: 'calm' }, phrase('audit.empty'));
    this.trouble = el('p', { role: 'alert', class: 'form-error', hidden: true });
    this.older = el('button', { type: 'button', class: 'button small', hidden: true, onclick: () => void this.read(Number(/** @type {HTMLElement} */ (this.list.lastElementChild).dataset.seq)) }, phrase('audit.older'));
    this.element = el('div', { class: 'audit-pane', id: 'audit-panel' }, this.empty, this.trouble, this.list, this.older);
  }

  /** @param {any[]} lines Ascending. */
  add(lines) {
    for (const line of lines) {
      if (line.undoes) this.#undone.add(line.undoes);
      if (this.#lines.has(line.seq)) continue;
      const element = this.#row(line);
      this.#lines.set(line.seq, { line, element });
      const after = [...this.list.children].find(one => Number(/** @type {HTMLElement} */ (one).dataset.seq) < line.seq);
      this.list.insertBefore(element, after ?? null);
    }
    while (this.list.childElementCount > MOST) {
      const oldest = /** @type {HTMLElement} */ (this.list.lastElementChild);
      this.#lines.delete(Number(oldest.dataset.seq));
      oldest.remove();
      this.#more = true;
    }
    for (const { line, element } of this.#lines.values()) if (this.#undone.has(line.decisionID)) this.#mark(element);
    this.empty.hidden = this.#lines.size > 0;
    this.older.hidden = !this.#more || this.#lines.size === 0;
  }

  /** Reads the lines before a seq; the latest without one. @param {number | null} [before] */
  async read(before = null) {
    try {
      const lines = await this.desk.load(before);
      this.#more = lines.length === PAGE;
      this.trouble.hidden = true;
      this.add(lines);
    } catch (problem) {
      this.trouble.hidden = false;
      this.trouble.textContent = wordsOf(problem);
    }
  }

  /** @param {any} line */
  #row(line) {
    const text = this.desk.textOf(line);
    const comment = text ? phrase('console.quoted', { text }) : line.commentID && phrase('audit.a-comment');
    const about = comment && line.user ? phrase('console.by', { what: comment, name: nameOf(line.user) }) : comment || (line.user ? nameOf(line.user) : '');
    const what = done(line.action, about);
    const undo = UNDOABLE.has(line.action) && line.decisionID
      ? el('button', { type: 'button', class: 'button small', 'aria-label': phrase('audit.undo-what', { what }), onclick: async () => {
        try {
          await this.desk.undo(line);
        } catch (problem) {
          this.trouble.hidden = false;
          this.trouble.textContent = wordsOf(problem);
        }
      } }, phrase('live.undo'))
      : null;
    return el('li', { 'data-seq': line.seq },
      el('span', { class: 'line-text', dir: 'auto' }, ...phraseWith('audit.line', { name: el('strong', null, nameOf(line.by)), what: line.seconds ? phrase('console.for', { what, time: span(line.seconds) }) : what }), line.reason && !CHANGES.has(line.action) ? `: ${line.reason}` : ''),
      el('span', { class: 'row-time' }, dayAndTime(line.timestamp)),
      undo);
  }

  /** @param {HTMLElement} element */
  #mark(element) {
    if (element.classList.contains('is-done')) return;
    element.classList.add('is-done');
    element.querySelector('button')?.replaceWith(el('span', { class: 'row-time' }, phrase('audit.taken-back')));
  }
}
