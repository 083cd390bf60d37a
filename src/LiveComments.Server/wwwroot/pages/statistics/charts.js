import { el } from '../dom.js';
import { duration, shortCount } from '../format.js';
import { LOCALE, phrase } from '../texts.js';
import { fold, highest, scaleOf, sum, ticks } from './series.js';

/** Columns of a chart. */
const COLUMNS = 200;
const WIDTH = 1000;
const HEIGHT = 100;

/** @typedef {{name: string, label: string, values: number[], line: boolean}} Series */

/** Comments, reactions and viewers over one time, one below the other, with one pointer through all of them. */
export class Charts {
  /** @type {{series: Series, chart: Chart}[]} */
  #shown = [];
  /** The column that is pointed at; null for none. @type {number | null} */
  #pointed = null;
  /** @type {(column: number) => string} */
  #timeOf = () => '';

  constructor() {
    this.charts = { comments: new Chart('comments', phrase('live.comments')), reactions: new Chart('reactions', phrase('field.reactions')), viewers: new Chart('viewers', phrase('stats.viewers')) };
    this.marks = el('div', { class: 'marks', 'aria-hidden': 'true' });
    this.axis = el('div', { class: 'axis', 'aria-hidden': 'true' });
    this.readout = el('p', { class: 'readout', role: 'status' });
    this.plot = el('div', { class: 'plot', tabIndex: 0, role: 'group', 'aria-label': phrase('stats.charts') }, this.marks, ...Object.values(this.charts).map(chart => chart.element), this.axis);
    this.plot.addEventListener('pointermove', event => this.#point(this.#columnAt(event.clientX)));
    this.plot.addEventListener('pointerleave', () => this.#point(null));
    this.plot.addEventListener('blur', () => this.#point(null));
    this.plot.addEventListener('keydown', event => {
      const way = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key];
      if (!way) return;
      event.preventDefault();
      this.#point(Math.max(0, Math.min(this.#columns - 1, (this.#pointed ?? (way > 0 ? -1 : this.#columns)) + way)));
    });
    this.element = el('div', { class: 'charts' }, this.plot, this.readout);
  }

  get #columns() {
    return this.#shown[0]?.chart.values.length ?? 0;
  }

  /** @param {import('./board.js').Activity} activity @param {number | null} startedAt From where times count; null for times of the day. @param {import('./board.js').Moment[]} moments */
  show(activity, startedAt, moments) {
    const from = Date.parse(activity.from);
    const to = Date.parse(activity.to);
    const print = (/** @type {number} */ time) => (startedAt === null ? new Date(time).toLocaleTimeString(LOCALE, { hour: '2-digit', minute: '2-digit' }) : duration(time - startedAt));
    /** @type {Series[]} */
    const series = [
      { name: 'comments', label: phrase('live.comments'), values: activity.comments, line: false },
      { name: 'reactions', label: phrase('field.reactions'), values: activity.reactions.map(count => Math.max(0, count)), line: false },
      // Viewers are looked at every five seconds: between two looks they stay.
      { name: 'viewers', label: phrase('stats.viewers'), values: held(activity.viewers), line: true },
    ];
    // Reactions and viewers were not counted by time in every event: an empty chart would say that nobody was there.
    const isKnown = (/** @type {Series} */ one) => one.name === 'comments' || highest(one.values) > 0;
    for (const one of series) this.charts[/** @type {keyof Charts['charts']} */ (one.name)].element.hidden = !isKnown(one);
    this.#shown = series.filter(isKnown).map(one => ({ series: one, chart: this.charts[/** @type {keyof Charts['charts']} */ (one.name)] }));
    let each = 1;
    for (const { series: one, chart } of this.#shown) {
      const folded = fold(one.values, COLUMNS, one.line ? highest : sum);
      each = folded.each;
      chart.show(folded.values, one.line, spanOf(each * activity.intervalMs));
    }
    this.#timeOf = column => print(from + column * each * activity.intervalMs);
    // The last column may reach beyond the end.
    const end = from + this.#columns * each * activity.intervalMs;
    const base = startedAt ?? 0;
    this.axis.replaceChildren(...ticks(from - base, to - base, 6).map(at => placed(el('span', null, print(at + base)), (at + base - from) / (end - from))));
    this.marks.replaceChildren(...moments.map((moment, i) => [i + 1, (Date.parse(moment.from) + Date.parse(moment.to)) / 2] ).filter(([, at]) => at >= from && at <= end)
      .map(([number, at]) => placed(el('span', { class: 'moment-number' }, String(number)), (at - from) / (end - from))));
    if (this.#pointed !== null) this.#point(Math.min(this.#pointed, this.#columns - 1));
    else this.readout.textContent = '';
  }

  /** @param {number} x */
  #columnAt(x) {
    const { left, width } = this.charts.comments.frame.getBoundingClientRect();
    const column = Math.floor(((x - left) / width) * this.#columns);
    return column >= 0 && column < this.#columns ? column : null;
  }

  /** @param {number | null} column */
  #point(column) {
    this.#pointed = column;
    for (const { chart } of this.#shown) chart.point(column);
    this.readout.textContent = column === null ? '' : `${this.#timeOf(column)} · ${this.#shown.map(({ series, chart }) => `${series.label}: ${shortCount(chart.values[column] ?? 0)}`).join(' · ')}`;
  }
}

/** One row of columns, or a line. */
class Chart {
  /** @type {number[]} */
  values = [];

  /** @param {string} name @param {string} label */
  constructor(name, label) {
    this.label = label;
    this.name = el('span', { class: 'chart-name' }, label);
    this.top = el('span', { class: 'chart-top' });
    this.svg = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' });
    this.area = svg('path', { class: 'area' });
    this.line = svg('path', { class: 'line', 'vector-effect': 'non-scaling-stroke' });
    this.pointer = svg('rect', { class: 'pointer', y: '0', height: String(HEIGHT), visibility: 'hidden' });
    this.svg.append(this.pointer, this.area, this.line);
    this.frame = el('div', { class: 'frame' });
    this.frame.append(this.svg);
    this.element = el('div', { class: `chart ${name}` }, el('div', { class: 'chart-words' }, this.name, this.top), this.frame);
  }

  /** @param {number[]} values @param {boolean} isLine @param {string} span What a column stands for. */
  show(values, isLine, span) {
    this.values = values;
    this.name.textContent = isLine ? this.label : `${this.label} ${span}`;
    const top = scaleOf(highest(values));
    this.top.textContent = shortCount(top);
    const width = WIDTH / Math.max(1, values.length);
    const y = (/** @type {number} */ value) => (HEIGHT - (value / top) * HEIGHT).toFixed(2);
    if (isLine) {
      const points = values.map((value, i) => `${(i * width).toFixed(2)} ${y(value)}H${((i + 1) * width).toFixed(2)}`).join('L');
      this.line.setAttribute('d', points ? `M${points}` : '');
      this.area.setAttribute('d', points ? `M0 ${HEIGHT}L${points}V${HEIGHT}Z` : '');
    } else {
      const gap = Math.min(width * 0.2, 2);
      this.line.setAttribute('d', '');
      this.area.setAttribute('d', values.map((value, i) => (value > 0 ? `M${(i * width + gap / 2).toFixed(2)} ${HEIGHT}V${y(value)}H${((i + 1) * width - gap / 2).toFixed(2)}V${HEIGHT}Z` : '')).join(''));
    }
    this.pointer.setAttribute('width', width.toFixed(2));
  }

  /** @param {number | null} column */
  point(column) {
    this.pointer.setAttribute('visibility', column === null ? 'hidden' : 'visible');
    if (column !== null) this.pointer.setAttribute('x', ((column * WIDTH) / Math.max(1, this.values.length)).toFixed(2));
  }
}

/** Values that stay until the next one that is not 0, for as long as two looks take. @param {number[]} values */
export function held(values) {
  let last = 0;
  let since = Infinity;
  return values.map(value => {
    if (value > 0) [last, since] = [value, 0];
    else if (++since > 10) last = 0;
    return last;
  });
}

/** @param {number} milliseconds */
export function spanOf(milliseconds) {
  const seconds = milliseconds / 1000;
  if (seconds % 3600 === 0) return phrase('stats.per-hours', { count: seconds / 3600 });
  if (seconds % 60 === 0) return phrase('stats.per-minutes', { count: seconds / 60 });
  return phrase('stats.per-seconds', { count: seconds });
}

/** @param {HTMLElement} element @param {number} share */
function placed(element, share) {
  element.style.setProperty('left', `${(100 * share).toFixed(2)}%`);
  // Labels at the ends stay inside.
  if (share < 0.03) element.classList.add('first');
  else if (share > 0.96) element.classList.add('last');
  return element;
}

/** @param {string} tag @param {Record<string, string>} attributes */
function svg(tag, attributes) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
