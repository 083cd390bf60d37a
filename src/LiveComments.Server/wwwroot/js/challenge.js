import { Problem } from './problem.js';
import { search } from './work.js';

/** @typedef {{kind: string, token?: string, difficulty?: number, siteKey?: string}} Challenge What the server asks to be solved. */

/** How long the page may be busy at a time, in milliseconds, where there is no worker. */
const SLICE = 8;

/** Pages with Trusted Types allow exactly this one worker, where they allow it. @type {{createScriptURL: (url: string) => string} | undefined} */
let policy;
try {
  // @ts-ignore Not every browser has it, and neither have the types.
  policy = globalThis.trustedTypes?.createPolicy('livecomments-worker', { createScriptURL: (/** @type {string} */ url) => url });
} catch {
  // A page of another site with a policy of its own: the work is done without a worker.
}

/**
 * Solves a proof of work: in a worker where the page may have one, otherwise between the page's own frames.
 * @param {Challenge} challenge @returns {Promise<string>} The answer.
 */
export async function work({ token = '', difficulty = 0 }) {
  /** @type {Worker | undefined} */
  let worker;
  try {
    const url = new URL('./worker.js', import.meta.url).href;
    worker = new Worker(policy ? policy.createScriptURL(url) : url, { type: 'module' });
    return await inWorker(worker, token, difficulty);
  } catch {
    // A page of another origin, or without workers.
    return inSlices(token, difficulty);
  } finally {
    worker?.terminate();
  }
}

/** @param {Worker} worker @param {string} token @param {number} difficulty @returns {Promise<string>} */
const inWorker = (worker, token, difficulty) => new Promise((resolve, reject) => {
  worker.onmessage = message => resolve(message.data);
  worker.onerror = worker.onmessageerror = () => reject(new Error('The worker failed.'));
  worker.postMessage({ token, difficulty });
});

/** @param {string} token @param {number} difficulty */
export async function inSlices(token, difficulty) {
  const steps = search(token, difficulty);
  for (let until = performance.now() + SLICE; ;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() < until) continue;
    await new Promise(resolve => setTimeout(resolve));
    until = performance.now() + SLICE;
  }
}

/**
 * Solves whatever is asked.
 * @param {Challenge} challenge @param {((challenge: Challenge) => Promise<string>) | undefined} puzzle Shows the puzzle of a provider.
 * @returns {Promise<string>} @throws {Problem}
 */
export function solve(challenge, puzzle) {
  if (challenge.kind === 'proof-of-work') return work(challenge);
  return puzzle ? puzzle(challenge) : Promise.reject(new Problem('challenge-required', `This page cannot show a puzzle of ${challenge.kind}.`, 403));
}
