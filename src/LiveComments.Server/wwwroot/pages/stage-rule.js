const VIDEO_FILES = ['.mp4', '.m4v', '.webm', '.ogv', '.mov', '.m3u8'];

/**
 * The video beside the comments: a file that the browser plays, or another site's player in a frame. The server allows its origin by the same rule (`Pages/Stage.cs`); one table of cases
 * tests both.
 * @param {string | undefined} videoUrl
 * @returns {{kind: 'video'|'embed', url: string, origin: string} | null}
 */
export function stageOf(videoUrl) {
  if (!videoUrl || !URL.canParse(videoUrl)) return null;
  let url = new URL(videoUrl);
  if (url.protocol !== 'https:') return null;
  const id = youTubeID(url);
  if (id) url = new URL(`https://www.youtube-nocookie.com/embed/${id}?autoplay=1&playsinline=1`);
  const path = url.pathname.toLowerCase();
  return { kind: VIDEO_FILES.some(ending => path.endsWith(ending)) ? 'video' : 'embed', url: url.href, origin: url.origin };
}

/** People paste the address of the watch page, but YouTube allows only its player in a frame. @param {URL} url */
function youTubeID(url) {
  let id = '';
  if (url.hostname === 'youtu.be') id = url.pathname.replaceAll('/', '');
  else if (/^(www\.|m\.)?youtube\.com$/.test(url.hostname) && url.pathname === '/watch') id = url.searchParams.get('v') ?? '';
  else if (/^(www\.)?youtube\.com$/.test(url.hostname) && url.pathname.startsWith('/live/')) id = url.pathname.slice(6);
  return /^[A-Za-z0-9_-]{1,32}$/.test(id) ? id : null;
}
