import { el, icon } from './dom.js';
import { sentenceOf } from './refusals.js';
import { phrase } from './texts.js';

/** @typedef {{body: HTMLElement, close: () => void}} Dialog */

let made = 0;

/** @param {string} title @param {() => void} [closed] @returns {Dialog} */
export function open(title, closed) {
  const id = `dialog-${++made}`;
  const body = el('div', { class: 'dialog' });
  const dialog = el('dialog', { 'aria-labelledby': id }, body);
  body.append(el('div', { class: 'dialog-head' }, el('h2', { id }, title), el('button', { type: 'button', class: 'icon-button', 'aria-label': phrase('dialog.close'), onclick: () => dialog.close() }, icon('close'))));
  dialog.addEventListener('close', () => {
    dialog.remove();
    closed?.();
  });
  // A press inside that ends outside, as when selecting text, is a click on both.
  let outside = false;
  dialog.addEventListener('pointerdown', event => (outside = event.target === dialog));
  dialog.addEventListener('click', event => outside && event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  return { body, close: () => dialog.close() };
}

/**
 * Asks before something that cannot be taken back, and stays open while it fails.
 * @param {Object} question
 * @param {string} question.title
 * @param {string} question.text
 * @param {string} question.action What its button says.
 * @param {boolean} [question.danger]
 * @param {string} [question.retype] What has to be typed first.
 * @param {() => Promise<void>} [question.work]
 * @returns {Promise<boolean>} Whether it was done.
 */
export function confirm({ title, text, action, danger, retype, work }) {
  return new Promise(resolve => {
    let done = false;
    const dialog = open(title, () => resolve(done));
    const message = el('p', { class: 'form-error', role: 'alert', hidden: true });
    const typed = retype === undefined ? null : el('input', { type: 'text', dir: 'auto', autocomplete: 'off', spellcheck: false });
    const form = el('form', null,
      el('p', { class: 'explain' }, text),
      typed && el('p', { class: 'retype', dir: 'auto' }, retype),
      typed && el('label', { class: 'field' }, phrase('dialog.retype'), typed),
      message,
      el('div', { class: 'row dialog-actions' },
        el('button', { type: 'button', class: 'button', onclick: dialog.close }, phrase('dialog.cancel')),
        el('button', { type: 'submit', class: `button primary ${danger ? 'danger' : ''}` }, action)));
    let busy = false;
    form.addEventListener('submit', async event => {
      event.preventDefault();
      if (busy) return;
      busy = true;
      try {
        // Spaces do not matter.
        if (typed && typed.value.trim().replace(/\s+/g, ' ') !== retype?.trim().replace(/\s+/g, ' ')) throw new Error(phrase('dialog.not-the-same'));
        await work?.();
        done = true;
        dialog.close();
      } catch (problem) {
        message.hidden = false;
        message.textContent = sentenceOf(problem);
        (typed ?? /** @type {HTMLElement} */ (form.querySelector('[type=submit]'))).focus();
      } finally {
        busy = false;
      }
    });
    dialog.body.append(form);
    /** @type {HTMLElement | null} */ (form.querySelector('input, button'))?.focus();
  });
}
