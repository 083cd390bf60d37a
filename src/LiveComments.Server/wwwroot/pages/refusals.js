import { hasPhrase, phrase } from './texts.js';

/** Why something was refused or failed, in the page's language where its texts have the refusal's code, else in the words of whoever refused it. @param {unknown} problem */
export function wordsOf(problem) {
  const { code, message } = /** @type {any} */ (problem);
  const key = `refused.${code}`;
  return hasPhrase(key) ? phrase(key) : message;
}

/** The same, and when to try again. @param {unknown} problem */
export function sentenceOf(problem) {
  const { retryAfter } = /** @type {any} */ (problem);
  return retryAfter ? phrase('page.try-again', { why: wordsOf(problem), seconds: retryAfter }) : wordsOf(problem);
}
