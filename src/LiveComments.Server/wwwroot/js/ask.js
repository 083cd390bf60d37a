import { Problem } from './problem.js';

/** Nothing heard for so long, in milliseconds, and the server counts as offline: it answers within two seconds. */
export const PATIENCE = 10_000;

/** What is said of a server that does not answer. */
export const offline = () => new Problem('offline', 'The server does not answer.');

/**
 * Asks the server something and reads the whole answer. It waits as long as something comes, because a long answer takes its time on a poor link,
 * and gives up when nothing was heard for {@link PATIENCE}: whoever waits for an answer that got lost would wait for ever.
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
    // What is no JSON, such as the page of a network that wants a log-in first, is no answer of the server's. What refuses may be a proxy's page.
    const body = answer.ok ? parse() : undefined;
    answer.json = async () => (answer.ok ? body : parse());
    return answer;
  } catch {
    throw offline();
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Response} answer @param {() => void} heard Called whenever a part of it comes. */
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
