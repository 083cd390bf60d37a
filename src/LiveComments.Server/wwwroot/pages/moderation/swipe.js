/** A card that is let go after so many pixels is decided about. */
const FAR = 90;
/** Below this it may still become a scroll. */
const NEAR = 12;

/** Lets a finger push a card to the right or the left. @param {HTMLElement} element @param {(right: boolean) => void} decide */
export function swipe(element, decide) {
  let [x, y] = [0, 0];
  let moving = false;
  let touch = -1;
  const back = () => {
    touch = -1;
    moving = false;
    element.style.translate = '';
    delete element.dataset.swipe;
  };
  element.addEventListener('pointerdown', event => {
    if (event.pointerType !== 'touch') return;
    touch = event.pointerId;
    [x, y] = [event.clientX, event.clientY];
  });
  element.addEventListener('pointermove', event => {
    if (event.pointerId !== touch) return;
    const way = event.clientX - x;
    if (!moving && (Math.abs(way) < NEAR || Math.abs(way) < Math.abs(event.clientY - y))) return;
    moving = true;
    element.style.translate = `${way}px`;
    element.dataset.swipe = Math.abs(way) < FAR ? '' : way > 0 ? 'right' : 'left';
  });
  // Otherwise the browser takes it for a fling, and the next tap, perhaps on Undo, for one that stops the fling.
  element.addEventListener('touchmove', event => {
    if (moving) event.preventDefault();
  }, { passive: false });
  element.addEventListener('pointerup', event => {
    if (event.pointerId !== touch) return;
    const way = event.clientX - x;
    const decided = moving && Math.abs(way) >= FAR;
    back();
    if (decided) decide(way > 0);
  });
  element.addEventListener('pointercancel', back);
}
