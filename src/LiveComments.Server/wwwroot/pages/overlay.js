/** What the address of an overlay may say about its looks: sizes in pixels, and seconds until a comment fades. */
export const SIZE = { least: 12, most: 72, usual: 20 };
export const FADE = { least: 1, most: 600 };
export const COLOUR = 'ffffff';

/** @typedef {{size: number, colour: string, fade: number, polls: boolean, stage: boolean}} Look `colour` has six hexadecimal digits; `fade` is 0 for never; `polls` shows an open poll, `stage` the comment on stage. */

/** Reads an address's query. What is not of its form, or beyond its bounds, counts as not given. @param {string} search @returns {Look} */
export function lookOf(search) {
  const query = new URLSearchParams(search);
  const colour = query.get('colour')?.toLowerCase() ?? '';
  return {
    size: numberOf(query.get('size'), SIZE) ?? SIZE.usual,
    colour: /^[0-9a-f]{6}$/.test(colour) ? colour : COLOUR,
    fade: numberOf(query.get('fade'), FADE) ?? 0,
    polls: query.get('polls') !== 'off',
    stage: query.get('stage') !== 'off',
  };
}

/** @param {string | null} text @param {{least: number, most: number}} bounds */
function numberOf(text, { least, most }) {
  const number = /^[0-9]{1,3}$/.test(text ?? '') ? Number(text) : NaN;
  return number >= least && number <= most ? number : undefined;
}

/** The query of an overlay's address; what is usual is left out. @param {Look} look */
export function queryOf({ size, colour, fade, polls, stage }) {
  const query = new URLSearchParams({ embed: 'overlay' });
  if (size !== SIZE.usual) query.set('size', String(size));
  if (colour !== COLOUR) query.set('colour', colour);
  if (fade) query.set('fade', String(fade));
  if (!polls) query.set('polls', 'off');
  if (!stage) query.set('stage', 'off');
  return `?${query}`;
}

/** Gives an element the looks of an overlay, for what is in it. @param {HTMLElement} element @param {Look} look */
export function dress(element, { size, colour, fade }) {
  const [red, green, blue] = [0, 2, 4].map(at => parseInt(colour.slice(at, at + 2), 16));
  const isDark = 0.3 * red + 0.59 * green + 0.11 * blue < 100;
  element.style.setProperty('--overlay-size', `${size}px`);
  element.style.setProperty('--overlay-colour', `#${colour}`);
  // Every picture has places that are as bright or as dark as the text.
  element.style.setProperty('--overlay-edge', isDark ? 'white' : 'black');
  element.style.setProperty('--overlay-name', isDark ? '0.4' : '0.86');
  element.toggleAttribute('data-fades', fade > 0);
}

/** Has each comment of a list fade some seconds after it was written. @param {HTMLElement} list @param {number} seconds @param {(row: Element) => number} timeOf When it was written, in milliseconds. */
export function fadeComments(list, seconds, timeOf) {
  /** How far this clock is ahead, at most: no comment is from the future. */
  let ahead = Infinity;
  new MutationObserver(changes => {
    const now = Date.now();
    const rows = changes.flatMap(change => /** @type {HTMLElement[]} */ ([...change.addedNodes]));
    for (const row of rows) ahead = Math.min(ahead, now - timeOf(row));
    for (const row of rows) row.style.setProperty('--fade-after', `${seconds - (now - timeOf(row) - ahead) / 1000}s`);
  }).observe(list, { childList: true });
}
