import { el, icon } from './dom.js';
import { Row } from './row.js';
import { phrase } from './texts.js';

/** @typedef {import('../js/types.js').Comment} Comment */

/** Rows on the page while it follows the newest, and while somebody reads older ones. */
const FOLLOWING = 150;
const READING = 500;
const PAGE = 50;
const NEAR = 300;

/**
 * A window on the comments. It follows the newest; scrolling up stops it, so that what somebody reads stays in its place, and then reads
 * on in both directions. The page holds a few hundred rows, however many comments there were.
 */
export class CommentList {
  /** @type {Map<string, Row>} By the comment's key. */
  #rows = new Map();
  /** @type {Map<string, Row>} */
  #byId = new Map();
  #following = true;
  /** The window reaches to the newest comment. */
  #atEnd = true;
  /** The window reaches to the oldest comment. */
  #atStart = false;
  #loading = false;
  #missed = 0;
  #lastTop = 0;
  /** Somebody is about to press something in a row: it must not move away. */
  #held = false;

  /**
   * @param {Object} parts
   * @param {HTMLElement} parts.scroller @param {HTMLElement} parts.list @param {HTMLElement} parts.pill @param {HTMLElement} parts.empty
   * @param {import('../js/livecomments.js').LiveComments} parts.live
   * @param {import('./row.js').RowContext} parts.context
   * @param {import('./tools.js').Tools} parts.tools
   */
  constructor({ scroller, list, pill, empty, live, context, tools }) {
    Object.assign(this, { scroller, list, pill, empty, live, context, tools });
    this.scroller = scroller;
    this.list = list;
    this.pill = pill;
    this.empty = empty;
    this.live = live;
    this.context = context;
    this.tools = tools;
    scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    scroller.addEventListener('wheel', event => event.deltaY < 0 && this.#pause(), { passive: true });
    scroller.addEventListener('keydown', event => this.#key(event));
    pill.addEventListener('click', () => {
      this.jumpToEnd();
      scroller.focus({ preventScroll: true });
    });
    // A picture or a keyboard on the screen changes what is visible; the newest stays in sight.
    new ResizeObserver(() => (this.#following ? this.#toBottom() : this.#scrolled())).observe(scroller);
    // Where rows go, or there is more room, the end may be reached without a scroll.
    new ResizeObserver(() => this.#following || this.#scrolled()).observe(list);
    tools.attach(list, held => {
      this.#held = held;
      if (!held && this.#following && !this.#atEnd) this.jumpToEnd();
    });
  }

  get isFollowing() {
    return this.#following;
  }

  /** @param {string | undefined} commentID */
  find(commentID) {
    return commentID ? this.#byId.get(commentID)?.comment : undefined;
  }

  /** @param {import('../js/types.js').Changes} changes */
  render(changes) {
    if (changes.reset) return this.jumpToEnd();
    const own = changes.placed.some(comment => comment.state === 'sending');
    if (own && !this.#rows.size) this.#atEnd = true;
    // Who writes wants to see it.
    if (own && !this.#following) return this.jumpToEnd();
    const showing = this.#following && this.#atEnd && !this.#held;
    const placed = changes.placed.length > FOLLOWING ? changes.placed.slice(-FOLLOWING) : changes.placed;
    for (const comment of placed) {
      const row = this.#rows.get(comment.key);
      if (row) this.#move(row);
      else if (showing || own) this.#insert(new Row(comment, this.context), changes.placed.length < 8);
      else this.#miss(comment);
    }
    for (const key of changes.withdrawn) this.#drop(this.#rows.get(key));
    this.#removed(new Set(changes.removed));
    for (const comment of changes.changed) {
      const row = this.#rows.get(comment.key);
      if (!row) continue;
      row.comment = comment;
      row.update();
    }
    for (const [id, counts] of changes.counts) {
      const row = this.#byId.get(id);
      if (!row) continue;
      row.comment.reactions = counts;
      row.update();
    }
    this.empty.hidden = this.#rows.size > 0;
    if (showing || own) {
      this.#prune(FOLLOWING, 'firstElementChild');
      this.#toBottom();
    }
  }

  /** @param {Set<string>} ids */
  #removed(ids) {
    if (!ids.size) return;
    for (const id of ids) this.#drop(this.#byId.get(id));
    for (const row of this.#rows.values()) if (ids.has(row.comment.replyToCommentID ?? '')) row.unquote();
  }

  /** Shows the newest comments and follows them. */
  jumpToEnd() {
    this.#following = true;
    this.#atEnd = true;
    this.#held = false;
    this.#missed = 0;
    this.#showPill();
    const newest = this.live.comments.slice(-100);
    this.#atStart = false;
    this.#show([...newest, ...this.live.waiting]);
    this.#toBottom();
  }

  /** Rows look different now, because somebody has logged in or out. */
  refresh() {
    for (const row of this.#rows.values()) row.update();
  }

  /** @param {Comment[]} comments */
  #show(comments) {
    this.#keepFocus(this.list);
    this.#rows.clear();
    this.#byId.clear();
    this.list.replaceChildren();
    for (const comment of comments) this.#insert(new Row(comment, this.context), false);
    this.empty.hidden = this.#rows.size > 0;
  }

  /** @param {Row} row @param {boolean} moving */
  #insert(row, moving) {
    this.#note(row);
    if (moving) row.element.classList.add('arriving');
    this.#place(row);
  }

  /** @param {Row} row */
  #note(row) {
    this.#rows.set(row.comment.key, row);
    if (row.comment.commentID) this.#byId.set(row.comment.commentID, row);
  }

  /** An own comment has got its place. @param {Row} row */
  #move(row) {
    this.#note(row);
    row.update();
    this.#place(row);
  }

  /** @param {Row} row */
  #place(row) {
    let before = this.list.lastElementChild;
    while (before && before !== row.element && rowOf(before).comment.seq > row.comment.seq) before = before.previousElementSibling;
    // Moving an element takes the focus from it, so only what is not in its place is moved.
    if (before === row.element) return;
    const next = before ? before.nextElementSibling : this.list.firstElementChild;
    if (next !== row.element) this.list.insertBefore(row.element, next);
  }

  /** @param {Row | undefined} row */
  #drop(row) {
    if (!row) return;
    if (this.#rows.get(row.comment.key) === row) this.#rows.delete(row.comment.key);
    if (row.comment.commentID) this.#byId.delete(row.comment.commentID);
    this.#keepFocus(row.element);
    row.element.remove();
  }

  /** What is about to go may have the focus. @param {Element} element */
  #keepFocus(element) {
    if (element.contains(document.activeElement)) this.scroller.focus({ preventScroll: true });
  }

  /** @param {number} most @param {'firstElementChild'|'lastElementChild'} side */
  #prune(most, side) {
    while (this.list.childElementCount > most) {
      this.#drop(rowOf(/** @type {Element} */ (this.list[side])));
      if (side === 'firstElementChild') this.#atStart = false;
      else this.#atEnd = false;
    }
  }

  /** @param {Comment} comment */
  #miss(comment) {
    this.#atEnd = false;
    if (comment.userID !== this.context.self() && !this.context.isMuted(comment)) this.#missed++;
    this.#showPill();
  }

  #showPill() {
    this.pill.hidden = this.#following;
    if (!this.#following)
      this.pill.replaceChildren(icon('down', 17), this.#missed ? phrase('list.new', { count: this.#missed }) : phrase('list.newest'));
  }

  #pause() {
    const { scroller } = this;
    if (!this.#following || scroller.scrollHeight <= scroller.clientHeight + 8) return;
    this.#following = false;
    this.#showPill();
  }

  #toBottom() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.#lastTop = this.scroller.scrollTop;
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    const below = scrollHeight - clientHeight - scrollTop;
    if (this.#following && scrollTop < this.#lastTop - 2 && below > 8) this.#pause();
    this.#lastTop = scrollTop;
    if (this.#following) return;
    if (scrollTop < NEAR) void this.#older();
    if (below < NEAR && !this.#atEnd) void this.#newer();
    if (below < 4 && this.#atEnd) this.jumpToEnd();
  }

  async #older() {
    const edge = this.list.firstElementChild;
    const first = edge && rowOf(edge).comment;
    if (this.#loading || this.#atStart || !first?.position) return;
    this.#loading = true;
    try {
      const held = this.live.comments;
      const at = held.findIndex(comment => comment.seq >= first.seq);
      /** @type {Comment[]} */
      let older;
      if (at > 0) {
        older = held.slice(Math.max(0, at - PAGE), at);
      } else {
        const page = await this.live.before(first.position, PAGE);
        // The window may be elsewhere by now.
        if (edge !== this.list.firstElementChild) return;
        older = page.comments;
        this.#atStart = !page.more;
      }
      const height = this.scroller.scrollHeight;
      for (const comment of older.toReversed()) {
        if (this.#rows.has(comment.key)) continue;
        const row = new Row(comment, this.context);
        this.#note(row);
        this.list.prepend(row.element);
      }
      this.scroller.scrollTop += this.scroller.scrollHeight - height;
      this.#prune(READING, 'lastElementChild');
    } catch {
      // Scrolling on asks again.
    } finally {
      this.#loading = false;
    }
  }

  async #newer() {
    const edge = this.list.lastElementChild;
    const last = edge && rowOf(edge).comment;
    if (this.#loading || !last?.position) return;
    this.#loading = true;
    try {
      const held = this.live.comments;
      const at = held.findIndex(comment => comment.seq > last.seq);
      /** @type {Comment[]} */
      let newer;
      if (at > 0 || (at === 0 && this.#rows.has(held[0].key)) || at < 0) {
        newer = at < 0 ? [] : held.slice(at, at + PAGE);
        if (at < 0 || at + PAGE >= held.length) this.#atEnd = true;
      } else {
        newer = (await this.live.after(last.position, PAGE)).comments;
        if (edge !== this.list.lastElementChild) return;
      }
      for (const comment of newer) if (!this.#rows.has(comment.key)) this.#insert(new Row(comment, this.context), false);
      const height = this.scroller.scrollHeight;
      this.#prune(READING, 'firstElementChild');
      this.scroller.scrollTop -= height - this.scroller.scrollHeight;
    } catch {
      // Scrolling on asks again.
    } finally {
      this.#loading = false;
    }
  }

  /** Arrow keys walk over the comments; everything else is the browser's. @param {KeyboardEvent} event */
  #key(event) {
    const focused = /** @type {HTMLElement} */ (document.activeElement);
    const row = focused?.closest?.('.comment');
    if (event.key === 'PageUp' || event.key === 'Home') this.#pause();
    if (event.key === 'End' && !this.#following) {
      event.preventDefault();
      this.jumpToEnd();
    }
    if (event.key === 'Escape' && row) this.scroller.focus();
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    const way = event.key === 'ArrowUp' ? 'previousElementSibling' : 'nextElementSibling';
    let next = /** @type {HTMLElement | null} */ (row ? row[way] : this.list.lastElementChild);
    while (next?.hidden) next = /** @type {HTMLElement | null} */ (next[row ? way : 'previousElementSibling']);
    if (!next) return;
    if (event.key === 'ArrowUp') this.#pause();
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest' });
  }
}

/** @param {Element} element @returns {Row} */
export const rowOf = element => /** @type {any} */ (element).row;
