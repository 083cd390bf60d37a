const VIDEO_FILES = ['.mp4', '.m4v', '.webm', '.ogv', '.mov'];

/** @param {string} path @returns {'hls' | 'video' | 'embed'} */
const kindOf = path => (path.toLowerCase().endsWith('.m3u8') ? 'hls' : VIDEO_FILES.some(ending => path.toLowerCase().endsWith(ending)) ? 'video' : 'embed');

/** @param {string | null | undefined} text @param {number} most */
const isName = (text, most) => text != null && text.length <= most && /^[A-Za-z0-9_-]+$/.test(text);

/** @param {string | null | undefined} text */
const isNumber = text => text != null && /^[0-9]{1,20}$/.test(text);

/**
 * Sites whose pages no other page may show: people paste the address of such a page, and what is shown is the site's player for it.
 * @type {{name: string, hosts: string[], shows: string, player: (url: URL, words: string[]) => string | null}[]}
 */
const SITES = [
  { name: 'YouTube', hosts: ['youtube.com', 'www.youtube.com', 'm.youtube.com', 'music.youtube.com', 'youtu.be'], shows: 'video', player: youTube },
  { name: 'Twitch', hosts: ['twitch.tv', 'www.twitch.tv', 'm.twitch.tv'], shows: 'channel-or-video', player: twitch },
  { name: 'Vimeo', hosts: ['vimeo.com', 'www.vimeo.com'], shows: 'video-or-event', player: vimeo },
  { name: 'Facebook', hosts: ['facebook.com', 'www.facebook.com', 'm.facebook.com', 'fb.watch'], shows: 'video-by-long-address', player: facebook },
];

/**
 * The video beside the comments: a file or an HLS stream that the browser plays, or another site's player in a frame. The server allows its origin by the same rule (`Events/VideoSource.cs`); one
 * table of cases tests both.
 * @param {string | null | undefined} videoUrl
 * @returns {{kind: 'video' | 'hls' | 'embed', url: string, origin: string, site: string | null} | null}
 */
export function videoSourceOf(videoUrl) {
  if (videoUrl && isOwnVideo(videoUrl)) {
    const kind = kindOf(pathOf(videoUrl));
    return { kind, url: videoUrl, origin: kind === 'hls' ? 'https:' : "'self'", site: null };
  }
  if (!videoUrl || !URL.canParse(videoUrl)) return null;
  let url = new URL(videoUrl);
  if (url.protocol !== 'https:') return null;
  const site = siteOf(url);
  const player = site?.player(url, words(url)) ?? null;
  if (player) url = new URL(player);
  const kind = kindOf(url.pathname);
  // The parts of HLS often come from another host than its list.
  return { kind, url: url.href, origin: kind === 'hls' ? 'https:' : url.origin, site: player ? site?.name ?? null : null };
}

/** Whether it is the path of a video file or of HLS on this server. Browsers take // and /\ for another host. @param {string} videoUrl */
export const isOwnVideo = videoUrl => /^\/(?![/\\])[!-~]+$/.test(videoUrl) && !/[\\#]/.test(videoUrl) && kindOf(pathOf(videoUrl)) !== 'embed';

/** @param {string} ownVideo */
const pathOf = ownVideo => ownVideo.split('?')[0];

/** The site whose address it is, and what other pages may show of that site, when a page could not show what is at the address; null when it could, or the site is not known. @param {string} videoUrl */
export function faultOf(videoUrl) {
  if (!URL.canParse(videoUrl)) return null;
  const url = new URL(videoUrl);
  const site = siteOf(url);
  return site && !site.player(url, words(url)) ? { site: site.name, shows: site.shows } : null;
}

/** @param {URL} url */
function siteOf(url) {
  // What a site gives to those who want to show it in a frame.
  if (url.pathname.startsWith('/plugins/') || (url.pathname.startsWith('/event/') && url.pathname.endsWith('/embed'))) return undefined;
  return SITES.find(site => site.hosts.includes(url.hostname));
}

/** @param {URL} url */
const words = url => url.pathname.split('/').filter(Boolean);

/** @param {URL} url @param {string[]} path */
function youTube(url, path) {
  const id = url.hostname === 'youtu.be' ? (path.length === 1 ? path[0] : null)
    : path.length === 1 && path[0] === 'watch' ? url.searchParams.get('v')
    : path.length === 2 && ['live', 'shorts', 'embed'].includes(path[0]) ? path[1]
    : null;
  return isName(id, 32) ? `https://www.youtube-nocookie.com/embed/${id}?autoplay=1&playsinline=1` : null;
}

/** The page that shows it adds the name of its own host, which Twitch asks for. @param {URL} _url @param {string[]} path */
function twitch(_url, path) {
  if (path.length === 2 && path[0] === 'videos' && isNumber(path[1])) return `https://player.twitch.tv/?video=${path[1]}`;
  return path.length === 1 && !['directory', 'videos', 'downloads', 'jobs', 'store'].includes(path[0]) && isName(path[0], 25) ? `https://player.twitch.tv/?channel=${path[0]}` : null;
}

/** @param {URL} _url @param {string[]} path */
function vimeo(_url, path) {
  if (path.length === 2 && path[0] === 'event' && isNumber(path[1])) return `https://vimeo.com/event/${path[1]}/embed`;
  if (path.length === 1 && isNumber(path[0])) return `https://player.vimeo.com/video/${path[0]}?autoplay=1`;
  // A video that is not listed has a second part.
  return path.length === 2 && isNumber(path[0]) && isName(path[1], 32) ? `https://player.vimeo.com/video/${path[0]}?h=${path[1]}&autoplay=1` : null;
}

/** @param {URL} url @param {string[]} path */
function facebook(url, path) {
  const id = url.hostname === 'fb.watch' ? null
    : path.length === 1 && path[0] === 'watch' ? url.searchParams.get('v')
    : path.length >= 3 && path[1] === 'videos' ? path[path.length - 1]
    : path.length === 2 && path[0] === 'reel' ? path[1]
    : null;
  return isNumber(id) ? `https://www.facebook.com/plugins/video.php?href=https%3A%2F%2Fwww.facebook.com%2Fwatch%2F%3Fv%3D${id}&autoplay=true` : null;
}
