import { el } from './dom.js';
import { eventFields } from './event-fields.js';
import { sentenceOf, wordsOf } from './refusals.js';
import { phrase } from './texts.js';

/** @typedef {import('./event-fields.js').ManagedEvent} ManagedEvent */
/** @typedef {import('./event-fields.js').Field} Field */

/**
 * The form of an event. It knows what the server has and what somebody typed: only that is sent, others' changes appear in
 * fields that nobody touched here, and nothing typed is ever overwritten.
 */
export class EventForm {
  /** What the server has. @type {Map<Field, string>} */
  #stored = new Map();
  /** What was shown at first. @type {Map<Field, string>} */
  #shown = new Map();
  #busy = false;

  /**
   * @param {Object} options
   * @param {string} options.action What the button says.
   * @param {() => string[]} options.types
   * @param {(change: object) => Promise<ManagedEvent>} options.save Stores a merge patch; the event as it is then.
   * @param {(event: ManagedEvent) => void} options.saved
   */
  constructor({ action, types, save, saved }) {
    this.save = save;
    this.saved = saved;
    const sections = eventFields(types);
    this.fields = sections.flatMap(section => section.fields);
    this.message = el('p', { class: 'form-error', role: 'alert', hidden: true });
    this.state = el('span', { class: 'save-state', role: 'status' });
    this.discard = el('button', { type: 'button', class: 'button', hidden: true, onclick: () => this.#discard() }, phrase('row.discard'));
    this.button = el('button', { type: 'submit', class: 'button primary' }, action);
    this.element = el('form', { class: 'event-form', noValidate: true, autocomplete: 'off' },
      ...sections.map(section => el('fieldset', { class: 'section' }, el('legend', null, section.title), el('div', { class: 'fields' }, ...section.fields.map(one => one.element)))),
      this.message,
      el('div', { class: 'save-bar' }, this.state, this.discard, this.button));
    this.element.addEventListener('submit', event => {
      event.preventDefault();
      void this.#submit();
    });
    this.element.addEventListener('input', event => {
      this.fields.find(one => one.element.contains(/** @type {Node} */ (event.target)))?.fault('');
      this.#showState();
    });
  }

  get isDirty() {
    return this.fields.some(one => one.get() !== this.#shown.get(one) || /** @type {HTMLInputElement} */ (one.control).validity.badInput);
  }

  /** What an event has, as the fields hold it. @param {ManagedEvent} event @returns {Record<string, string>} */
  valuesOf(event) {
    return Object.fromEntries(this.fields.map(one => [one.name, one.read(event)]));
  }

  /** Begins a new event. @param {ManagedEvent} defaults What the server takes for members that are not given. @param {Record<string, string>} values What is proposed. */
  propose(defaults, values) {
    for (const one of this.fields) {
      this.#stored.set(one, one.read(defaults));
      one.set(one.read(defaults));
    }
    for (const one of this.#zoneFirst) if (one.name in values) one.set(values[one.name]);
    for (const one of this.fields) {
      one.limit?.(null);
      this.#shown.set(one, one.get());
    }
    this.#showState();
  }

  /** Shows an event, or what others have changed of it. @param {ManagedEvent} event */
  follow(event) {
    const typed = new Set(this.fields.filter(one => this.#shown.has(one) && one.get() !== this.#shown.get(one)));
    for (const one of this.#zoneFirst) {
      one.limit?.(event);
      const now = one.read(event);
      // A field that can no longer be changed shows the server's value, whatever was typed.
      if (!typed.has(one) || isLocked(one)) {
        if (one.get() !== now) {
          one.set(now);
          one.fault('');
        }
      } else if (now !== this.#stored.get(one) && now !== one.get()) {
        one.fault(phrase('form.changed-meanwhile'));
      }
      this.#stored.set(one, now);
      this.#shown.set(one, now);
    }
    this.#showState();
  }

  async #submit() {
    if (this.#busy) return;
    this.#say('');
    const wrong = this.fields.filter(one => {
      one.fault(sentence(one));
      return !one.control.validity.valid;
    });
    if (wrong.length > 0) {
      wrong[0].control.focus();
      return;
    }
    const changed = this.fields.filter(one => one.get() !== this.#stored.get(one));
    const sent = new Map(changed.map(one => [one, one.get()]));
    this.#busy = true;
    this.button.setAttribute('aria-disabled', 'true');
    this.state.textContent = phrase('form.saving');
    try {
      const event = await this.save(patch(sent));
      // Text typed during the save is newer than the saved one.
      for (const [one, value] of sent) this.#shown.set(one, value);
      this.follow(event);
      if (!this.isDirty) this.state.textContent = phrase('form.saved');
      this.saved(event);
    } catch (problem) {
      this.#showState();
      this.#refused(/** @type {import('../js/problem.js').Problem} */ (problem));
    } finally {
      this.#busy = false;
      this.button.removeAttribute('aria-disabled');
    }
  }

  /** Says it where it belongs: the server begins with the name of the member it means. @param {import('../js/problem.js').Problem} problem */
  #refused(problem) {
    const named = problem.code === 'videoid-taken' ? 'videoID' : /^[A-Za-z.]+/.exec(problem.message)?.[0] ?? '';
    const one = this.named(named);
    if (one) {
      one.fault(wordsOf(problem));
      one.control.focus();
    } else {
      this.#say(sentenceOf(problem));
    }
  }

  #discard() {
    for (const one of this.#zoneFirst) {
      one.set(this.#shown.get(one) ?? '');
      one.fault('');
    }
    this.#say('');
    this.#showState();
    this.fields[0].control.focus();
  }

  #showState() {
    const dirty = this.isDirty;
    this.discard.hidden = !dirty;
    // Set only where it differs: it is read out.
    const saved = phrase('form.saved');
    const text = dirty ? phrase('form.not-saved') : this.state.textContent === saved ? saved : '';
    if (this.state.textContent !== text) this.state.textContent = text;
  }

  /** @param {string} text */
  #say(text) {
    this.message.hidden = !text;
    this.message.textContent = text;
  }

  /** A time is shown on the clocks of its zone. */
  get #zoneFirst() {
    return [...this.fields].sort((a, b) => Number(b.name === 'timezone') - Number(a.name === 'timezone'));
  }

  /** @param {string} name As the API calls the member. */
  named(name) {
    return this.fields.find(one => one.name === name);
  }
}

/** @param {Field} field */
const isLocked = ({ control }) => control.disabled || ('readOnly' in control && control.readOnly);

/** What is wrong with what was typed, as far as the browser sees it; the server sees the rest. @param {Field} field */
function sentence({ control, rule }) {
  if (control.validity.valid) return '';
  return control.validity.patternMismatch && rule ? rule : control.validationMessage;
}

/** @param {Map<Field, string>} values */
function patch(values) {
  /** @type {Record<string, any>} */
  const body = {};
  for (const [{ name, write }, value] of values) {
    const [outer, inner] = name.split('.');
    if (inner) (body[outer] ??= {})[inner] = write(value);
    else body[outer] = write(value);
  }
  return body;
}
