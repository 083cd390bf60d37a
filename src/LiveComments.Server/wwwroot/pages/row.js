import { COUNT_NAMES } from '../js/livecomments.js';
import { avatar, el, hueOf, icon } from './dom.js';
import { clockTime, shortCount } from './format.js';
import { findLinks, linkTo } from './links.js';
import { findMentions } from './mentions.js';
import { wordsOf } from './refusals.js';
import { phrase } from './texts.js';

/** @typedef {import('../js/types.js').Comment} Comment */
/** @typedef {import('../js/types.js').ReactionType} ReactionType */

/** @type {Record<ReactionType, {emoji: string, name: string}>} */
export const REACTIONS = {
  like: { emoji: '👍', name: phrase('reaction.like') },
  love: { emoji: '❤️', name: phrase('reaction.love') },
  haha: { emoji: '😂', name: phrase('reaction.haha') },
  wow: { emoji: '😮', name: phrase('reaction.wow') },
  sad: { emoji: '😢', name: phrase('reaction.sad') },
  angry: { emoji: '😠', name: phrase('reaction.angry') },
};
const TYPES = /** @type {ReactionType[]} */ (Object.keys(REACTIONS));

const RIGHT_TO_LEFT = /^[^\p{L}]*[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const FEW_EMOJI = /^(?:\p{Extended_Pictographic}[\u{fe0f}\u{200d}\p{Emoji_Modifier}\p{Extended_Pictographic}]*\s*){1,3}$/u;
/** Stands for a comment that is not here. */
const UNQUOTED = phrase('row.in-a-thread');
const MAX_FLYING = 12;
let flying = 0;

/**
 * What a row needs of its page.
 * @typedef {Object} RowContext
 * @property {() => string | undefined} self The own userID.
 * @property {(comment: Comment) => ReactionType | undefined} own
 * @property {() => boolean} mayReact
 * @property {(comment: Comment, type: ReactionType | null) => void} react
 * @property {(commentID: string) => void} openThread
 * @property {(comment: Comment) => void} retry
 * @property {(comment: Comment) => void} discard
 * @property {(commentID: string) => Comment | undefined} find
 * @property {(comment: Comment) => boolean} links Whether addresses in it are links.
 * @property {(comment: Comment) => boolean} isMuted Whether comments of its author are not shown.
 * @property {(comment: Comment) => void} about Shows who wrote it.
 * @property {import('./names.js').Names} names
 */

/** A comment as a list item that follows its comment. */
export class Row {
  /** @type {Record<string, number>} */
  #shown = {};
  #drawn = '';
  /** @type {Map<import('../js/types.js').ReactionType, HTMLButtonElement>} */
  #chips = new Map();
  /** @type {HTMLElement | null} */
  #replies = null;
  /** Its quote of the answered comment. @type {HTMLElement | null} */
  #quote = null;
  /** The comment it answers, while it is here. @type {Comment | undefined} */
  #parent;

  /** @param {Comment} comment @param {RowContext} context @param {{inThread?: boolean, stays?: boolean}} [options] stays: shown also when its author is muted. */
  constructor(comment, context, { inThread = false, stays = false } = {}) {
    this.comment = comment;
    this.context = context;
    this.inThread = inThread;
    this.stays = stays;
    this.handle = el('bdi', { class: 'handle', hidden: true });
    this.asked = el('span', { class: 'question-mark', hidden: true });
    this.text = el('span', { class: 'text', dir: 'auto' });
    this.under = el('div', { class: 'under' });
    this.failure = el('div', { class: 'failure', hidden: true });
    this.body = el('div', { class: 'comment-body' });
    this.element = el('li', { class: 'comment', tabIndex: -1 }, avatar(comment), this.body);
    /** @type {any} */ (this.element).row = this;
    if (comment.replyToCommentID && !inThread) this.body.append(this.#context(comment.replyToCommentID));
    this.body.append(this.#name(), this.text, this.failure, this.under);
    this.#shown = { ...comment.reactions };
    this.update();
  }

  /** Shows what has changed of the comment. */
  update() {
    const { comment, context } = this;
    this.element.hidden = !this.stays && context.isMuted(comment);
    this.element.classList.toggle('sending', comment.state === 'sending');
    this.element.classList.toggle('failed', comment.state === 'failed');
    this.element.classList.toggle('held', comment.state === 'held');
    this.element.classList.toggle('calls-me', comment.userID !== context.self() && (comment.mentions?.some(mention => mention.userID === context.self()) ?? false));
    this.element.dataset.id = comment.commentID ?? '';
    this.#showNames();
    this.asked.hidden = !comment.question;
    this.asked.dataset.status = comment.question ?? '';
    this.asked.textContent = comment.question ? phrase(comment.question === 'answered' ? 'questions.answered-one' : 'questions.question') : '';
    // Also for another person: who is mentioned is somebody else then.
    if (this.#drawn !== this.#toDraw) this.#setText();
    this.failure.hidden = comment.state === 'placed' || comment.state === 'sending';
    if (comment.state === 'held') this.failure.replaceChildren(el('span', null, comment.releaseAt ? phrase('row.delayed', { time: clockTime(comment.releaseAt) }) : phrase('row.held')));
    if (comment.state === 'rejected')
      this.failure.replaceChildren(
        el('span', null, `${phrase('row.rejected')}${comment.reason ? ` ${comment.reason}` : ''}`),
        el('button', { type: 'button', class: 'link-button', onclick: () => context.discard(comment) }, phrase('row.discard')),
      );
    if (comment.state === 'failed')
      this.failure.replaceChildren(
        el('span', null, phrase('row.not-sent', { why: comment.problem ? wordsOf(comment.problem) : phrase('row.no-answer') })),
        el('button', { type: 'button', class: 'link-button', onclick: () => context.retry(comment) }, phrase('row.try-again')),
        el('button', { type: 'button', class: 'link-button', onclick: () => context.discard(comment) }, phrase('row.discard')),
      );
    this.#updateUnder();
  }

  /** The comment it answers was removed. */
  unquote() {
    this.#parent = undefined;
    if (this.#quote) this.#quote.textContent = UNQUOTED;
  }

  /** The text for screen readers. */
  get spoken() {
    return `${this.context.names.of(this.comment)}: ${this.comment.commentText}`;
  }

  #name() {
    const { comment } = this;
    const title = comment.role && phrase(comment.role === 'administrator' ? 'role.host' : 'role.moderator');
    const role = title && el('span', { class: `role ${comment.role === 'administrator' ? 'host' : ''}`, title }, icon(comment.role === 'administrator' ? 'star' : 'shield', 15), el('span', { class: 'visually-hidden' }, `${title} `));
    const fragment = document.createDocumentFragment();
    fragment.append(
      role ?? '',
      // The keyboard reaches the same by the tools, so that the list stays one stop.
      el('span', { class: `name ${hueOf(comment.userID)}`, title: `@${comment.username}, ${clockTime(comment.timestamp)}`, onclick: (/** @type {Event} */ event) => {
        event.stopPropagation();
        this.context.about(this.comment);
      } }, el('bdi', null, comment.displayName)),
      comment.guest ? el('span', { class: 'guest-mark' }, phrase('role.guest')) : '',
      this.handle,
      this.asked,
    );
    return fragment;
  }

  /** What the drawn text depends on: an own comment has no mentions before the server has placed it. */
  get #toDraw() {
    return this.comment.commentText + this.context.self() + (this.comment.mentions?.length ?? 0) + this.context.links(this.comment);
  }

  #setText() {
    const { commentText, mentions } = this.comment;
    this.#drawn = this.#toDraw;
    this.text.classList.toggle('rtl', RIGHT_TO_LEFT.test(commentText));
    this.element.classList.toggle('jumbo', commentText.length < 30 && FEW_EMOJI.test(commentText));
    this.text.replaceChildren();
    const parts = (this.context.links(this.comment) ? findLinks(commentText) : []).map(({ from, to, url }) => ({ from, to, element: /** @type {HTMLElement} */ (linkTo(commentText.slice(from, to), url)) }));
    for (const { name, from, to } of mentions?.length ? findMentions(commentText) : []) {
      const mention = mentions?.find(one => one.username.toLowerCase() === name.toLowerCase());
      if (mention) parts.push({ from, to, element: el('span', { class: mention.userID === this.context.self() ? 'mention me' : 'mention' }, commentText.slice(from, to)) });
    }
    let from = 0;
    for (const part of parts.sort((a, b) => a.from - b.from)) {
      // A name in an address.
      if (part.from < from) continue;
      this.text.append(commentText.slice(from, part.from), part.element);
      from = part.to;
    }
    this.text.append(commentText.slice(from));
  }

  /** @param {string} parentID */
  #context(parentID) {
    this.#parent = this.context.find(parentID);
    this.#quote = el('span', { dir: 'auto' }, UNQUOTED);
    return el('button', { type: 'button', class: 'context', onclick: () => this.context.openThread(parentID) },
      icon('reply', 13),
      this.#quote);
  }

  /** Names alone, or with usernames where somebody else's name looks the same. */
  #showNames() {
    const handle = this.context.names.handleOf(this.comment);
    if (this.handle.textContent !== handle) this.handle.textContent = handle;
    this.handle.hidden = !handle;
    if (!this.#quote || !this.#parent) return;
    const quote = this.context.isMuted(this.#parent) ? phrase('row.muted') : `${this.context.names.of(this.#parent)}: ${this.#parent.commentText}`;
    if (this.#quote.textContent !== quote) this.#quote.textContent = quote;
  }

  #updateUnder() {
    const { comment, context } = this;
    const own = context.own(comment);
    /** @type {HTMLElement[]} */
    const shown = [];
    for (const type of TYPES) {
      const name = COUNT_NAMES[type];
      const count = comment.reactions[name] ?? 0;
      if (!count) continue;
      const chip = this.#chip(type);
      chip.disabled = !context.mayReact() || !comment.commentID;
      chip.setAttribute('aria-pressed', String(own === type));
      chip.setAttribute('aria-label', `${REACTIONS[type].name}, ${count}`);
      /** @type {Text} */ (chip.childNodes[1]).data = shortCount(count);
      if (count > (this.#shown[name] ?? 0)) {
        chip.classList.add('bump');
        if (this.element.isConnected) fly(chip, REACTIONS[type].emoji);
      }
      shown.push(chip);
    }
    this.#shown = { ...comment.reactions };
    if (comment.replyCount > 0 && !this.inThread) {
      this.#replies ??= el('button', { type: 'button', class: 'replies', onclick: () => this.comment.commentID && this.context.openThread(this.comment.commentID) }, icon('reply', 14), document.createTextNode(''));
      /** @type {Text} */ (this.#replies.lastChild).data = phrase('row.replies', { count: comment.replyCount });
      shown.push(this.#replies);
    }
    // Unchanged buttons are not touched, so that a change of counts interrupts no press and keeps the focus.
    for (const child of [...this.under.children]) if (!shown.includes(/** @type {HTMLElement} */ (child))) child.remove();
    shown.forEach((child, i) => {
      if (this.under.children[i] !== child) this.under.insertBefore(child, this.under.children[i] ?? null);
    });
  }

  /** The button of one reaction: its emoji, then its count. @param {import('../js/types.js').ReactionType} type */
  #chip(type) {
    let chip = this.#chips.get(type);
    if (!chip) {
      chip = el('button', {
        type: 'button',
        class: 'reaction',
        'data-type': type,
        onclick: () => this.context.react(this.comment, this.context.own(this.comment) === type ? null : type),
      }, el('span', { 'aria-hidden': 'true' }, REACTIONS[type].emoji), '0');
      this.#chips.set(type, chip);
    }
    return chip;
  }
}

// One for all rows: a chip that has bumped can bump again.
document.addEventListener('animationend', event => /** @type {Element} */ (event.target).classList.remove('bump'));

/** @param {HTMLElement} chip @param {string} emoji */
function fly(chip, emoji) {
  if (flying >= MAX_FLYING || document.hidden || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  flying++;
  const one = el('span', { class: 'flying', 'aria-hidden': 'true' }, emoji);
  chip.append(one);
  setTimeout(() => {
    flying--;
    one.remove();
  }, 1000);
}
