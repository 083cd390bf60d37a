import { open } from '../dialog.js';
import { el } from '../dom.js';

/** Each key with its name, and what it does. @type {[string, string, string][]} */
export const KEYS = [
  ['j', 'next', 'Next row'],
  ['k', 'previous', 'Previous row'],
  ['a', 'approve', 'Approve'],
  ['d', 'delete', 'Reject what waits, delete what everybody sees'],
  ['t', 'timeout', 'Time out its author for 10 minutes'],
  ['b', 'ban', 'Ban its author: sent after 5 seconds'],
  ['m', 'more', 'Any decision, with a reason'],
  ['u', 'undo', 'Undo the latest decision'],
  ['n', 'fresh', 'Show the new rows'],
  ['o', 'person', 'Show its author'],
  ['w', 'note', 'Write a note about its author'],
  ['c', 'chat', 'Go to the chat'],
  ['q', 'queue', 'Go to the queue'],
  ['r', 'raid', 'In a raid: slow mode and the shield'],
  ['Escape', 'release', 'Let go of the row'],
  ['?', 'help', 'Show the keys'],
];

const ALIASES = /** @type {Record<string, string>} */ ({ ArrowDown: 'j', ArrowUp: 'k' });

/** Calls what a key stands for, except where somebody types or a dialog is open. @param {Record<string, () => void>} actions */
export function listen(actions) {
  addEventListener('keydown', event => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
    if (target.matches?.('input, textarea, select') && !(event.key === 'Escape')) return;
    const name = KEYS.find(([key]) => key === (ALIASES[event.key] ?? event.key))?.[1];
    // A key that is held down decides about one row only.
    if (!name || (event.repeat && name !== 'next' && name !== 'previous')) return;
    event.preventDefault();
    actions[name]?.();
  });
}

export function showKeys() {
  const { body } = open('Keys');
  body.append(el('dl', { class: 'keys' }, ...KEYS.map(([key, , about]) => el('div', null, el('dt', null, el('kbd', null, key === 'Escape' ? 'Esc' : key)), el('dd', null, about)))));
}
