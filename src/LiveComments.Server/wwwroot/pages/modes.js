import { counted } from './format.js';

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
    membersOnly && 'members only',
    emojiOnly && 'emoji only',
    (linksOff || shield) && !emojiOnly && 'no links',
    uniqueMessages && 'nothing that was written before',
    delaySeconds > 0 && `shown after ${counted(delaySeconds, 'second')}`,
    reviewEverything && 'reviewed before others see it',
    age > 0 && `accounts of at least ${age % 1440 === 0 ? counted(age / 1440, 'day') : age % 60 === 0 ? counted(age / 60, 'hour') : counted(age, 'minute')}`,
  ].filter(Boolean).join(', ');
}
