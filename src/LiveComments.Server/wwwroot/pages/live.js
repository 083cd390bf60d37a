import { BoundedMap, LiveComments, Problem, Session } from '../js/livecomments.js';
import { Account } from './account.js';
import { Announcer } from './announcer.js';
import { Composer } from './composer.js';
import { confirm } from './dialog.js';
import { byId, el, icon } from './dom.js';
import { beginning, clockTime, duration, shortCount } from './format.js';
import { linked } from './links.js';
import { CommentList, rowOf } from './list.js';
import { modesInWords, slowMode } from './modes.js';
import { Muted } from './muted.js';
import { Names } from './names.js';
import { dress, fadeComments, lookOf } from './overlay.js';
import { OnStage } from './on-stage.js';
import { Pace } from './pace.js';
import { showMuted, showPerson } from './person.js';
import { Pinned } from './pinned.js';
import { PollPanel } from './poll.js';
import { askPoll } from './poll-form.js';
import { Pulse } from './pulse.js';
import { puzzle } from './puzzle.js';
import { QuestionPanel } from './questions.js';
import { wordsOf } from './refusals.js';
import { ReplayView } from './replay.js';
import { REACTIONS } from './row.js';
import { share } from './share.js';
import { VideoPlace } from './video-place.js';
import { hasPhrase, phrase, phraseWith } from './texts.js';
import { Thread } from './thread.js';
import { Tools } from './tools.js';
import { languageButton, themeButton } from './top.js';
import { Welcome } from './welcome.js';

/** @typedef {import('../js/types.js').Comment} Comment */
/** @typedef {import('../js/types.js').ReactionType} ReactionType */

/** For whom those solve puzzles who are nobody yet. */
const NEWCOMER = '00000000-0000-0000-0000-000000000000';

/** Seconds of the time-out that a moderator gives with one press. */
const TIMEOUT = 600;

const server = new URL(/** @type {string} */ (document.documentElement.dataset.base), location.href);
const videoID = decodeURIComponent(/** @type {string} */ (location.pathname.split('/').filter(Boolean).at(-1)));
// Browsers hold back the cookies of a frame on another site.
const session = new Session({ server, cookie: window.top === window });
const restored = session.restore().catch(() => undefined);
// A source in a broadcasting program must keep running, even if the program reports it as hidden.
const embed = document.documentElement.dataset.embed;
const live = new LiveComments({ server, event: videoID, session, puzzle: challenge => puzzle(challenge, session.user?.userID ?? NEWCOMER), background: embed === 'overlay' || (embed === 'chat' && window.top === window) });

const title = byId('title');
const badge = byId('badge');
const elapsed = byId('elapsed');
const viewers = byId('viewers');
const empty = byId('empty');
const status = byId('status');
const notice = byId('notice');
const announcer = new Announcer(byId('announcer'));
const video = new VideoPlace(byId('video'));
const pulse = new Pulse(/** @type {HTMLCanvasElement} */ (byId('pulse')), { bars: 60, gap: 1 });
/** Who wrote lately, for completion: latest last. @type {BoundedMap<string, Comment>} */
const people = new BoundedMap(500);
/** @type {Problem | null} */
let refusal = null;
const pace = new Pace();
/** Whether the server is asked for what it would leave out. */
let wantsAll = false;

const look = lookOf(location.search);
if (embed === 'overlay') {
  dress(document.documentElement, look);
  if (look.fade) fadeComments(byId('list'), look.fade, row => Date.parse(rowOf(row).comment.timestamp));
}

const names = new Names(() => refreshRows());
const muted = new Muted(() => {
  refreshRows();
  showMutedCount();
});

/** @type {import('./row.js').RowContext} */
const context = {
  names,
  self: () => session.user?.userID,
  own: comment => (comment.commentID ? live.ownReactions.get(comment.commentID) : undefined),
  // Whoever is not logged in is asked to when they do it; a source in a broadcasting program has nobody before it.
  mayReact: () => (session.user !== null || embed !== 'overlay') && live.event !== null && live.event.status !== 'ended',
  react: (comment, type) => (session.user ? live.react(comment, type) : account.joinTo('react', () => live.react(comment, type), live.event?.settings.guests && comeAsGuest)),
  openThread: commentID => void thread.open(commentID),
  retry: comment => (session.user ? live.retry(comment.key) : account.join('login')),
  discard: comment => live.discard(comment.key),
  // Nobody follows a link in a picture.
  links: ({ role }) => embed !== 'overlay' && (live.event?.settings.links === 'everybody' || (live.event?.settings.links === 'moderators' && Boolean(role))),
  // What is broadcast shows everybody.
  isMuted: comment => embed !== 'overlay' && muted.has(comment.userID),
  about: comment => about(comment),
  find: commentID => list.find(commentID) ?? live.comments.findLast(comment => comment.commentID === commentID),
};
const mayModerate = () => live.role === 'moderator' || live.role === 'administrator';
const tools = new Tools({
  context,
  types: () => (context.mayReact() ? live.event?.settings.reactionTypes ?? /** @type {ReactionType[]} */ (Object.keys(REACTIONS)) : []),
  mayReply: () => context.mayReact(),
  reply: comment => (session.user || composer.isOpen ? composer.replyTo(comment) : account.joinTo('reply', () => composer.replyTo(comment))),
  mayPin: mayModerate,
  isPinned: comment => live.pinned?.commentID === comment.commentID,
  pin: comment => void pin(comment),
  isOnStage: comment => live.stage?.commentID === comment.commentID,
  stage: comment => void trying(() => live.putOnStage(live.stage?.commentID === comment.commentID ? null : /** @type {string} */ (comment.commentID))),
  mark: comment => void trying(async () => {
    const status = comment.question === 'answered' ? 'open' : 'answered';
    await live.markQuestion(/** @type {string} */ (comment.commentID), status);
    announcer.now(phrase(status === 'answered' ? 'live.marked-answered' : 'live.marked-open'));
  }),
  mayDecide: comment => mayModerate() && comment.userID !== context.self() && (!comment.role || live.role === 'administrator'),
  timeout: comment => void timeOut(comment),
  ban: comment => void ban(comment),
  wayTo: comment => `${wayToConsole()}#person=${comment.userID}`,
  about: comment => about(comment),
  mayDelete: comment => mayModerate() || (session.user !== null && comment.userID === session.user.userID),
  remove: comment => void remove(comment),
});
const list = new CommentList({ scroller: byId('log'), list: byId('list'), pill: byId('pill'), empty, live, context, tools });
const thread = new Thread(byId('thread'), live, context, tools, root => composer.replyTo(root));
const pinned = new Pinned(byId('pinned'), live, context, tools, comment => greeted && announcer.now(phrase('live.pinned-now', { comment: `${names.of(comment)}: ${comment.commentText}` }), comment.commentID));
const questions = new QuestionPanel(byId('questions'), byId('show-questions'), live, context, tools, isOpen => composer.asks(isOpen && Boolean(live.event?.settings.questions)));
// Without its video the page has one column.
if (embed) byId('pinned').before(byId('on-stage'));
const onStage = new OnStage(byId('on-stage'), live, {
  isWanted: embed !== 'overlay' || look.stage,
  nameOf: comment => names.of(comment),
  mayModerate,
  takeOff: () => void trying(() => live.putOnStage(null)),
  changed: comment => greeted && announcer.now(phrase('live.on-stage-now', { comment: `${names.of(comment)}: ${comment.commentText}` }), comment.commentID),
});
new ReplayView({ live, video, log: byId('log'), pill: byId('pill'), empty, context, tools, showPoll: past => poll.showPast(past), showStage: past => onStage.showPast(past) });
const poll = new PollPanel(byId('poll'), live, {
  vote: option => {
    if (live.poll?.status !== 'open' || embed === 'overlay') return;
    const { pollID } = live.poll;
    if (session.user) live.vote(option);
    else account.joinTo('vote', () => live.poll?.pollID === pollID && live.vote(option));
  },
  mayModerate: () => mayModerate(),
  isPicture: embed === 'overlay',
  isWanted: embed !== 'overlay' || look.polls,
  say: sentence => greeted && announcer.now(sentence),
  failed: problem => say(wordsOf(problem)),
});
const account = new Account(session);
const composer = new Composer(byId('composer'), `livecomments.draft.${videoID}`, {
  send,
  people: () => [...people.values()].reverse(),
  nameOf: comment => names.of(comment),
  join: mode => account.join(mode),
  comeAsGuest,
  stoppedReplying: () => undefined,
});

const welcome = new Welcome(byId('welcome'), () => composer.focus() || byId('log').focus());

/** @param {string} nickname */
async function comeAsGuest(nickname) {
  await live.comeAsGuest(nickname);
  // When everything on the page knows who is here.
  await new Promise(resolve => setTimeout(resolve));
}

/** @param {string} text @param {Comment | null} replyTo @param {boolean} question */
function send(text, replyTo, question) {
  // Before it is placed, which may be before the next frame.
  if (!list.isFollowing) list.jumpToEnd();
  live.post(text, { replyTo: replyTo?.replyToCommentID ?? replyTo?.commentID, question });
  if (thread.root) composer.replyTo(thread.root);
  else composer.asks(question && questions.isOpen);
  const slow = slowMode(live.event?.settings);
  if (slow && !mayModerate()) composer.wait(slow, phrase('composer.slow-mode'));
}

/** @param {() => Promise<void>} work */
async function trying(work) {
  try {
    await work();
  } catch (problem) {
    say(wordsOf(problem));
  }
}

/** @param {Comment} comment */
async function remove(comment) {
  try {
    await live.remove(/** @type {string} */ (comment.commentID));
    announcer.now(phrase('live.deleted'));
  } catch (problem) {
    say(wordsOf(problem));
  }
}

/** Stops whoever wrote a comment from writing. @param {'timeout'|'ban'} action @param {Comment} comment @throws {Problem} */
async function decide(action, comment) {
  const body = { action, userIDs: [comment.userID], ...(action === 'timeout' ? { seconds: TIMEOUT } : {}) };
  const { decisions: [{ decisionID, status }] } = await moderate('decisions', body);
  if (status === 'not-allowed') throw new Error(phrase('live.not-allowed'));
  const done = phrase(action === 'timeout' ? 'live.timed-out' : 'live.banned', { name: names.of(comment) });
  if (status !== 'done') return say(done);
  const undo = el('button', { type: 'button', class: 'link-button', onclick: async () => {
    try {
      await moderate('undo', { decisionID });
      say(phrase('live.lifted', { name: names.of(comment) }));
    } catch (problem) {
      say(wordsOf(problem));
    }
  } }, phrase('live.undo'));
  say(done, undo);
}

/** @param {Comment} comment */
async function timeOut(comment) {
  try {
    await decide('timeout', comment);
  } catch (problem) {
    say(wordsOf(problem));
  }
}

/** @param {Comment} comment */
const ban = comment => confirm({ title: phrase('live.ban-title'), text: phrase('live.ban-text', { name: names.of(comment) }), action: phrase('tools.ban'), danger: true, work: () => decide('ban', comment) });

/** @param {Comment} comment */
function about(comment) {
  const name = names.of(comment);
  showPerson(comment, {
    comments: () => live.comments,
    isSelf: comment.userID === context.self(),
    isMuted: () => context.isMuted(comment),
    mute: mute => {
      if (!mute) return muted.unmute(comment.userID);
      muted.mute(comment.userID, name);
      say(phrase('live.muted', { name }), el('button', { type: 'button', class: 'link-button', onclick: () => {
        muted.unmute(comment.userID);
        say(phrase('live.unmuted', { name }));
      } }, phrase('live.undo')));
    },
    mention: composer.isOpen ? username => composer.mention(username) : null,
    report: session.user && (async reason => void (await session.call('POST', `live/${encodeURIComponent(videoID)}/comments/${comment.commentID}/reports`, { reason }))),
    logIn: () => account.join('login'),
    console: mayModerate() && live.event ? `${wayToConsole()}#person=${comment.userID}` : null,
  });
}

function showMutedCount() {
  const button = byId('muted');
  const { length } = muted.people;
  button.hidden = !length;
  button.textContent = phrase('live.muted-count', { count: length });
}

/** @param {string} path @param {object} body */
const moderate = (path, body) => session.call('POST', `live/${encodeURIComponent(videoID)}/moderation/${path}`, body);

/** @param {Comment} comment */
async function pin(comment) {
  const unpin = live.pinned?.commentID === comment.commentID;
  try {
    await live.pin(unpin ? null : /** @type {string} */ (comment.commentID));
    if (unpin) announcer.now(phrase('live.unpinned'));
  } catch (problem) {
    say(wordsOf(problem));
  }
}

/** Whether a comment is for whoever is here: by them, naming them, or an answer to them. @param {Comment} comment */
function isForMe({ userID, mentions, replyToCommentID }) {
  const self = context.self();
  return self !== undefined && (userID === self || (mentions?.some(mention => mention.userID === self) ?? false) || (replyToCommentID !== undefined && context.find(replyToCommentID)?.userID === self));
}

live.on('change', changes => {
  pinned.render(changes);
  list.render(changes.reset ? changes : { ...changes, placed: changes.placed.filter(comment => comment.state !== 'placed' || pace.shows(comment, Boolean(comment.role) || isForMe(comment))) });
  thread.render(changes);
  questions.render(changes);
  onStage.render(changes);
  if (changes.reset) {
    announcer.forget();
    composer.unquote();
  }
  announcer.removed(changes.removed);
  if (composer.removed(changes.removed)) announcer.now(phrase('composer.answered-removed'));
  for (const comment of changes.placed) {
    const at = Date.parse(comment.timestamp);
    pulse.add(at);
    video.pulse.add(at);
    if (context.isMuted(comment)) continue;
    people.set(comment.userID, comment);
    // Pages of the past are not news.
    if (greeted && comment.state === 'placed' && comment.userID !== context.self() && Date.now() - at < 20_000) announcer.comment(`${names.of(comment)}: ${comment.commentText}`, comment.commentID);
  }
  for (const comment of live.waiting) people.delete(comment.userID);
});

/** What a moderator decided, for whom it is about; nothing for what this page is too old to know. @param {{notice: string, until?: string, seconds?: number}} notice */
function told({ notice: kind, until, seconds }) {
  const key = `notice.${kind}`;
  return hasPhrase(key) ? phrase(key, { count: seconds ?? 0, time: until ? clockTime(until) : '' }) : '';
}

let greeted = false;
live.on('connection', connection => {
  if (live.isCaughtUp) greeted = true;
  refusal = connection.state === 'refused' ? /** @type {Problem} */ (connection.problem) : null;
  showConnection();
  showComposer();
});
live.on('event', showEvent);
live.on('poll', showPoll);
live.on('viewers', count => {
  viewers.hidden = false;
  viewers.title = phrase('live.watching', { count });
  viewers.replaceChildren(icon('eye', 17), el('span', { 'aria-hidden': 'true' }, shortCount(count)), el('span', { class: 'visually-hidden' }, viewers.title));
});
live.on('role', () => {
  refreshRows();
  showWayToConsole();
  showPoll();
  showComposer();
});
live.on('refused', ({ comment, problem }) => {
  // Another text may be sent at once, and a mode may be switched off at any time.
  if (problem.retryAfter && problem.code !== 'repeated-text' && problem.code !== 'room-mode') composer.wait(problem.retryAfter, wordsOf(problem));
  announcer.now(phrase('live.not-sent', { why: wordsOf(problem) }));
  if (!comment.commentText) live.discard(comment.key);
});
live.on('held', comment => announcer.now(phrase(comment.releaseAt ? 'live.delayed' : 'live.held')));
live.on('notice', news => {
  const text = told(news);
  if (!text) return;
  if (news.notice === 'timed-out' && news.until) composer.wait((Date.parse(news.until) - Date.now()) / 1000, phrase('live.stopped'));
  say(news.reason ? `${text} ${news.reason}` : text);
});
live.on('checking', busy => composer.check(busy));
live.on('problem', problem => say(wordsOf(problem)));
live.on('mention', ({ videoID: where, comment }) => {
  if (comment.userID === context.self() || context.isMuted(comment)) return;
  const here = where === live.event?.videoID || where === live.event?.eventID;
  if (here) announcer.now(phrase('live.mentioned', { name: names.of(comment), text: comment.commentText }), comment.commentID);
  // Without its text: when it is removed there, nobody tells this page.
  else say(phrase('live.mentioned-elsewhere', { name: names.of(comment) }), el('a', { href: new URL(`live/${encodeURIComponent(where)}`, server).href }, phrase('live.go-there')));
});
session.onChange(() => {
  refreshRows();
  showComposer();
  // After a log-in, what was refused may be allowed.
  if (refusal) void open();
});

/** @param {import('../js/types.js').LiveEvent} event */
function showEvent(event) {
  document.title = event.title;
  title.textContent = event.title;
  byId('description').replaceChildren(...linked(event.description ?? ''));
  byId('more').hidden = !event.description;
  video.parent.hidden = false;
  badge.hidden = false;
  badge.className = event.status === 'live' ? 'badge on-air' : 'badge';
  badge.textContent = phrase({ live: 'status.live', scheduled: 'status.soon', ended: 'status.ended' }[event.status]);
  empty.textContent = phrase({ live: 'live.quiet', scheduled: 'live.nothing-yet', ended: 'live.nothing-said' }[event.status]);
  video.show(event);
  byId('show-questions').hidden = !event.settings.questions || embed === 'overlay';
  if (!event.settings.questions) questions.close();
  welcome.show(event);
  showWayToConsole();
  showPoll();
  tick();
  refreshRows();
  showComposer();
}

function showPoll() {
  poll.show();
  byId('ask-poll').hidden = !mayModerate() || live.event?.status === 'ended' || live.poll?.status === 'open' || Boolean(embed);
}

/** For those who moderate; in a frame there is no room for it. */
function showWayToConsole() {
  const way = /** @type {HTMLAnchorElement} */ (byId('moderate'));
  way.hidden = byId('share').hidden = !mayModerate() || !live.event || Boolean(embed);
  if (live.event) way.href = wayToConsole();
  // An administrator has a way to all events above.
  const manage = /** @type {HTMLAnchorElement} */ (byId('manage'));
  manage.hidden = way.hidden || live.role !== 'administrator' || session.user?.role === 'administrator';
  if (live.event) manage.href = new URL(`admin#/${live.event.eventID}`, server).href;
}

const wayToConsole = () => new URL(`moderation/${live.event?.eventID ?? encodeURIComponent(videoID)}`, server).href;

function refreshRows() {
  list.refresh();
  pinned.refresh();
  thread.refresh();
  questions.refresh();
  onStage.refresh();
}

function showComposer() {
  const refused = refusal?.code === 'banned' ? phrase('live.cannot-write') : undefined;
  composer.show({ event: session.isRestoring ? null : live.event, user: session.user, refused, modes: mayModerate() ? '' : modesInWords(live.event?.settings) });
}

function showConnection() {
  const { state, retryAt, problem, transport } = live.connection;
  status.className = 'status';
  if (state === 'open') {
    if (live.isCaughtUp) status.hidden = true;
    else showStatus(phrase('live.catching-up'), { spinning: true });
  } else if (state === 'connecting') {
    // Only after a while, so that no message flashes on every page load or tab change.
    setTimeout(() => live.connection.state === 'connecting' && showStatus(phrase('live.connecting'), { spinning: true }), status.hidden ? 800 : 0);
  } else if (state === 'waiting') {
    const seconds = Math.max(1, Math.ceil(((retryAt ?? 0) - Date.now()) / 1000));
    const why = problem?.code === 'event-full' ? 'live.full'
      : problem?.code === 'busy' || problem?.code === 'draining' || problem?.code === 'store-unavailable' ? 'live.busy'
      : problem?.code === 'rate-limited' ? 'live.too-many-streams'
      : !navigator.onLine ? 'live.offline' : 'live.connection-lost';
    showStatus(phrase('live.trying-in', { why: phrase(why), seconds }), { spinning: true, action: [phrase('live.try-now'), () => live.retryNow()] });
  } else if (state === 'refused') {
    if (wantsAll && problem?.code === 'forbidden') {
      wantsAll = false;
      // Said as a notice: the status goes as soon as the sample flows again.
      say(phrase('live.sample-only'));
      return live.setSample(true);
    }
    if (problem?.code === 'event-not-found') showStatus(phrase('live.gone'), { bad: true, action: session.user ? undefined : [phrase('account.log-in'), () => account.join('login')] });
    else if (problem?.code === 'network-blocked') showStatus(phrase('refused.network-blocked'), { bad: true });
    else showStatus(phrase('live.log-in-ended'), { bad: true, action: [phrase('account.log-in'), () => account.join('login')] });
  }
  document.documentElement.dataset.connection = live.isCaughtUp ? 'caught-up' : state;
  document.documentElement.dataset.transport = transport ?? '';
}

/** @param {string} text @param {{spinning?: boolean, bad?: boolean, action?: [string, () => void]}} [options] */
function showStatus(text, { spinning, bad, action } = {}) {
  status.hidden = false;
  status.classList.toggle('bad', bad ?? false);
  const said = status.querySelector('p');
  // Every second another countdown: the words change, not the element, or a screen reader starts again each time.
  const as = !status.querySelector('.spinner') === !spinning && status.querySelector('button')?.textContent === action?.[0];
  if (said && as) said.textContent = text;
  else status.replaceChildren(...(spinning ? [el('span', { class: 'spinner', 'aria-hidden': 'true' })] : []), el('p', { 'aria-live': 'off' }, text), ...(action ? [el('button', { type: 'button', class: 'link-button', onclick: action[1] }, action[0])] : []));
}

/** A sentence for some seconds. @param {string} text @param {HTMLElement} [more] */
function say(text, more) {
  notice.hidden = false;
  notice.dataset.kind = 'said';
  notice.replaceChildren(el('span', null, text), ...(more ? [more] : []), el('button', { type: 'button', class: 'icon-button', 'aria-label': phrase('dialog.close'), onclick: () => (notice.hidden = true) }, icon('close', 16)));
  announcer.now(text);
  setTimeout(() => {
    if (notice.textContent?.startsWith(text)) notice.hidden = true;
  }, 8000);
}

/** In a room that is too fast to read, says so and offers all. */
function showRate() {
  const { shown: sent, all } = live.rate.current;
  const shown = Math.max(0, sent - pace.leftOut);
  byId('rate').textContent = all >= 1 ? phrase('live.rate', { count: Math.round(all) }) : '';
  if (!notice.hidden && notice.dataset.kind === 'said') return;
  const sampled = all > shown + 1;
  notice.hidden = !sampled && !((wantsAll || pace.isOff) && all > 20);
  if (notice.hidden) return;
  const text = phrase(sampled ? 'live.showing-some' : 'live.showing-all', { shown: Math.round(shown), all: Math.round(all) });
  const action = phrase(sampled ? 'live.show-all' : 'live.show-fewer');
  if (notice.dataset.kind === action) {
    /** @type {HTMLElement} */ (notice.firstElementChild).textContent = text;
    return;
  }
  notice.dataset.kind = action;
  notice.replaceChildren(el('span', null, text), el('button', { type: 'button', class: 'link-button', onclick: () => showAll(sampled) }, action));
}

/** @param {boolean} all */
function showAll(all) {
  pace.isOff = all;
  remember(all);
  // The server is asked only where it leaves out something.
  const { shown, all: there } = live.rate.current;
  if (all ? there > shown + 1 : wantsAll) live.setSample(!(wantsAll = all));
}

/** Whether somebody has chosen to see everything, in this browser. */
const ALL = 'livecomments-all';

function wantedAll() {
  try {
    return localStorage.getItem(ALL) === 'on';
  } catch {
    return false;
  }
}

/** @param {boolean} all */
function remember(all) {
  try {
    if (all) localStorage.setItem(ALL, 'on');
    else localStorage.removeItem(ALL);
  } catch {
    // It lasts as long as the page.
  }
}

function tick() {
  video.tick();
  poll.tick();
  const { event } = live;
  elapsed.hidden = event?.status !== 'live' || video.hasClock;
  if (event?.status === 'live') elapsed.textContent = duration(Date.now() - Date.parse(beginning(event)));
  if (event?.status === 'scheduled') showComposer();
}

document.addEventListener('keydown', event => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || target.closest('input, textarea, select, dialog')) return;
  if (composer.focus()) event.preventDefault();
});

byId('muted').addEventListener('click', () => showMuted(muted));
byId('more').addEventListener('click', () => {
  const open = byId('about').classList.toggle('open');
  byId('more').setAttribute('aria-expanded', String(open));
  byId('more').textContent = phrase(open ? 'live.less' : 'live.more');
});
byId('ask-poll').addEventListener('click', () => askPoll(live));
byId('share').addEventListener('click', () => live.event && share({ event: live.event, server }));

setInterval(() => {
  tick();
  showRate();
  pulse.tick();
  if (video.hasClock) video.pulse.tick();
  if (live.connection.state === 'waiting') showConnection();
}, 1000);

let attempts = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let again;
async function open() {
  clearTimeout(again);
  refusal = null;
  const { user } = session;
  try {
    await live.open();
    attempts = 0;
    refreshRows();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    // The message was for somebody who was not logged in, and by now somebody is.
    if (error.code === 'event-not-found' && session.user !== user) return void open();
    refusal = error;
    // Who was here before may be let in.
    if (error.code === 'event-not-found' && session.isRestoring) return;
    if (error.code === 'event-not-found') {
      document.title = title.textContent = phrase('live.unknown');
      byId('description').replaceChildren(...phraseWith('live.unknown-why', { events: el('a', { href: server.href }, phrase('page.all-events')) }));
      video.parent.hidden = true;
      if (session.user) showStatus(phrase('live.private-not-listed'), { bad: true });
      else showStatus(phrase('live.private-log-in'), { action: [phrase('account.log-in'), () => account.join('login')] });
    } else {
      const wait = Math.min(30, 2 ** attempts++) * (0.5 + Math.random());
      showStatus(phrase('live.trying', { why: wordsOf(error) }), { spinning: true });
      again = setTimeout(() => void open(), wait * 1000);
    }
  }
}

pace.isOff = wantedAll();
languageButton();
themeButton();
showComposer();
showMutedCount();
void open();
await restored;
account.show();
showComposer();
// It was held back until the log-in is known.
if (/** @type {Problem | null} */ (refusal)?.code === 'event-not-found') void open();
// Until then, and without it, names are compared by their letters.
(globalThis.requestIdleCallback ?? setTimeout)(() => void names.load().catch(() => undefined));
