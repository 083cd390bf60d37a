import { hasPhrase, LOCALE, phrase } from '../texts.js';

/** @param {string} code */
const plain = code => code.charAt(0).toUpperCase() + code.slice(1).replaceAll('-', ' ');

/** A reason that is newer than these texts is shown as it is called. @param {string} key @param {string} code */
const worded = (key, code) => (hasPhrase(key) ? phrase(key) : plain(code));

const countries = new Intl.DisplayNames([LOCALE], { type: 'region', fallback: 'code' });

/** @param {string} country Two letters. */
export const countryOf = country => {
  try {
    return countries.of(country) ?? country;
  } catch {
    return country;
  }
};

/** @param {string} code */
export const refusedBy = code => worded(`refused-why.${code}`, code);

/** @param {string} code */
export const heldBy = code => worded(`held-why.${code}`, code);

/** @param {string} name */
export const platformOf = name => worded(`platform.${name}`, name);
