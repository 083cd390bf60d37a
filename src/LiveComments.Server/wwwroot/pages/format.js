import { LOCALE, phrase, shortCount } from './texts.js';

export { shortCount };

const whole = new Intl.NumberFormat(LOCALE);

/** @param {number} count */
export const fullCount = count => (count < 10_000_000 ? whole.format(count) : shortCount(count));

const oneDecimal = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** @param {number} value */
export const decimal = value => oneDecimal.format(value);

/** @param {string} time */
export const clockTime = time => new Date(time).toLocaleTimeString(LOCALE, { hour: '2-digit', minute: '2-digit' });

/**
 * When an event went live; before that when it is planned to, and of one that was called off when that was.
 * @param {{startTime: string, startedAt?: string, endedAt?: string}} event
 */
export const beginning = event => event.startedAt ?? event.endedAt ?? event.startTime;

/** @param {string} time */
export function dayAndTime(time) {
  const date = new Date(time);
  const sameDay = date.toDateString() === new Date().toDateString();
  return date.toLocaleString(LOCALE, sameDay ? { hour: '2-digit', minute: '2-digit' } : { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
}

/** `1 h 2 min`: how long something took, in words. @param {number} milliseconds */
export function lengthOf(milliseconds) {
  if (milliseconds < 60_000) return phrase('time.seconds', { count: Math.max(0, Math.floor(milliseconds / 1000)) });
  const minutes = Math.round(milliseconds / 60_000);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours ? phrase('time.hours', { count: hours }) : '', rest || !hours ? phrase('time.minutes', { count: rest }) : ''].filter(Boolean).join(' ');
}

/** `1:02:03`, or with days in front. @param {number} milliseconds */
export function duration(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [d, h, m, s] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  return `${d ? `${phrase('time.days', { count: d })} ` : ''}${d || h ? `${d ? two(h) : h}:` : ''}${d || h ? two(m) : m}:${two(s)}`;
}
