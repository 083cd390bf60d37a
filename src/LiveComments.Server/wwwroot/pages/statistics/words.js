const REFUSED = /** @type {Record<string, string>} */ ({
  'rate-limited': 'Too fast', 'slow-mode': 'Slow mode', 'repeated-text': 'Repeated text', throttled: 'Throttled by a moderator', 'text-refused': 'Advertising or a blocked word', 'text-empty': 'No text',
  'text-too-long': 'Too long', 'text-invalid': 'Unreadable text', banned: 'Banned', 'timed-out': 'Timed out', 'room-mode': 'Not allowed by a mode', 'event-not-live': 'Event not live', 'parent-not-found': 'Reply to nothing',
  'parent-removed': 'Reply to a removed comment', busy: 'Server busy', 'store-unavailable': 'Store did not answer', 'outcome-unknown': 'Outcome unknown', draining: 'Server stopping', unauthenticated: 'Not logged in', 'token-expired': 'Log-in expired',
});

const HELD = /** @type {Record<string, string>} */ ({ text: 'Looked unwanted', rule: 'A rule of the event', review: 'Everything is reviewed', delay: 'Delayed', shadowed: 'Seen by its author only', other: 'Other' });

const PLATFORMS = /** @type {Record<string, string>} */ ({ web: 'Web', ios: 'iOS', android: 'Android', tv: 'TV', windows: 'Windows', macos: 'macOS', linux: 'Linux', kafka: 'Kafka', unknown: 'Not said', other: 'Other' });

/** @param {string} code */
const plain = code => code.charAt(0).toUpperCase() + code.slice(1).replaceAll('-', ' ');

const countries = new Intl.DisplayNames(undefined, { type: 'region', fallback: 'code' });

/** @param {string} country Two letters. */
export const countryOf = country => {
  try {
    return countries.of(country) ?? country;
  } catch {
    return country;
  }
};

/** @param {string} code */
export const refusedBy = code => REFUSED[code] ?? plain(code);

/** @param {string} code */
export const heldBy = code => HELD[code] ?? plain(code);

/** @param {string} name */
export const platformOf = name => PLATFORMS[name] ?? plain(name);
