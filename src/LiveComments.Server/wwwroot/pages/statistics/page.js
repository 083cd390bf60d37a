import { Session } from '../../js/livecomments.js';
import { Account } from '../account.js';
import { byId, el } from '../dom.js';
import { wordsOf } from '../refusals.js';
import { phrase } from '../texts.js';
import { languageButton, themeButton } from '../top.js';
import { Board } from './board.js';
import { Overview } from './overview.js';

/** How often what is live is asked for; in milliseconds. */
const LIVE = 5_000;
/** The same of what is not, and after an answer that failed. */
const QUIET = 30_000;

const server = new URL(/** @type {string} */ (document.documentElement.dataset.base), location.href);
const session = new Session({ server });
const gate = byId('gate');
const place = byId('board');
const parts = location.pathname.slice(server.pathname.length).split('/').filter(Boolean);
const videoID = parts.length > 1 ? decodeURIComponent(/** @type {string} */ (parts.at(-1))) : null;
/** What is shown: one event, or all of them. */
const view = videoID === null ? new Overview(session, server) : new Board(session, server, videoID, () => void refresh());
place.append(view.element);

/** @type {ReturnType<typeof setTimeout> | undefined} */
let again;
let asked = 0;

/** Asks for the numbers and shows them, and tells others how to go on. */
async function refresh() {
  const asking = ++asked;
  clearTimeout(again);
  const { user } = session;
  if (!user && session.isRestoring) return;
  if (!user && videoID === null) return showLogin();
  let wait = QUIET;
  try {
    // A hidden page needs no numbers; it asks when it is seen again.
    if (!document.hidden) {
      const isLive = await view.refresh();
      if (asking !== asked) return;
      wait = isLive ? LIVE : QUIET;
      gate.hidden = true;
      place.hidden = false;
    }
  } catch (problem) {
    if (asking !== asked) return;
    const { code } = /** @type {import('../../js/problem.js').Problem} */ (problem);
    if (code === 'unauthenticated') return showLogin();
    if (code === 'forbidden') return showGate(phrase('stats.not-for-you'), phrase('stats.not-for-you-why', { name: `@${user?.username}` }), el('a', { class: 'button', href: new URL(`live/${encodeURIComponent(videoID ?? '')}`, server).href }, phrase('stats.go-to-event')));
    if (code === 'event-not-found') return showGate(phrase('live.unknown'), phrase('stats.unknown-why'), el('a', { class: 'button', href: server.href }, phrase('page.all-events')));
    if (place.hidden) showGate(phrase('stats.one-moment'), wordsOf(problem));
    else view.trouble(wordsOf(problem));
    wait = LIVE;
  }
  again = setTimeout(() => void refresh(), wait);
}

function showLogin() {
  showGate(phrase('stats.log-in'), phrase('stats.log-in-why'), el('button', { type: 'button', class: 'button primary', onclick: () => account.join('login') }, phrase('account.log-in')));
}

/** @param {string} title @param {string} text @param {HTMLElement} [way] */
function showGate(title, text, way) {
  const heading = /** @type {HTMLElement} */ (gate.querySelector('h1'));
  heading.textContent = title;
  gate.replaceChildren(heading, el('p', { class: 'lead' }, text), ...(way ? [el('p', null, way)] : []));
  gate.hidden = false;
  place.hidden = true;
}

document.addEventListener('visibilitychange', () => document.hidden || void refresh());
languageButton();
themeButton();
const restored = session.restore().catch(() => undefined);
const account = new Account(session);
session.onChange(() => void refresh());
await restored;
account.show();
void refresh();
