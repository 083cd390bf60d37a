/** Neighbours of one column: seconds become whole parts of minutes, and minutes of hours. */
const EACH = [1, 2, 5, 10, 15, 30, 60, 120, 300];

/**
 * At most so many values, each made of neighbours: more columns than can be told apart are only work.
 * @param {number[]} values @param {number} most @param {(some: number[]) => number} together
 */
export function fold(values, most, together) {
  const each = EACH.find(one => values.length / one <= most) ?? Math.ceil(values.length / most);
  const folded = [];
  for (let start = 0; start < values.length; start += each) folded.push(together(values.slice(start, start + each)));
  return { values: folded, each };
}

/** @param {number[]} values */
export const sum = values => values.reduce((all, value) => all + value, 0);

/** @param {number[]} values */
export const highest = values => values.reduce((most, value) => Math.max(most, value), 0);

/** The next number above that has one or two digits and zeros: a scale that people can read. @param {number} value */
export function scaleOf(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map(step => Math.ceil(step * power)).find(top => top >= value) ?? value;
}

/** Places of labels along a span of time, so that there are few and they are round. @param {number} from @param {number} to @param {number} most */
export function ticks(from, to, most) {
  const steps = [10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 604_800].map(seconds => seconds * 1000);
  const step = steps.find(one => (to - from) / one <= most) ?? Math.ceil((to - from) / most / 86_400_000) * 86_400_000;
  const places = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) places.push(at);
  return places;
}
