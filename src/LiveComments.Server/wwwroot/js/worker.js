import { search } from './work.js';

/** Solves one proof of work beside the page. @param {MessageEvent<{token: string, difficulty: number}>} message */
self.onmessage = ({ data: { token, difficulty } }) => {
  const steps = search(token, difficulty);
  let step = steps.next();
  while (!step.done) step = steps.next();
  self.postMessage(step.value);
};
