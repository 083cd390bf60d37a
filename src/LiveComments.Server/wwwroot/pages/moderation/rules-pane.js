import { el } from '../dom.js';
import { wordsOf } from '../refusals.js';
import { LOCALE, phrase } from '../texts.js';

/** @typedef {Record<string, any>} Rules */

const VERDICTS = /** @type {[string, string][]} */ ([['admit', phrase('rules.allow')], ['hold', phrase('rules.hold')], ['refuse', phrase('rules.refuse')]]);

/** @param {HTMLTextAreaElement} area */
const lines = area => area.value.split('\n').map(line => line.trim()).filter(Boolean);

/** The rules about texts, tried on the latest comments before they are saved. */
export class RulesPane {
  #isDirty = false;

  /** @param {(method: string, path: string, body?: object) => Promise<any>} call Relative to the event's moderation. @param {(sentence: string) => void} announce */
  constructor(call, announce) {
    this.call = call;
    this.announce = announce;
    const verdict = (/** @type {string} */ label) => choice(label, VERDICTS);
    this.links = verdict(phrase('rules.links'));
    this.allow = area(phrase('rules.hosts-allowed'));
    this.block = area(phrase('rules.hosts-refused'));
    this.words = { mask: area(phrase('rules.words-mask')), hold: area(phrase('rules.words-hold')), block: area(phrase('rules.words-refuse')) };
    this.patterns = { hold: area(phrase('rules.expressions-hold')), refuse: area(phrase('rules.expressions-refuse')) };
    this.flags = { capitals: verdict(phrase('rules.capitals')), repetition: verdict(phrase('rules.repetition')), notEmojiOnly: verdict(phrase('rules.more-than-emoji')) };
    this.message = el('p', { role: 'alert', class: 'form-error', hidden: true });
    this.result = el('div', { class: 'dry-run', role: 'status' });
    this.save = el('button', { type: 'button', class: 'button primary', hidden: true, onclick: () => void this.#save() }, phrase('rules.save'));
    this.form = el('form', { class: 'rules-form' },
      el('p', { class: 'explain' }, phrase('rules.explained')),
      this.words.hold.label, this.words.block.label, this.words.mask.label,
      el('div', { class: 'rule-choices' }, this.links.label, this.flags.capitals.label, this.flags.repetition.label, this.flags.notEmojiOnly.label),
      el('details', { class: 'more' }, el('summary', null, phrase('rules.hosts-and-expressions')), el('div', { class: 'more-fields' }, this.allow.label, this.block.label, this.patterns.hold.label, this.patterns.refuse.label)),
      this.message,
      el('div', { class: 'row' }, el('button', { type: 'submit', class: 'button' }, phrase('rules.try')), this.save),
      this.result);
    this.element = el('div', { class: 'rules-pane', id: 'rules-panel' }, this.form);
    this.form.addEventListener('submit', event => {
      event.preventDefault();
      void this.#try();
    });
    // What was tried is something else now.
    this.form.addEventListener('input', () => {
      this.#isDirty = true;
      this.#forget();
    });
  }

  /** @param {Rules} rules */
  show(rules) {
    this.#isDirty = false;
    this.links.control.value = rules.links?.action ?? 'admit';
    this.allow.control.value = (rules.links?.allow ?? []).join('\n');
    this.block.control.value = (rules.links?.block ?? []).join('\n');
    for (const [action, { control }] of Object.entries(this.words)) control.value = (rules.words ?? []).filter((/** @type {any} */ word) => word.action === action).map((/** @type {any} */ word) => word.text).join('\n');
    for (const [action, { control }] of Object.entries(this.patterns)) control.value = (rules.patterns ?? []).filter((/** @type {any} */ one) => one.action === action).map((/** @type {any} */ one) => one.pattern).join('\n');
    for (const [name, { control }] of Object.entries(this.flags)) control.value = rules[name] ?? 'admit';
    this.#forget();
  }

  /** Rules as they are now, unless somebody is typing here. @param {Rules} rules */
  follow(rules) {
    if (!this.#isDirty) this.show(rules);
  }

  /** @returns {Rules} */
  #rules() {
    const [allow, block] = [lines(this.allow.control), lines(this.block.control)];
    const action = this.links.control.value;
    return {
      ...(action !== 'admit' || allow.length || block.length ? { links: { action, allow, block } } : {}),
      words: Object.entries(this.words).flatMap(([name, { control }]) => lines(control).map(text => ({ text, action: name }))),
      patterns: Object.entries(this.patterns).flatMap(([name, { control }]) => lines(control).map(pattern => ({ pattern, action: name }))),
      ...Object.fromEntries(Object.entries(this.flags).map(([name, { control }]) => [name, control.value])),
    };
  }

  #forget() {
    this.save.hidden = true;
    this.result.replaceChildren();
    this.#say('');
  }

  async #try() {
    this.#forget();
    const rules = this.#rules();
    try {
      const run = await this.call('POST', 'rules/dry-run', rules);
      if (JSON.stringify(rules) !== JSON.stringify(this.#rules())) return;
      const { comments, held, refused, masked } = run;
      const what = new Intl.ListFormat(LOCALE).format([['rules.would-hold', held], ['rules.would-refuse', refused], ['rules.would-mask', masked]].filter(([, one]) => one.count).map(([key, one]) => phrase(key, { count: one.count })));
      const sentence = !comments ? phrase('rules.no-comments') : what ? phrase('rules.would', { what, count: comments }) : phrase('rules.would-nothing', { count: comments });
      this.result.replaceChildren(el('p', { class: 'dry-run-sum' }, sentence), ...[[phrase('rules.held'), held], [phrase('rules.refused'), refused], [phrase('rules.masked'), masked]].filter(([, one]) => one.count).map(([title, one]) =>
        el('details', { class: 'more', open: true }, el('summary', null, title), el('ol', { class: 'lines' }, ...one.samples.slice(0, 8).map((/** @type {any} */ sample) =>
          el('li', null, el('span', { dir: 'auto' }, sample.masked ?? sample.commentText), sample.reason ? el('span', { class: 'row-time' }, sample.reason) : null))))));
      this.save.hidden = false;
    } catch (problem) {
      this.#say(wordsOf(problem));
    }
  }

  async #save() {
    try {
      this.show(await this.call('PUT', 'rules', this.#rules()));
      this.result.replaceChildren(el('p', { class: 'form-done' }, phrase('rules.saved')));
      this.announce(phrase('rules.saved-now'));
    } catch (problem) {
      this.#say(wordsOf(problem));
    }
  }

  /** @param {string} text */
  #say(text) {
    this.message.hidden = !text;
    this.message.textContent = text;
  }
}

/** @param {string} label */
function area(label) {
  const control = el('textarea', { rows: 2, dir: 'auto', spellcheck: false });
  return { control, label: el('label', { class: 'field' }, label, control) };
}

/** @param {string} label @param {[string, string][]} choices */
function choice(label, choices) {
  const control = el('select', null, ...choices.map(([value, text]) => el('option', { value }, text)));
  return { control, label: el('label', { class: 'mode-choice' }, label, control) };
}
