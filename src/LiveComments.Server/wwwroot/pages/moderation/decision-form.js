import { open } from '../dialog.js';
import { el } from '../dom.js';
import { command } from './words.js';

/** What a moderator decided. @typedef {{action: string, seconds?: number, reason?: string, everywhere?: boolean, network?: boolean}} Choice */

/** Decisions about people, with their seconds, and whether the network is meant too. @type {[string, string, number?, boolean?][]} */
const ABOUT_PEOPLE = [
  ['warn', 'Warn'],
  ['throttle', 'One comment in 30 s', 30],
  ['timeout', 'Time out for 10 minutes', 600],
  ['timeout', 'Time out for 1 hour', 3600],
  ['timeout', 'Time out for 1 day', 86_400],
  ['ban', 'Ban'],
  ['ban', 'Ban, and keep their network out for a week', undefined, true],
  ['shadow-ban', 'Shadow ban'],
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
  const { body, close } = open('Decide');
  const choices = /** @type {typeof ABOUT_PEOPLE} */ ([...(comment ? [[comment, `${command(comment)} the comment`]] : []), ...ABOUT_PEOPLE]);
  const action = el('select', { onchange: show }, ...choices.map(([, label], i) => el('option', { value: String(i) }, label)));
  const reason = el('input', { type: 'text', dir: 'auto', maxLength: 500, autocomplete: 'off' });
  const all = el('input', { type: 'checkbox' });
  const allField = el('label', { class: 'check' }, all, 'In all events, until it is lifted in all');
  const told = el('small', null);
  body.append(el('form', { onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    const [name, , seconds, network] = choices[Number(action.value)];
    const text = reason.value.trim();
    close();
    decide({ action: name, ...(seconds ? { seconds } : {}), ...(network ? { network } : {}), ...(text ? { reason: text } : {}), ...(!allField.hidden && all.checked ? { everywhere: true } : {}) });
  } },
    el('p', { class: 'explain', dir: 'auto' }, `About ${who}`),
    el('label', { class: 'field' }, 'Decision', action),
    el('label', { class: 'field' }, 'Reason', reason, told),
    allField,
    el('div', { class: 'row dialog-actions' }, el('button', { type: 'button', class: 'button', onclick: close }, 'Cancel'), el('button', { type: 'submit', class: 'button primary' }, 'Decide'))));
  show();
  action.focus();

  function show() {
    const [name] = choices[Number(action.value)];
    const isPerson = name !== comment;
    allField.hidden = !everywhere || !isPerson;
    told.textContent = name === 'shadow-ban' ? 'For other moderators; nobody is told of a shadow ban. It may be left out.' : 'Whoever it is about is told, and it stays in the audit log. It may be left out.';
  }
}
