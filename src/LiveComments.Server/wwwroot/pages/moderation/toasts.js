import { el } from '../dom.js';

/** So long a decision can be undone where it is shown; in milliseconds. */
const SHOWN = 10_000;
const MOST = 3;

/** The latest decisions, each with its undo. */
export class Toasts {
  /** @type {Map<import('./decisions.js').Decision, {element: HTMLElement, text: HTMLElement, button: HTMLButtonElement}>} */
  #shown = new Map();

  /** @param {HTMLElement} place @param {import('./decisions.js').Decisions} decisions */
  constructor(place, decisions) {
    this.place = place;
    this.decisions = decisions;
    setInterval(() => this.show(), 500);
  }

  show() {
    const now = Date.now();
    const current = this.decisions.all.filter(({ state, changedAt }) => ['grace', 'sending', 'undoing'].includes(state) || (['done', 'undone', 'failed'].includes(state) && now - changedAt < SHOWN)).slice(-MOST);
    for (const [decision, { element }] of this.#shown) {
      if (current.includes(decision)) continue;
      element.remove();
      this.#shown.delete(decision);
    }
    for (const decision of current) {
      let toast = this.#shown.get(decision);
      if (!toast) {
        const text = el('span', { class: 'toast-text', dir: 'auto' });
        const button = el('button', { type: 'button', class: 'button small', onclick: () => this.decisions.undo(decision) }, 'Undo');
        toast = { text, button, element: el('div', { class: 'toast' }, text, button) };
        this.#shown.set(decision, toast);
        this.place.append(toast.element);
      }
      const words = inWords(decision);
      if (toast.text.textContent !== words) toast.text.textContent = words;
      toast.button.hidden = !this.decisions.canUndo(decision);
      toast.element.classList.toggle('bad', decision.state === 'failed');
    }
  }
}

/** @param {import('./decisions.js').Decision} decision */
function inWords({ state, label, sendsAt, problem, answers }) {
  if (state === 'grace') return `${label} in ${Math.max(1, Math.ceil((sendsAt - Date.now()) / 1000))} s`;
  if (state === 'failed') return `${label}: ${problem?.message ?? 'no answer'}`;
  if (state === 'undone') return `Taken back: ${label}`;
  if (state !== 'done') return label;
  const missed = answers.filter(answer => answer.status === 'not-allowed').length;
  if (missed) return `${label}: not allowed for ${missed === answers.length ? 'any of them' : `${missed} of ${answers.length}`}`;
  const earlier = answers.filter(answer => answer.status === 'already');
  if (earlier.length && earlier.length === answers.length) return `${label}: already decided`;
  return answers.every(answer => answer.status === 'not-found') ? `${label}: no longer there` : label;
}
