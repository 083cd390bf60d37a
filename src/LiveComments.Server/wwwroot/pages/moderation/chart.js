import { el } from '../dom.js';
import { shortCount } from '../format.js';
import { phrase } from '../texts.js';

const WIDTH = 120;
const HEIGHT = 30;
/** Points of a line: more than can be told apart are only work. */
const POINTS = 60;
/** Reasons that have an area of their own. */
const PARTS = 3;

/** A figure with a line of how it went. */
export class Chart {
  /** @param {string} label @param {(value: number) => string} print */
  constructor(label, print) {
    this.print = print;
    this.value = el('span', { class: 'chart-value' }, '–');
    this.svg = picture();
    this.area = svg('path', { class: 'chart-area' });
    this.line = svg('path', { class: 'chart-line', 'vector-effect': 'non-scaling-stroke' });
    this.svg.append(this.area, this.line);
    this.element = el('div', { class: 'chart' }, el('div', { class: 'chart-words' }, this.value, labelled(label)));
    this.element.append(this.svg);
  }

  /** @param {number[]} values The latest is last. @param {string} [text] Instead of the latest value. */
  show(values, text) {
    const last = values.at(-1);
    if (last === undefined) return;
    this.value.textContent = text ?? this.print(last);
    const points = condense(values);
    const highest = Math.max(1, ...points);
    const path = `M${points.map((value, i) => point(points.length, i, value / highest)).join('L')}`;
    this.line.setAttribute('d', path);
    this.area.setAttribute('d', `${path}L${WIDTH} ${HEIGHT}L${across(points.length, 0)} ${HEIGHT}Z`);
  }
}

/** How much was refused and why, as areas above each other: the reasons that were most often, and the others together. Opened, it says so in words. */
export class ReasonsChart {
  /** @param {string} label @param {(reason: string) => string} word */
  constructor(label, word) {
    this.word = word;
    this.value = el('span', { class: 'chart-value' }, '–');
    this.svg = picture();
    this.areas = Array.from({ length: PARTS + 1 }, (_, part) => svg('path', { class: `part-${part}` }));
    this.svg.append(...this.areas);
    const face = el('summary', { class: 'chart' }, el('div', { class: 'chart-words' }, this.value, labelled(label)));
    face.append(this.svg);
    this.list = el('ul', { class: 'chart-list' });
    this.element = el('details', { class: 'chart-more' }, face, el('div', { class: 'chart-reasons' }, el('p', { class: 'row-time' }, phrase('console.on-this-node')), this.list));
    this.element.addEventListener('focusout', event => {
      if (!this.element.contains(/** @type {Node | null} */ (event.relatedTarget))) this.element.open = false;
    });
  }

  /** @param {Record<string, number>[]} values How often each reason was given; the latest is last. */
  show(values) {
    const latest = values.at(-1);
    if (!latest) return;
    this.value.textContent = shortCount(sum(Object.values(latest)));
    const shown = mostOften(values);
    const stacks = stack(values, shown);
    const highest = Math.max(1, ...stacks.map(heights => heights[PARTS]));
    this.areas.forEach((area, part) => {
      const line = (/** @type {number} */ of) => stacks.map((heights, i) => point(stacks.length, i, of < 0 ? 0 : heights[of] / highest));
      area.setAttribute('d', `M${[...line(part), ...line(part - 1).reverse()].join('L')}Z`);
    });
    const rows = Object.entries(latest).sort(([, a], [, b]) => b - a);
    this.list.replaceChildren(...(rows.length ? rows.map(([reason, count]) => el('li', { class: `part-${shown.includes(reason) ? shown.indexOf(reason) : PARTS}` }, el('span', null, this.word(reason)), el('span', { class: 'row-time' }, shortCount(count)))) : [el('li', null, phrase('stats.nothing-refused'))]));
  }
}

/** The reasons that were most often, at most {@link PARTS}. @param {Record<string, number>[]} values */
export function mostOften(values) {
  /** @type {Map<string, number>} */
  const totals = new Map();
  for (const reasons of values) for (const [reason, count] of Object.entries(reasons)) totals.set(reason, (totals.get(reason) ?? 0) + count);
  return [...totals].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1)).slice(0, PARTS).map(([reason]) => reason);
}

/** How high each part reaches at each time, the parts below included; the last is the height of all. @param {Record<string, number>[]} values @param {string[]} shown */
export function stack(values, shown) {
  return steps(values).map(group => {
    const peak = group.reduce((most, reasons) => (sum(Object.values(reasons)) > sum(Object.values(most)) ? reasons : most));
    let height = 0;
    return [...Array.from({ length: PARTS }, (_, part) => (height += peak[shown[part]] ?? 0)), sum(Object.values(peak))];
  });
}

/** @param {number[]} numbers */
const sum = numbers => numbers.reduce((total, one) => total + one, 0);

/** The values in at most {@link POINTS} groups, the latest of which is whole. @template T @param {T[]} values */
function steps(values) {
  const step = Math.max(1, Math.ceil(values.length / POINTS));
  /** @type {T[][]} */
  const groups = [];
  for (let end = values.length; end > 0; end -= step) groups.unshift(values.slice(Math.max(0, end - step), end));
  return groups;
}

/** The highest of each step, so that a short peak stays in the picture. @param {number[]} values */
const condense = values => steps(values).map(group => Math.max(...group));

/** @param {number} count @param {number} i */
const across = (count, i) => (WIDTH - (count - 1 - i) * (WIDTH / (POINTS - 1))).toFixed(1);

/** @param {number} count @param {number} i @param {number} share Of the height. */
const point = (count, i, share) => `${across(count, i)} ${(HEIGHT - 2 - share * (HEIGHT - 4)).toFixed(1)}`;

/** What follows a comma is left out on phones. @param {string} label */
function labelled(label) {
  const [what, where] = label.split(', ');
  return el('span', { class: 'chart-label' }, what, where && el('span', { class: 'chart-where' }, `, ${where}`));
}

const picture = () => svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' });

/** @param {string} tag @param {Record<string, string>} attributes */
function svg(tag, attributes) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
