import { counted } from '../format.js';

/** What actions are called: as a command, once they are done, and the word before whom they are about. */
const WORDS = /** @type {Record<string, [string, string, string?]>} */ ({
  approve: ['Approve', 'Approved'],
  reject: ['Reject', 'Rejected'],
  delete: ['Delete', 'Deleted'],
  restore: ['Restore', 'Restored'],
  warn: ['Warn', 'Warned'],
  throttle: ['Slow down', 'Slowed down'],
  timeout: ['Time out', 'Timed out'],
  ban: ['Ban', 'Banned'],
  'shadow-ban': ['Shadow ban', 'Shadow banned'],
  lift: ['Lift the restrictions', 'Lifted the restrictions', 'of'],
  trust: ['Trust', 'Trusted'],
  untrust: ['No longer trust', 'No longer trusted'],
  purge: ['Delete everything', 'Deleted everything', 'by'],
  note: ['Leave a note', 'Left a note', 'about'],
  undo: ['Undo', 'Took back a decision', 'about'],
  'change-rules': ['Change the rules', 'Changed the rules'],
  'change-modes': ['Change the modes', 'Changed the modes'],
  'change-poll': ['Change a poll', 'Changed a poll'],
  'change-stage': ['Change the stage', 'Changed the stage'],
  'change-question': ['Mark a question', 'Marked a question'],
});

/** @param {string} action */
export const command = action => WORDS[action]?.[0] ?? action;

/** @param {string} action */
export const past = action => WORDS[action]?.[1] ?? action;

/** What was done, and about whom or what. @param {string} action @param {string} subject */
export const pastAbout = (action, subject) => [past(action), subject && WORDS[action]?.[2], subject].filter(Boolean).join(' ');

/** How long, in the largest unit. @param {number} seconds */
export function span(seconds) {
  for (const [unit, size] of /** @type {[string, number][]} */ ([['day', 86_400], ['hour', 3600], ['minute', 60]])) if (seconds % size === 0 && seconds >= size) return counted(seconds / size, unit);
  return counted(seconds, 'second');
}

/** Why comments are refused, where the code says too little. */
const REFUSALS = /** @type {Record<string, string>} */ ({
  'text-refused': 'advertising, listed words or rules',
  'room-mode': 'a mode',
  'rate-limited': 'too many at once',
  'repeated-text': 'the same text again',
  'event-not-live': 'before or after the event',
  busy: 'the server was busy',
});

/** @param {string} code Of an error. */
export const refusalInWords = code => REFUSALS[code] ?? code.replaceAll('-', ' ');

/** The reasons of an item, in words. @param {{code: string, detail: string}} reason */
export const reasonInWords = ({ code, detail }) => (code === 'reported' ? `“${detail}”` : detail || code);

/** A name as it stands in sentences. @param {{userID: string, displayName?: string, username?: string} | undefined} person */
export const nameOf = person => person?.displayName ?? person?.username ?? 'Somebody who is gone';
