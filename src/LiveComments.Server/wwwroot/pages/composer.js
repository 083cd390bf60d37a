import { REGISTRATION } from './account.js';
import { Completion } from './completion.js';
import { el, icon } from './dom.js';
import { dayAndTime } from './format.js';
import { emojiPicker } from './picker.js';
import { sentenceOf } from './refusals.js';
import { phrase, phraseWith } from './texts.js';

/** @typedef {import('../js/types.js').Comment} Comment */

const MOST = 500;
const segmenter = new Intl.Segmenter();

/** The field for writing, or the reason why there is none. */
export class Composer {
  /** @type {Comment | null} */
  #replyTo = null;
  /** The state of the answered comment: it cannot be quoted any more, or its thread accepts no answer. @type {''|'unquoted'|'closed'} */
  #answered = '';
  /** Until when nothing may be sent, in milliseconds. */
  #waitUntil = 0;
  #why = '';
  #checking = false;
  /** Why somebody is not a guest yet. */
  #fault = '';
  #coming = false;
  /** Whether what is written is asked as a question. */
  #asks = false;
  /** In words, what may be written for now. */
  #modes = '';
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticking;
  /** @type {string | null} */
  #shown = null;

  /**
   * @param {HTMLElement} parent
   * @param {string} draft Under which name what is typed is kept until it is sent, so that a reload of the page loses nothing.
   * @param {Object} actions
   * @param {(text: string, replyTo: Comment | null, question: boolean) => void} actions.send
   * @param {() => Iterable<any>} actions.people
   * @param {(comment: Comment) => string} actions.nameOf
   * @param {(mode: 'login'|'register') => void} actions.join
   * @param {(nickname: string) => Promise<void>} actions.comeAsGuest
   * @param {() => void} actions.stoppedReplying
   */
  constructor(parent, draft, actions) {
    this.parent = parent;
    this.draft = draft;
    this.actions = actions;
    this.bar = el('div', { class: 'composer-bar', hidden: true });
    this.field = el('textarea', { rows: 1, 'aria-label': phrase('composer.write'), placeholder: phrase('composer.say-something'), enterKeyHint: 'send', autocomplete: 'off', spellcheck: true, value: read(draft) });
    this.field.setAttribute('aria-keyshortcuts', '/');
    this.counter = el('span', { class: 'counter', hidden: true });
    this.sendButton = el('button', { type: 'button', class: 'icon-button send', 'aria-label': phrase('composer.send'), onclick: () => void this.#send() }, icon('send', 19));
    this.emojiButton = el('button', { type: 'button', class: 'icon-button', 'aria-label': phrase('picker.title'), 'aria-expanded': 'false', onclick: () => this.#togglePicker() }, icon('smile', 21));
    this.askButton = el('button', { type: 'button', class: 'icon-button ask', title: phrase('composer.ask'), 'aria-label': phrase('composer.ask'), 'aria-pressed': 'false', hidden: true, onclick: () => {
      this.asks(!this.#asks);
      this.field.focus();
    } }, icon('question', 20));
    this.box = el('div', { class: 'field-box' }, this.emojiButton, this.askButton, this.field, this.counter, this.sendButton);
    this.nickname = el('input', { type: 'text', placeholder: phrase('composer.nickname-hint'), maxLength: 100, autocomplete: 'nickname', enterKeyHint: 'next', spellcheck: false });
    this.nickname.addEventListener('input', () => this.#say(''));
    this.nickname.addEventListener('keydown', event => {
      if (event.key !== 'Enter' || event.isComposing) return;
      event.preventDefault();
      this.field.focus();
    });
    this.completion = new Completion(this.field, parent, actions.people);
    this.field.addEventListener('keydown', event => this.#key(event));
    this.field.addEventListener('input', () => this.#typed());
    this.field.addEventListener('change', () => this.#typed());
    this.#typed();
  }

  /**
   * Shows what fits the event and the person.
   * @param {{event: import('../js/types.js').LiveEvent | null, user: any, refused?: string, modes?: string}} state modes: what may be written for now, in words.
   */
  show({ event, user, refused, modes }) {
    this.#modes = modes ?? '';
    this.askButton.hidden = !event?.settings.questions;
    this.asks(this.#asks && Boolean(event?.settings.questions));
    const opens = event && Date.parse(event.startTime) - (event.settings.openBeforeStartMinutes ?? 0) * 60_000;
    const state = !event ? 'loading'
      : event.status === 'ended' ? 'ended'
      : refused ? `refused:${refused}`
      : event.status === 'scheduled' && !(event.settings.openBeforeStartMinutes && opens && Date.now() >= opens) ? `opens:${opens}`
      : user ? 'open' : event.settings.guests ? 'guest' : 'join';
    if (state === this.#shown) return;
    const hadFocus = this.parent.contains(document.activeElement);
    this.#shown = state;
    this.parent.hidden = state === 'loading';
    const children = state === 'open' ? [this.bar, this.box, this.completion.list]
      : state === 'guest' ? [el('label', { class: 'guest-name' }, phrase('composer.nickname'), this.nickname), this.bar, this.box, this.completion.list, this.#keeping()]
      : state === 'join' ? [this.#join()]
      : [el('p', { class: 'closed' }, state === 'ended' ? phrase('composer.ended') : refused ?? (event?.settings.openBeforeStartMinutes ? phrase('composer.opens', { time: dayAndTime(new Date(opens ?? 0).toISOString()) }) : phrase('composer.opens-with')))];
    this.parent.replaceChildren(...children);
    if (state === 'open' && hadFocus) this.field.focus();
  }

  /** Whether what is written next is asked as a question; a reply never is. @param {boolean} asks */
  asks(asks) {
    this.#asks = asks;
    if (asks && this.#replyTo) this.#answer(null);
    this.askButton.setAttribute('aria-pressed', String(asks));
    this.field.placeholder = this.#modes ? phrase('composer.modes', { modes: this.#modes }) : phrase(asks ? 'composer.ask-a-question' : 'composer.say-something');
    this.field.setAttribute('aria-label', phrase(asks ? 'composer.ask-a-question' : 'composer.write'));
  }

  /** Whether there is a field to write in now. */
  get isOpen() {
    return this.field.isConnected;
  }

  /** Adds a mention to what is typed. @param {string} username */
  mention(username) {
    const { value } = this.field;
    this.field.value = `${value}${value && !value.endsWith(' ') ? ' ' : ''}@${username} `;
    this.#typed();
    this.field.focus();
  }

  /** Begins to write; false when there is nothing to write in now. */
  focus() {
    if (!this.isOpen) return false;
    this.field.focus();
    return true;
  }

  /** @param {Comment | null} comment */
  replyTo(comment) {
    if (comment) this.asks(false);
    this.#answer(comment);
    // A thread has one level: only the text can say which of the replies it answers.
    if (comment?.replyToCommentID && !this.field.value.trim()) this.mention(comment.username);
    else if (comment) this.field.focus();
  }

  /**
   * Comments were removed. The typed text stays, even if it cannot be a reply any more: its author decides whether to post it as a comment.
   * @param {string[]} ids @returns {boolean} Whether the comment that is answered was among them, or the one that its thread began with.
   */
  removed(ids) {
    const { commentID, replyToCommentID } = this.#replyTo ?? {};
    if (ids.includes((replyToCommentID ?? commentID) || '')) this.#answered = 'closed';
    else if (commentID && ids.includes(commentID)) this.#answered ||= 'unquoted';
    else return false;
    this.#bar();
    return true;
  }

  /** It is unknown which comments were removed meanwhile. */
  unquote() {
    this.#answered ||= 'unquoted';
    this.#bar();
  }

  /** Nothing may be sent until then: slow mode, or a rate limit. @param {number} seconds @param {string} why */
  wait(seconds, why) {
    this.#waitUntil = Math.max(this.#waitUntil, Date.now() + seconds * 1000);
    this.#why = why;
    this.#ticking ??= setInterval(() => this.#bar(), 250);
    this.#bar();
  }

  /** Whether it takes a while to find out that a person writes. @param {boolean} busy */
  check(busy) {
    this.#checking = busy;
    this.#bar();
  }

  #join() {
    return el('div', { class: 'join' },
      el('p', null, phrase('composer.join')),
      el('div', { class: 'row' },
        el('button', { type: 'button', class: `button small ${REGISTRATION ? '' : 'primary'}`, onclick: () => this.actions.join('login') }, phrase('account.log-in')),
        REGISTRATION && el('button', { type: 'button', class: 'button small primary', onclick: () => this.actions.join('register') }, phrase('account.sign-up'))));
  }

  /** What an account has that a guest has not. */
  #keeping() {
    const button = (/** @type {'login'|'register'} */ mode, /** @type {string} */ key) => el('button', { type: 'button', class: 'link-button', onclick: () => this.actions.join(mode) }, phrase(key));
    return el('p', { class: 'guest-note' }, ...(REGISTRATION
      ? phraseWith('composer.keep-name', { signUp: button('register', 'composer.keep-sign-up'), logIn: button('login', 'composer.keep-log-in') })
      : phraseWith('composer.keep-name-here', { logIn: button('login', 'account.log-in') })));
  }

  /** Becomes a guest under the nickname; false when that is not so. */
  async #come() {
    const name = this.nickname.value.trim();
    if (!name) {
      this.#say(phrase('composer.nickname-first'));
      this.nickname.focus();
      return false;
    }
    this.#coming = true;
    this.#say('');
    try {
      await this.actions.comeAsGuest(name);
      return true;
    } catch (problem) {
      this.#say(sentenceOf(problem));
      this.nickname.focus();
      return false;
    } finally {
      this.#coming = false;
      this.#bar();
    }
  }

  /** @param {string} fault */
  #say(fault) {
    this.#fault = fault;
    this.nickname.setAttribute('aria-invalid', String(Boolean(fault)));
    this.#bar();
  }

  #bar() {
    const left = Math.ceil((this.#waitUntil - Date.now()) / 1000);
    if (left <= 0) {
      clearInterval(this.#ticking);
      this.#ticking = undefined;
    }
    this.sendButton.replaceChildren(left > 0 ? phrase('composer.seconds', { count: left }) : icon('send', 19));
    this.sendButton.setAttribute('aria-label', left > 0 ? phrase('composer.send-in', { count: left }) : phrase('composer.send'));
    const text = left > 0 ? phrase('composer.wait', { why: this.#why, seconds: left }) : this.#checking ? phrase('composer.checking') : this.#fault || this.#quote();
    this.bar.hidden = !text;
    this.bar.classList.toggle('bad', Boolean(text) && text === this.#fault);
    if (text && this.bar.firstElementChild?.textContent !== text)
      this.bar.replaceChildren(
        el('span', { dir: 'auto', role: text === this.#fault ? 'alert' : null }, text),
        left <= 0 && !this.#fault && this.#replyTo ? el('button', { type: 'button', class: 'icon-button', 'aria-label': phrase('composer.do-not-reply'), onclick: () => this.#stopReplying() }, icon('close', 16)) : '');
    this.#typed();
  }

  #quote() {
    if (!this.#replyTo) return '';
    const { commentText } = this.#replyTo;
    const name = this.actions.nameOf(this.#replyTo);
    if (this.#answered === 'closed') return phrase('composer.answered-closed', { why: phrase('composer.answered-removed') });
    return this.#answered ? phrase('composer.replying', { name }) : phrase('composer.replying-to', { name, text: commentText });
  }

  /** @param {Comment | null} comment */
  #answer(comment) {
    this.#replyTo = comment;
    this.#answered = '';
    this.#bar();
  }

  #stopReplying() {
    this.#answer(null);
    this.field.focus();
    this.actions.stoppedReplying();
  }

  #typed() {
    const text = this.field.value.trim();
    const length = text.length < 400 ? text.length : [...segmenter.segment(text)].length;
    this.counter.hidden = length < 400;
    this.counter.textContent = String(MOST - length);
    this.counter.classList.toggle('over', length > MOST);
    keep(this.draft, this.field.value);
    this.sendButton.disabled = this.#coming || !text || length > MOST || Date.now() < this.#waitUntil || this.#answered === 'closed';
  }

  async #send() {
    this.#typed();
    if (this.sendButton.disabled) return;
    this.#closePicker();
    if (this.#shown === 'guest' && !(await this.#come())) return;
    const text = this.field.value;
    this.field.value = '';
    const replyTo = this.#replyTo;
    this.#answer(null);
    this.actions.send(text, replyTo, this.#asks && !replyTo);
    this.field.focus();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    // While a character is composed, the keys belong to the input method.
    // In Safari the confirming Enter comes after the composing; only this key code tells.
    if (event.isComposing || event.keyCode === 229 || this.completion.key(event)) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      void this.#send();
    } else if (event.key === 'Escape' && this.#replyTo) {
      this.#stopReplying();
    }
  }

  #togglePicker() {
    if (this.picker) return this.#closePicker();
    this.picker = emojiPicker(
      emoji => {
        this.field.setRangeText(emoji, this.field.selectionStart, this.field.selectionEnd, 'end');
        this.#typed();
      },
      () => {
        this.#closePicker();
        this.field.focus();
      });
    this.parent.append(this.picker.panel);
    this.emojiButton.setAttribute('aria-expanded', 'true');
    this.picker.focus();
    document.addEventListener('pointerdown', this.#outside);
  }

  #outside = (/** @type {Event} */ event) => {
    const target = /** @type {Node} */ (event.target);
    if (!this.picker?.panel.contains(target) && !this.emojiButton.contains(target)) this.#closePicker();
  };

  #closePicker() {
    this.picker?.panel.remove();
    this.picker = undefined;
    this.emojiButton.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', this.#outside);
  }
}

/** What was typed in this tab before it was loaded again. Browsers may keep nothing for a frame of another site. @param {string} draft */
function read(draft) {
  try {
    return sessionStorage.getItem(draft) ?? '';
  } catch {
    return '';
  }
}

/** @param {string} draft @param {string} text */
function keep(draft, text) {
  try {
    if (text) sessionStorage.setItem(draft, text);
    else sessionStorage.removeItem(draft);
  } catch {
    // Without it a reload loses what was typed.
  }
}
