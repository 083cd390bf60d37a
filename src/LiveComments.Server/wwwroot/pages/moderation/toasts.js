import { el } from '../dom.js';
import { wordsOf } from '../refusals.js';
import { phrase } from '../texts.js';

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
        const button = el('button', { type: 'button', class: 'button small', onclick: () => this.decisions.undo(decision) }, phrase('live.undo'));
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
  if (state === 'grace') return phrase('toast.grace', { what: label, seconds: Math.max(1, Math.ceil((sendsAt - Date.now()) / 1000)) });
  if (state === 'failed') return `${label}: ${problem ? wordsOf(problem) : phrase('row.no-answer')}`;
  if (state === 'undone') return phrase('toast.taken-back', { what: label });
  if (state !== 'done') return label;
  const missed = answers.filter(answer => answer.status === 'not-allowed').length;
  if (missed) return `${label}: ${missed === answers.length ? phrase('toast.not-allowed') : phrase('toast.not-allowed-some', { missed, all: answers.length })}`;
  const earlier = answers.filter(answer => answer.status === 'already');
  if (earlier.length && earlier.length === answers.length) return `${label}: ${phrase('toast.already')}`;
  return answers.every(answer => answer.status === 'not-found') ? `${label}: ${phrase('toast.gone')}` : label;
}
