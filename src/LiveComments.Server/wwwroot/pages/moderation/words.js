import { hasPhrase, LOCALE, phrase } from '../texts.js';

/** @param {string} sentence */
const capital = sentence => sentence.charAt(0).toLocaleUpperCase(LOCALE) + sentence.slice(1);

/** An action as a command. @param {string} action */
export const command = action => (hasPhrase(`action.${action}`) ? phrase(`action.${action}`) : action);

/** What was done, and about whom or what, as it stands in a sentence. @param {string} action @param {string} [subject] */
export function done(action, subject) {
  if (subject && hasPhrase(`done-about.${action}`)) return phrase(`done-about.${action}`, { who: subject });
  return hasPhrase(`done.${action}`) ? phrase(`done.${action}`) : action;
}

/** @param {string} action */
export const past = action => capital(done(action));

/** What was done, and about whom or what, as it begins one. @param {string} action @param {string} subject */
export const pastAbout = (action, subject) => capital(done(action, subject));

/** @param {string} action @param {{userID: string, displayName?: string, username?: string} | undefined} person */
export const pastBy = (action, person) => capital(phrase('console.by', { what: done(action), name: nameOf(person) }));

/** How long, in the largest unit. @param {number} seconds */
export function span(seconds) {
  for (const [unit, size] of /** @type {[string, number][]} */ ([['span.days', 86_400], ['span.hours', 3600], ['span.minutes', 60]])) if (seconds % size === 0 && seconds >= size) return phrase(unit, { count: seconds / size });
  return phrase('time.seconds', { count: seconds });
}

/** The reasons of an item, in words. @param {{code: string, detail: string}} reason */
export const reasonInWords = ({ code, detail }) => (code === 'reported' ? phrase('console.quoted', { text: detail }) : detail || code);

/** A name as it stands in sentences. @param {{userID: string, displayName?: string, username?: string} | undefined} person */
export const nameOf = person => person?.displayName ?? person?.username ?? phrase('console.gone');
