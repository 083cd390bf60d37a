import { el } from './dom.js';

/** With a scheme or `www.`, and not in the middle of a word or another address; up to a space, a quotation mark, a bracket of HTML, or a character that nobody sees. */
const ADDRESS = /(?<![A-Za-z0-9:/@._+-])(?:https?:\/\/|www\.)[^\s<>"`\p{Cc}\p{Cf}]+/giu;

/** What ends a sentence rather than an address. */
const AFTER = /[.,;:!?'’”»…*_~|]$/u;

/** @type {Record<string, string>} */
const OPENING = { ')': '(', ']': '[', '}': '{' };

const LONGEST = 2048;

/**
 * Finds the addresses in a text that may be links: http and https, of a host with a dot, without a user name, which would look like a host.
 * @param {string} text
 * @returns {{from: number, to: number, url: URL}[]} `text.slice(from, to)` is the address as it was written.
 */
export function findLinks(text) {
  const found = [];
  for (const match of text.matchAll(ADDRESS)) {
    if (match[0].length > LONGEST) continue;
    const typed = sentenceEnd(match[0]);
    const whole = /^www\./i.test(typed) ? `https://${typed}` : typed;
    if (!URL.canParse(whole)) continue;
    const url = new URL(whole);
    if (!['http:', 'https:'].includes(url.protocol) || /^[^/]+\/\/[^/?#\\]*@/.test(whole) || !/[^.]\.[^.]/.test(url.hostname)) continue;
    found.push({ from: match.index, to: match.index + typed.length, url });
  }
  return found;
}

/** @param {string} address */
function sentenceEnd(address) {
  for (;;) {
    const last = address.at(-1) ?? '';
    const opening = OPENING[last];
    // A bracket that was opened in the address belongs to it.
    if (!AFTER.test(address) && !(opening && address.split(last).length > address.split(opening).length)) return address;
    address = address.slice(0, -1);
  }
}

/** A link that shows what was typed, and where that looks like another host, the real one. @param {string} typed @param {URL} url */
export const linkTo = (typed, url) => el('a', {
  href: url.href,
  target: '_blank',
  rel: 'nofollow noopener noreferrer ugc',
  title: typed.toLowerCase().includes(url.hostname) ? null : url.hostname,
}, typed);

/** A text with its addresses as links. @param {string} text @returns {(string | HTMLElement)[]} */
export function linked(text) {
  const parts = [];
  let from = 0;
  for (const link of findLinks(text)) {
    parts.push(text.slice(from, link.from), linkTo(text.slice(link.from, link.to), link.url));
    from = link.to;
  }
  return [...parts, text.slice(from)];
}
