import { el } from '../dom.js';

const WIDTH = 120;
const HEIGHT = 30;
/** Points of a line: more than can be told apart are only work. */
const POINTS = 60;

/** One figure with a line of how it went. */
export class Chart {
  /** @param {string} label @param {(value: number) => string} print */
  constructor(label, print) {
    this.print = print;
    this.value = el('span', { class: 'chart-value' }, '–');
    this.svg = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' });
    this.area = svg('path', { class: 'chart-area' });
    this.line = svg('path', { class: 'chart-line', 'vector-effect': 'non-scaling-stroke' });
    this.svg.append(this.area, this.line);
    this.element = el('div', { class: 'chart' }, el('div', { class: 'chart-words' }, this.value, el('span', { class: 'chart-label' }, label)));
    this.element.append(this.svg);
  }

  /** @param {number[]} values The latest is last. */
  show(values) {
    const last = values.at(-1);
    if (last === undefined) return;
    this.value.textContent = this.print(last);
    const step = Math.max(1, Math.ceil(values.length / POINTS));
    const points = [];
    // The highest of each step, so that a short peak stays in the picture.
    for (let end = values.length; end > 0; end -= step) points.unshift(Math.max(...values.slice(Math.max(0, end - step), end)));
    const highest = Math.max(1, ...points);
    const at = (/** @type {number} */ value, /** @type {number} */ i) => `${(WIDTH - (points.length - 1 - i) * (WIDTH / (POINTS - 1))).toFixed(1)} ${(HEIGHT - 2 - (value / highest) * (HEIGHT - 4)).toFixed(1)}`;
    const path = `M${points.map(at).join('L')}`;
    this.line.setAttribute('d', path);
    this.area.setAttribute('d', `${path}L${WIDTH} ${HEIGHT}L${(WIDTH - (points.length - 1) * (WIDTH / (POINTS - 1))).toFixed(1)} ${HEIGHT}Z`);
  }
}

/** @param {string} tag @param {Record<string, string>} attributes */
function svg(tag, attributes) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
