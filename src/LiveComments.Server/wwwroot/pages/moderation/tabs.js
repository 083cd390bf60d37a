import { el } from '../dom.js';

/** Tabs above panels: the arrow keys go from one to the next, as in every list of tabs. */
export class Tabs {
  /** @type {{name: string, tab: HTMLButtonElement, panel: HTMLElement, count: HTMLElement}[]} */
  #tabs;

  /** @param {string} label @param {{name: string, title: string, panel: HTMLElement}[]} tabs Several may share one panel. @param {(name: string) => void} [chosen] */
  constructor(label, tabs, chosen) {
    this.chosen = chosen;
    this.#tabs = tabs.map(({ name, title, panel }) => {
      const count = el('span', { class: 'tab-count' });
      const tab = el('button', { type: 'button', role: 'tab', id: `tab-${name}`, 'aria-controls': panel.id, onclick: () => this.choose(name) }, title, count);
      panel.setAttribute('role', 'tabpanel');
      return { name, tab, panel, count };
    });
    this.element = el('div', { class: 'tabs', role: 'tablist', 'aria-label': label }, ...this.#tabs.map(one => one.tab));
    this.element.addEventListener('keydown', event => {
      const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
      if (!step) return;
      event.preventDefault();
      const at = this.#tabs.findIndex(one => one.name === this.name);
      const next = this.#tabs[(at + step + this.#tabs.length) % this.#tabs.length];
      this.choose(next.name);
      next.tab.focus();
    });
    this.name = '';
    this.choose(tabs[0].name);
  }

  /** @param {string} name */
  choose(name) {
    if (this.name === name) return;
    this.name = name;
    for (const one of this.#tabs) {
      one.tab.setAttribute('aria-selected', String(one.name === name));
      one.tab.tabIndex = one.name === name ? 0 : -1;
    }
    const { panel, tab } = /** @type {any} */ (this.#tabs.find(one => one.name === name));
    for (const one of this.#tabs) one.panel.hidden = one.panel !== panel;
    panel.setAttribute('aria-labelledby', tab.id);
    this.chosen?.(name);
  }

  /** @param {string} name @param {number} count */
  count(name, count) {
    const one = this.#tabs.find(tab => tab.name === name);
    if (one) one.count.textContent = count ? ` ${count}` : '';
  }
}
