import { el } from './dom.js';
import { sentenceOf } from './refusals.js';
import { phrase } from './texts.js';

/** @param {string} name @param {Record<string, any>} properties @param {string} [hint] */
export function field(name, properties, hint) {
  const input = el('input', { type: 'text', ...properties });
  return { label: el('label', { class: 'field' }, name, input, hint ? el('small', null, hint) : ''), input };
}

export const currentPassword = () => field(phrase('account.current-password'), { type: 'password', autocomplete: 'current-password', required: true });

/** @param {string} name */
export const codeField = (name, required = true) => field(name, { class: 'code', inputMode: 'numeric', autocomplete: 'one-time-code', required, pattern: '[0-9 ]{6,8}', maxLength: 8 });

/** A code, or one for whoever has lost the authenticator. */
export const anyCodeField = () => field(phrase('account.any-code'), { class: 'code long', autocomplete: 'one-time-code', required: true, pattern: '[0-9 ]{6,8}|[0-9A-Za-z \\-]{16,24}', maxLength: 24, autocapitalize: 'none', spellcheck: false });

/** @param {{input: HTMLInputElement}} code */
export const digits = code => code.input.value.replaceAll(' ', '');

/**
 * A form that says what is wrong. @param {{body: HTMLElement}} place @param {HTMLElement[]} fields @param {string} action @param {() => Promise<void>} submit
 * @param {string} [look] Of its button.
 * @returns {(sentence: string) => void} Says that something is done.
 */
export function form(place, fields, action, submit, look = 'primary') {
  const message = el('p', { role: 'alert', hidden: true });
  const button = el('button', { type: 'submit', class: `button ${look}` }, action);
  const whole = el('form', null, ...fields, message, button);
  /** @param {string} text @param {string} kind */
  const say = (text, kind) => {
    message.hidden = !text;
    message.className = kind;
    message.textContent = text;
  };
  whole.addEventListener('submit', async event => {
    event.preventDefault();
    say('', '');
    button.disabled = true;
    try {
      await submit();
    } catch (problem) {
      say(sentenceOf(problem), 'form-error');
    } finally {
      button.disabled = false;
    }
  });
  place.body.append(whole);
  /** @type {HTMLElement | null} */ (whole.querySelector('input'))?.focus();
  return text => say(text, 'form-done');
}
