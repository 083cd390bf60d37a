import { confirm } from './dialog.js';
import { el, icon } from './dom.js';
import { duration } from './format.js';
import { LOCALE, phrase } from './texts.js';

/** @typedef {import('../js/types.js').Poll} Poll */

/** In milliseconds: so long a picture shows the result of a poll that has closed. */
const RESULT = 15_000;

/** The event's last poll, above the comments: its options are pressed to vote, and show how many did once the person has. */
export class PollPanel {
  /** What is shown. @type {Poll | null} */
  #poll = null;
  /** What is shown is of a recording, and nobody votes. */
  #isPast = false;
  /** The poll that the person has put away. */
  #away = '';
  /** @type {HTMLButtonElement[]} */
  #buttons = [];

  /**
   * @param {HTMLElement} panel @param {import('../js/livecomments.js').LiveComments} live
   * @param {Object} ways
   * @param {(option: number) => void} ways.vote
   * @param {() => boolean} ways.mayModerate
   * @param {boolean} ways.isPicture True where nobody presses anything, results are always shown, and a poll goes when it is over.
   * @param {boolean} ways.isWanted False where no poll is shown.
   * @param {(sentence: string) => void} ways.say Tells people who do not see it what became of a poll.
   * @param {(problem: Error) => void} ways.failed
   */
  constructor(panel, live, ways) {
    this.panel = panel;
    this.live = live;
    this.ways = ways;
    this.preview = el('span', { class: 'pinned-preview', dir: 'auto', hidden: true });
    this.toggle = el('button', { type: 'button', class: 'pinned-toggle', 'aria-controls': 'poll-body', onclick: () => this.#fold(!this.body.hidden) },
      icon('poll', 16), el('span', null, phrase('live.poll')), this.preview, icon('fold', 16));
    this.question = el('p', { id: 'poll-question', class: 'poll-question', dir: 'auto' });
    this.options = el('ol', { class: 'poll-options', 'aria-labelledby': 'poll-question' });
    this.note = el('span', { class: 'poll-note' });
    this.actions = el('span', { class: 'poll-actions' });
    this.body = el('div', { id: 'poll-body', class: 'poll-body' }, this.question, this.options, el('p', { class: 'poll-foot' }, this.note, this.actions));
    panel.append(this.toggle, this.body);
  }

  /** Something of the poll, the person or what they may do has changed. */
  show() {
    if (!this.#isPast) this.#show(this.live.poll);
  }

  /** A recording takes over, and has come to a place. @param {Poll | null} poll */
  showPast(poll) {
    const was = this.#poll;
    if (this.#isPast && was?.pollID === poll?.pollID && was?.status === poll?.status) return;
    this.#isPast = true;
    this.#poll = null;
    this.#show(poll);
  }

  /** @param {Poll | null} poll */
  #show(poll) {
    const was = this.#poll;
    this.#poll = poll;
    this.panel.hidden = !poll || !this.ways.isWanted || this.#away === poll.pollID || this.#isOver(poll);
    if (!poll) return;
    if (was?.pollID !== poll.pollID) this.#build(poll);
    this.#update(poll);
    this.tick();
    if (this.#isPast) return;
    if (was?.pollID !== poll.pollID && poll.status === 'open') this.ways.say(phrase('poll.opened', { question: poll.question }));
    else if (was?.pollID === poll.pollID && was.status === 'open' && poll.status === 'closed') this.ways.say(phrase('poll.over', { outcome: outcome(poll) }));
  }

  /** Once a second: the time that is left. */
  tick() {
    const poll = this.#poll;
    if (!poll || this.panel.hidden) return;
    if (this.#isOver(poll)) {
      this.panel.hidden = true;
      return;
    }
    if (this.#isPast && poll.status === 'open') return void (this.note.textContent = phrase('poll.was-open'));
    const left = poll.status === 'open' && poll.endsAt ? Date.parse(poll.endsAt) - Date.now() : null;
    const parts = [phrase('poll.votes', { count: poll.votes })];
    if (poll.status === 'closed') parts.push(phrase('poll.closed'));
    else if (left !== null) parts.push(left > 0 ? phrase('poll.left', { time: duration(left + 999) }) : phrase('poll.closing'));
    if (poll.status === 'open' && poll.results === 'closed') parts.push(phrase('poll.results-later'));
    const text = parts.join(' · ');
    if (this.note.textContent !== text) this.note.textContent = text;
  }

  /** @param {Poll} poll */
  #isOver(poll) {
    return this.ways.isPicture && poll.status === 'closed' && Date.now() - Date.parse(poll.closedAt ?? '') > RESULT;
  }

  /** @param {Poll} poll */
  #build(poll) {
    this.question.textContent = this.preview.textContent = poll.question;
    this.#buttons = poll.options.map((option, i) => el('button', { type: 'button', class: 'poll-option', onclick: () => {
      if (!this.#isPast) this.ways.vote(i);
    } },
      el('span', { class: 'poll-bar', 'aria-hidden': 'true' }), el('span', { class: 'poll-check', 'aria-hidden': 'true' }), el('span', { class: 'poll-text', dir: 'auto' }, option), el('span', { class: 'poll-share' })));
    this.options.replaceChildren(...this.#buttons.map(button => el('li', null, button)));
    // On a phone that lies on its side it would leave no room for the comments.
    this.#fold(!this.ways.isPicture && matchMedia('(max-height: 30rem)').matches);
  }

  /** @param {Poll} poll */
  #update(poll) {
    const open = poll.status === 'open';
    const ownVote = this.#isPast ? null : this.live.ownVote;
    const { mayModerate, isPicture } = this.ways;
    // Nobody is led by the others before they have voted.
    const counts = poll.counts && (ownVote !== null || !open || isPicture || mayModerate()) ? poll.counts : null;
    const most = Math.max(1, ...(counts ?? []));
    this.#buttons.forEach((button, i) => {
      const [bar, check, , share] = /** @type {HTMLElement[]} */ ([...button.children]);
      const own = ownVote === i;
      const percent = counts && poll.votes ? Math.round((100 * counts[i]) / poll.votes) : 0;
      button.setAttribute('aria-pressed', String(own));
      // It stays in the order of the keyboard, so that the focus is not lost when the poll closes.
      button.setAttribute('aria-disabled', String(!open || isPicture || this.#isPast));
      button.classList.toggle('first', !open && counts !== null && poll.votes > 0 && counts[i] === most);
      check.textContent = own ? '✓' : '';
      bar.style.inlineSize = `${percent}%`;
      share.replaceChildren(...(counts ? [el('span', { class: 'poll-percent' }, `${percent} %`), el('span', { class: 'visually-hidden' }, `, ${phrase('poll.votes', { count: counts[i] })}`)] : []));
    });
    this.actions.replaceChildren(...this.#ways(poll));
  }

  /** @param {Poll} poll */
  #ways(poll) {
    if (this.ways.isPicture || this.#isPast) return [];
    const link = (/** @type {string} */ text, /** @type {() => void} */ work) => el('button', { type: 'button', class: 'link-button', onclick: work }, text);
    /** @param {() => Promise<any>} work */
    const trying = work => () => void work().catch(this.ways.failed);
    if (!this.ways.mayModerate())
      return poll.status === 'closed' ? [link(phrase('poll.hide'), () => {
        this.#away = poll.pollID;
        this.panel.hidden = true;
      })] : [];
    return [
      ...(poll.status === 'open' ? [link(phrase('poll.close'), trying(() => this.live.closePoll(poll.pollID)))] : []),
      link(phrase('poll.take-away'), () => confirm({ title: phrase('poll.take-away-title'), text: phrase('poll.take-away-text', { question: poll.question, count: poll.votes }), action: phrase('poll.take-away'), danger: true, work: () => this.live.removePoll(poll.pollID) })),
    ];
  }

  /** @param {boolean} folded */
  #fold(folded) {
    this.body.hidden = folded;
    this.preview.hidden = !folded;
    this.toggle.setAttribute('aria-expanded', String(!folded));
  }
}

/** Who won, in words. @param {Poll} poll */
function outcome({ options, counts, votes }) {
  if (!counts || !votes) return phrase('poll.nobody');
  const most = Math.max(...counts);
  const first = options.filter((_, i) => counts[i] === most);
  return phrase('poll.outcome', { options: new Intl.ListFormat(LOCALE).format(first), percent: Math.round((100 * most) / votes), count: votes });
}
