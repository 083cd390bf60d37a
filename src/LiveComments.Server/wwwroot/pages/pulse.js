/** Draws how lively the room is: one bar for each step of time, the latest at the end. */
export class Pulse {
  /** @type {number[]} */
  #bars;
  /** The number of the step that the last bar stands for. */
  #now;

  /** @param {HTMLCanvasElement} canvas @param {{bars: number, gap: number, step?: number}} options `step` in milliseconds. */
  constructor(canvas, { bars, gap, step = 1000 }) {
    this.canvas = canvas;
    this.gap = gap;
    this.step = step;
    this.#bars = new Array(bars).fill(0);
    this.#now = Math.floor(Date.now() / step);
  }

  /** Something happened, now or a while ago. @param {number} at */
  add(at) {
    // A clock that runs ahead of the server's, or behind: what comes now is now.
    const bar = this.#bars.length - 1 - Math.max(0, this.#now - Math.floor(at / this.step));
    if (bar >= 0) this.#bars[bar]++;
  }

  /** Time has passed. */
  tick() {
    const now = Math.floor(Date.now() / this.step);
    for (; this.#now < now; this.#now++) {
      this.#bars.shift();
      this.#bars.push(0);
      if (now - this.#now > this.#bars.length) this.#now = now - this.#bars.length;
    }
    this.#draw();
  }

  #draw() {
    const { canvas, gap } = this;
    const { clientWidth, clientHeight } = canvas;
    if (!clientWidth || document.hidden) return;
    const scale = Math.min(2, devicePixelRatio);
    if (canvas.width !== Math.round(clientWidth * scale) || canvas.height !== Math.round(clientHeight * scale)) {
      canvas.width = Math.round(clientWidth * scale);
      canvas.height = Math.round(clientHeight * scale);
    }
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = getComputedStyle(canvas).color;
    const highest = Math.max(4, ...this.#bars);
    const width = canvas.width / this.#bars.length;
    for (const [i, count] of this.#bars.entries()) {
      // The square root, so that a quiet time still shows beside a busy one.
      const height = Math.max(scale * 1.5, Math.sqrt(count / highest) * canvas.height);
      context.globalAlpha = count ? 0.35 + 0.65 * (i / this.#bars.length) : 0.3;
      context.beginPath();
      context.roundRect(i * width, canvas.height - height, Math.max(1, width - gap * scale), height, scale);
      context.fill();
    }
  }
}
