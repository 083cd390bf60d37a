import { avatar, el, hueOf } from './dom.js';
import { phrase } from './texts.js';

/** @typedef {import('../js/types.js').Comment} Comment */

/** The comment that a moderator has put on stage, large. */
export class OnStage {
  /** @type {Comment | null} */
  #comment = null;
  /** What is shown is of a recording. */
  #isPast = false;

  /**
   * @param {HTMLElement} panel @param {import('../js/livecomments.js').LiveComments} live
   * @param {Object} ways
   * @param {boolean} ways.isWanted False where none is shown.
   * @param {(comment: Comment) => string} ways.nameOf
   * @param {() => boolean} ways.mayModerate
   * @param {() => void} ways.takeOff
   * @param {(comment: Comment) => void} ways.changed Told of another comment.
   */
  constructor(panel, live, ways) {
    this.panel = panel;
    this.live = live;
    this.ways = ways;
  }

  /** @param {import('../js/types.js').Changes} changes */
  render(changes) {
    if (this.#isPast) return;
    const comment = this.live.stage;
    if (changes.stage && comment?.commentID !== this.#comment?.commentID) {
      this.#show(comment);
      if (comment) this.ways.changed(comment);
    } else if (comment && (changes.stage || changes.changed.has(comment) || changes.counts.has(comment.commentID ?? '') || changes.marked.has(comment.commentID ?? ''))) this.#show(comment);
  }

  /** Names or what the person may do have changed. */
  refresh() {
    if (this.#comment) this.#show(this.#comment);
  }

  /** A recording takes over, and has come to a place. @param {Comment | null} comment */
  showPast(comment) {
    if (this.#isPast && comment?.commentID === this.#comment?.commentID) return;
    this.#isPast = true;
    this.#show(comment);
  }

  /** @param {Comment | null} comment */
  #show(comment) {
    const hadFocus = this.panel.contains(document.activeElement);
    this.#comment = comment;
    this.panel.hidden = !comment || !this.ways.isWanted;
    if (!comment) return;
    const likes = comment.reactions.likes ?? 0;
    this.panel.replaceChildren(
      avatar(comment, 'large'),
      el('div', { class: 'on-stage-body', tabIndex: 0, role: 'group', 'aria-label': phrase('live.on-stage-by', { name: this.ways.nameOf(comment) }) },
        el('p', { class: 'on-stage-head' },
          el('bdi', { class: `name ${hueOf(comment.userID)}` }, this.ways.nameOf(comment)),
          comment.question && el('span', { class: 'question-mark' }, phrase(comment.question === 'answered' ? 'questions.answered-one' : 'questions.question')),
          comment.question && likes > 0 && el('span', { class: 'on-stage-votes' }, phrase('poll.votes', { count: likes }))),
        el('p', { class: 'on-stage-text', dir: 'auto' }, comment.commentText)));
    if (this.ways.mayModerate() && !this.#isPast) this.panel.append(el('button', { type: 'button', class: 'link-button', onclick: () => this.ways.takeOff() }, phrase('live.off-stage')));
    if (hadFocus) /** @type {HTMLElement | null} */ (this.panel.querySelector('button'))?.focus();
  }
}
