import { qrCode } from './qr.js';

/** Light modules around a code, as its standard wants them. */
const QUIET = 4;

/** A text as a picture for cameras; null when it is too long. @param {string} text @param {string} label What it is, for those who do not see it. */
export function qrPicture(text, label) {
  const rows = qrCode(text);
  if (!rows) return null;
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const size = rows.length + 2 * QUIET;
  for (const [name, value] of Object.entries({ viewBox: `0 0 ${size} ${size}`, class: 'qr', role: 'img', 'aria-label': label, 'shape-rendering': 'crispEdges' })) svg.setAttribute(name, value);
  // Dark on light in every colour scheme, or cameras do not find it.
  for (const [fill, d] of [['white', `M0 0h${size}v${size}H0z`], ['black', rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : ''))).join('')]]) {
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('fill', fill);
    path.setAttribute('d', d);
    svg.append(path);
  }
  return svg;
}
