import { el } from './dom.js';
import { phrase } from './texts.js';

/**
 * What plays a video: the browser, or another site's player.
 * @param {NonNullable<ReturnType<import('./stage-rule.js').stageOf>>} stage @param {string} title Of the event.
 */
export const playerOf = (stage, title) => (stage.kind === 'video' ? file(stage.url) : frame(stage.url, title));

/** @param {string} url */
function file(url) {
  const video = el('video', { src: url, controls: true, autoplay: true, muted: true, playsInline: true });
  video.setAttribute('aria-label', phrase('live.broadcast'));
  return video;
}

/** @param {string} url @param {string} title */
function frame(url, title) {
  const player = el('iframe', { title: phrase('stage.video', { title }), allow: 'autoplay; encrypted-media; fullscreen; picture-in-picture', referrerPolicy: 'strict-origin-when-cross-origin' });
  // Other sites' players want to know the page's origin; they get no other access.
  player.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-presentation allow-popups');
  const address = new URL(url);
  if (address.hostname === 'player.twitch.tv' && !address.searchParams.has('parent')) address.searchParams.set('parent', location.hostname);
  player.src = address.href;
  return player;
}
