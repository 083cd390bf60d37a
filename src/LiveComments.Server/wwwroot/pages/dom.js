/**
 * An element. Text is only ever text: nothing here parses HTML.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any> | null} [properties] `class`, `aria-…`, `data-…`, `role` and the like become attributes, `onclick` and other functions listeners, the rest properties.
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (name.includes('-') || name === 'class' || name === 'role' || name === 'for') element.setAttribute(name, String(value));
    else /** @type {any} */ (element)[name] = value;
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

/** @param {string} id */
export const byId = id => /** @type {HTMLElement} */ (document.getElementById(id));

/** Has the browser save something as a file. @param {Blob} data @param {string} name */
export function download(data, name) {
  const url = URL.createObjectURL(data);
  el('a', { href: url, download: name }).click();
  // The browser reads it meanwhile.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

const PATHS = {
  send: 'M3.4 11.2 20 4l-4.6 16.4-4.1-6.6zM11.3 13.8 20 4',
  smile: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.5 14.5a4.3 4.3 0 0 0 7 0M9 9.5h.01M15 9.5h.01',
  reply: 'M9 7 4 12l5 5M4.5 12H14a6 6 0 0 1 6 6v1',
  trash: 'M5 7h14M10 7V4.5h4V7m3 0-.8 12.5H7.8L7 7m3.5 4v5m3-5v5',
  pin: 'M9 4h6l-.7 6 3.2 3.5H6.5L9.7 10zM12 13.5V20',
  question: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.4 9.2a2.7 2.7 0 0 1 5.2.9c0 1.8-2.6 2.2-2.6 3.9M12 17h.01',
  check: 'M5 12.5l4.6 4.6L19.2 7.4',
  screen: 'M4 5h16v11H4zM9 20h6M12 16v4M8.5 9.2h7M8.5 12h4.5',
  poll: 'M5 20V11M12 20V4M19 20v-6',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.4 2',
  ban: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM5.7 5.7l12.6 12.6',
  person: 'M12 11.5a3.8 3.8 0 1 0 0-7.6 3.8 3.8 0 0 0 0 7.6zM4.5 20.2c.7-3.9 3.6-5.7 7.5-5.7s6.8 1.8 7.5 5.7',
  fold: 'M6 14.5 12 8.5l6 6',
  close: 'M6 6l12 12M18 6 6 18',
  back: 'M14.5 5.5 8 12l6.5 6.5',
  down: 'M12 5v14m-6-6 6 6 6-6',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 14.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6z',
  shield: 'M12 3l7.5 2.8v5.4c0 4.6-3 8-7.5 9.8-4.5-1.8-7.5-5.2-7.5-9.8V5.8zM8.8 12l2.3 2.3 4.3-4.6',
  star: 'M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9L12 16.9l-5.2 2.8 1-5.9-4.3-4.1 5.9-.8z',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.5v2m0 15v2m9.5-9.5h-2m-15 0h-2m16.2-6.7-1.4 1.4M6.7 17.3l-1.4 1.4m13.4 0-1.4-1.4M6.7 6.7 5.3 5.3',
  moon: 'M20 14.2A8.2 8.2 0 0 1 9.8 4a8.2 8.2 0 1 0 10.2 10.2z',
  globe: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3.5 9.5h17M3.5 14.5h17M12 3c2.4 2.6 3.6 5.6 3.6 9s-1.2 6.4-3.6 9c-2.4-2.6-3.6-5.6-3.6-9S9.6 5.6 12 3z',
  auto: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 3.5v17M12 7l5.5 0M12 12h8.3M12 17h5.5',
};

/** @param {keyof typeof PATHS} name @param {number} [size] */
export function icon(name, size = 20) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  for (const [key, value] of Object.entries({ viewBox: '0 0 24 24', width: size, height: size, fill: 'none', stroke: 'currentColor', 'stroke-width': 1.8, 'stroke-linecap': 'round', 'stroke-linejoin': 'round', 'aria-hidden': 'true' }))
    svg.setAttribute(key, String(value));
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}

/** One of twelve hues, always the same for the same person. @param {string} id */
export function hueOf(id) {
  let hash = 0;
  for (let i = 0; i < id.length; i++) hash = (hash * 31 + id.charCodeAt(i)) | 0;
  return `hue-${(hash >>> 0) % 12}`;
}

/** Where a picture is: one that was uploaded has a path on this server. @param {string} url */
export const pictureAddress = url => (url.startsWith('/pictures/') ? `${document.documentElement.dataset.base ?? '/'}${url.slice(1)}` : url);

/** Whether the page's policy allows a picture from there; others are not even tried. @param {string} url */
function mayLoad(url) {
  if (url.startsWith('/pictures/')) return true;
  const { pictures = '' } = document.documentElement.dataset;
  return URL.canParse(url) && url.startsWith('https://') && (pictures === 'https:' || [pictures, location.origin].includes(new URL(url).origin));
}

/** A picture, or the first letter of the name where there is none that may be shown or it does not load. @param {{userID: string, displayName: string, avatarUrl?: string}} person @param {string} [size] */
export function avatar(person, size = '') {
  const [first] = new Intl.Segmenter().segment(person.displayName.trim());
  const face = el('span', { class: `avatar ${hueOf(person.userID)} ${size}`, 'aria-hidden': 'true' }, el('span', null, (first?.segment ?? '?').toUpperCase()));
  if (person.avatarUrl && mayLoad(person.avatarUrl)) {
    const image = el('img', { alt: '', loading: 'lazy', decoding: 'async', referrerPolicy: 'no-referrer' });
    image.addEventListener('error', () => image.remove());
    image.src = pictureAddress(person.avatarUrl);
    face.append(image);
  }
  return face;
}
