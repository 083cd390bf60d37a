/** The page's language, as the server chose it: `de`. */
export const LANGUAGE = globalThis.document?.documentElement.lang || 'en';

/** The reader's variant of that language, for numbers and times: `de-CH` where the browser says so. */
export const LOCALE = globalThis.navigator?.languages?.find(one => one === LANGUAGE || one.startsWith(`${LANGUAGE}-`)) ?? LANGUAGE;

/**
 * All texts by their keys, from the one file of the language (`texts/de.json`), which the page loads as a script before its modules. Of a text that counts something there is one for each plural form.
 * @type {Record<string, string | Record<string, string>>}
 */
const TEXTS = /** @type {any} */ (globalThis).liveCommentsTexts ?? {};

const plurals = new Intl.PluralRules(LOCALE);
const compact = new Intl.NumberFormat(LOCALE, { notation: 'compact', maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat(LOCALE);

/** @param {number} count */
export const shortCount = count => (count < 10_000 ? whole.format(count) : compact.format(count));

/** Whether there is such a text. @param {string} key */
export const hasPhrase = key => Object.hasOwn(TEXTS, key);

/** A text in the page's language. @param {string} key @param {Record<string, string | number>} [places] What comes in the places `{name}`; a number is written short. `count` decides about the plural. */
export const phrase = (key, places) => phraseWith(key, places).join('');

/**
 * The same, where elements come in places: links and buttons in a sentence.
 * @param {string} key @param {Record<string, string | number | Node>} [places]
 * @returns {(string | Node)[]}
 */
export function phraseWith(key, places = {}) {
  const found = TEXTS[key] ?? key;
  const form = typeof found === 'string' ? found : found[plurals.select(Number(places.count))] ?? found.other;
  return form.split(/\{(\w+)\}/).map((part, i) => {
    const shown = i % 2 ? places[part] : part;
    return typeof shown === 'number' ? shortCount(shown) : shown;
  });
}
