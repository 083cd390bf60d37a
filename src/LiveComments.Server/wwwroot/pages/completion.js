import { avatar, el } from './dom.js';
import { emojiNamed, findEmoji } from './emoji.js';
import { phrase } from './texts.js';

/**
 * @typedef {{insert: string, show: Node[]}} Choice
 */

/**
 * Completes `@name` from the people who wrote lately, and `:word` to emoji, while somebody types: a combobox on the text field. `:fire:` becomes its emoji by itself.
 */
export class Completion {
  /** @type {Choice[]} */
  #choices = [];
  #at = 0;
  #from = 0;

  /** @param {HTMLTextAreaElement} field @param {HTMLElement} parent @param {() => Iterable<{userID: string, username: string, displayName: string, avatarUrl?: string}>} people Latest first. */
  constructor(field, parent, people) {
    this.field = field;
    this.people = people;
    this.list = el('div', { class: 'completion', role: 'listbox', id: 'completion', 'aria-label': phrase('composer.suggestions'), hidden: true });
    // The field keeps the focus. A suggestion is chosen by its click; otherwise a lifted finger would press what lies under it.
    this.list.addEventListener('mousedown', event => event.preventDefault());
    parent.append(this.list);
    field.setAttribute('aria-controls', 'completion');
    field.setAttribute('aria-autocomplete', 'list');
    field.addEventListener('input', () => this.#look());
    field.addEventListener('blur', () => this.close());
  }

  get isOpen() {
    return !this.list.hidden;
  }

  close() {
    this.list.hidden = true;
    this.field.removeAttribute('aria-activedescendant');
  }

  /** True when the key was for the list. @param {KeyboardEvent} event */
  key(event) {
    if (!this.isOpen) return false;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      this.#at = (this.#at + (event.key === 'ArrowDown' ? 1 : this.#choices.length - 1)) % this.#choices.length;
      this.#mark();
    } else if (event.key === 'Enter' || event.key === 'Tab') {
      this.#choose(this.#at);
    } else if (event.key === 'Escape') {
      this.close();
    } else {
      return false;
    }
    event.preventDefault();
    return true;
  }

  #look() {
    const before = this.field.value.slice(0, this.field.selectionStart);
    const named = /:([A-Za-z0-9_]{2,30}):$/.exec(before);
    const emoji = named && emojiNamed(named[1]);
    if (named && emoji) {
      this.field.setRangeText(emoji, named.index, before.length, 'end');
      return this.close();
    }
    const match = /(?:^|[^A-Za-z0-9_.-])_*([@＠:])([A-Za-z0-9_.-]{0,30})$/.exec(before);
    if (!match || (match[1] === ':' && match[2].length < 2)) return this.close();
    this.#from = before.length - match[2].length - 1;
    this.#choices = match[1] !== ':' ? this.#people(match[2].toLowerCase()) : findEmoji(match[2], 6).map(one => ({ insert: `${one.char} `, show: [el('span', null, one.char), el('small', null, one.words)] }));
    // A name that is complete needs no completion: Enter sends.
    if (!this.#choices.length || this.#choices.some(choice => choice.insert.trim().toLowerCase() === match[1].replace('＠', '@') + match[2].toLowerCase())) return this.close();
    this.#at = 0;
    this.list.replaceChildren(...this.#choices.map((choice, i) => el('div', { role: 'option', id: `completion-${i}`, onclick: () => this.#choose(i) }, ...choice.show)));
    this.list.hidden = false;
    this.#mark();
  }

  /** @param {string} prefix @returns {Choice[]} */
  #people(prefix) {
    const found = [];
    for (const person of this.people()) {
      if (!person.username.toLowerCase().startsWith(prefix) && !person.displayName.toLowerCase().startsWith(prefix)) continue;
      found.push({ insert: `@${person.username} `, show: [avatar(person), el('bdi', null, person.displayName), el('small', null, `@${person.username}`)] });
      if (found.length === 6) break;
    }
    return found;
  }

  #mark() {
    for (const [i, option] of [...this.list.children].entries()) option.setAttribute('aria-selected', String(i === this.#at));
    this.field.setAttribute('aria-activedescendant', `completion-${this.#at}`);
  }

  /** @param {number} at */
  #choose(at) {
    const { field } = this;
    field.setRangeText(this.#choices[at].insert, this.#from, field.selectionStart, 'end');
    this.close();
    field.focus();
    field.dispatchEvent(new Event('change'));
  }
}
