import { el } from '../dom.js';
import { phrase } from '../texts.js';

/** @param {number} count */
const seconds = count => phrase('composer.seconds', { count });

const SWITCHES = /** @type {[string, string][]} */ ([['linksOff', phrase('mode.no-links')], ['emojiOnly', phrase('mode.emoji')], ['membersOnly', phrase('mode.members')], ['uniqueMessages', phrase('mode.unique')], ['reviewEverything', phrase('mode.review')]]);
const CHOICES = /** @type {[string, string, [number, string][]][]} */ ([
  ['slowModeSeconds', phrase('mode.slow'), [[0, phrase('mode.off')], ...[5, 10, 30].map(count => [count, seconds(count)]), ...[1, 5].map(count => [60 * count, phrase('time.minutes', { count })])]],
  ['delaySeconds', phrase('mode.delay'), [[0, phrase('mode.off')], ...[5, 10, 20, 60].map(count => [count, seconds(count)])]],
  ['minimumAccountAgeMinutes', phrase('mode.account-age'), [[0, phrase('mode.any')], [60, phrase('time.hours', { count: 1 })], ...[1, 7, 30].map(count => [1440 * count, phrase('span.days', { count })])]],
]);

/** What viewers may write for now, as switches. */
export class ModesPane {
  #modes = /** @type {Record<string, any>} */ ({});

  /** @param {HTMLElement} element @param {(method: string, path: string, body: object) => Promise<any>} call Relative to the event's moderation. @param {(problem: Error) => void} failed */
  constructor(element, call, failed) {
    this.element = element;
    this.call = call;
    this.failed = failed;
    this.shield = this.#switch('shield', phrase('mode.shield'), () => this.setShield(!this.#modes.shield));
    this.shield.classList.add('shield');
    this.shield.title = phrase('mode.shield-hint');
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
