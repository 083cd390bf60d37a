import { el } from './dom.js';
import { EMOJI, findEmoji } from './emoji.js';
import { phrase } from './texts.js';

/** The emoji picker: search, arrow keys, Escape. @param {(emoji: string) => void} choose @param {() => void} close */
export function emojiPicker(choose, close) {
  const scroll = el('div', { class: 'picker-scroll' });
  const search = el('input', { type: 'search', placeholder: phrase('picker.search'), 'aria-label': phrase('picker.search'), autocomplete: 'off' });
  const panel = el('div', { class: 'picker', role: 'dialog', 'aria-label': phrase('picker.title') }, search, scroll);

  /** @param {{name: string, emoji: {char: string, words: string}[]}[]} groups */
  const show = groups =>
    scroll.replaceChildren(...groups.flatMap(group => [
      el('h3', null, group.name),
      el('div', { class: 'picker-grid' }, ...group.emoji.map((one, i) =>
        el('button', { type: 'button', tabIndex: i ? -1 : 0, lang: 'en', title: one.words, 'aria-label': one.words, onclick: () => choose(one.char) }, one.char))),
    ]));
  show(EMOJI);
  search.addEventListener('input', () => {
    const query = search.value.trim();
    const found = query ? findEmoji(query) : [];
    show(query ? [{ name: phrase(found.length ? 'picker.found' : 'picker.nothing'), emoji: found }] : EMOJI);
  });
  panel.addEventListener('keydown', event => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      return close();
    }
    const buttons = /** @type {HTMLButtonElement[]} */ ([...scroll.querySelectorAll('button')]);
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    if (at < 0) {
      if (event.key === 'Enter' && search.value.trim() && buttons[0]) choose(buttons[0].title && buttons[0].textContent || '');
      if (event.key === 'ArrowDown') buttons[0]?.focus();
      return;
    }
    const columns = getComputedStyle(/** @type {Element} */ (buttons[at].parentElement)).gridTemplateColumns.split(' ').length;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    if (!step) return;
    event.preventDefault();
    if (at + step < 0) search.focus();
    else buttons[Math.min(at + step, buttons.length - 1)].focus();
  });
  return { panel, focus: () => search.focus() };
}
