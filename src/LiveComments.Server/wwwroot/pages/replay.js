import { Backoff } from '../js/backoff.js';
import { Replay } from '../js/replay.js';
import { el } from './dom.js';
import { duration } from './format.js';
import { CommentList } from './list.js';
import { phrase } from './texts.js';

/** @typedef {import('../js/types.js').LiveEvent} LiveEvent */

const SPEEDS = [1, 2, 4, 8];
/** Milliseconds the arrow keys go. */
const STEP = 5000;
const SVG = 'http://www.w3.org/2000/svg';

/** Plays an ended event: comments come back beside its recording when they were written, and counts of reactions grow as they did. */
export class ReplayView {
  /** @type {Replay | null} */
  #replay = null;
  /** @type {CommentList | null} */
  #list = null;
  /** Where the recording is, in milliseconds. */
  #time = 0;
  #playing = false;
  #seeking = false;
  #backoff = new Backoff();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #again;
  #lastFrame = 0;
  #nextFrame = 0;
  #seenLive = false;

  /**
   * @param {Object} parts
   * @param {import('../js/livecomments.js').LiveComments} parts.live
   * @param {import('./video-place.js').VideoPlace} parts.video
   * @param {HTMLElement} parts.log The live list, which the replay's takes the place of.
   * @param {HTMLElement} parts.pill @param {HTMLElement} parts.empty
   * @param {import('./row.js').RowContext} parts.context
   * @param {import('./tools.js').Tools} parts.tools
   * @param {(poll: import('../js/types.js').Poll | null) => void} parts.showPoll Shows a poll of the recording.
   * @param {(comment: import('../js/types.js').Comment | null) => void} parts.showStage Shows what was on stage in the recording.
   */
  constructor(parts) {
    this.parts = parts;
    this.button = el('button', { type: 'button', class: 'replay-play', onclick: () => this.#toggle() });
    this.slider = el('input', { type: 'range', class: 'replay-slider', min: '0', step: '1000', value: '0', 'aria-label': phrase('replay.place') });
    this.chart = document.createElementNS(SVG, 'svg');
    this.clock = el('span', { class: 'replay-clock' });
    this.speed = el('select', { class: 'replay-speed', 'aria-label': phrase('replay.speed'), onchange: () => this.#setSpeed() }, ...SPEEDS.map(speed => el('option', { value: String(speed) }, `${speed}×`)));
    this.trouble = el('p', { class: 'replay-trouble', role: 'status' });
    this.element = el('div', { class: 'replay', role: 'group', 'aria-label': phrase('replay.title') },
      this.button, el('div', { class: 'replay-track' }, this.chart, this.slider), this.clock, this.speed, this.trouble);
    this.slider.addEventListener('input', () => void this.#seek(Number(this.slider.value)));
    this.slider.addEventListener('keydown', event => this.#key(event));
    parts.live.on('event', event => void this.#event(event));
    parts.live.on('change', changes => this.#removed(changes.removed));
  }

  /** The video, if the page can read its time. */
  get #video() {
    const video = this.parts.video.parent.querySelector('video');
    return video?.error ? null : video;
  }

  /** @param {LiveEvent} event */
  async #event(event) {
    if (event.status !== 'ended') this.#seenLive = true;
    if (event.status !== 'ended' || this.#replay || document.documentElement.dataset.embed) return;
    const replay = (this.#replay = new Replay(this.parts.live.session, this.parts.live.videoID));
    try {
      await replay.open();
    } catch {
      // The next sign of the event tries again.
      this.#replay = null;
      return;
    }
    if (!replay.duration) return;
    this.slider.max = String(replay.duration);
    this.#draw();
    this.parts.video.parent.after(this.element);
    this.#followVideo();
    const video = this.#video;
    const asked = askedFor(replay.duration);
    // Viewers who saw it end go on reading until they press play.
    if (this.#seenLive) this.#time = replay.duration;
    else void this.#seek(asked ?? (video ? video.currentTime * 1000 : 0));
    if (video ? !video.paused : !this.#seenLive) this.#play();
    else this.#show();
  }

  /** @param {string[]} ids */
  #removed(ids) {
    if (!this.#replay || !ids.length) return;
    for (const id of ids) this.#replay.remove(id);
    this.#list?.render({ reset: false, placed: [], changed: new Set(), removed: ids, withdrawn: [], counts: new Map() });
  }

  /** The comments of the recording take the place of the newest ones. */
  #takeOver() {
    if (this.#list) return;
    const { log, pill, empty, context, tools } = this.parts;
    const replay = /** @type {Replay} */ (this.#replay);
    const list = el('ol', { class: 'list', id: 'list' });
    const scroller = el('div', { class: 'log', id: 'log', role: 'log', 'aria-live': 'off', 'aria-label': phrase('replay.comments'), tabIndex: 0 }, list);
    const own = { pill: el('button', { type: 'button', class: 'pill', hidden: true }), empty: el('p', { class: 'empty', hidden: true }, phrase('live.nothing-yet')) };
    log.replaceWith(scroller);
    pill.replaceWith(own.pill);
    empty.replaceWith(own.empty);
    this.#list = new CommentList({ scroller, list, ...own, live: /** @type {any} */ (replay), tools, context: { ...context, find: id => replay.find(id) ?? context.find(id) } });
  }

  #toggle() {
    const video = this.#video;
    // Why it does not play its own event says.
    if (video) return void (video.paused ? video.play().catch(() => undefined) : video.pause());
    if (this.#playing) return this.#pause();
    if (this.#time >= /** @type {Replay} */ (this.#replay).duration) void this.#seek(0);
    else if (!this.#list) void this.#seek(this.#time);
    this.#play();
  }

  #play() {
    this.#playing = true;
    this.#lastFrame = performance.now();
    this.#show();
    this.#goOn();
  }

  /** One loop of frames, however often it is begun. */
  #goOn() {
    cancelAnimationFrame(this.#nextFrame);
    this.#nextFrame = requestAnimationFrame(now => this.#frame(now));
  }

  #pause() {
    this.#playing = false;
    this.#show();
  }

  /** @param {number} now */
  #frame(now) {
    const replay = /** @type {Replay} */ (this.#replay);
    const passed = Math.max(0, now - this.#lastFrame);
    this.#lastFrame = now;
    if (!this.#playing) return;
    const video = this.#video;
    // An element that has just come has no time yet.
    if (this.#list && !this.#seeking && video?.readyState !== 0) {
      // The clock waits for what is not loaded yet.
      const time = video ? video.currentTime * 1000 : Math.min(this.#time + passed * Number(this.speed.value), replay.duration);
      this.#time = Math.min(time, replay.loadedTo);
      this.#render();
      if (!video && this.#time >= replay.duration) this.#pause();
    }
    // Hidden tabs get no frames; the first frame later catches up.
    this.#goOn();
  }

  #render() {
    const changes = /** @type {Replay} */ (this.#replay).advance(this.#time);
    if (changes.placed.length || changes.changed.size || changes.counts.size) this.#list?.render(changes);
    this.#show();
  }

  /** @param {number} time */
  async #seek(time) {
    const replay = /** @type {Replay} */ (this.#replay);
    const video = this.#video;
    if (video && Math.abs(video.currentTime * 1000 - time) > 500) video.currentTime = time / 1000;
    clearTimeout(this.#again);
    this.#time = time;
    this.#seeking = true;
    this.#show();
    try {
      if (!(await replay.seek(time))) return;
    } catch {
      this.trouble.textContent = phrase('replay.not-loaded');
      // A video has gone on meanwhile.
      this.#again = setTimeout(() => void this.#seek(this.#video ? this.#video.currentTime * 1000 : time), this.#backoff.next());
      return;
    }
    this.#backoff.reset();
    this.trouble.textContent = '';
    this.#seeking = false;
    this.#takeOver();
    this.#list?.render({ reset: true, placed: [], changed: new Set(), removed: [], withdrawn: [], counts: new Map() });
  }

  /** A video that the page can hear is the clock, and has the controls too: whichever stands in its place, for another address is another element. */
  #followVideo() {
    /** @param {string} type @param {(video: HTMLVideoElement) => void} heard */
    const on = (type, heard) => this.parts.video.parent.addEventListener(type, ({ target }) => target instanceof HTMLVideoElement && heard(target), true);
    on('seeking', video => void this.#seek(video.currentTime * 1000));
    on('play', video => {
      if (!this.#list) void this.#seek(video.currentTime * 1000);
      this.#play();
    });
    on('pause', () => this.#pause());
    on('ratechange', video => (this.speed.value = String(SPEEDS.findLast(speed => speed <= video.playbackRate) ?? 1)));
    // Another recording goes on where this one was.
    on('loadedmetadata', video => {
      if (this.#list && this.#time) video.currentTime = this.#time / 1000;
      this.#setSpeed();
    });
    // Without it the replay goes on by its own clock.
    on('error', video => {
      if (!this.#seenLive && !video.readyState) this.#play();
      else if (!this.#list) this.#pause();
    });
  }

  #setSpeed() {
    const video = this.#video;
    if (video) video.playbackRate = Number(this.speed.value);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const way = { ArrowLeft: -STEP, ArrowDown: -STEP, ArrowRight: STEP, ArrowUp: STEP }[event.key];
    if (event.key === ' ') this.#toggle();
    else if (way) void this.#seek(Math.max(0, Math.min(Number(this.slider.max), this.#time + way)));
    else return;
    event.preventDefault();
  }

  #show() {
    const { duration: length } = /** @type {Replay} */ (this.#replay);
    if (this.#list) {
      this.parts.showPoll(/** @type {Replay} */ (this.#replay).pollAt(this.#time));
      this.parts.showStage(/** @type {Replay} */ (this.#replay).stageAt(this.#time));
    }
    const place = `${duration(this.#time)} / ${duration(length)}`;
    if (this.clock.textContent !== place) {
      this.clock.textContent = place;
      this.slider.setAttribute('aria-valuetext', phrase('replay.place-of', { time: duration(this.#time), length: duration(length) }));
      this.parts.video.replayedTo = this.#list ? this.#time : null;
      this.parts.video.tick();
    }
    this.slider.value = String(this.#time);
    this.element.style.setProperty('--played', `${(100 * this.#time) / length}%`);
    const label = phrase(this.#playing ? 'replay.pause' : 'replay.play');
    if (this.button.getAttribute('aria-label') === label) return;
    this.button.setAttribute('aria-label', label);
    this.button.replaceChildren(shape(this.#playing ? 'M7 5h3.6v14H7zM13.4 5H17v14h-3.6z' : 'M8 5v14l11-7z'));
  }

  /** Comments per interval, and on top of them reactions. */
  #draw() {
    const { entries, reactions } = /** @type {Replay} */ (this.#replay).activity;
    const highest = Math.max(1, ...entries.map((count, i) => count + (reactions[i] ?? 0)));
    const bar = (/** @type {number} */ i, /** @type {number} */ count) => (count ? `M${i + 0.1} 1V${1 - Math.sqrt(count / highest)}H${i + 0.9}V1z` : '');
    this.chart.setAttribute('viewBox', `0 0 ${Math.max(1, entries.length)} 1`);
    this.chart.setAttribute('preserveAspectRatio', 'none');
    this.chart.setAttribute('class', 'replay-chart');
    this.chart.setAttribute('aria-hidden', 'true');
    this.chart.replaceChildren(...[['all', entries.map((count, i) => bar(i, count + (reactions[i] ?? 0)))], ['comments', entries.map((count, i) => bar(i, count))]].map(([name, bars]) => {
      const path = document.createElementNS(SVG, 'path');
      path.setAttribute('class', /** @type {string} */ (name));
      path.setAttribute('d', /** @type {string[]} */ (bars).join(''));
      return path;
    }));
  }
}

/** The place that the address names, as `#t=SECONDS`; null when it names none. @param {number} length */
function askedFor(length) {
  const seconds = /^#t=([0-9]{1,9})$/.exec(location.hash)?.[1];
  return seconds === undefined ? null : Math.min(Number(seconds) * 1000, length);
}

/** @param {string} path */
function shape(path) {
  const svg = document.createElementNS(SVG, 'svg');
  for (const [name, value] of Object.entries({ viewBox: '0 0 24 24', width: '22', height: '22', fill: 'currentColor', 'aria-hidden': 'true' })) svg.setAttribute(name, value);
  const one = document.createElementNS(SVG, 'path');
  one.setAttribute('d', path);
  svg.append(one);
  return svg;
}
