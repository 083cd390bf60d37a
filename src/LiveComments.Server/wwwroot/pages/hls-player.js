import { phrase } from './texts.js';

/** Milliseconds until a stream that cannot be had is tried again: a broadcast may begin later than its event. Everybody who waits comes at another time. */
const again = () => 4000 + Math.random() * 4000;

/** Milliseconds in which a video that was put right may not fail a second time. */
const MENDED = 10_000;

/**
 * Plays an HLS stream: by the browser where that can also send it to another screen (Apple's), else by hls.js, which is loaded only here.
 * @param {HTMLVideoElement} video @param {string} url @param {(fault: string) => void} say What is wrong; empty when nothing is any more.
 * @returns {() => void} Stops it.
 */
export function playHls(video, url, say) {
  /** @type {{destroy(): void, loadSource(url: string): void} | null} */
  let player = null;
  let stopped = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const native = () => {
    video.src = url;
    video.load();
  };

  async function load() {
    /** @type {any} */
    let Hls;
    try {
      // Outside the type checks: others wrote it.
      ({ default: Hls } = await import(/** @type {string} */ ('../hls/hls.js')));
    } catch {
      fail(phrase('player.not-loaded'));
      return;
    }
    if (stopped) return;
    if (!Hls.isSupported()) {
      native();
      return;
    }
    // A worker would need an address that the page's policy allows, for work of a few milliseconds a second.
    const hls = new Hls({ enableWorker: false });
    player = hls;
    let mended = -MENDED;
    hls.on(Hls.Events.FRAG_BUFFERED, () => say(''));
    hls.on(Hls.Events.ERROR, (/** @type {string} */ _, /** @type {{fatal: boolean, type: string, response?: {code?: number}}} */ error) => {
      if (!error.fatal || stopped) return;
      if (error.type === Hls.ErrorTypes.MEDIA_ERROR && performance.now() - mended > MENDED) {
        mended = performance.now();
        hls.recoverMediaError();
        return;
      }
      fail(error.type !== Hls.ErrorTypes.NETWORK_ERROR ? phrase('player.cannot-play')
        : error.response?.code === 404 ? phrase('player.not-begun')
        : phrase('player.unreachable'));
    });
    hls.attachMedia(video);
    hls.loadSource(url);
  }

  /** @param {string} fault */
  function fail(fault) {
    say(phrase('player.again-soon', { why: fault }));
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (player) player.loadSource(url);
      else void load();
    }, again());
  }

  if ('WebKitPlaybackTargetAvailabilityEvent' in window) native();
  else void load();
  return () => {
    stopped = true;
    clearTimeout(timer);
    player?.destroy();
  };
}
