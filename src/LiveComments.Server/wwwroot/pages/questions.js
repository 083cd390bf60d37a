import { el, icon } from './dom.js';
import { shortCount } from './format.js';
import { wordsOf } from './refusals.js';
import { Row } from './row.js';
import { phrase } from './texts.js';

/** @typedef {import('../js/types.js').Comment} Comment */

/** How often a list that has changed is put in order, and how often all of it is read again, in milliseconds: a room that is too fast to read shows a sample. */
const ORDER = 2000;
const AGAIN = 30_000;
/** Questions of one page, and shown at most. */
const PAGE = 50;
const MOST = 500;

/** The event's questions over the list, by votes. Votes change the numbers at once, and the order when nobody is about to press something. */
export class QuestionPanel {
  /** @type {Map<string, {row: Row, vote: HTMLButtonElement}>} */
  #rows = new Map();
  /** @type {'open'|'answered'} */
  #status = 'open';
  #isOpen = false;
  /** Where the next page begins; null at the end. @type {string | null} */
  #next = null;
  /** Grows with every reading, so that an answer that was overtaken is passed over. */
  #reading = 0;
  #isHeld = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #ordering;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #again;

  /**
   * @param {HTMLElement} panel @param {HTMLElement} button What opens and closes it.
   * @param {import('../js/livecomments.js').LiveComments} live
   * @param {import('./row.js').RowContext} context
   * @param {import('./tools.js').Tools} tools
   * @param {(isOpen: boolean) => void} changed
   */
  constructor(panel, button, live, context, tools, changed) {
    this.panel = panel;
    this.button = button;
    this.live = live;
    this.context = context;
    this.changed = changed;
    this.list = el('ol');
    this.note = el('p', { class: 'thread-note', role: 'status' });
    this.more = el('button', { type: 'button', class: 'link-button', hidden: true, onclick: () => void this.#read(this.#next) }, phrase('questions.more'));
    this.tabs = /** @type {const} */ (['open', 'answered']).map(status => el('button', { type: 'button', class: 'questions-tab', 'aria-pressed': String(status === 'open'), onclick: () => this.#choose(status) }, phrase(status === 'open' ? 'questions.open' : 'questions.answered')));
    this.scroll = el('div', { class: 'thread-scroll', tabIndex: 0, role: 'region', 'aria-label': phrase('questions.list') }, this.list, this.note, this.more);
    this.closeButton = el('button', { type: 'button', class: 'icon-button', 'aria-label': phrase('thread.back'), onclick: () => this.close() }, icon('back'));
    panel.append(el('div', { class: 'thread-head' }, this.closeButton, el('h3', null, phrase('questions.title')), el('div', { class: 'questions-tabs', role: 'group', 'aria-label': phrase('questions.which') }, ...this.tabs)), this.scroll);
    panel.addEventListener('keydown', event => event.key === 'Escape' && this.close());
    button.addEventListener('click', () => (this.#isOpen ? this.close() : this.open()));
    tools.attach(this.list, held => this.#hold(held || this.list.matches(':hover')));
    this.list.addEventListener('pointerenter', event => event.pointerType === 'mouse' && this.#hold(true));
    this.list.addEventListener('pointerleave', () => this.#hold(false));
  }

  get isOpen() {
    return this.#isOpen;
  }

  open() {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.panel.hidden = false;
    this.button.setAttribute('aria-expanded', 'true');
    this.closeButton.focus({ preventScroll: true });
    this.changed(true);
    void this.#read(null);
    this.#again = setInterval(() => {
      if (!this.#isHeld && !this.list.contains(document.activeElement) && this.#rows.size <= PAGE) void this.#read(null);
    }, AGAIN);
  }

  close() {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#reading++;
    clearInterval(this.#again);
    clearTimeout(this.#ordering);
    this.#ordering = undefined;
    this.panel.hidden = true;
    this.#clear();
    this.button.setAttribute('aria-expanded', 'false');
    this.changed(false);
    this.button.focus({ preventScroll: true });
  }

  /** Rows look different now, because somebody has logged in or out or has a name like another's. */
  refresh() {
    for (const one of this.#rows.values()) this.#update(one);
  }

  /** @param {import('../js/types.js').Changes} changes */
  render(changes) {
    if (!this.#isOpen) return;
    if (changes.reset) return void this.#read(null);
    for (const comment of changes.placed) if (comment.question === this.#status && comment.state === 'placed') this.#add(comment);
    for (const id of changes.removed) this.#drop(id);
    for (const [id, status] of changes.marked) {
      const one = this.#rows.get(id);
      if (one) one.row.comment.question = status;
      if (status !== this.#status) this.#drop(id);
      // One that is not here any more, or not yet.
      else if (!one) void this.#read(null);
    }
    for (const comment of changes.changed) {
      const one = this.#rows.get(comment.commentID ?? '');
      if (!one) continue;
      one.row.comment = comment;
      this.#update(one);
    }
    for (const [id, reactions] of changes.counts) {
      const one = this.#rows.get(id);
      if (!one) continue;
      one.row.comment.reactions = reactions;
      this.#update(one);
    }
    this.#tell();
    this.#orderSoon();
  }

  /** @param {'open'|'answered'} status */
  #choose(status) {
    this.#status = status;
    for (const [i, tab] of this.tabs.entries()) tab.setAttribute('aria-pressed', String((i === 0) === (status === 'open')));
    this.#clear();
    void this.#read(null);
  }

  /** @param {string | null} after Null reads from the first. */
  async #read(after) {
    const reading = ++this.#reading;
    if (!this.#rows.size) this.note.textContent = phrase('questions.loading');
    try {
      const { questions, next } = await this.live.questions({ status: this.#status, limit: PAGE, ...(after && { after }) });
      if (reading !== this.#reading || !this.#isOpen) return;
      this.#next = next;
      // What the stream has said since is newer than the answer.
      for (const question of questions) if (question.question === this.#status) this.#add(question);
      if (after === null) this.#order();
      this.#tell();
    } catch (problem) {
      if (reading === this.#reading) this.note.textContent = wordsOf(problem);
    }
  }

  #tell() {
    const text = this.#rows.size ? '' : phrase(this.#status === 'answered' ? 'questions.none-answered' : this.live.event?.status === 'ended' ? 'questions.none-open' : 'questions.none');
    if (this.note.textContent !== text) this.note.textContent = text;
    this.more.hidden = this.#next === null || this.#rows.size >= MOST;
  }

  /** @param {Comment} comment */
  #add(comment) {
    const id = /** @type {string} */ (comment.commentID);
    const known = this.#rows.get(id);
    if (known) {
      known.row.comment = comment;
      return this.#update(known);
    }
    if (this.#rows.size >= MOST) return;
    const row = new Row(comment, this.context, { inThread: true });
    const vote = el('button', { type: 'button', class: 'vote', onclick: () => this.context.react(row.comment, this.context.own(row.comment) === 'like' ? null : 'like') }, icon('fold', 18), el('span'));
    row.element.prepend(vote);
    this.#rows.set(id, { row, vote });
    this.#update({ row, vote });
    this.list.append(row.element);
  }

  /** @param {{row: Row, vote: HTMLButtonElement}} one */
  #update({ row, vote }) {
    row.update();
    const likes = row.comment.reactions.likes ?? 0;
    const own = this.context.own(row.comment) === 'like';
    /** @type {HTMLElement} */ (vote.lastElementChild).textContent = shortCount(likes);
    vote.setAttribute('aria-pressed', String(own));
    vote.setAttribute('aria-label', phrase('questions.vote', { count: likes }));
    vote.disabled = !this.context.mayReact();
  }

  /** @param {boolean} held */
  #hold(held) {
    this.#isHeld = held;
    if (!held) this.#orderSoon();
  }

  #orderSoon() {
    this.#ordering ??= setTimeout(() => {
      this.#ordering = undefined;
      if (!this.#isOpen || this.#isHeld) return;
      // Whoever is on a question by keyboard keeps it where it is.
      if (this.list.contains(document.activeElement)) return this.#orderSoon();
      this.#order();
    }, ORDER);
  }

  #order() {
    const votes = (/** @type {Row} */ { comment }) => comment.reactions.likes ?? 0;
    const rows = [...this.#rows.values()].map(({ row }) => row).sort((a, b) => votes(b) - votes(a) || a.comment.seq - b.comment.seq);
    // What stands right already is not touched.
    rows.forEach((row, i) => {
      if (this.list.children[i] !== row.element) this.list.insertBefore(row.element, this.list.children[i] ?? null);
    });
  }

  /** @param {string} id */
  #drop(id) {
    const one = this.#rows.get(id);
    if (!one) return;
    if (one.row.element.contains(document.activeElement)) this.scroll.focus({ preventScroll: true });
    one.row.element.remove();
    this.#rows.delete(id);
  }

  #clear() {
    this.#rows.clear();
    this.#next = null;
    this.list.replaceChildren();
    this.more.hidden = true;
  }
}
