import { el } from '../dom.js';

const SWITCHES = /** @type {[string, string][]} */ ([['linksOff', 'No links'], ['emojiOnly', 'Emoji only'], ['membersOnly', 'Members only'], ['uniqueMessages', 'Unique only'], ['reviewEverything', 'Review all']]);
const CHOICES = /** @type {[string, string, [number, string][]][]} */ ([
  ['slowModeSeconds', 'Slow mode', [[0, 'off'], [5, '5 s'], [10, '10 s'], [30, '30 s'], [60, '1 min'], [300, '5 min']]],
  ['delaySeconds', 'Delay', [[0, 'off'], [5, '5 s'], [10, '10 s'], [20, '20 s'], [60, '60 s']]],
  ['minimumAccountAgeMinutes', 'Account age', [[0, 'any'], [60, '1 h'], [1440, '1 day'], [10080, '7 days'], [43200, '30 days']]],
]);

/** What viewers may write for now, as switches. */
export class ModesPane {
  #modes = /** @type {Record<string, any>} */ ({});

  /** @param {HTMLElement} element @param {(method: string, path: string, body: object) => Promise<any>} call Relative to the event's moderation. @param {(problem: Error) => void} failed */
  constructor(element, call, failed) {
    this.element = element;
    this.call = call;
    this.failed = failed;
    this.shield = this.#switch('shield', 'Shield', () => this.setShield(!this.#modes.shield));
    this.shield.classList.add('shield');
    this.shield.title = 'Slow mode of 10 s, no links, and accounts of at least a day, until it is off';
    this.switches = SWITCHES.map(([name, label]) => this.#switch(name, label, () => void this.#change('PATCH', 'modes', { [name]: !this.#modes[name] })));
    this.choices = CHOICES.map(([name, label, choices]) => {
      const select = el('select', { 'data-mode': name, onchange: () => void this.#change('PATCH', 'modes', { [name]: Number(select.value) }) }, ...choices.map(([value, text]) => el('option', { value: String(value) }, text)));
      element.append(el('label', { class: 'mode-choice' }, label, select));
      return select;
    });
    element.prepend(this.shield, ...this.switches);
  }

  /** @param {import('../../js/types.js').LiveEvent} event */
  follow(event) {
    this.element.inert = event.status === 'ended';
    this.element.classList.toggle('over', event.status === 'ended');
    this.#show({ slowModeSeconds: event.settings.slowModeSeconds ?? 0, ...event.settings.modes });
  }

  /** @param {boolean} on */
  setShield(on) {
    return this.#change('PUT', 'shield', { on });
  }

  get isShielded() {
    return Boolean(this.#modes.shield);
  }

  /** @param {string} method @param {string} path @param {object} body */
  async #change(method, path, body) {
    try {
      this.#show(await this.call(method, path, body));
    } catch (problem) {
      this.#show(this.#modes);
      this.failed(/** @type {Error} */ (problem));
    }
  }

  /** @param {Record<string, any>} modes */
  #show(modes) {
    this.#modes = modes;
    for (const button of [this.shield, ...this.switches]) button.setAttribute('aria-checked', String(Boolean(modes[button.dataset.mode ?? ''])));
    for (const select of this.choices) {
      const value = modes[select.dataset.mode ?? ''] ?? 0;
      // Somebody may have set another number elsewhere.
      if (![...select.options].some(option => option.value === String(value))) select.append(el('option', { value: String(value) }, String(value)));
      select.value = String(value);
      select.classList.toggle('on', value > 0);
    }
  }

  /** @param {string} name @param {string} label @param {() => void} press */
  #switch(name, label, press) {
    return el('button', { type: 'button', class: 'mode', role: 'switch', 'aria-checked': 'false', 'data-mode': name, onclick: press }, label);
  }
}
