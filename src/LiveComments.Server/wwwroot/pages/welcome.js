import { el, icon } from './dom.js';
import { linked } from './links.js';
import { phrase } from './texts.js';

/** Where a browser keeps which events have welcomed it. */
const KEY = 'livecomments.welcomed';
/** Events kept; beyond that those that were first welcome again. */
const MOST = 200;

/** What the broadcaster tells whoever comes, once: until it is closed, in this browser. */
export class Welcome {
  #shown = '';
  /** Where nothing can be kept it is closed as long as the page is open. */
  #closed = false;

  /** @param {HTMLElement} panel @param {() => void} closed Told when it was closed, to put the focus elsewhere. */
  constructor(panel, closed) {
    this.panel = panel;
    this.closed = closed;
  }

  /** @param {import('../js/types.js').LiveEvent} event */
  show(event) {
    const text = event.settings.welcome ?? '';
    this.panel.hidden = !text || event.status === 'ended' || this.#closed || welcomed().includes(event.eventID);
    if (this.panel.hidden || text === this.#shown) return;
    this.#shown = text;
    this.panel.replaceChildren(
      el('p', { dir: 'auto', tabIndex: 0 }, ...linked(text)),
      el('button', { type: 'button', class: 'icon-button', 'aria-label': phrase('live.close-welcome'), onclick: () => {
        this.#closed = true;
        this.panel.hidden = true;
        keep(event.eventID);
        this.closed();
      } }, icon('close', 16)));
  }
}

/** @returns {string[]} */
function welcomed() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}

/** @param {string} eventID */
function keep(eventID) {
  try {
    localStorage.setItem(KEY, JSON.stringify([...welcomed().filter(one => one !== eventID), eventID].slice(-MOST)));
  } catch {
    // It welcomes again after a reload.
  }
}
