import { open } from '../dialog.js';
import { el } from '../dom.js';
import { phrase } from '../texts.js';
import { command } from './words.js';

/** What a moderator decided. @typedef {{action: string, seconds?: number, reason?: string, everywhere?: boolean, network?: boolean}} Choice */

/** Decisions about people, with their seconds, and whether the network is meant too. @type {[string, string, number?, boolean?][]} */
const ABOUT_PEOPLE = [
  ['warn', command('warn')],
  ['throttle', phrase('decide.throttle'), 30],
  ['timeout', phrase('tools.time-out'), 600],
  ['timeout', phrase('decide.time-out-hour'), 3600],
  ['timeout', phrase('decide.time-out-day'), 86_400],
  ['ban', command('ban')],
  ['ban', phrase('decide.ban-network'), undefined, true],
  ['shadow-ban', command('shadow-ban')],
];

/**
 * Asks for a decision with a reason.
 * @param {Object} about
 * @param {string} about.who
 * @param {string | null} about.comment `reject` or `delete`, where there is a comment to decide about.
 * @param {boolean} about.everywhere Whether this moderator may decide for all events.
 * @param {(choice: Choice) => void} decide
 */
export function askForDecision({ who, comment, everywhere }, decide) {
  const { body, close } = open(phrase('decide.decide'));
  const choices = /** @type {typeof ABOUT_PEOPLE} */ ([...(comment ? [[comment, phrase(comment === 'reject' ? 'decide.reject' : 'decide.delete')]] : []), ...ABOUT_PEOPLE]);
  const action = el('select', { onchange: show }, ...choices.map(([, label], i) => el('option', { value: String(i) }, label)));
  const reason = el('input', { type: 'text', dir: 'auto', maxLength: 500, autocomplete: 'off' });
  const all = el('input', { type: 'checkbox' });
  const allField = el('label', { class: 'check' }, all, phrase('decide.everywhere'));
  const told = el('small', null);
  body.append(el('form', { onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    const [name, , seconds, network] = choices[Number(action.value)];
    const text = reason.value.trim();
    close();
    decide({ action: name, ...(seconds ? { seconds } : {}), ...(network ? { network } : {}), ...(text ? { reason: text } : {}), ...(!allField.hidden && all.checked ? { everywhere: true } : {}) });
  } },
    el('p', { class: 'explain', dir: 'auto' }, phrase('decide.about', { who })),
    el('label', { class: 'field' }, phrase('decide.decision'), action),
    el('label', { class: 'field' }, phrase('decide.reason'), reason, told),
    allField,
    el('div', { class: 'row dialog-actions' }, el('button', { type: 'button', class: 'button', onclick: close }, phrase('dialog.cancel')), el('button', { type: 'submit', class: 'button primary' }, phrase('decide.decide')))));
  show();
  action.focus();

  function show() {
    const [name] = choices[Number(action.value)];
    const isPerson = name !== comment;
    allField.hidden = !everywhere || !isPerson;
    told.textContent = phrase(name === 'shadow-ban' ? 'decide.reason-hidden' : 'decide.reason-told');
  }
}
