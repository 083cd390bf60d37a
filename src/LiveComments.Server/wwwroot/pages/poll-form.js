import { open } from './dialog.js';
import { el, icon } from './dom.js';

const FEWEST = 2;
const MOST = 10;
/** Seconds, and what they are called. */
const TIMES = [['', 'when I close it'], ['30', 'after 30 seconds'], ['60', 'after 1 minute'], ['120', 'after 2 minutes'], ['300', 'after 5 minutes'], ['900', 'after 15 minutes'], ['3600', 'after 1 hour']];

/** Asks a moderator for a poll, and opens it. @param {import('../js/livecomments.js').LiveComments} live */
export function askPoll(live) {
  const dialog = open('New poll');
  const fault = el('p', { class: 'form-error', role: 'alert', hidden: true });
  const question = el('input', { type: 'text', required: true, maxLength: 200, dir: 'auto', autocomplete: 'off' });
  const choices = el('fieldset', { class: 'poll-choices' }, el('legend', null, 'Choices'));
  const more = el('button', { type: 'button', class: 'button small', onclick: () => add().focus() }, 'Add a choice');
  const lasts = el('select', { id: 'poll-lasts' }, ...TIMES.map(([value, text]) => el('option', { value }, text)));
  const secret = el('input', { type: 'checkbox' });
  const submit = el('button', { type: 'submit', class: 'button primary' }, 'Open the poll');

  const inputs = () => /** @type {HTMLInputElement[]} */ ([...choices.querySelectorAll('input')]);
  function add() {
    const input = el('input', { type: 'text', maxLength: 80, dir: 'auto', autocomplete: 'off' });
    const row = el('div', { class: 'poll-choice' }, input, el('button', { type: 'button', class: 'icon-button', onclick: () => {
      const next = row.nextElementSibling?.querySelector('input') ?? row.previousElementSibling?.querySelector('input');
      row.remove();
      number();
      next?.focus();
    } }, icon('close', 16)));
    choices.append(row);
    number();
    return input;
  }

  function number() {
    const rows = inputs();
    rows.forEach((input, i) => {
      input.setAttribute('aria-label', `Choice ${i + 1}`);
      input.placeholder = `Choice ${i + 1}`;
      input.required = i < FEWEST;
      const remove = /** @type {HTMLButtonElement} */ (input.nextElementSibling);
      remove.setAttribute('aria-label', `Remove choice ${i + 1}`);
      remove.hidden = rows.length <= FEWEST;
    });
    more.hidden = rows.length >= MOST;
  }

  const form = el('form', { class: 'poll-form' },
    el('label', { class: 'field' }, 'Question', question),
    choices, el('div', null, more),
    el('div', { class: 'field' }, el('label', { for: lasts.id }, 'Closes'), lasts),
    el('label', { class: 'check' }, secret, 'Show results only when it closes'),
    fault,
    el('div', { class: 'row dialog-actions' }, el('button', { type: 'button', class: 'button', onclick: dialog.close }, 'Cancel'), submit));
  form.addEventListener('submit', async event => {
    event.preventDefault();
    if (submit.disabled) return;
    submit.disabled = true;
    try {
      await live.openPoll({
        question: question.value,
        options: inputs().map(input => input.value.trim()).filter(Boolean),
        results: secret.checked ? 'closed' : 'live',
        ...(lasts.value && { seconds: Number(lasts.value) }),
      });
      dialog.close();
    } catch (problem) {
      fault.hidden = false;
      fault.textContent = /** @type {Error} */ (problem).message;
    } finally {
      submit.disabled = false;
    }
  });
  for (let i = 0; i < FEWEST; i++) add();
  dialog.body.append(form);
  question.focus();
}
