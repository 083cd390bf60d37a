/**
 * Reads server-sent events from text as it arrives, in pieces of any length.
 * @param {(data: string) => void} deliver Takes the data of one event.
 * @param {(milliseconds: number) => void} [retry] Takes how long to wait before coming back, when the server says so.
 * @returns {(piece: string) => void}
 */
export function eventStreamReader(deliver, retry) {
  let rest = '';
  /** @type {string[]} */
  let data = [];
  return piece => {
    rest += piece;
    let start = 0;
    for (let end; (end = rest.indexOf('\n', start)) >= 0; start = end + 1) {
      const line = rest.slice(start, rest[end - 1] === '\r' ? end - 1 : end);
      if (line.startsWith('data:')) {
        data.push(line.slice(line[5] === ' ' ? 6 : 5));
      } else if (/^retry: ?[0-9]+$/.test(line)) {
        retry?.(Number(line.slice(6)));
      } else if (line === '' && data.length) {
        deliver(data.join('\n'));
        data = [];
      }
    }
    rest = rest.slice(start);
  };
}
