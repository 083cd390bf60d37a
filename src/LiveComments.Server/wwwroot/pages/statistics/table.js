import { el } from '../dom.js';

/** Gives a table to the browser as a file. A link would send no token. @param {import('../../js/livecomments.js').Session} session @param {string} path */
export async function save(session, path) {
  const answer = await session.fetch('GET', path);
  const name = /filename="([^"]+)"/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1] ?? 'statistics.csv';
  const link = el('a', { href: URL.createObjectURL(await answer.blob()), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}
