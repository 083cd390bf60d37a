import { Problem } from './problem.js';

/** After this many milliseconds without a sign, the server counts as offline: it answers within two seconds. */
export const PATIENCE = 10_000;

/** The message for a server that does not answer. */
export const offline = () => new Problem('offline', 'The server does not answer.');

/**
 * Asks the server something and reads the whole answer. It waits as long as something comes, because a long answer takes its time on a poor link,
 * and gives up when nothing was heard for {@link PATIENCE}: a lost answer never comes.
 * @param {URL} url @param {RequestInit} options
 * @returns {Promise<Response>} Its `json` gives what was read.
 * @throws {Problem} `offline`.
 */
export async function ask(url, options) {
  const abort = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(), PATIENCE);
  };
  heard();
  try {
    const answer = await fetch(url, { ...options, signal: abort.signal });
    const text = await read(answer, heard);
    const parse = () => (answer.status === 204 ? undefined : JSON.parse(text));
    // An answer that is not JSON, such as the log-in page of a network, does not come from the server. An error may be a proxy's page.
    const body = answer.ok ? parse() : undefined;
    answer.json = async () => (answer.ok ? body : parse());
    return answer;
  } catch {
    throw offline();
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Response} answer @param {() => void} heard Called for each part that arrives. */
async function read(answer, heard) {
  const reader = answer.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (reader) {
    heard();
    const { done, value } = await reader.read();
    text += decoder.decode(value, { stream: !done });
    if (done) break;
  }
  return text;
}
