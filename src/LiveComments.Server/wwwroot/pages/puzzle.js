import { Problem } from '../js/problem.js';
import { open } from './dialog.js';
import { el } from './dom.js';
import { phrase } from './texts.js';

/** Where the providers' scripts are, and under which name they are found then. @type {Record<string, {script: string, name: string}>} */
const PROVIDERS = {
  turnstile: { script: 'https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit', name: 'turnstile' },
  hcaptcha: { script: 'https://js.hcaptcha.com/1/api.js?render=explicit', name: 'hcaptcha' },
};

/** Loads a script once. @param {string} src @returns {Promise<void>} */
const load = src => new Promise((resolve, reject) => {
  if (document.querySelector(`script[src="${src}"]`)) return resolve();
  document.head.append(el('script', { src, onload: () => resolve(), onerror: () => reject(new Error(phrase('puzzle.not-loaded'))) }));
});

/**
 * Shows the puzzle of a provider in a dialog. Nothing of the provider is loaded before.
 * @param {import('../js/challenge.js').Challenge} challenge @param {string} userID The answer is good for this person.
 * @returns {Promise<string>} The answer. @throws {Problem} It was closed, or the provider cannot be reached.
 */
export async function puzzle({ kind, siteKey }, userID) {
  const provider = PROVIDERS[kind];
  if (!provider) throw new Problem('challenge-required', phrase('puzzle.unknown', { kind }), 403);
  await load(provider.script);
  return new Promise((resolve, reject) => {
    const dialog = open(phrase('puzzle.title'), () => reject(new Problem('challenge-required', phrase('puzzle.not-solved'), 403)));
    const place = el('div', { class: 'puzzle' });
    dialog.body.append(place);
    /** @type {any} */ (globalThis)[provider.name].render(place, {
      sitekey: siteKey,
      action: 'comment',
      cData: userID,
      callback: (/** @type {string} */ answer) => {
        resolve(answer);
        dialog.close();
      },
      'error-callback': () => dialog.close(),
    });
  });
}
