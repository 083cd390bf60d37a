import { open } from './dialog.js';
import { avatar, byId, download, el } from './dom.js';
import { anyCodeField, codeField, currentPassword, digits, field, form } from './forms.js';
import { qrPicture } from './qr-picture.js';

/** @typedef {import('../js/session.js').Session} Session */
/** @typedef {import('./dialog.js').Dialog} Dialog */

/** Messages for a failed sign-in with a provider; the server puts the code into the address. */
const FAILURES = /** @type {Record<string, string>} */ ({
  denied: 'You were not signed in: permission was not given.',
  expired: 'This sign-in has expired, or began in another window. Try again.',
  failed: 'The other site did not confirm who you are. Try again; if it happens again, tell the people who run this site.',
  unavailable: 'The other site does not answer. Try again later.',
  busy: 'The server is busy. Try again.',
  limited: 'Too many attempts. Wait a while, then try again.',
  suspended: 'This account is suspended.',
  deleted: 'This account was deleted.',
  'has-password': 'This account has a password here: log in with that.',
});

/** Other sites to sign in with, as the operator named them. @type {{id: string, name: string}[]} */
const PROVIDERS = JSON.parse(document.documentElement.dataset.providers || '[]');

/** Whether anybody may register. */
export const REGISTRATION = document.documentElement.dataset.registration === 'on';

/** Whether the server sends e-mail. */
const MAIL = document.documentElement.dataset.mail === 'on';

/** The account button in the top bar, and the dialogs behind it. */
export class Account {
  /** What somebody wanted to do who is about to log in. @type {{what: string, action: () => void} | undefined} */
  #next;

  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    this.place = byId('account');
    session.onChange(() => {
      this.show();
      const next = this.#next;
      if (!session.user || !next) return;
      this.#next = undefined;
      // When everything on the page knows who is here.
      setTimeout(next.action);
    });
    this.show();
    const failure = /^#sign-in=([a-z-]+)$/.exec(location.hash)?.[1];
    if (failure) {
      // Shown once: not again after a reload, or when the address is shared.
      history.replaceState(history.state, '', location.pathname + location.search);
      this.join('login', FAILURES[failure] ?? FAILURES.failed);
    }
  }

  show() {
    const { user } = this.session;
    if (user) {
      const manages = user.role === 'administrator' ? [el('a', { class: 'button small', href: new URL('admin', this.session.server).href, 'aria-current': document.body.classList.contains('admin') ? 'page' : null }, 'Manage')] : [];
      this.place.replaceChildren(...manages, el('button', { type: 'button', class: 'account-button', 'aria-label': `Your account, ${user.displayName}`, onclick: () => this.profile() }, avatar(user, 'large')));
    } else {
      this.place.replaceChildren(...(this.session.isRestoring ? [] : [el('button', { type: 'button', class: 'button small', onclick: () => this.join('login') }, 'Log in')]));
    }
  }

  /** Asks somebody without an account for one, and then does what they wanted to do. @param {string} what `to react`. @param {() => void} action */
  joinTo(what, action) {
    this.join(REGISTRATION ? 'register' : 'login', undefined, { what, action });
  }

  /**
   * @param {'login'|'register'} mode @param {string} [failure] What went wrong before.
   * @param {{what: string, action: () => void}} [next] What it is for, and what is done then: nothing when the dialog is closed without it.
   */
  join(mode, failure, next) {
    const dialog = begin(mode === 'login' ? 'Log in' : 'Sign up', () => this.#next === next && (this.#next = undefined));
    this.#next = next;
    if (failure) dialog.body.append(el('p', { role: 'alert', class: 'form-error' }, failure));
    else if (next) dialog.body.append(el('p', { class: 'explain' }, `${mode === 'login' ? 'Log in' : 'Sign up'} ${next.what}.`));
    if (PROVIDERS.length) dialog.body.append(this.session.cookie ? this.#providers() : this.#elsewhere(), el('hr'));
    if (mode === 'login') this.#logIn(dialog, next);
    else this.#register(dialog, next);
  }

  /** A button for each other site to sign in with. */
  #providers() {
    const body = el('div', { class: 'providers' });
    for (const { id, name } of PROVIDERS)
      form({ body }, [], `Continue with ${name}`, () => this.session.signInWith(id, location.pathname + location.search));
    return body;
  }

  /** In a frame, providers do not show their pages, and browsers hold the cookie back. */
  #elsewhere() {
    return el('div', { class: 'providers' },
      el('p', { class: 'explain' }, `To sign in with ${either(PROVIDERS.map(({ name }) => name))}, open the chat in a tab of its own.`),
      el('a', { class: 'button', href: location.pathname, target: '_blank', rel: 'noopener' }, 'Open in a new tab'));
  }

  /** @param {Dialog} dialog @param {{what: string, action: () => void}} [next] */
  #logIn(dialog, next) {
    const username = field('Name or e-mail', { autocomplete: 'username', required: true, autocapitalize: 'none', spellcheck: false });
    const password = field('Password', { type: 'password', autocomplete: 'current-password', required: true });
    const code = codeField('Code from your authenticator', false);
    const recovery = field('Recovery code', { class: 'code long', autocomplete: 'off', pattern: '[0-9A-Za-z \\-]{16,24}', maxLength: 24, autocapitalize: 'none', spellcheck: false }, 'Sixteen letters and digits. Each is taken once.');
    const lost = el('button', { type: 'button', class: 'link-button', onclick: () => {
      code.label.hidden = lost.hidden = true;
      code.input.required = false;
      code.input.value = '';
      recovery.label.hidden = false;
      recovery.input.required = true;
      recovery.input.focus();
    } }, 'Use a recovery code');
    code.label.hidden = recovery.label.hidden = lost.hidden = true;
    form(dialog, [username.label, password.label, code.label, recovery.label, lost], 'Log in', async () => {
      try {
        await this.session.logIn({ username: username.input.value.trim(), password: password.input.value, code: digits(code) || recovery.input.value.trim() || undefined });
        dialog.close();
      } catch (problem) {
        if (/** @type {any} */ (problem).code !== 'totp-required') throw problem;
        code.label.hidden = lost.hidden = false;
        code.input.required = true;
        code.input.focus();
      }
    });
    dialog.body.append(el('p', { class: 'explain' }, ...(MAIL
      ? [el('a', { href: new URL('password', this.session.server).href, target: this.session.cookie ? null : '_blank' }, 'Forgotten your password?')]
      : ['Forgotten your password? This site sends no e-mail; ask the people who run it for a new one.'])));
    if (REGISTRATION) dialog.body.append(el('p', { class: 'explain' }, 'New here? ', el('button', { type: 'button', class: 'link-button', onclick: () => { dialog.close(); this.join('register', undefined, next); } }, 'Sign up')));
  }

  /** @param {Dialog} dialog @param {{what: string, action: () => void}} [next] */
  #register(dialog, next) {
    newAccount(dialog, account => this.session.register(account));
    dialog.body.append(el('p', { class: 'explain' }, 'Have an account? ', el('button', { type: 'button', class: 'link-button', onclick: () => { dialog.close(); this.join('login', undefined, next); } }, 'Log in')));
  }

  profile() {
    const user = /** @type {import('../js/session.js').Profile} */ (this.session.user);
    const stop = this.session.onChange(() => {
      if (this.session.user?.userID !== user.userID) dialog.close();
    });
    const dialog = begin(user.guest ? 'You are a guest' : 'Your account', stop);
    if (user.guest) return this.#guest(dialog, user);
    dialog.body.append(el('div', { class: 'row' }, avatar(user, 'large'), el('strong', null, `@${user.username}`)));
    const displayName = field('Display name', { value: user.displayName, required: true, maxLength: 100, autocomplete: 'nickname' });
    const picture = field('Picture', { type: 'url', value: user.avatarUrl ?? '', pattern: 'https://.*', placeholder: 'https://', autocomplete: 'photo' },
      document.documentElement.dataset.pictures ? 'Address of a square picture.' : 'Address of a square picture. These pages show initials instead; other programs may show it.');
    const saved = form(dialog, [displayName.label, picture.label], 'Save', async () => {
      await this.session.changeProfile({ displayName: displayName.input.value.trim(), avatarUrl: picture.input.value.trim() || null });
      saved('Saved. New comments will show it.');
    });
    const secrets = user.hasPassword ? [this.#password(user), this.#twoStep(user), user.totpEnabled && this.#recovery(user)] : [el('p', { class: 'explain' }, 'You sign in with another site, so you manage your password and second step there.')];
    dialog.body.append(el('hr'), ...secrets.filter(part => part instanceof Node), this.#data(user), this.#deletion(user), el('hr'), ...this.#leaving('Log out'));
  }

  /** @param {Dialog} dialog @param {import('../js/session.js').Profile} user */
  #guest(dialog, user) {
    dialog.body.append(
      el('div', { class: 'row' }, avatar(user, 'large'), el('strong', { dir: 'auto' }, user.displayName)),
      el('p', { class: 'explain' }, `This browser knows you for a while; then nobody can write as this guest again.${REGISTRATION ? ' An account keeps the name, and everything that you wrote and reacted to.' : ''}`));
    if (REGISTRATION)
      newAccount(dialog, async account => {
        await this.session.keepGuest(account);
        this.profile();
      });
    dialog.body.append(el('hr'), this.#data(user), this.#deletion(user), el('hr'), ...this.#leaving('Leave'));
  }

  /** @param {string} action */
  #leaving(action) {
    const failed = el('p', { role: 'alert', class: 'form-error', hidden: true }, 'That failed: you are still logged in. Try again in a moment.');
    return [failed, el('div', { class: 'row between' },
      el('button', { type: 'button', class: 'button danger', onclick: async () => {
        try {
          await this.session.logOut();
        } catch {
          failed.hidden = false;
        }
      } }, action))];
  }

  /** @param {import('../js/session.js').Profile} user */
  #password(user) {
    const current = currentPassword();
    const code = user.totpEnabled ? codeField('Code from your authenticator') : null;
    const next = field('New password', { type: 'password', autocomplete: 'new-password', required: true, minLength: 10, maxLength: 128 }, 'This logs you out everywhere else.');
    const more = el('details', { class: 'more' }, el('summary', null, 'Change password'));
    const done = form({ body: more }, [current.label, next.label, ...code ? [code.label] : []], 'Change password', async () => {
      await this.session.call('POST', 'auth/password', { currentPassword: current.input.value, newPassword: next.input.value, code: code ? digits(code) : undefined });
      current.input.value = next.input.value = '';
      // Each code is taken once.
      if (code) code.input.value = '';
      done('Your password is changed.');
    });
    return more;
  }

  /** @param {import('../js/session.js').Profile} user */
  #twoStep(user) {
    const more = el('details', { class: 'more' }, el('summary', null, `Two-step log-in${user.totpEnabled ? ': on' : ''}`));
    const password = currentPassword();
    if (user.totpEnabled) {
      const code = anyCodeField();
      const done = form({ body: more }, [el('p', { class: 'explain' }, 'Logging in asks for a code from your authenticator. To switch that off, give your password and a code.'), password.label, code.label], 'Switch off', async () => {
        await this.session.call('DELETE', 'auth/totp', { password: password.input.value, code: digits(code) });
        password.input.value = code.input.value = '';
        await this.session.loadProfile();
        done('A password alone is enough now.');
      });
      return more;
    }
    const start = form({ body: more }, [el('p', { class: 'explain' }, 'Have an authenticator program ask for a code at every log-in.'), password.label], 'Set up', async () => {
      const { secret, uri } = await this.session.call('POST', 'auth/totp', { password: password.input.value });
      const code = codeField('Code it shows');
      start('');
      more.querySelector('form')?.remove();
      more.append(el('p', { class: 'explain' }, 'Have your authenticator look at this code, ', el('a', { href: uri }, 'open it on this device'), ', or type the key:'), qrPicture(uri, 'QR code of the key') ?? '', el('p', { class: 'secret' }, secret.replace(/(.{4})/g, '$1 ').trim()));
      form({ body: more }, [code.label], 'Confirm', async () => {
        const { recoveryCodes } = await this.session.call('POST', 'auth/totp/confirm', { code: digits(code) });
        /** @type {HTMLElement} */ (more.firstElementChild).textContent = 'Two-step log-in: on';
        // Before anything else can fail: they are not given again.
        show(more, keep(recoveryCodes, user.username, 'Two-step log-in is on.'));
        await this.session.loadProfile();
      });
      code.input.focus();
    });
    return more;
  }

  /** @param {import('../js/session.js').Profile} user */
  #recovery(user) {
    const more = el('details', { class: 'more' }, el('summary', null, `Recovery codes: ${user.recoveryCodesLeft ?? 0} left`));
    const password = currentPassword();
    const code = anyCodeField();
    form({ body: more }, [el('p', { class: 'explain' }, 'Each logs you in once without your authenticator, when you have lost it. New codes take the place of those before.'), password.label, code.label], 'Make new codes', async () => {
      const { recoveryCodes } = await this.session.call('POST', 'auth/totp/recovery-codes', { password: password.input.value, code: digits(code) });
      /** @type {HTMLElement} */ (more.firstElementChild).textContent = `Recovery codes: ${recoveryCodes.length} left`;
      show(more, keep(recoveryCodes, user.username, 'Those before are worth nothing any more.'));
      await this.session.loadProfile();
    });
    return more;
  }

  /** @param {import('../js/session.js').Profile} user */
  #data(user) {
    const more = el('details', { class: 'more' }, el('summary', null, 'Your data'));
    const done = form({ body: more }, [el('p', { class: 'explain' }, 'Everything that is stored about you as one file, for you or for another program: your account, comments, reactions, reports, and what moderators decided.')], 'Download my data', async () => {
      download(new Blob([JSON.stringify(await this.session.call('GET', 'me/export'), null, 2)], { type: 'application/json' }), `livecomments-${user.username}.json`);
      done('The file is with your downloads.');
    });
    return more;
  }

  /** @param {import('../js/session.js').Profile} user */
  #deletion(user) {
    const more = el('details', { class: 'more' }, el('summary', null, user.guest ? 'Delete me' : 'Delete account'));
    const warning = el('p', { class: 'explain' }, el('strong', null, 'This cannot be taken back. '),
      user.guest ? 'Everything you left goes, in all events: comments, reactions and reports.' : 'Your account ends at once, and everything you left goes with it, in all events: comments, reactions, reports and settings. Others may take your name. Download your data first if you want to keep it.');
    const password = user.hasPassword ? currentPassword() : null;
    const code = user.totpEnabled ? anyCodeField() : null;
    const typed = password || user.guest ? null : field(`Type ${user.username} to confirm`, { required: true, pattern: user.username.replaceAll('.', '\\.'), autocomplete: 'off', autocapitalize: 'none', spellcheck: false });
    form({ body: more }, [warning, .../** @type {{label: HTMLElement}[]} */ ([password, code, typed].filter(Boolean)).map(one => one.label)], user.guest ? 'Delete me' : 'Delete my account', async () => {
      await this.session.deleteAccount({ password: password?.input.value, code: code ? digits(code) : undefined });
      begin(user.guest ? 'Deleted' : 'Account deleted').body.append(el('p', { class: 'explain' }, user.guest ? 'You are deleted. What you wrote disappears within seconds.' : 'Your account is deleted. What you wrote disappears within seconds.'));
    }, 'danger');
    return more;
  }
}

/** Opens a dialog that gives the focus back: what it was opened with has often made room for something else meanwhile. @param {string} title @param {() => void} [closed] */
function begin(title, closed) {
  const place = document.activeElement?.closest('#account, #composer') ?? byId('account');
  return open(title, () => {
    closed?.();
    if (document.activeElement === document.body) /** @type {HTMLElement | null} */ (place.querySelector('textarea') ?? place.querySelector('button'))?.focus();
  });
}

/** Puts something in the place of all that is under a summary. @param {HTMLElement} more @param {HTMLElement} shown */
function show(more, shown) {
  more.replaceChildren(/** @type {Node} */ (more.firstElementChild), shown);
  shown.focus();
}

/** Shows recovery codes, once. @param {string[]} codes @param {string} username @param {string} news */
function keep(codes, username, news) {
  const said = el('p', { role: 'status', class: 'form-done' }, news);
  return el('section', { class: 'recovery-codes', tabIndex: -1 },
    said,
    el('h3', null, `Recovery codes of ${username}`),
    el('p', { class: 'explain' }, 'Keep them where your authenticator is not. Each logs you in once without it. They are not shown again.'),
    el('ol', null, ...codes.map(code => el('li', null, code))),
    el('div', { class: 'row' },
      el('button', { type: 'button', class: 'button', onclick: async () => {
        try {
          await navigator.clipboard.writeText(codes.join('\n'));
          said.textContent = 'Copied.';
        } catch {
          said.textContent = 'The browser does not allow copying here.';
        }
      } }, 'Copy'),
      el('button', { type: 'button', class: 'button', onclick: () => print() }, 'Print')));
}

/** The form of a new account. @param {Dialog} dialog @param {(account: {username: string, email: string, password: string}) => Promise<void>} make */
function newAccount(dialog, make) {
  const username = field('Name', { autocomplete: 'username', required: true, minLength: 3, maxLength: 30, pattern: '[A-Za-z0-9_.\\-]*[A-Za-z0-9_]', autocapitalize: 'none', spellcheck: false }, 'Others mention you by it. Letters, digits, _ . -, not ending in . or -.');
  const email = field('E-mail', { type: 'email', autocomplete: 'email', required: true }, 'Never shown to anybody.');
  const password = field('Password', { type: 'password', autocomplete: 'new-password', required: true, minLength: 10, maxLength: 128 }, 'At least 10 characters.');
  form(dialog, [username.label, email.label, password.label], 'Sign up', async () => {
    await make({ username: username.input.value.trim(), email: email.input.value.trim(), password: password.input.value });
    dialog.close();
  });
}

const either = (/** @type {string[]} */ names) => new Intl.ListFormat('en', { type: 'disjunction' }).format(names);
