import { BoundedMap, LiveComments, Session } from '../../js/livecomments.js';
import { Account } from '../account.js';
import { Announcer } from '../announcer.js';
import { open as openDialog } from '../dialog.js';
import { byId, el } from '../dom.js';
import { decimal, shortCount } from '../format.js';
import { wordsOf } from '../refusals.js';
import { refusedBy } from '../statistics/words.js';
import { phrase } from '../texts.js';
import { languageButton, themeButton } from '../top.js';
import { AuditPane, PAGE } from './audit-pane.js';
import { Chart, ReasonsChart } from './chart.js';
import { ChatPane } from './chat-pane.js';
import { askForDecision } from './decision-form.js';
import { Decisions } from './decisions.js';
import { Feed } from './feed.js';
import { listen, showKeys } from './keys.js';
import { ModesPane } from './modes-pane.js';
import { PersonPane } from './person-pane.js';
import { QueuePane } from './queue-pane.js';
import { Rates } from './rates.js';
import { RulesPane } from './rules-pane.js';
import { Tabs } from './tabs.js';
import { Toasts } from './toasts.js';
import { command, nameOf, past, pastAbout, pastBy, span } from './words.js';

/** @typedef {import('./decisions.js').Decision} Decision */
/** @typedef {import('./queue.js').QueueRow} QueueRow */
/** @typedef {{userID: string, displayName?: string, username?: string}} Person */
/** @typedef {{seconds?: number, reason?: string, everywhere?: boolean, network?: boolean}} Choice */

/** A ban is sent after this time, so that it can be taken back before anybody is told; in milliseconds. */
const GRACE = 5_000;
/** Seconds of the time-out that a key gives. */
const TIMEOUT = 600;
/** The server forgets after 30 s who looks at what; in milliseconds. */
const LOOKS_AGAIN = 20_000;
/** Delayed comments are asked for this often; in milliseconds. */
const DELAYED = 2_000;
/** First comments of one message that are read where the stream left them out. */
const LEFT_OUT = 20;

const server = new URL(/** @type {string} */ (document.documentElement.dataset.base), location.href);
const videoID = decodeURIComponent(/** @type {string} */ (location.pathname.split('/').filter(Boolean).at(-1)));
const session = new Session({ server });
const live = new LiveComments({ server, event: videoID, session });
const announcer = new Announcer(byId('announcer'));
const gate = byId('gate');
const desk = byId('console');
const strip = byId('strip');
const connection = byId('connection');
const phone = matchMedia('(max-width: 51.25rem)');
const rates = new Rates();
const charts = {
  comments: new Chart(phrase('console.comments-per-second'), decimal),
  viewers: new Chart(phrase('console.viewers'), shortCount),
  held: new Chart(phrase('console.held'), shortCount),
  // Of the node that this page is connected to.
  refused: new ReasonsChart(phrase('console.refused-per-minute'), refusedBy),
  latency: new Chart(phrase('console.latency'), shortCount),
};
/** Texts for the audit log, by commentID. @type {BoundedMap<string, string>} */
const texts = new BoundedMap(2000);
/** What a decision is about, beside its body. @type {WeakMap<Decision, {done: string, row?: QueueRow, queue?: import('./queue.js').Queue, people: Person[]}>} */
const about = new WeakMap();
let isOpen = false;
/** The server shows busy events to nobody whole. */
let isSampled = false;
let connected = false;
/** The connection was there and was lost. */
let lost = false;
/** The comment that the others are told this moderator looks at. @type {string | null} */
let lookedAt = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let look;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let meeting;

/** @param {string} method @param {string} path @param {object} [body] */
const moderation = (method, path, body) => session.call(method, `live/${encodeURIComponent(videoID)}/moderation/${path}`, body);

const decisions = new Decisions({ call: (path, body) => moderation('POST', path, body), changed: decisionChanged });
const toasts = new Toasts(byId('toasts'), decisions);
const queue = new QueuePane(byId('queue'), {
  act: decideAboutRow,
  person: showPerson,
  chosen: () => chat.selected && chat.select(null),
  looking,
  opened: state => state === 'delayed' && void readDelayed(),
  isPhone: () => phone.matches,
});
const chat = new ChatPane(byId('chat'), {
  live,
  act: decideInChat,
  person: showPerson,
  isPhone: () => phone.matches,
});
const person = new PersonPane({
  load: userID => moderation('GET', `users/${userID}`),
  act: (action, card, choice) => decideAboutPeople(action, [card], choice),
  more: card => askForDecision({ who: nameOf(card), comment: null, everywhere: mayEverywhere() }, ({ action, ...choice }) => decideAboutPeople(action, [card], choice)),
  removeNote: async note => void (await moderation('POST', 'undo', { decisionID: note.decisionID })),
  removePicture: card => tell(session.call('DELETE', `users/${card.userID}/picture`), phrase('card.picture-removed', { name: nameOf(card) })),
  mayEverywhere,
  back: focusRow,
});
const modes = new ModesPane(byId('modes'), moderation, problem => say(wordsOf(problem)));
const rules = new RulesPane(moderation, sentence => announcer.now(sentence));
const audit = new AuditPane({
  load: before => moderation('GET', `audit?limit=${PAGE}${before === null ? '' : `&before=${before}`}`),
  undo: async line => void (await moderation('POST', 'undo', { decisionID: line.decisionID })),
  textOf: line => texts.get(line.commentID) ?? '',
});
const personPlace = el('div', { class: 'pane-body', id: 'side-person' }, person.element);
const rulesPlace = el('div', { class: 'pane-body', id: 'side-rules' }, rules.element);
const auditPlace = el('div', { class: 'pane-body', id: 'side-audit' }, audit.element);
const side = new Tabs(phrase('console.side'), [{ name: 'person', title: phrase('console.person'), panel: personPlace }, { name: 'rules', title: phrase('console.rules'), panel: rulesPlace }, { name: 'audit', title: phrase('console.audit'), panel: auditPlace }],
  name => name === 'rules' && isOpen && void moderation('GET', 'rules').then(now => rules.follow(now), () => undefined));
byId('side').append(side.element, personPlace, rulesPlace, auditPlace);
byId('charts').append(...Object.values(charts).map(chart => chart.element));
const views = Object.entries({ queue: phrase('console.queue'), chat: phrase('live.chat'), modes: phrase('console.modes') }).map(([view, title]) => el('button', { type: 'button', 'data-view': view, onclick: () => showView(view) }, title));
byId('views').append(...views);

const feed = new Feed({
  session,
  videoID,
  receive,
  connected: now => {
    lost = !now;
    connected = now;
    decisions.connect(now);
    showState();
  },
  refused: () => void admit(),
});

/** @param {any} message */
function receive(message) {
  switch (message.type) {
    case 'queue': {
      /** @type {import('./queue.js').Item[]} */
      const items = message.items;
      const { held, reported } = queue.queues;
      const groups = { held: items.filter(item => item.heldAt), reported: items.filter(item => !item.heldAt) };
      for (const { commentID, comment } of items) texts.set(commentID, comment.commentText);
      if (message.first) {
        held.replace(groups.held);
        reported.replace(groups.reported);
      } else {
        // An approved comment may be reported at once.
        held.receive(groups.held, [...message.removed, ...groups.reported.map(item => item.commentID)]);
        reported.receive(groups.reported, message.removed);
      }
      chat.report(new Set(reported.ids));
      return queue.show();
    }
    case 'decisions':
      audit.add(message.decisions);
      for (const line of message.decisions) {
        if (line.commentID && line.by.userID !== session.user?.userID) for (const one of Object.values(queue.queues)) one.note(line.commentID, pastBy(line.action, line.by));
        if (line.user) person.refresh(line.user.userID);
      }
      return queue.show();
    case 'looking': {
      /** @type {Map<string, string[]>} */
      const looks = new Map();
      for (const { commentID, user } of message.looking) if (user.userID !== session.user?.userID) looks.set(commentID, [...looks.get(commentID) ?? [], nameOf(user)]);
      return queue.look(looks);
    }
    case 'firsts':
      chat.first(message.commentIDs);
      return void readLeftOut(message.commentIDs);
    case 'rates':
      rates.add({ at: Date.now(), commentsPerSecond: message.commentsPerSecond, viewers: message.viewers, held: message.held, refused: message.refusedHere, slowest: message.slowestMsHere ?? 0 });
      charts.comments.show(rates.history.map(rate => rate.commentsPerSecond));
      charts.viewers.show(rates.history.map(rate => rate.viewers));
      charts.held.show(rates.history.map(rate => rate.held));
      charts.refused.show(rates.history.map(rate => rate.refused));
      charts.latency.show(rates.history.map(rate => rate.slowest), message.medianMsHere === undefined ? '–' : `${milliseconds(message.medianMsHere)}/${milliseconds(message.slowestMsHere)}`);
      return showState();
  }
}

/** @param {number} value */
const milliseconds = value => (value < 9.95 ? decimal(value) : shortCount(Math.round(value)));

/** First comments are shown also where the stream is a sample. @param {string[]} ids */
async function readLeftOut(ids) {
  if (!isSampled) return;
  const there = new Set(live.comments.map(comment => comment.commentID));
  for (const id of ids.filter(one => !there.has(one)).slice(-LEFT_OUT)) {
    try {
      const comment = await session.call('GET', `live/${encodeURIComponent(videoID)}/comments/${id}`);
      texts.set(id, comment.commentText);
      chat.add([{ ...comment, state: 'placed' }]);
    } catch {
      // It was deleted meanwhile.
    }
  }
}

/** @param {'approve'|'remove'|'timeout'|'ban'|'more'} action @param {QueueRow} row @param {import('./queue.js').Queue} of @param {Choice} [choice] */
function decideAboutRow(action, row, of, choice) {
  const people = row.items.map(item => item.comment);
  const isReported = of === queue.queues.reported;
  if (action === 'more') return askAbout(people, isReported ? 'delete' : 'reject', reason => queue.act('remove', row, reason));
  if (action === 'timeout' || action === 'ban') return decideAboutPeople(action, people);
  const name = action === 'approve' ? 'approve' : isReported ? 'delete' : 'reject';
  const commentIDs = row.items.map(item => item.commentID);
  const done = pastAbout(name, phrase('stats.comments', { count: commentIDs.length }));
  of.decide(row, connected ? past(name) : waits(name));
  const decision = decisions.decide({ action: name, commentIDs, ...choice }, done, { takenBackBy: name !== 'approve' ? undefined : isReported ? null : { action: 'delete', commentIDs } });
  about.set(decision, { done, row, queue: of, people });
}

/** @param {'remove'|'timeout'|'ban'|'stage'|'answer'|'more'} action @param {import('../../js/types.js').Comment} comment */
function decideInChat(action, comment) {
  const id = /** @type {string} */ (comment.commentID);
  if (action === 'stage') {
    const isThere = live.stage?.commentID === id;
    return void tell(live.putOnStage(isThere ? null : id), phrase(isThere ? 'console.off-stage' : 'console.on-stage'));
  }
  if (action === 'answer') {
    const isAnswered = comment.question === 'answered';
    return void tell(live.markQuestion(id, isAnswered ? 'open' : 'answered'), phrase(isAnswered ? 'live.marked-open' : 'live.marked-answered'));
  }
  if (action === 'more') askAbout([comment], 'delete', reason => decideAboutComment(comment, reason));
  else if (action === 'remove') decideAboutComment(comment);
  else decideAboutPeople(action, [comment]);
}

/** Any decision about whoever wrote something, or about the comment. @param {Person[]} people @param {'delete'|'reject'} comment @param {(choice: Choice) => void} remove */
function askAbout(people, comment, remove) {
  askForDecision({ who: whoAre(people), comment, everywhere: mayEverywhere() }, ({ action, ...choice }) => (action === comment ? remove(choice) : decideAboutPeople(action, people, choice)));
}

/** Deletes what everybody sees. @param {import('../../js/types.js').Comment} comment @param {Choice} [choice] */
function decideAboutComment(comment, choice) {
  const label = pastAbout('delete', phrase('stats.comments', { count: 1 }));
  const decision = decisions.decide({ action: 'delete', commentIDs: [comment.commentID], ...choice }, label);
  about.set(decision, { done: label, people: [comment] });
}

/** Each once. @template {Person} T @param {T[]} people */
const distinct = people => [...new Map(people.map(one => [one.userID, one])).values()];

/** @param {Person[]} people */
function whoAre(people) {
  const all = distinct(people);
  return all.length > 1 ? phrase('console.people', { count: all.length }) : nameOf(all[0]);
}

/** @param {string} action @param {Person[]} people @param {Choice} [choice] */
function decideAboutPeople(action, people, choice = {}) {
  const seconds = action === 'timeout' ? choice.seconds ?? TIMEOUT : choice.seconds;
  const others = distinct(people).filter(one => one.userID !== session.user?.userID);
  if (!others.length) return say(phrase('console.not-oneself'));
  const who = whoAre(others);
  const long = action === 'timeout' && seconds ? phrase('console.for', { what: pastAbout(action, who), time: span(seconds) }) : pastAbout(action, who);
  const where = [choice.network && phrase('console.with-network'), choice.everywhere && phrase('console.in-all-events')].filter(Boolean);
  const done = [long, ...where].join(' ');
  const grace = action === 'ban' || action === 'shadow-ban' ? GRACE : 0;
  const body = { action, userIDs: others.map(one => one.userID), ...choice, ...(seconds ? { seconds } : {}) };
  const isFinal = action === 'lift' || action === 'untrust' || action === 'warn';
  const decision = decisions.decide(body, grace ? [phrase('console.command-about', { command: command(action), who }), ...where].join(' ') : done, { grace, takenBackBy: isFinal ? null : undefined });
  about.set(decision, { done, people: others });
}

/** @param {string} action */
const waits = action => phrase('console.waits', { command: command(action) });

/** @param {Decision} decision */
function decisionChanged(decision) {
  const subject = about.get(decision);
  const { state, answers } = decision;
  if (subject && state === 'done') {
    decision.label = subject.done;
    const other = answers.find(answer => answer.status === 'already' && answer.by?.userID !== session.user?.userID);
    if (subject.row) subject.queue?.decided(subject.row, other ? phrase('console.before', { what: pastBy(other.action, other.by) }) : past(decision.body.action));
    for (const one of subject.people) person.refresh(one.userID);
  }
  if (subject?.row?.done && state === 'waiting') subject.row.done.what = waits(decision.body.action);
  if (subject?.row && (state === 'undone' || state === 'failed')) subject.queue?.revive(subject.row);
  if (state === 'undone') for (const one of subject?.people ?? []) person.refresh(one.userID);
  if (state === 'grace') announcer.now(phrase('console.grace', { what: decision.label, count: GRACE / 1000 }));
  else if (state === 'done') announcer.now(decision.label);
  else if (state === 'undone') announcer.now(phrase('toast.taken-back', { what: decision.label }));
  else if (state === 'failed') announcer.now(`${decision.label}: ${decision.problem ? wordsOf(decision.problem) : phrase('row.no-answer')}`);
  toasts.show();
  queue.show();
  showState();
}

/** @param {Person | undefined} who @param {boolean} asked */
function showPerson(who, asked) {
  clearTimeout(meeting);
  if (!who) return;
  if (phone.matches) {
    const place = byId('toasts');
    const sheet = openDialog(phrase('console.person'), () => {
      personPlace.append(person.element);
      document.body.append(place);
    });
    sheet.body.parentElement?.classList.add('sheet');
    sheet.body.append(person.element);
    // What is beside an open dialog cannot be pressed, and a ban made in it can be undone.
    sheet.body.parentElement?.append(place);
    return void person.show(who);
  }
  if (asked) side.choose('person');
  if (side.name !== 'person') return;
  // Who goes through the rows quickly asks for nobody.
  if (asked) void person.show(who);
  else meeting = setTimeout(() => void person.show(who), 250);
}

/** Whether this moderator may decide for all events. */
function mayEverywhere() {
  return /** @type {string | null} */ (live.role) === 'administrator';
}

/** Goes back to the chosen row, so that the keys are about it again. */
function focusRow() {
  /** @type {HTMLElement | null} */ (document.querySelector('.chat-row.selected, .queue-row.selected') ?? byId('queue').querySelector('.rows'))?.focus({ preventScroll: true });
}

/** Shows whom somebody came for from the event's page. */
function showAsked() {
  const userID = /^#person=([0-9a-f-]{36})$/.exec(location.hash)?.[1];
  if (!userID) return;
  history.replaceState(null, '', location.pathname + location.search);
  showPerson({ userID, displayName: phrase('console.somebody') }, true);
}

/** @param {string | null} commentID */
function looking(commentID) {
  if (commentID === lookedAt) return;
  lookedAt = commentID;
  clearTimeout(look);
  look = setTimeout(tellLooking, 300);
}

function tellLooking() {
  if (!isOpen) return;
  void moderation('PUT', 'looking', { commentID: lookedAt }).catch(() => undefined);
  if (lookedAt) look = setTimeout(tellLooking, LOOKS_AGAIN);
}

async function readDelayed() {
  if (!isOpen || (queue.state !== 'delayed' && !live.event?.settings.modes?.delaySeconds && !queue.queues.delayed.count)) return;
  try {
    queue.queues.delayed.replace(await moderation('GET', 'queue?state=delayed&limit=100'));
    queue.show();
  } catch {
    // Asked again soon.
  }
}

/** Says that something is done, or why not. @param {Promise<unknown>} work @param {string} done */
const tell = (work, done) => work.then(() => say(done, ''), problem => say(wordsOf(problem)));

/** @param {string} text @param {string} [kind] A fault, unless it is said otherwise. */
function say(text, kind = 'bad') {
  const toast = el('div', { class: `toast ${kind}` }, el('span', { class: 'toast-text' }, text));
  byId('toasts').append(toast);
  announcer.now(text);
  setTimeout(() => toast.remove(), 6000);
}

/** @param {string} view */
function showView(view) {
  desk.dataset.view = view;
  for (const button of views) {
    if (button.dataset.view === view) button.setAttribute('aria-current', 'page');
    else button.removeAttribute('aria-current');
  }
  if (phone.matches && view === 'modes' && side.name === 'person') side.choose('rules');
}

/** The connection, and what is unusual. */
function showState() {
  connection.className = `connection ${connected ? 'is-open' : 'is-lost'}`;
  const words = phrase(connected ? 'console.connected' : lost ? 'console.connection-lost' : 'live.connecting');
  if (connection.textContent !== words) connection.textContent = words;
  const { unsent } = decisions;
  const { raid } = rates;
  desk.classList.toggle('raid', raid > 0);
  if (lost) return showStrip('bad', unsent ? phrase('console.lost-unsent', { count: unsent }) : phrase('console.lost'));
  if (live.event?.status === 'ended') return showStrip('over', phrase('console.ended'));
  if (raid && !modes.isShielded) return showStrip('raid', phrase('console.raid', { times: Math.round(raid) }), [phrase('console.raid-action'), () => void modes.setShield(true)], 'r');
  showStrip('', '');
}

/** @param {string} kind @param {string} text @param {[string, () => void]} [action] @param {string} [key] */
function showStrip(kind, text, action, key) {
  strip.hidden = !text;
  if (strip.dataset.kind !== kind) {
    strip.dataset.kind = kind;
    strip.replaceChildren(el('span', { class: 'strip-text' }), action ? el('button', { type: 'button', class: 'button primary', onclick: action[1] }, action[0], key ? el('kbd', null, key) : null) : '');
  }
  const words = /** @type {HTMLElement | null} */ (strip.querySelector('.strip-text'));
  if (words && words.textContent !== text) words.textContent = text;
}

live.on('change', changes => {
  for (const comment of changes.placed) if (comment.commentID) texts.set(comment.commentID, comment.commentText);
  chat.render(changes);
});
live.on('event', event => {
  document.title = phrase('console.title-of', { title: event.title });
  byId('title').textContent = event.title;
  const badge = byId('badge');
  badge.className = event.status === 'live' ? 'badge on-air' : 'badge';
  badge.textContent = phrase({ live: 'status.live', scheduled: 'status.soon', ended: 'status.ended' }[event.status]);
  modes.follow(event);
  showState();
});
live.on('connection', ({ state, problem }) => {
  if (state !== 'refused' || problem?.code !== 'forbidden') return;
  isSampled = true;
  live.setSample(true);
  say(phrase('live.sample-only'));
});

listen({
  next: () => (chat.selected ? chat.move(1) : queue.move(1)),
  previous: () => (chat.selected ? chat.move(-1) : queue.move(-1)),
  approve: () => !chat.selected && queue.act('approve'),
  delete: () => (chat.selected ? decideAboutComment(chat.selected) : queue.act('remove')),
  timeout: () => (chat.selected ? decideAboutPeople('timeout', [chat.selected]) : queue.act('timeout')),
  ban: () => (chat.selected ? decideAboutPeople('ban', [chat.selected]) : queue.act('ban')),
  more: () => (chat.selected ? decideInChat('more', chat.selected) : queue.act('more')),
  undo: () => {
    const { last } = decisions;
    if (last) decisions.undo(last);
    else announcer.now(phrase('console.nothing-to-undo'));
  },
  fresh: () => queue.showFresh(),
  person: () => showPerson(chat.selected ?? queue.selected?.items[0].comment, true),
  note: () => {
    const who = chat.selected ?? queue.selected?.items[0].comment;
    if (who) showPerson(who, true);
    if (who || person.userID) person.writeNote();
  },
  chat: () => chat.selected || chat.move(-1),
  queue: () => {
    chat.release();
    if (queue.selected) queue.select(queue.selected);
    else queue.move(1);
  },
  raid: () => rates.raid && !modes.isShielded && void modes.setShield(true),
  release: () => {
    chat.release();
    queue.release();
  },
  help: showKeys,
});
byId('help').addEventListener('click', showKeys);
addEventListener('beforeunload', event => {
  if (decisions.unsent) event.preventDefault();
});
phone.addEventListener('change', () => queue.show());
// The event's page opens people in the tab that is open already.
addEventListener('hashchange', () => isOpen && showAsked());
setInterval(() => void readDelayed(), DELAYED);

/** @type {ReturnType<typeof setTimeout> | undefined} */
let again;
let admission = 0;

/** Lets moderators in, and tells others how to go on. */
async function admit() {
  const asked = ++admission;
  clearTimeout(again);
  const { user } = session;
  if (!user) return session.isRestoring ? undefined : showGate(phrase('console.log-in'), phrase('console.log-in-why'), el('button', { type: 'button', class: 'button primary', onclick: () => account.join('login') }, phrase('account.log-in')));
  try {
    const now = await moderation('GET', 'rules');
    if (asked !== admission) return;
    rules.follow(now);
    open();
  } catch (problem) {
    if (asked !== admission) return;
    const { code } = /** @type {import('../../js/problem.js').Problem} */ (problem);
    const page = el('a', { class: 'button', href: new URL(`live/${encodeURIComponent(videoID)}`, server).href }, phrase('stats.go-to-event'));
    if (code === 'forbidden') return showGate(phrase('console.not-for-you'), phrase('console.not-for-you-why', { name: `@${user.username}` }), page);
    if (code === 'event-not-found') return showGate(phrase('live.unknown'), phrase('stats.unknown-why'), el('a', { class: 'button', href: server.href }, phrase('page.all-events')));
    // The feed asks again by itself.
    if (isOpen) return;
    showGate(phrase('stats.one-moment'), wordsOf(problem));
    again = setTimeout(() => void admit(), 3000);
  }
}

/** @param {string} title @param {string} text @param {HTMLElement} [way] */
function showGate(title, text, way) {
  close();
  const heading = /** @type {HTMLElement} */ (gate.querySelector('h1'));
  heading.textContent = title;
  gate.replaceChildren(heading, el('p', { class: 'lead' }, text), ...(way ? [el('p', null, way)] : []));
  gate.hidden = false;
}

function open() {
  gate.hidden = true;
  desk.hidden = false;
  const page = /** @type {HTMLAnchorElement} */ (byId('event-page'));
  page.href = new URL(`live/${encodeURIComponent(videoID)}`, server).href;
  page.hidden = false;
  if (isOpen) return;
  isOpen = true;
  // Moderators see everything.
  live.setSample(false);
  void openChat();
  feed.open();
  void audit.read();
  showState();
  showAsked();
}

function close() {
  desk.hidden = true;
  byId('event-page').hidden = true;
  if (!isOpen) return;
  isOpen = false;
  connected = lost = false;
  live.close();
  feed.close();
}

async function openChat() {
  try {
    await live.open();
  } catch {
    if (isOpen) setTimeout(() => isOpen && void openChat(), 3000);
  }
}

languageButton();
themeButton();
showView('queue');
const restored = session.restore().catch(() => undefined);
const account = new Account(session);
await restored;
account.show();
session.onChange(() => void admit());
void admit();
