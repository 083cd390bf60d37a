/**
 * Calls `render` once per animation frame, however often it was asked to. A hidden tab has no frames: there it is called once a second,
 * so that nothing piles up.
 * @param {() => void} render
 * @returns {() => void} Asks for a frame.
 */
export function perFrame(render) {
  let asked = false;
  const run = () => {
    if (!asked) return;
    asked = false;
    render();
  };
  return () => {
    if (asked) return;
    asked = true;
    if (typeof requestAnimationFrame === 'function' && !document.hidden) {
      requestAnimationFrame(run);
      // The tab may be hidden before the frame comes.
      setTimeout(run, 1000);
    } else {
      setTimeout(run, typeof document === 'undefined' ? 0 : 1000);
    }
  };
}
