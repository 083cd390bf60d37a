import { open } from '../dialog.js';
import { el } from '../dom.js';
import { phrase } from '../texts.js';

/** Each key with the name of what it does. @type {[string, string][]} */
export const KEYS = [
  ['j', 'next'],
  ['k', 'previous'],
  ['a', 'approve'],
  ['d', 'delete'],
  ['t', 'timeout'],
  ['b', 'ban'],
  ['m', 'more'],
  ['u', 'undo'],
  ['n', 'fresh'],
  ['o', 'person'],
  ['w', 'note'],
  ['c', 'chat'],
  ['q', 'queue'],
  ['r', 'raid'],
  ['Escape', 'release'],
  ['?', 'help'],
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
  const { body } = open(phrase('keys.title'));
  body.append(el('dl', { class: 'keys' }, ...KEYS.map(([key, name]) => el('div', null, el('dt', null, el('kbd', null, key === 'Escape' ? phrase('keys.escape') : key)), el('dd', null, phrase(`keys.${name}`))))));
}
