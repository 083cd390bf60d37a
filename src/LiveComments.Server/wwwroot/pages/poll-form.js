import { open } from './dialog.js';
import { el, icon } from './dom.js';
import { sentenceOf } from './refusals.js';
import { phrase } from './texts.js';

const FEWEST = 2;
const MOST = 10;
/** Seconds, and what they are called. */
const TIMES = [['', phrase('poll-form.closes-by-hand')], ['30', phrase('poll-form.seconds', { count: 30 })], ...[1, 2, 5, 15].map(count => [String(60 * count), phrase('poll-form.minutes', { count })]), ['3600', phrase('poll-form.hours', { count: 1 })]];

/** Asks a moderator for a poll, and opens it. @param {import('../js/livecomments.js').LiveComments} live */
export function askPoll(live) {
  const dialog = open(phrase('poll-form.title'));
  const fault = el('p', { class: 'form-error', role: 'alert', hidden: true });
  const question = el('input', { type: 'text', required: true, maxLength: 200, dir: 'auto', autocomplete: 'off' });
  const choices = el('fieldset', { class: 'poll-choices' }, el('legend', null, phrase('poll-form.choices')));
  const more = el('button', { type: 'button', class: 'button small', onclick: () => add().focus() }, phrase('poll-form.add'));
  const lasts = el('select', { id: 'poll-lasts' }, ...TIMES.map(([value, text]) => el('option', { value }, text)));
  const secret = el('input', { type: 'checkbox' });
  const submit = el('button', { type: 'submit', class: 'button primary' }, phrase('poll-form.open'));

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
      input.placeholder = phrase('poll-form.choice', { number: i + 1 });
      input.setAttribute('aria-label', input.placeholder);
      input.required = i < FEWEST;
      const remove = /** @type {HTMLButtonElement} */ (input.nextElementSibling);
      remove.setAttribute('aria-label', phrase('poll-form.remove', { number: i + 1 }));
      remove.hidden = rows.length <= FEWEST;
    });
    more.hidden = rows.length >= MOST;
  }

  const form = el('form', { class: 'poll-form' },
    el('label', { class: 'field' }, phrase('poll-form.question'), question),
    choices, el('div', null, more),
    el('div', { class: 'field' }, el('label', { for: lasts.id }, phrase('poll-form.closes')), lasts),
    el('label', { class: 'check' }, secret, phrase('poll-form.secret')),
    fault,
    el('div', { class: 'row dialog-actions' }, el('button', { type: 'button', class: 'button', onclick: dialog.close }, phrase('dialog.cancel')), submit));
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
      fault.textContent = sentenceOf(problem);
    } finally {
      submit.disabled = false;
    }
  });
  for (let i = 0; i < FEWEST; i++) add();
  dialog.body.append(form);
  question.focus();
}
