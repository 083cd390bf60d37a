import { phrase } from './texts.js';

const SHIELD = { accountAge: 24 * 60, slowMode: 10 };

/**
 * Seconds between two comments of one viewer.
 * @param {Record<string, any> | undefined} settings
 */
export function slowMode(settings) {
  return Math.max(settings?.slowModeSeconds ?? 0, settings?.modes?.shield ? SHIELD.slowMode : 0);
}

/**
 * What viewers may write for now, in words; empty when nothing is switched on.
 * @param {Record<string, any> | undefined} settings
 */
export function modesInWords(settings) {
  const { shield, membersOnly, emojiOnly, linksOff, uniqueMessages, delaySeconds, reviewEverything, minimumAccountAgeMinutes = 0 } = settings?.modes ?? {};
  const age = Math.max(minimumAccountAgeMinutes, shield ? SHIELD.accountAge : 0);
  return [
    membersOnly && phrase('modes.members'),
    emojiOnly && phrase('modes.emoji'),
    (linksOff || shield) && !emojiOnly && phrase('modes.no-links'),
    uniqueMessages && phrase('modes.unique'),
    delaySeconds > 0 && phrase('modes.delay', { count: delaySeconds }),
    reviewEverything && phrase('modes.review'),
    age > 0 && (age % 1440 === 0 ? phrase('modes.age-days', { count: age / 1440 }) : age % 60 === 0 ? phrase('modes.age-hours', { count: age / 60 }) : phrase('modes.age-minutes', { count: age })),
  ].filter(Boolean).join(', ');
}
