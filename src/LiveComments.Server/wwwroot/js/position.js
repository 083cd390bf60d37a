/** @param {string} text `epoch:seq` @returns {import('./types.js').Position} */
export function parsePosition(text) {
  const colon = text.indexOf(':');
  return { epoch: text.slice(0, colon), seq: Number(text.slice(colon + 1)) };
}

/** @param {import('./types.js').Position} position */
export const printPosition = position => `${position.epoch}:${position.seq}`;
