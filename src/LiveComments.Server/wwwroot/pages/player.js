import { el } from './dom.js';
import { playHls } from './hls-player.js';
import { phrase } from './texts.js';

/**
 * What plays a video: the browser, or another site's player.
 * @param {NonNullable<ReturnType<import('./video-source.js').videoSourceOf>>} source @param {string} title Of the event. @param {string} [picture] Shown until the video begins, where the browser plays it.
 * @returns {{element: HTMLElement, stop(): void}} What has to be stopped when it is shown no longer.
 */
export const playerOf = (source, title, picture = '') => (source.kind === 'embed' ? { element: frame(source.url, title), stop() {} } : own(source.url, source.kind === 'hls', picture));

/** @param {string} url @param {boolean} isHls @param {string} picture */
function own(url, isHls, picture) {
  const video = el('video', { controls: true, autoplay: true, muted: true, playsInline: true, poster: picture });
  video.setAttribute('aria-label', phrase('live.broadcast'));
  const words = el('span');
  const note = el('div', { class: 'player-notice', role: 'status', hidden: true }, words, el('button', { type: 'button', class: 'button small primary', onclick: () => play() }, phrase('player.try-again')));
  const say = (/** @type {string} */ text) => {
    note.hidden = text === '';
    words.textContent = text;
  };
  let stop = () => {};

  function play() {
    stop();
    say('');
    if (isHls) {
      stop = playHls(video, url, say);
      return;
    }
    video.src = url;
    video.load();
  }

  video.addEventListener('playing', () => say(''));
  // HLS that a library plays says more about its faults.
  video.addEventListener('error', () => video.src.startsWith('blob:') || say(phrase('player.unplayable')));
  play();
  return {
    element: el('div', { class: 'player' }, video, note),
    stop() {
      stop();
      video.removeAttribute('src');
      video.load();
    },
  };
}

/** @param {string} url @param {string} title */
function frame(url, title) {
  const player = el('iframe', { title: phrase('video.title', { title }), allow: 'autoplay; encrypted-media; fullscreen; picture-in-picture', referrerPolicy: 'strict-origin-when-cross-origin' });
  // Other sites' players want to know the page's origin; they get no other access.
  player.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-presentation allow-popups');
  const address = new URL(url);
  if (address.hostname === 'player.twitch.tv' && !address.searchParams.has('parent')) address.searchParams.set('parent', location.hostname);
  player.src = address.href;
  return player;
}
