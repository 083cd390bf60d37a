import { el, pictureAddress } from './dom.js';
import { beginning, dayAndTime, duration } from './format.js';
import { Pulse } from './pulse.js';
import { playerOf } from './player.js';
import { videoSourceOf } from './video-source.js';
import { phrase } from './texts.js';

/** The place of the video. Where there is none, a clock: until the broadcast begins, since it began, or how long it was. */
export class VideoPlace {
  /** @type {string | null | undefined} */
  #url;
  /** @type {import('../js/types.js').LiveEvent | null} */
  #event = null;
  /** @type {ReturnType<typeof playerOf> | null} */
  #player = null;

  /** Where a replay is, in milliseconds; null without one. @type {number | null} */
  replayedTo = null;

  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.parent = parent;
    this.time = el('div', { class: 'clock-time', role: 'timer' });
    this.note = el('div', { class: 'clock-note' });
    this.bars = el('canvas', { class: 'clock-bars', 'aria-hidden': 'true' });
    this.picture = el('img', { class: 'clock-picture', alt: '', hidden: true });
    this.clock = el('div', { class: 'clock' }, this.picture, this.bars, el('div', { class: 'clock-face' }, this.time, this.note));
    /** Over a video that does not run yet. */
    this.ahead = el('div', { class: 'video-ahead', role: 'timer', hidden: true });
    this.pulse = new Pulse(this.bars, { bars: 90, gap: 3, step: 2000 });
  }

  get hasClock() {
    return this.clock.isConnected;
  }

  /** @param {import('../js/types.js').LiveEvent} event */
  show(event) {
    this.#event = event;
    const wanted = videoSourceOf(event.settings.videoUrl);
    const picture = event.settings.pictureUrl ? pictureAddress(event.settings.pictureUrl) : '';
    this.picture.hidden = picture === '';
    if (picture && this.picture.getAttribute('src') !== picture) this.picture.src = picture;
    if (wanted?.url !== this.#url || this.#url === undefined) {
      this.#url = wanted?.url ?? null;
      this.#player?.stop();
      this.#player = null;
      if (!wanted) this.parent.replaceChildren(this.clock);
      // The page may load from the one origin that it was served for.
      else if (![wanted.origin, 'https:'].includes(document.documentElement.dataset.video ?? '')) this.parent.replaceChildren(this.clock, this.#reload());
      else {
        this.#player = playerOf(wanted, event.title, picture);
        this.parent.replaceChildren(this.#player.element, this.ahead);
      }
    }
    this.tick();
  }

  tick() {
    const event = this.#event;
    if (!event) return;
    const start = Date.parse(beginning(event));
    const now = Date.now();
    if (!this.hasClock) {
      this.ahead.hidden = event.status !== 'scheduled';
      const text = now < start ? phrase('video.begins-in', { time: dayAndTime(event.startTime), left: duration(start - now) }) : phrase('video.about-to-begin');
      if (this.ahead.textContent !== text) this.ahead.textContent = text;
      return;
    }
    this.note.classList.toggle('on-air', event.status === 'live');
    if (event.status === 'scheduled') {
      this.#say(now < start ? duration(start - now) : '0:00', now < start ? phrase('video.begins', { time: dayAndTime(event.startTime) }) : phrase('video.about-to-begin'));
    } else if (event.status === 'live') {
      this.#say(duration(now - start), phrase('video.on-air'));
    } else if (this.replayedTo !== null) {
      this.#say(duration(this.replayedTo), phrase('replay.title'));
    } else {
      this.#say(event.startedAt && event.endedAt ? duration(Date.parse(event.endedAt) - start) : '', phrase(event.startedAt ? 'video.ended' : 'video.called-off'));
    }
  }

  /** @param {string} time @param {string} note */
  #say(time, note) {
    if (this.time.textContent !== time) this.time.textContent = time;
    if (this.note.textContent !== note) this.note.textContent = note;
  }

  #reload() {
    return el('div', { class: 'player-notice' }, el('span', null, phrase('video.moved')), el('button', { type: 'button', class: 'button small primary', onclick: () => location.reload() }, phrase('video.reload')));
  }
}
