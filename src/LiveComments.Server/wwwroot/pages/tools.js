import { el, icon } from './dom.js';
import { REACTIONS } from './row.js';
import { phrase } from './texts.js';

/** @typedef {import('../js/types.js').Comment} Comment */

/** The list stands still this long for a pointer that rests on the bar, or after a tap, in milliseconds. */
const HOLD = 3000;

/** The actions for a comment: one small bar that moves to the row that is pointed at, tapped or focused. */
export class Tools {
  /** @type {import('./row.js').Row | null} */
  #row = null;

  /**
   * @param {Object} actions
   * @param {() => import('../js/types.js').ReactionType[]} actions.types Reactions that may be given now.
   * @param {import('./row.js').RowContext} actions.context
   * @param {(comment: Comment) => boolean} actions.mayReply
   * @param {(comment: Comment) => void} actions.reply
   * @param {(comment: Comment) => boolean} actions.mayPin
   * @param {(comment: Comment) => boolean} actions.isPinned
   * @param {(comment: Comment) => void} actions.pin Pins it, or takes its pin off.
   * @param {(comment: Comment) => boolean} actions.isOnStage
   * @param {(comment: Comment) => void} actions.stage Puts it on stage, or takes it off.
   * @param {(comment: Comment) => void} actions.mark Says that a question was answered, or is open again.
   * @param {(comment: Comment) => boolean} actions.mayDecide Whether its author can be stopped from writing.
   * @param {(comment: Comment) => void} actions.timeout
   * @param {(comment: Comment) => void} actions.ban
   * @param {(comment: Comment) => string} actions.wayTo Where moderators see everything about its author.
   * @param {(comment: Comment) => void} actions.about Shows others who its author is.
   * @param {(comment: Comment) => boolean} actions.mayDelete
   * @param {(comment: Comment) => void} actions.remove
   */
  constructor(actions) {
    this.actions = actions;
    this.bar = el('div', { class: 'tools', role: 'toolbar', 'aria-label': phrase('tools.title') });
    this.bar.addEventListener('keydown', event => this.#key(event));
  }

  /** @param {HTMLElement} list @param {(held: boolean) => void} hold Told while somebody is about to press something on the bar. */
  attach(list, hold) {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let release;
    // On move, not on over: rows that scroll under a resting pointer are not chosen.
    list.addEventListener('pointermove', event => {
      if (event.pointerType !== 'mouse') return;
      this.#show(event.target);
      clearTimeout(release);
      const held = this.bar.contains(/** @type {Node} */ (event.target));
      hold(held);
      if (held) release = setTimeout(() => hold(false), HOLD);
    });
    // A finger leaves when it is lifted, which is before its click.
    list.addEventListener('pointerleave', event => {
      if (event.pointerType !== 'mouse') return;
      clearTimeout(release);
      hold(false);
      if (!this.bar.contains(document.activeElement)) this.hide();
    });
    list.addEventListener('click', event => {
      if (/** @type {Element} */ (event.target).closest('button, a')) return;
      this.#show(event.target);
      // A finger cannot rest on the bar: after a tap there is time to reach it.
      clearTimeout(release);
      hold(this.bar.isConnected);
      release = setTimeout(() => hold(false), HOLD);
    });
    // Not for a focus that came back to its row when something else was closed with a pointer, which points elsewhere.
    list.addEventListener('focusin', event => {
      if (/** @type {Element} */ (event.target).matches(':focus-visible')) this.#show(event.target);
    });
    list.addEventListener('focusout', event => {
      // The focus may go to the bar where it is now, in another list.
      if (!list.contains(/** @type {Node | null} */ (event.relatedTarget)) && list.contains(this.bar)) this.hide();
    });
  }

  hide() {
    const row = this.#row;
    if (!row) return;
    // First: taking an element away that has the focus tells the list so, and that hides the bar again.
    this.#row = null;
    row.element.classList.remove('active');
    this.bar.remove();
  }

  /** @param {EventTarget | null} target */
  #show(target) {
    const element = /** @type {Element | null} */ (target)?.closest?.('.comment');
    const row = element && /** @type {import('./row.js').Row} */ (/** @type {any} */ (element).row);
    if (!row || (row === this.#row && this.bar.isConnected)) return;
    this.hide();
    if (!row.comment.commentID) return;
    this.#fill(row);
    if (!this.bar.childElementCount) return;
    this.#row = row;
    row.element.classList.add('active');
    row.element.append(this.bar);
    const within = /** @type {Element} */ (row.element.closest('.log, .thread-scroll, .pinned'));
    this.bar.classList.toggle('below', row.element.getBoundingClientRect().top - within.getBoundingClientRect().top < this.bar.offsetHeight);
  }

  /** @param {import('./row.js').Row} row */
  #fill(row) {
    const { comment } = row;
    const { actions } = this;
    const own = actions.context.own(comment);
    const buttons = actions.types().map(type =>
      el('button', { type: 'button', title: REACTIONS[type].name, 'aria-label': REACTIONS[type].name, 'aria-pressed': String(own === type), onclick: () => this.#do(() => actions.context.react(comment, own === type ? null : type)) }, REACTIONS[type].emoji));
    if (actions.mayReply(comment)) buttons.push(el('button', { type: 'button', title: phrase('tools.reply'), 'aria-label': phrase('tools.reply'), onclick: () => this.#do(() => actions.reply(comment)) }, icon('reply', 18)));
    const isPinned = actions.isPinned(comment);
    const pin = phrase(isPinned ? 'tools.unpin' : 'tools.pin');
    if (actions.mayPin(comment)) buttons.push(el('button', { type: 'button', title: pin, 'aria-label': pin, 'aria-pressed': String(isPinned), onclick: () => this.#do(() => actions.pin(comment)) }, icon('pin', 18)));
    if (actions.mayPin(comment)) {
      const isOnStage = actions.isOnStage(comment);
      const stage = phrase(isOnStage ? 'tools.off-stage' : 'tools.on-stage');
      buttons.push(el('button', { type: 'button', title: stage, 'aria-label': stage, 'aria-pressed': String(isOnStage), onclick: () => this.#do(() => actions.stage(comment)) }, icon('screen', 18)));
      const mark = phrase(comment.question === 'answered' ? 'tools.mark-open' : 'tools.mark-answered');
      if (comment.question) buttons.push(el('button', { type: 'button', title: mark, 'aria-label': mark, 'aria-pressed': String(comment.question === 'answered'), onclick: () => this.#do(() => actions.mark(comment)) }, icon('check', 18)));
    }
    if (actions.mayDelete(comment)) buttons.push(el('button', { type: 'button', class: 'danger', title: phrase('tools.delete'), 'aria-label': phrase('tools.delete'), onclick: () => this.#do(() => actions.remove(comment)) }, icon('trash', 18)));
    const tools = /** @type {HTMLElement[]} */ (buttons);
    if (actions.mayDecide(comment)) {
      tools.push(
        el('button', { type: 'button', title: phrase('tools.time-out'), 'aria-label': phrase('tools.time-out'), onclick: () => this.#do(() => actions.timeout(comment)) }, icon('clock', 18)),
        el('button', { type: 'button', class: 'danger', title: phrase('tools.ban'), 'aria-label': phrase('tools.ban'), onclick: () => this.#do(() => actions.ban(comment)) }, icon('ban', 18)),
        // In another tab: whoever moderates goes on watching.
        el('a', { href: actions.wayTo(comment), target: 'livecomments-console', title: phrase('person.title'), 'aria-label': phrase('person.title') }, icon('person', 18)));
    }
    else if (comment.userID !== actions.context.self()) tools.push(el('button', { type: 'button', title: phrase('person.title'), 'aria-label': phrase('person.title'), onclick: () => this.#do(() => actions.about(comment)) }, icon('person', 18)));
    this.bar.replaceChildren(...tools);
  }

  /** @param {() => void} action */
  #do(action) {
    if (this.bar.contains(document.activeElement)) this.#row?.element.focus({ preventScroll: true });
    this.hide();
    action();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    const buttons = /** @type {HTMLElement[]} */ ([...this.bar.children]);
    buttons[(buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement)) + step + buttons.length) % buttons.length]?.focus();
  }
}
