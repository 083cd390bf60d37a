import { el } from '../dom.js';
import { dayAndTime } from '../format.js';
import { wordsOf } from '../refusals.js';
import { phrase } from '../texts.js';
import { nameOf } from './words.js';

/** What moderators left each other about one person, and a field for more. It stays while the card is read again, so that nothing that is being written is lost. */
export class Notes {
  /** @param {Object} desk @param {(text: string, everywhere: boolean) => void} desk.add @param {(note: any) => Promise<void>} desk.remove @param {() => boolean} desk.mayEverywhere @param {() => void} desk.done Whoever wrote goes on with what they did before. */
  constructor(desk) {
    this.desk = desk;
    this.list = el('ol', { class: 'lines notes' });
    this.trouble = el('p', { class: 'form-error', role: 'alert', hidden: true });
    this.field = el('input', { type: 'text', dir: 'auto', maxLength: 500, autocomplete: 'off', 'aria-label': phrase('note.field'), placeholder: phrase('note.field') });
    this.everywhere = el('input', { type: 'checkbox' });
    this.everywhereField = el('label', { class: 'check' }, this.everywhere, phrase('note.everywhere'));
    const form = el('form', { class: 'note-form', onsubmit: (/** @type {Event} */ event) => this.#submit(event), onkeydown: (/** @type {KeyboardEvent} */ event) => {
      // In a sheet the key closes the sheet.
      if (event.key !== 'Escape' || this.element.closest('dialog')) return;
      event.preventDefault();
      this.desk.done();
    } }, this.field, el('button', { type: 'submit', class: 'button small' }, phrase('note.keep')), this.everywhereField);
    this.element = el('section', { class: 'notes-pane', 'aria-label': phrase('note.region') }, el('h3', null, phrase('note.title')), this.list, this.trouble, form);
  }

  /** Another person. */
  clear() {
    this.list.replaceChildren();
    this.field.value = '';
    this.everywhere.checked = false;
    this.trouble.hidden = true;
  }

  /** @param {any[]} notes The latest first. */
  show(notes) {
    this.everywhereField.hidden = !this.desk.mayEverywhere();
    this.list.replaceChildren(...notes.map(note => el('li', null,
      el('span', { dir: 'auto' }, note.reason),
      el('span', { class: 'row-time' }, `${nameOf(note.by)} · ${dayAndTime(note.timestamp)}`),
      el('button', { type: 'button', class: 'link-button', 'aria-label': phrase('note.take-off-what', { note: note.reason }), onclick: () => void this.#remove(note) }, phrase('note.take-off')))));
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    const text = this.field.value.trim();
    if (!text) return;
    this.desk.add(text, !this.everywhereField.hidden && this.everywhere.checked);
    this.field.value = '';
    this.desk.done();
  }

  /** @param {any} note */
  async #remove(note) {
    try {
      await this.desk.remove(note);
      this.trouble.hidden = true;
    } catch (problem) {
      this.trouble.hidden = false;
      this.trouble.textContent = wordsOf(problem);
    }
  }
}
