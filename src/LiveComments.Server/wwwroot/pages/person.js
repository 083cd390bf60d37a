import { open } from './dialog.js';
import { avatar, el } from './dom.js';
import { clockTime } from './format.js';

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
  const dialog = open('Who is this?');
  const said = el('p', { role: 'status', class: 'form-done', hidden: true });
  const say = (/** @type {string} */ text) => {
    said.hidden = false;
    said.textContent = text;
  };
  const close = (/** @type {() => void} */ action) => () => {
    dialog.close();
    action();
  };
  const role = comment.role === 'administrator' ? 'Host' : comment.role === 'moderator' ? 'Moderator' : comment.guest ? 'a guest' : '';
  const { mention } = page;
  const rest = page.comments().filter(one => one.userID === comment.userID && one.commentID).slice(-MOST).reverse();
  dialog.body.classList.add('person');
  dialog.body.append(
    el('div', { class: 'person-head' }, avatar(comment, 'large'), el('p', null, el('bdi', null, comment.displayName), el('small', null, [`@${comment.username}`, role].filter(Boolean).join(', ')))),
    el('div', { class: 'row' },
      mention && !page.isSelf ? el('button', { type: 'button', class: 'button', onclick: close(() => mention(comment.username)) }, 'Mention') : '',
      el('button', { type: 'button', class: 'button', onclick: async () => {
        try {
          await navigator.clipboard.writeText(comment.commentText);
          say('Copied.');
        } catch {
          say('The browser does not allow copying here.');
        }
      } }, 'Copy the comment'),
      page.isSelf ? '' : el('button', { type: 'button', class: 'button', onclick: close(() => page.mute(!page.isMuted())) }, page.isMuted() ? 'Show again' : 'Mute'),
      page.console ? el('a', { class: 'button', href: page.console, target: 'livecomments-console' }, 'In the console') : ''),
    page.isSelf ? '' : el('p', { class: 'explain' }, 'Whom you mute is not shown in this browser any more. They do not learn of it.'),
    said,
    rest.length ? el('h3', null, page.isSelf ? 'What you said lately' : 'What they said lately') : '',
    rest.length ? el('ol', { class: 'person-said' }, ...rest.map(one => el('li', null, el('time', { class: 'time', dateTime: one.timestamp }, clockTime(one.timestamp)), el('span', { dir: 'auto' }, one.commentText)))) : '',
    page.isSelf || !comment.commentID ? '' : reporting(comment, page, say, close));
}

/** @param {Comment} comment @param {Parameters<typeof showPerson>[1]} page @param {(text: string) => void} say @param {(action: () => void) => () => void} close */
function reporting(comment, page, say, close) {
  const { report } = page;
  const more = el('details', { class: 'more' }, el('summary', null, 'Report this comment'), el('blockquote', { dir: 'auto' }, comment.commentText));
  if (!report) {
    more.append(el('p', { class: 'explain' }, 'Moderators hear of it when you are logged in.'), el('button', { type: 'button', class: 'button', onclick: close(page.logIn) }, 'Log in'));
    return more;
  }
  const reason = el('textarea', { rows: 2, required: true, maxLength: LONGEST_REASON, dir: 'auto' });
  const wrong = el('p', { class: 'form-error', role: 'alert', hidden: true });
  const button = el('button', { type: 'submit', class: 'button primary' }, 'Report');
  more.append(el('form', { onsubmit: async (/** @type {Event} */ event) => {
    event.preventDefault();
    button.disabled = true;
    wrong.hidden = true;
    try {
      await report(reason.value);
      more.remove();
      say('Thank you. The moderators will look at it.');
    } catch (problem) {
      wrong.hidden = false;
      wrong.textContent = /** @type {Error} */ (problem).message;
      button.disabled = false;
    }
  } }, el('label', { class: 'field' }, 'What is wrong with it?', reason), wrong, button));
  return more;
}

/** Shows whom this browser does not show. @param {import('./muted.js').Muted} muted */
export function showMuted(muted) {
  const dialog = open('Muted people');
  const list = el('ul', { class: 'person-said' });
  const show = () => {
    if (!muted.people.length) return dialog.close();
    list.replaceChildren(...muted.people.map(([userID, name]) => el('li', { class: 'row between' }, el('bdi', null, name), el('button', { type: 'button', class: 'button small', 'aria-label': `Show ${name} again`, onclick: () => {
      muted.unmute(userID);
      show();
      /** @type {HTMLElement | null} */ (list.querySelector('button'))?.focus();
    } }, 'Show again'))));
  };
  dialog.body.append(el('p', { class: 'explain' }, 'Their comments are not shown in this browser.'), list);
  show();
}
