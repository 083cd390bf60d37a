import { el, icon } from './dom.js';
import { Row } from './row.js';
import { phrase } from './texts.js';

/** The pinned comment above the list. Whoever wants the room folds it to one line; another comment unfolds it. */
export class Pinned {
  /** @type {Row | null} */
  #row = null;

  /**
   * @param {HTMLElement} panel
   * @param {import('../js/livecomments.js').LiveComments} live
   * @param {import('./row.js').RowContext} context
   * @param {import('./tools.js').Tools} tools
   * @param {(comment: import('../js/types.js').Comment) => void} changed Told of another comment.
   */
  constructor(panel, live, context, tools, changed) {
    this.panel = panel;
    this.live = live;
    this.context = context;
    this.changed = changed;
    this.preview = el('span', { class: 'pinned-preview', dir: 'auto' });
    this.toggle = el('button', { type: 'button', class: 'pinned-toggle', 'aria-controls': 'pinned-list', onclick: () => this.#fold(!this.list.hidden) },
      icon('pin', 16), el('span', null, phrase('pinned.title')), this.preview, icon('fold', 16));
    this.list = el('ol', { id: 'pinned-list', class: 'pinned-list' });
    panel.append(this.toggle, this.list);
    tools.attach(this.list, () => undefined);
  }

  /** @param {import('../js/types.js').Changes} changes */
  render(changes) {
    const comment = this.live.pinned;
    if (changes.pinned && comment?.commentID !== this.#row?.comment.commentID) return this.#show(comment);
    const row = this.#row;
    if (!row || !comment) return;
    const touched = changes.pinned || changes.counts.has(row.element.dataset.id ?? '') || [...changes.changed].some(one => one.commentID === comment.commentID);
    if (!touched) return;
    row.comment = comment;
    row.update();
  }

  /** The row looks different now, because somebody has logged in or out. */
  refresh() {
    this.#row?.update();
    if (this.#row) this.preview.textContent = this.#row.spoken;
  }

  /** @param {import('../js/types.js').Comment | null} comment */
  #show(comment) {
    this.#row = comment && new Row(comment, this.context, { inThread: true, stays: true });
    this.panel.hidden = !this.#row;
    this.list.replaceChildren(...(this.#row ? [this.#row.element] : []));
    this.preview.textContent = this.#row?.spoken ?? '';
    if (!comment || !this.#row) return;
    // It needs the focus itself: arrow keys do not reach it, and a long one scrolls.
    this.#row.body.tabIndex = 0;
    this.#fold(false);
    this.changed(comment);
  }

  /** @param {boolean} folded */
  #fold(folded) {
    this.list.hidden = folded;
    this.preview.hidden = !folded;
    this.toggle.setAttribute('aria-expanded', String(!folded));
  }
}
