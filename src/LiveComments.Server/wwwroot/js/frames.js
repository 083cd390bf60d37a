/** Milliseconds from one render to the next. Smoother is not more readable, and layout and paint are most of what a busy room costs a phone. */
const APART = 80;

/**
 * Calls `render` in an animation frame, once however often it was asked to, and not more than twelve times a second. A hidden tab has no
 * frames: there it is called once a second, so that nothing piles up.
 * @param {() => void} render
 * @returns {() => void} Asks for a frame.
 */
export function perFrame(render) {
  let asked = false;
  let earliest = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let latest;
  const run = () => {
    if (!asked) return;
    asked = false;
    clearTimeout(latest);
    earliest = performance.now() + APART;
    render();
  };
  return () => {
    if (asked) return;
    asked = true;
    if (typeof requestAnimationFrame !== 'function') return void setTimeout(run);
    // The tab may be hidden before the frame comes.
    latest = setTimeout(run, 1000);
    const wait = earliest - performance.now();
    if (wait > 0) setTimeout(() => requestAnimationFrame(run), wait);
    else requestAnimationFrame(run);
  };
}
