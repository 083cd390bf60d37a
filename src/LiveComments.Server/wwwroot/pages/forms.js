import { el } from './dom.js';

const SENTENCES = /** @type {Record<string, string>} */ ({
  'invalid-credentials': 'Name or e-mail and password do not match.',
  'username-taken': 'Somebody else has this name. Try another one.',
  'name-reserved': 'This name is reserved. Try another one.',
  'email-taken': 'This e-mail address already has an account. Log in instead?',
  'weak-password': 'Use 10 to 128 characters, and not your name.',
  'link-expired': 'This link was used, has expired, or a newer one was sent.',
  'totp-invalid': 'Wrong or expired code. Wait for the next one and try again.',
  'totp-required': 'Give the code that your authenticator shows now.',
  'locked-out': 'Too many attempts. Wait a while, then try again.',
});

/** What to say of a refusal. @param {unknown} problem */
export function sentenceOf(problem) {
  const { code, message, retryAfter } = /** @type {any} */ (problem);
  return SENTENCES[code] ?? (retryAfter ? `${message} Try again in ${retryAfter} s.` : message);
}

/** @param {string} name @param {Record<string, any>} properties @param {string} [hint] */
export function field(name, properties, hint) {
  const input = el('input', { type: 'text', ...properties });
  return { label: el('label', { class: 'field' }, name, input, hint ? el('small', null, hint) : ''), input };
}

export const currentPassword = () => field('Current password', { type: 'password', autocomplete: 'current-password', required: true });

/** @param {string} name */
export const codeField = (name, required = true) => field(name, { class: 'code', inputMode: 'numeric', autocomplete: 'one-time-code', required, pattern: '[0-9 ]{6,8}', maxLength: 8 });

/** A code, or one for whoever has lost the authenticator. */
export const anyCodeField = () => field('Code from your authenticator, or a recovery code', { class: 'code long', autocomplete: 'one-time-code', required: true, pattern: '[0-9 ]{6,8}|[0-9A-Za-z \\-]{16,24}', maxLength: 24, autocapitalize: 'none', spellcheck: false });

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
