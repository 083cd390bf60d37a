import { Session } from '../js/livecomments.js';
import { byId, el } from './dom.js';
import { field, form } from './forms.js';
import { themeButton } from './top.js';

const server = new URL(/** @type {string} */ (document.documentElement.dataset.base), location.href);
const session = new Session({ server });
const body = byId('sheet');
const explain = (/** @type {(string | Node)[]} */ ...text) => el('p', { class: 'explain' }, ...text);
const home = () => el('a', { href: server.href }, 'All events');

/** Shows one step. @param {string} title @param {...HTMLElement} parts */
function step(title, ...parts) {
  document.title = title;
  const heading = el('h1', { tabIndex: -1 }, title);
  body.replaceChildren(heading, ...parts);
  heading.focus();
}

function ask() {
  if (document.documentElement.dataset.mail !== 'on')
    return step('Forgotten your password?', explain('This site sends no e-mail. Ask the people who run it for a new password.'), explain(home()));
  step('Forgotten your password?', explain('Give the e-mail address of your account, and we send you a link to choose a new password.'));
  const email = field('E-mail', { type: 'email', autocomplete: 'email', required: true });
  form({ body }, [email.label], 'Send the link', async () => {
    const address = email.input.value.trim();
    await session.call('POST', 'auth/password/forgotten', { email: address });
    step('Look at your e-mail', el('p', { role: 'status', class: 'explain' }, 'If ', el('strong', null, address), ' belongs to an account here, a message with a link is on its way. The link works once, within 30 minutes.'),
      explain('Nothing came? Look among unwanted messages, or ', el('button', { type: 'button', class: 'link-button', onclick: ask }, 'ask again'), '. Each new link takes the place of the one before.'));
  });
}

/** @param {string} token */
function choose(token) {
  step('Choose a new password', explain('It logs you out everywhere.'));
  const password = field('New password', { type: 'password', autocomplete: 'new-password', required: true, minLength: 10, maxLength: 128 }, 'At least 10 characters.');
  form({ body }, [password.label], 'Change password', async () => {
    try {
      await session.call('POST', 'auth/password/reset', { token, newPassword: password.input.value });
    } catch (problem) {
      if (/** @type {any} */ (problem).code !== 'link-expired') throw problem;
      forget();
      return step('This link is used up', explain('It was used, has expired, or a newer one was sent. ', el('button', { type: 'button', class: 'link-button', onclick: ask }, 'Ask for another')));
    }
    forget();
    step('Your password is changed', el('p', { role: 'status', class: 'explain' }, 'Log in with it from now on.'), explain(home()));
  });
}

/** The link is worth nothing any more. */
const forget = () => history.replaceState(history.state, '', location.pathname);

function begin() {
  const token = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (token) choose(token);
  else ask();
}

addEventListener('hashchange', begin);
themeButton();
begin();
