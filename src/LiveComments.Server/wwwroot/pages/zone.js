import { LOCALE, phrase } from './texts.js';

/** The browser's own time zone. */
export const HERE = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** Names of time zones, as the browser knows them. */
export const zones = () => [...new Set(['UTC', HERE, ...Intl.supportedValuesOf('timeZone')])];

/**
 * The wall-clock time of a zone, as a `datetime-local` input holds it. A zone that this browser does not know counts as UTC.
 * @param {string} instant RFC 3339. @param {string} zone
 */
export function wallTime(instant, zone) {
  const at = Date.parse(instant);
  return new Date(at + offset(at, zone)).toISOString().slice(0, 16);
}

/**
 * The instant of a wall-clock time in a zone. Of an hour that occurs twice, the first; a skipped time moves on by the skipped hour, as people mean who forgot the change.
 * @param {string} wall As a `datetime-local` input holds it. @param {string} zone
 * @returns {string} RFC 3339; what is no date comes back as it is.
 */
export function instantOf(wall, zone) {
  const shown = Date.parse(`${wall}Z`);
  if (Number.isNaN(shown)) return wall;
  const DAY = 86_400_000;
  const [before, after] = [offset(shown - DAY, zone), offset(shown + DAY, zone)];
  const at = [shown - before, shown - after].find(time => time + offset(time, zone) === shown) ?? shown - before;
  return new Date(at).toISOString();
}

/** @param {string} instant @param {string} zone In words, with the difference to the reader's own clock where there is one. */
export function describe(instant, zone) {
  const at = Date.parse(instant);
  if (Number.isNaN(at)) return '';
  const there = new Date(at).toLocaleString(LOCALE, { timeZone: known(zone), weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });
  const here = wallTime(instant, zone) === wallTime(instant, HERE) ? '' : ` (${phrase('zone.where-you-are', { time: new Date(at).toLocaleString(LOCALE, { weekday: 'short', hour: '2-digit', minute: '2-digit' }) })})`;
  return `${there}${here}, ${fromNow(at - Date.now())}`;
}

/** @param {number} milliseconds */
function fromNow(milliseconds) {
  const words = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' });
  const minutes = milliseconds / 60_000;
  if (Math.abs(minutes) < 90) return words.format(Math.round(minutes), 'minute');
  if (Math.abs(minutes) < 36 * 60) return words.format(Math.round(minutes / 60), 'hour');
  return words.format(Math.round(minutes / 1440), 'day');
}

/** How far a zone's clocks are ahead of UTC, in milliseconds. @param {number} at @param {string} zone */
function offset(at, zone) {
  const parts = Object.fromEntries(format(known(zone)).formatToParts(at).map(part => [part.type, Number(part.value)]));
  return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second) - Math.floor(at / 1000) * 1000;
}

/** @param {string} zone */
function known(zone) {
  try {
    format(zone);
    return zone;
  } catch {
    return 'UTC';
  }
}

/** @param {string} zone */
function format(zone) {
  let found = formats.get(zone);
  if (!found) {
    found = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' });
    formats.set(zone, found);
  }
  return found;
}
