import { open } from './dialog.js';
import { avatar, el } from './dom.js';
import { clockTime } from './format.js';
import { sentenceOf } from './refusals.js';
import { phrase } from './texts.js';

/** @typedef {import('../js/types.js').Comment} Comment */

/** Comments of somebody that are listed. */
const MOST = 20;

/** What the server takes. */
const LONGEST_REASON = 500;

/**
 * Shows who wrote a comment, what else they said here lately, and what one can do about it.
 * @param {Comment} comment
 * @param {Object} page
 * @param {() => Comment[]} page.comments Those that the page has, the oldest first.
 * @param {boolean} page.isSelf
 * @param {() => boolean} page.isMuted
 * @param {(mute: boolean) => void} page.mute
 * @param {((name: string) => void) | null} page.mention Begins a comment to them; null where nobody may write.
 * @param {((reason: string) => Promise<void>) | null} page.report Null when that needs a log-in.
 * @param {() => void} page.logIn
 * @param {string | null} page.console Where moderators see everything about them; null for others.
 */
export function showPerson(comment, page) {
  const dialog = open(phrase('person.title'));
  const said = el('p', { role: 'status', class: 'form-done', hidden: true });
  const say = (/** @type {string} */ text) => {
    said.hidden = false;
    said.textContent = text;
  };
  const close = (/** @type {() => void} */ action) => () => {
    dialog.close();
    action();
  };
  const role = comment.role === 'administrator' ? phrase('role.host') : comment.role === 'moderator' ? phrase('role.moderator') : comment.guest ? phrase('role.guest') : '';
  const { mention } = page;
  const rest = page.comments().filter(one => one.userID === comment.userID && one.commentID).slice(-MOST).reverse();
  dialog.body.classList.add('person');
  dialog.body.append(
    el('div', { class: 'person-head' }, avatar(comment, 'large'), el('p', null, el('bdi', null, comment.displayName), el('small', null, [`@${comment.username}`, role].filter(Boolean).join(', ')))),
    el('div', { class: 'row' },
      mention && !page.isSelf ? el('button', { type: 'button', class: 'button', onclick: close(() => mention(comment.username)) }, phrase('person.mention')) : '',
      el('button', { type: 'button', class: 'button', onclick: async () => {
        try {
          await navigator.clipboard.writeText(comment.commentText);
          say(phrase('page.copied'));
        } catch {
          say(phrase('page.cannot-copy'));
        }
      } }, phrase('person.copy')),
      page.isSelf ? '' : el('button', { type: 'button', class: 'button', onclick: close(() => page.mute(!page.isMuted())) }, phrase(page.isMuted() ? 'person.unmute' : 'person.mute')),
      page.console ? el('a', { class: 'button', href: page.console, target: 'livecomments-console' }, phrase('person.console')) : ''),
    page.isSelf ? '' : el('p', { class: 'explain' }, phrase('person.mute-explained')),
    said,
    rest.length ? el('h3', null, phrase(page.isSelf ? 'person.you-said' : 'person.they-said')) : '',
    rest.length ? el('ol', { class: 'person-said' }, ...rest.map(one => el('li', null, el('time', { class: 'time', dateTime: one.timestamp }, clockTime(one.timestamp)), el('span', { dir: 'auto' }, one.commentText)))) : '',
    page.isSelf || !comment.commentID ? '' : reporting(comment, page, say, close));
}

/** @param {Comment} comment @param {Parameters<typeof showPerson>[1]} page @param {(text: string) => void} say @param {(action: () => void) => () => void} close */
function reporting(comment, page, say, close) {
  const { report } = page;
  const more = el('details', { class: 'more' }, el('summary', null, phrase('person.report-comment')), el('blockquote', { dir: 'auto' }, comment.commentText));
  if (!report) {
    more.append(el('p', { class: 'explain' }, phrase('person.report-log-in')), el('button', { type: 'button', class: 'button', onclick: close(page.logIn) }, phrase('account.log-in')));
    return more;
  }
  const reason = el('textarea', { rows: 2, required: true, maxLength: LONGEST_REASON, dir: 'auto' });
  const wrong = el('p', { class: 'form-error', role: 'alert', hidden: true });
  const button = el('button', { type: 'submit', class: 'button primary' }, phrase('person.report'));
  more.append(el('form', { onsubmit: async (/** @type {Event} */ event) => {
    event.preventDefault();
    button.disabled = true;
    wrong.hidden = true;
    try {
      await report(reason.value);
      more.remove();
      say(phrase('person.reported'));
    } catch (problem) {
      wrong.hidden = false;
      wrong.textContent = sentenceOf(problem);
      button.disabled = false;
    }
  } }, el('label', { class: 'field' }, phrase('person.report-reason'), reason), wrong, button));
  return more;
}

/** Shows whom this browser does not show. @param {import('./muted.js').Muted} muted */
export function showMuted(muted) {
  const dialog = open(phrase('muted.title'));
  const list = el('ul', { class: 'person-said' });
  const show = () => {
    if (!muted.people.length) return dialog.close();
    list.replaceChildren(...muted.people.map(([userID, name]) => el('li', { class: 'row between' }, el('bdi', null, name), el('button', { type: 'button', class: 'button small', 'aria-label': phrase('muted.show', { name }), onclick: () => {
      muted.unmute(userID);
      show();
      /** @type {HTMLElement | null} */ (list.querySelector('button'))?.focus();
    } }, phrase('person.unmute')))));
  };
  dialog.body.append(el('p', { class: 'explain' }, phrase('muted.explained')), list);
  show();
}
