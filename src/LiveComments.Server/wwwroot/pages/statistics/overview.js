import { el } from '../dom.js';
import { beginning, dayAndTime, fullCount } from '../format.js';
import { wordsOf } from '../refusals.js';
import { phrase } from '../texts.js';
import { save } from './table.js';

/** @typedef {{eventID: string, videoID?: string, title: string, status: 'scheduled'|'live'|'ended', startTime: string, startedAt?: string, endedAt?: string, viewers: number, totals: import('./board.js').Totals}} Row */

/** Events that are shown. */
const LIMIT = 200;

const COLUMNS = /** @type {[name: string, title: string, value: (row: Row) => number][]} */ ([
  ['start', phrase('admin.event'), row => Date.parse(beginning(row))],
  ['comments', phrase('live.comments'), row => row.totals.comments],
  ['people', phrase('people.title'), row => row.totals.uniqueCommenters],
  ['reactions', phrase('field.reactions'), row => row.totals.reactions],
  ['peak', phrase('stats.most-viewers'), row => row.totals.peakViewers],
  ['removed', phrase('stats.removed'), row => row.totals.removed],
  ['refused', phrase('stats.refused'), row => row.totals.refused],
]);

/** All events side by side. */
export class Overview {
  /** @type {Row[]} */
  #rows = [];
  #by = 'start';

  /** @param {import('../../js/livecomments.js').Session} session @param {URL} server */
  constructor(session, server) {
    this.session = session;
    this.server = server;
    this.note = el('p', { class: 'trouble', role: 'status' });
    this.warnings = el('ul', { class: 'warnings', role: 'status', 'aria-label': phrase('stats.warnings'), hidden: true });
    this.body = el('tbody', null);
    this.heads = COLUMNS.map(([name, title]) => el('th', { scope: 'col', 'aria-sort': name === this.#by ? 'descending' : 'none' }, el('button', { type: 'button', onclick: () => this.#sort(name) }, title)));
    this.nothing = el('p', { class: 'nothing', hidden: true }, phrase('stats.none'));
    this.download = el('button', { type: 'button', class: 'button small', onclick: () => void save(session, `stats?format=csv&limit=${LIMIT}`).catch(problem => this.trouble(wordsOf(problem))) }, phrase('stats.download'));
    this.element = el('div', { class: 'overview' },
      el('header', { class: 'board-head' }, el('div', { class: 'event-line' }, el('h1', null, phrase('admin.statistics'))), el('nav', { class: 'board-links', 'aria-label': phrase('stats.all-events') }, this.download)),
      this.warnings, this.note, this.nothing,
      (this.frame = el('div', { class: 'table-frame', tabIndex: 0, role: 'region', 'aria-label': phrase('admin.events') }, el('table', null, el('thead', null, el('tr', null, ...this.heads)), this.body))));
    document.title = phrase('admin.statistics');
  }

  /** Asks for the numbers; whether an event is live. */
  async refresh() {
    this.#rows = await this.session.call('GET', `stats?limit=${LIMIT}`);
    this.note.textContent = '';
    this.#show();
    // Without them the numbers are there all the same.
    await this.#warn().catch(() => undefined);
    return this.#rows.some(row => row.status === 'live');
  }

  /** Tells administrators what is wrong with the server. */
  async #warn() {
    if (this.session.user?.role !== 'administrator') return;
    /** @type {{node: string, warnings: string[]}} */
    const { node, warnings } = await this.session.call('GET', 'warnings');
    this.warnings.hidden = !warnings.length;
    const said = warnings.map(warning => `${node}: ${warning}`);
    // What a screen reader has read is not read again.
    if (said.join() !== [...this.warnings.children].map(item => item.textContent).join()) this.warnings.replaceChildren(...said.map(warning => el('li', null, warning)));
  }

  /** @param {string} message */
  trouble(message) {
    this.note.textContent = phrase('stats.not-new', { why: message });
  }

  /** @param {string} name */
  #sort(name) {
    this.#by = name;
    for (const [i, head] of this.heads.entries()) head.setAttribute('aria-sort', COLUMNS[i][0] === name ? 'descending' : 'none');
    this.#show();
  }

  #show() {
    const value = /** @type {(row: Row) => number} */ (COLUMNS.find(([name]) => name === this.#by)?.[2]);
    const most = Math.max(1, ...this.#rows.map(row => row.totals.comments));
    this.nothing.hidden = this.#rows.length > 0;
    this.frame.hidden = this.#rows.length === 0;
    this.download.hidden = this.#rows.length === 0;
    this.body.replaceChildren(...[...this.#rows].sort((one, other) => value(other) - value(one)).map(row => {
      const line = el('tr', null,
        el('th', { scope: 'row' },
          el('a', { href: new URL(`stats/${encodeURIComponent(row.videoID ?? row.eventID)}`, this.server).href, dir: 'auto' }, row.title),
          el('span', { class: 'dim' }, row.status === 'live' ? el('span', { class: 'badge on-air' }, phrase('status.live')) : null, row.status === 'live' ? phrase('live.watching', { count: row.viewers }) : dayAndTime(beginning(row)))),
        ...COLUMNS.slice(1).map(([name, title, of]) => el('td', { 'data-title': title, class: name }, fullCount(of(row)))));
      line.style.setProperty('--share', `${(100 * row.totals.comments) / most}%`);
      return line;
    }));
  }
}
