import { Session } from '../js/livecomments.js';
import { byId, el } from './dom.js';
import { field, form } from './forms.js';
import { phrase, phraseWith } from './texts.js';
import { languageButton, themeButton } from './top.js';

const server = new URL(/** @type {string} */ (document.documentElement.dataset.base), location.href);
const session = new Session({ server });
const body = byId('sheet');
const explain = (/** @type {(string | Node)[]} */ ...text) => el('p', { class: 'explain' }, ...text);
const home = () => el('a', { href: server.href }, phrase('page.all-events'));

/** Shows one step. @param {string} title @param {...HTMLElement} parts */
function step(title, ...parts) {
  document.title = title;
  const heading = el('h1', { tabIndex: -1 }, title);
  body.replaceChildren(heading, ...parts);
  heading.focus();
}

function ask() {
  if (document.documentElement.dataset.mail !== 'on')
    return step(phrase('password.forgotten'), explain(phrase('password.no-mail')), explain(home()));
  step(phrase('password.forgotten'), explain(phrase('password.ask')));
  const email = field(phrase('account.email'), { type: 'email', autocomplete: 'email', required: true });
  form({ body }, [email.label], phrase('password.send'), async () => {
    const address = email.input.value.trim();
    await session.call('POST', 'auth/password/forgotten', { email: address });
    step(phrase('password.sent'), el('p', { role: 'status', class: 'explain' }, ...phraseWith('password.sent-explained', { address: el('strong', null, address) })),
      explain(...phraseWith('password.nothing-came', { again: el('button', { type: 'button', class: 'link-button', onclick: ask }, phrase('password.ask-again')) })));
  });
}

/** @param {string} token */
function choose(token) {
  step(phrase('password.choose'), explain(phrase('password.everywhere')));
  const password = field(phrase('account.new-password'), { type: 'password', autocomplete: 'new-password', required: true, minLength: 10, maxLength: 128 }, phrase('account.password-hint'));
  form({ body }, [password.label], phrase('account.change-password'), async () => {
    try {
      await session.call('POST', 'auth/password/reset', { token, newPassword: password.input.value });
    } catch (problem) {
      if (/** @type {any} */ (problem).code !== 'link-expired') throw problem;
      forget();
      return step(phrase('password.used-up'), explain(...phraseWith('password.used-up-why', { another: el('button', { type: 'button', class: 'link-button', onclick: ask }, phrase('password.another')) })));
    }
    forget();
    step(phrase('password.changed'), el('p', { role: 'status', class: 'explain' }, phrase('password.changed-explained')), explain(home()));
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
languageButton();
themeButton();
begin();
