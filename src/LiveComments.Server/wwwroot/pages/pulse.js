/** Draws how lively the room is: one bar for each step of time, the latest at the end. */
export class Pulse {
  /** @type {number[]} */
  #bars;
  #current = 0;

  /** @param {HTMLCanvasElement} canvas @param {{bars: number, gap: number, colour?: string}} options */
  constructor(canvas, { bars, gap, colour }) {
    this.canvas = canvas;
    this.gap = gap;
    this.colour = colour;
    this.#bars = new Array(bars).fill(0);
  }

  /** @param {number} count */
  add(count) {
    this.#current += count;
  }

  /** The present step is over. */
  step() {
    this.#bars.shift();
    this.#bars.push(this.#current);
    this.#current = 0;
    this.draw();
  }

  draw() {
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
    context.fillStyle = this.colour ?? getComputedStyle(canvas).color;
    const highest = Math.max(4, ...this.#bars);
    const width = canvas.width / this.#bars.length;
    for (const [i, count] of this.#bars.entries()) {
      // The square root, so that a lull beside a storm still shows.
      const height = Math.max(scale * 1.5, Math.sqrt(count / highest) * canvas.height);
      context.globalAlpha = count ? 0.3 + 0.7 * (i / this.#bars.length) : 0.22;
      context.beginPath();
      context.roundRect(i * width, canvas.height - height, Math.max(1, width - gap * scale), height, scale);
      context.fill();
    }
  }
}
