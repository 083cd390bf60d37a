import { el, icon } from './dom.js';
import { wordsOf } from './refusals.js';
import { Row } from './row.js';
import { phrase } from './texts.js';

/** @typedef {import('../js/types.js').Comment} Comment */

/** Replies shown of one thread. */
const MOST = 500;

/** One comment and the replies to it, over the list. */
export class Thread {
  /** The comment it began with; null while closed. @type {string | null} */
  rootID = null;
  /** @type {Comment | null} */
  root = null;
  /** @type {Map<string, Row>} */
  #rows = new Map();
  /** @type {Element | null} */
  #from = null;

  /**
   * @param {HTMLElement} panel
   * @param {import('../js/livecomments.js').LiveComments} live
   * @param {import('./row.js').RowContext} context
   * @param {import('./tools.js').Tools} tools
   * @param {(root: Comment | null) => void} changed
   */
  constructor(panel, live, context, tools, changed) {
    this.panel = panel;
    this.live = live;
    this.context = context;
    this.changed = changed;
    this.rootList = el('ol');
    this.replies = el('ol', { class: 'thread-replies' });
    this.note = el('p', { class: 'thread-note', role: 'status' });
    this.scroll = el('div', { class: 'thread-scroll', tabIndex: 0, role: 'region', 'aria-label': phrase('thread.replies') }, this.rootList, this.replies, this.note);
    this.closeButton = el('button', { type: 'button', class: 'icon-button', 'aria-label': phrase('thread.back'), onclick: () => this.close() }, icon('back'));
    panel.append(el('div', { class: 'thread-head' }, this.closeButton, el('h3', null, phrase('thread.title'))), this.scroll);
    panel.addEventListener('keydown', event => event.key === 'Escape' && this.close());
    tools.attach(this.rootList, () => undefined);
    tools.attach(this.replies, () => undefined);
  }

  /** @param {string} rootID */
  async open(rootID) {
    this.#from ??= document.activeElement;
    this.rootID = rootID;
    this.root = null;
    this.#clear();
    this.panel.hidden = false;
    this.closeButton.focus({ preventScroll: true });
    this.note.textContent = phrase('thread.loading');
    try {
      let page = await this.live.thread(rootID);
      if (this.rootID !== rootID) return;
      this.root = page.root;
      this.note.textContent = page.root ? '' : phrase('thread.root-removed');
      if (page.root) this.#add(page.root, this.rootList);
      for (;;) {
        for (const reply of page.comments) this.#add(reply, this.replies);
        if (!page.more || this.#rows.size >= MOST) break;
        page = await this.live.thread(rootID, page.position);
        if (this.rootID !== rootID) return;
      }
      if (page.root && !page.comments.length) this.note.textContent = phrase('thread.none');
      this.changed(this.root);
      this.scroll.scrollTop = this.scroll.scrollHeight;
    } catch (problem) {
      this.note.textContent = wordsOf(problem);
    }
  }

  close() {
    if (!this.rootID) return;
    this.rootID = this.root = null;
    this.panel.hidden = true;
    this.#clear();
    this.changed(null);
    /** @type {HTMLElement | null} */ (this.#from)?.focus?.({ preventScroll: true });
    this.#from = null;
  }

  /** Rows look different now, because somebody has logged in or out or has a name like another's. */
  refresh() {
    for (const row of this.#rows.values()) row.update();
  }

  /** @param {import('../js/types.js').Changes} changes */
  render(changes) {
    if (!this.rootID) return;
    if (changes.reset) return void this.open(this.rootID);
    const atEnd = this.scroll.scrollHeight - this.scroll.clientHeight - this.scroll.scrollTop < 40;
    for (const comment of changes.placed) if (comment.replyToCommentID === this.rootID) this.#add(comment, this.replies);
    for (const key of changes.withdrawn) this.#drop(key);
    for (const id of changes.removed) {
      if (id === this.rootID) {
        this.root = null;
        this.note.textContent = phrase('thread.root-removed');
      }
      for (const [key, row] of this.#rows) if (row.comment.commentID === id) this.#drop(key);
    }
    for (const comment of changes.changed) this.#rows.get(comment.key)?.update();
    for (const row of this.#rows.values()) {
      const counts = row.comment.commentID && changes.counts.get(row.comment.commentID);
      if (!counts) continue;
      row.comment.reactions = counts;
      row.update();
    }
    if (atEnd) this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  /** @param {Comment} comment @param {HTMLElement} list */
  #add(comment, list) {
    let row = this.#rows.get(comment.key);
    if (row) {
      row.update();
    } else if (this.#rows.size < MOST || comment.state === 'sending') {
      row = new Row(comment, this.context, { inThread: true, stays: list === this.rootList });
      this.#rows.set(comment.key, row);
    } else {
      return;
    }
    if (this.root) this.note.textContent = '';
    let before = list.lastElementChild;
    while (before && before !== row.element && /** @type {any} */ (before).row.comment.seq > comment.seq) before = before.previousElementSibling;
    if (before !== row.element) list.insertBefore(row.element, before ? before.nextElementSibling : list.firstElementChild);
  }

  /** @param {string} key */
  #drop(key) {
    const row = this.#rows.get(key);
    if (row?.element.contains(document.activeElement)) this.scroll.focus({ preventScroll: true });
    row?.element.remove();
    this.#rows.delete(key);
  }

  #clear() {
    this.#rows.clear();
    this.rootList.replaceChildren();
    this.replies.replaceChildren();
  }
}
