import { el } from './dom.js';
import { phrase } from './texts.js';
import { instantOf, wallTime } from './zone.js';

const MOST = 52;

/** How far the next event of a series is from the one before. @type {Record<string, {name: string, days?: number, months?: number}>} */
const STEPS = {
  daily: { name: phrase('series.daily'), days: 1 },
  weekly: { name: phrase('series.weekly'), days: 7 },
  fortnightly: { name: phrase('series.fortnightly'), days: 14 },
  monthly: { name: phrase('series.monthly'), months: 1 },
};

/** Whether a new event is one of several, at the same time on the clocks of its zone. */
export class Series {
  constructor() {
    this.step = el('select', { id: 'series-step', onchange: () => this.#show() }, el('option', { value: '' }, phrase('series.once')), ...Object.entries(STEPS).map(([value, { name }]) => el('option', { value }, name)));
    this.times = el('input', { id: 'series-times', type: 'number', min: 2, max: MOST, value: '4', required: true });
    this.count = el('div', { class: 'field', hidden: true }, el('label', { for: 'series-times' }, phrase('series.times')), this.times, el('small', null, phrase('series.times-hint', { count: MOST })));
    this.element = el('fieldset', { class: 'section' }, el('legend', null, phrase('series.title')),
      el('div', { class: 'fields' }, el('div', { class: 'field' }, el('label', { for: 'series-step' }, phrase('series.held')), this.step), this.count));
  }

  #show() {
    this.count.hidden = this.step.value === '';
  }

  /** @param {any} event What is sent for the first. @returns {any[]} What is sent for each, the first one first. */
  repeated(event) {
    const step = STEPS[this.step.value];
    if (!step) return [event];
    const times = Math.min(MOST, Math.max(2, Math.trunc(Number(this.times.value)) || 2));
    return Array.from({ length: times }, (_, i) => (i === 0 ? event : {
      ...event,
      startTime: later(event.startTime, event.timezone ?? 'UTC', step, i),
      ...event.endTime ? { endTime: later(event.endTime, event.timezone ?? 'UTC', step, i) } : {},
    }));
  }
}

/**
 * The same time on a zone's clocks some steps later. A month that has no such day has its last one instead.
 * @param {string} time @param {string} zone @param {{days?: number, months?: number}} step @param {number} count
 */
export function later(time, zone, { days = 0, months = 0 }, count) {
  const wall = wallTime(time, zone);
  const [year, month, day] = wall.slice(0, 10).split('-').map(Number);
  const date = new Date(Date.UTC(year, month - 1 + months * count, months ? 1 : day + days * count));
  if (months) date.setUTCDate(Math.min(day, new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()));
  return instantOf(`${date.toISOString().slice(0, 10)}${wall.slice(10)}`, zone);
}
