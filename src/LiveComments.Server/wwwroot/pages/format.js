const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat('en');

/** @param {number} count */
export const shortCount = count => (count < 10_000 ? whole.format(count) : compact.format(count));

/** @param {number} count */
export const fullCount = count => (count < 10_000_000 ? whole.format(count) : compact.format(count));

/** @param {number} count @param {string} one @param {string} [many] */
export const counted = (count, one, many = `${one}s`) => `${shortCount(count)} ${count === 1 ? one : many}`;

/** @param {string} time */
export const clockTime = time => new Date(time).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });

/**
 * When an event went live; before that when it is planned to, and of one that was called off when that was.
 * @param {{startTime: string, startedAt?: string, endedAt?: string}} event
 */
export const beginning = event => event.startedAt ?? event.endedAt ?? event.startTime;

/** @param {string} time */
export function dayAndTime(time) {
  const date = new Date(time);
  const sameDay = date.toDateString() === new Date().toDateString();
  return date.toLocaleString([], sameDay ? { hour: '2-digit', minute: '2-digit' } : { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
}

/** `1 h 2 min`: how long something took, in words. @param {number} milliseconds */
export function lengthOf(milliseconds) {
  if (milliseconds < 60_000) return counted(Math.max(0, Math.floor(milliseconds / 1000)), 'second');
  const minutes = Math.round(milliseconds / 60_000);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours ? `${whole.format(hours)} h` : '', rest || !hours ? `${rest} min` : ''].filter(Boolean).join(' ');
}

/** `1:02:03`, or with days in front. @param {number} milliseconds */
export function duration(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [d, h, m, s] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  return `${d ? `${d}d ` : ''}${d || h ? `${d ? two(h) : h}:` : ''}${d || h ? two(m) : m}:${two(s)}`;
}
