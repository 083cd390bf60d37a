import { open } from './dialog.js';
import { avatar, byId, download, el } from './dom.js';
import { anyCodeField, codeField, currentPassword, digits, field, form } from './forms.js';
import { pictureField } from './picture.js';
import { qrPicture } from './qr-picture.js';
import { hasPhrase, LOCALE, phrase, phraseWith } from './texts.js';

/** @typedef {import('../js/session.js').Session} Session */
/** @typedef {import('./dialog.js').Dialog} Dialog */
/** @typedef {{what: 'react'|'reply'|'vote', action: () => void, asGuest?: ((nickname: string) => Promise<void>) | false}} Next */

/** Other sites to sign in with, as the operator named them. @type {{id: string, name: string}[]} */
const PROVIDERS = JSON.parse(document.documentElement.dataset.providers || '[]');

/** Whether anybody may register. */
export const REGISTRATION = document.documentElement.dataset.registration === 'on';

/** Whether the server sends e-mail. */
const MAIL = document.documentElement.dataset.mail === 'on';

/** The account button in the top bar, and the dialogs behind it. */
export class Account {
  /** What somebody wanted to do who is about to log in. @type {Next | undefined} */
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
      this.join('login', phrase(hasPhrase(`sign-in.${failure}`) ? `sign-in.${failure}` : 'sign-in.failed'));
    }
  }

  show() {
    const { user } = this.session;
    if (user) {
      const manages = user.role === 'administrator' ? [el('a', { class: 'button small', href: new URL('admin', this.session.server).href, 'aria-current': document.body.classList.contains('admin') ? 'page' : null }, phrase('account.manage'))] : [];
      this.place.replaceChildren(...manages, el('button', { type: 'button', class: 'account-button', 'aria-label': phrase('account.yours-of', { name: user.displayName }), onclick: () => this.profile() }, avatar(user, 'large')));
    } else {
      this.place.replaceChildren(...(this.session.isRestoring ? [] : [el('button', { type: 'button', class: 'button small', onclick: () => this.join('login') }, phrase('account.log-in'))]));
    }
  }

  /**
   * Asks somebody without an account for one, and then does what they wanted to do.
   * @param {Next['what']} what @param {() => void} action @param {((nickname: string) => Promise<void>) | false} [asGuest] Where guests may do it too.
   */
  joinTo(what, action, asGuest = false) {
    this.join(REGISTRATION || asGuest ? 'register' : 'login', undefined, { what, action, asGuest });
  }

  /**
   * @param {'login'|'register'} mode @param {string} [failure] What went wrong before.
   * @param {Next} [next] What it is for, and what is done then: nothing when the dialog is closed without it.
   */
  join(mode, failure, next) {
    const dialog = begin(phrase(mode === 'login' ? 'account.log-in' : 'account.sign-up'), () => this.#next === next && (this.#next = undefined));
    this.#next = next;
    if (failure) dialog.body.append(el('p', { role: 'alert', class: 'form-error' }, failure));
    else if (next) dialog.body.append(el('p', { class: 'explain' }, phrase(next.asGuest && mode === 'register' ? 'account.guest-to-react' : `account.${mode}-to-${next.what}`)));
    if (mode === 'register' && next?.asGuest) this.#nickname(dialog, next.asGuest);
    if (mode === 'register' && !REGISTRATION) return;
    if (PROVIDERS.length) dialog.body.append(this.session.cookie ? this.#providers() : this.#elsewhere(), el('hr'));
    if (mode === 'login') this.#logIn(dialog, next);
    else this.#register(dialog, next);
  }

  /** @param {Dialog} dialog @param {(nickname: string) => Promise<void>} asGuest */
  #nickname(dialog, asGuest) {
    const nickname = field(phrase('composer.nickname'), { required: true, maxLength: 100, autocomplete: 'nickname', spellcheck: false });
    form(dialog, [nickname.label], phrase('account.go-on-as-guest'), async () => {
      await asGuest(nickname.input.value.trim());
      dialog.close();
    });
    dialog.body.append(el('hr'), el('p', { class: 'explain' }, REGISTRATION ? phrase('account.or-sign-up') : ''));
  }

  /** A button for each other site to sign in with. */
  #providers() {
    const body = el('div', { class: 'providers' });
    for (const { id, name } of PROVIDERS)
      form({ body }, [], phrase('account.continue-with', { name }), () => this.session.signInWith(id, location.pathname + location.search));
    return body;
  }

  /** In a frame, providers do not show their pages, and browsers hold the cookie back. */
  #elsewhere() {
    return el('div', { class: 'providers' },
      el('p', { class: 'explain' }, phrase('account.elsewhere', { sites: either(PROVIDERS.map(({ name }) => name)) })),
      el('a', { class: 'button', href: location.pathname, target: '_blank', rel: 'noopener' }, phrase('account.new-tab')));
  }

  /** @param {Dialog} dialog @param {Next} [next] */
  #logIn(dialog, next) {
    const username = field(phrase('account.name-or-email'), { autocomplete: 'username', required: true, autocapitalize: 'none', spellcheck: false });
    const password = field(phrase('account.password'), { type: 'password', autocomplete: 'current-password', required: true });
    const code = codeField(phrase('account.code'), false);
    const recovery = field(phrase('account.recovery-code'), { class: 'code long', autocomplete: 'off', pattern: '[0-9A-Za-z \\-]{16,24}', maxLength: 24, autocapitalize: 'none', spellcheck: false }, phrase('account.recovery-code-hint'));
    const lost = el('button', { type: 'button', class: 'link-button', onclick: () => {
      code.label.hidden = lost.hidden = true;
      code.input.required = false;
      code.input.value = '';
      recovery.label.hidden = false;
      recovery.input.required = true;
      recovery.input.focus();
    } }, phrase('account.use-recovery-code'));
    code.label.hidden = recovery.label.hidden = lost.hidden = true;
    form(dialog, [username.label, password.label, code.label, recovery.label, lost], phrase('account.log-in'), async () => {
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
    dialog.body.append(el('p', { class: 'explain' }, MAIL
      ? el('a', { href: new URL('password', this.session.server).href, target: this.session.cookie ? null : '_blank' }, phrase('password.forgotten'))
      : `${phrase('password.forgotten')} ${phrase('password.no-mail')}`));
    if (REGISTRATION) dialog.body.append(el('p', { class: 'explain' }, ...phraseWith('account.new-here', { signUp: el('button', { type: 'button', class: 'link-button', onclick: () => { dialog.close(); this.join('register', undefined, next); } }, phrase('account.sign-up')) })));
  }

  /** @param {Dialog} dialog @param {Next} [next] */
  #register(dialog, next) {
    newAccount(dialog, account => this.session.register(account));
    dialog.body.append(el('p', { class: 'explain' }, ...phraseWith('account.have-one', { logIn: el('button', { type: 'button', class: 'link-button', onclick: () => { dialog.close(); this.join('login', undefined, next); } }, phrase('account.log-in')) })));
  }

  profile() {
    const user = /** @type {import('../js/session.js').Profile} */ (this.session.user);
    const stop = this.session.onChange(() => {
      if (this.session.user?.userID !== user.userID) dialog.close();
    });
    const dialog = begin(phrase(user.guest ? 'account.guest' : 'account.yours'), stop);
    if (user.guest) return this.#guest(dialog, user);
    const head = el('div', { class: 'row' }, avatar(user, 'large'), el('strong', null, `@${user.username}`));
    dialog.body.append(head);
    const showFace = () => head.firstElementChild?.replaceWith(avatar(this.session.user ?? user, 'large'));
    const displayName = field(phrase('account.display-name'), { value: user.displayName, required: true, maxLength: 100, autocomplete: 'nickname' });
    const elsewhere = (/** @type {string | undefined} */ url) => (url?.startsWith('https://') ? url : '');
    const picture = field(phrase('account.picture-elsewhere'), { type: 'url', value: elsewhere(user.avatarUrl), pattern: 'https://.*', placeholder: 'https://', autocomplete: 'photo' },
      phrase(document.documentElement.dataset.pictures ? 'account.picture-hint' : 'account.picture-hint-initials'));
    const uploaded = pictureField('face', elsewhere(user.avatarUrl) ? null : user.avatarUrl, async file => {
      const { avatarUrl } = await this.session.call('PUT', 'me/picture', file);
      await this.session.loadProfile();
      picture.input.value = '';
      showFace();
      return avatarUrl;
    }, () => this.session.changeProfile({ avatarUrl: null }).then(showFace));
    const saved = form(dialog, [displayName.label, uploaded.element, picture.label], phrase('account.save'), async () => {
      const url = picture.input.value.trim();
      await this.session.changeProfile({ displayName: displayName.input.value.trim(), ...url === elsewhere(this.session.user?.avatarUrl) ? {} : { avatarUrl: url || null } });
      if (url) uploaded.show(null);
      saved(phrase('account.saved'));
    });
    const secrets = user.hasPassword ? [this.#password(user), this.#twoStep(user), user.totpEnabled && this.#recovery(user)] : [el('p', { class: 'explain' }, phrase('account.managed-elsewhere'))];
    dialog.body.append(el('hr'), ...secrets.filter(part => part instanceof Node), this.#data(user), this.#deletion(user), el('hr'), ...this.#leaving(phrase('account.log-out')));
  }

  /** @param {Dialog} dialog @param {import('../js/session.js').Profile} user */
  #guest(dialog, user) {
    dialog.body.append(
      el('div', { class: 'row' }, avatar(user, 'large'), el('strong', { dir: 'auto' }, user.displayName)),
      el('p', { class: 'explain' }, phrase(REGISTRATION ? 'account.guest-explained-keep' : 'account.guest-explained')));
    if (REGISTRATION)
      newAccount(dialog, async account => {
        await this.session.keepGuest(account);
        this.profile();
      });
    dialog.body.append(el('hr'), this.#data(user), this.#deletion(user), el('hr'), ...this.#leaving(phrase('account.leave')));
  }

  /** @param {string} action */
  #leaving(action) {
    const failed = el('p', { role: 'alert', class: 'form-error', hidden: true }, phrase('account.still-logged-in'));
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
    const code = user.totpEnabled ? codeField(phrase('account.code')) : null;
    const next = field(phrase('account.new-password'), { type: 'password', autocomplete: 'new-password', required: true, minLength: 10, maxLength: 128 }, phrase('account.new-password-hint'));
    const more = el('details', { class: 'more' }, el('summary', null, phrase('account.change-password')));
    const done = form({ body: more }, [current.label, next.label, ...code ? [code.label] : []], phrase('account.change-password'), async () => {
      await this.session.call('POST', 'auth/password', { currentPassword: current.input.value, newPassword: next.input.value, code: code ? digits(code) : undefined });
      current.input.value = next.input.value = '';
      // Each code is taken once.
      if (code) code.input.value = '';
      done(phrase('account.password-changed'));
    });
    return more;
  }

  /** @param {import('../js/session.js').Profile} user */
  #twoStep(user) {
    const more = el('details', { class: 'more' }, el('summary', null, phrase(user.totpEnabled ? 'account.two-step-on' : 'account.two-step')));
    const password = currentPassword();
    if (user.totpEnabled) {
      const code = anyCodeField();
      const done = form({ body: more }, [el('p', { class: 'explain' }, phrase('account.two-step-off-explained')), password.label, code.label], phrase('account.switch-off'), async () => {
        await this.session.call('DELETE', 'auth/totp', { password: password.input.value, code: digits(code) });
        password.input.value = code.input.value = '';
        await this.session.loadProfile();
        done(phrase('account.two-step-off-done'));
      });
      return more;
    }
    const start = form({ body: more }, [el('p', { class: 'explain' }, phrase('account.two-step-explained')), password.label], phrase('account.set-up'), async () => {
      const { secret, uri } = await this.session.call('POST', 'auth/totp', { password: password.input.value });
      const code = codeField(phrase('account.code-shown'));
      start('');
      more.querySelector('form')?.remove();
      more.append(el('p', { class: 'explain' }, ...phraseWith('account.scan', { open: el('a', { href: uri }, phrase('account.scan-open')) })), qrPicture(uri, phrase('account.qr')) ?? '', el('p', { class: 'secret' }, secret.replace(/(.{4})/g, '$1 ').trim()));
      form({ body: more }, [code.label], phrase('account.confirm'), async () => {
        const { recoveryCodes } = await this.session.call('POST', 'auth/totp/confirm', { code: digits(code) });
        /** @type {HTMLElement} */ (more.firstElementChild).textContent = phrase('account.two-step-on');
        // Before anything else can fail: they are not given again.
        show(more, keep(recoveryCodes, user.username, phrase('account.two-step-is-on')));
        await this.session.loadProfile();
      });
      code.input.focus();
    });
    return more;
  }

  /** @param {import('../js/session.js').Profile} user */
  #recovery(user) {
    const more = el('details', { class: 'more' }, el('summary', null, phrase('account.codes-left', { count: user.recoveryCodesLeft ?? 0 })));
    const password = currentPassword();
    const code = anyCodeField();
    form({ body: more }, [el('p', { class: 'explain' }, phrase('account.codes-explained')), password.label, code.label], phrase('account.make-codes'), async () => {
      const { recoveryCodes } = await this.session.call('POST', 'auth/totp/recovery-codes', { password: password.input.value, code: digits(code) });
      /** @type {HTMLElement} */ (more.firstElementChild).textContent = phrase('account.codes-left', { count: recoveryCodes.length });
      show(more, keep(recoveryCodes, user.username, phrase('account.codes-replaced')));
      await this.session.loadProfile();
    });
    return more;
  }

  /** @param {import('../js/session.js').Profile} user */
  #data(user) {
    const more = el('details', { class: 'more' }, el('summary', null, phrase('account.data')));
    const done = form({ body: more }, [el('p', { class: 'explain' }, phrase('account.data-explained'))], phrase('account.download'), async () => {
      download(new Blob([JSON.stringify(await this.session.call('GET', 'me/export'), null, 2)], { type: 'application/json' }), `livecomments-${user.username}.json`);
      done(phrase('account.downloaded'));
    });
    return more;
  }

  /** @param {import('../js/session.js').Profile} user */
  #deletion(user) {
    const more = el('details', { class: 'more' }, el('summary', null, phrase(user.guest ? 'account.delete-guest' : 'account.delete')));
    const warning = el('p', { class: 'explain' }, el('strong', null, phrase('account.delete-for-good')), ' ', phrase(user.guest ? 'account.delete-guest-explained' : 'account.delete-explained'));
    const password = user.hasPassword ? currentPassword() : null;
    const code = user.totpEnabled ? anyCodeField() : null;
    const typed = password || user.guest ? null : field(phrase('account.type-name', { name: user.username }), { required: true, pattern: user.username.replaceAll('.', '\\.'), autocomplete: 'off', autocapitalize: 'none', spellcheck: false });
    form({ body: more }, [warning, .../** @type {{label: HTMLElement}[]} */ ([password, code, typed].filter(Boolean)).map(one => one.label)], phrase(user.guest ? 'account.delete-guest' : 'account.delete-mine'), async () => {
      await this.session.deleteAccount({ password: password?.input.value, code: code ? digits(code) : undefined });
      begin(phrase(user.guest ? 'account.deleted-guest' : 'account.deleted')).body.append(el('p', { class: 'explain' }, phrase(user.guest ? 'account.deleted-guest-explained' : 'account.deleted-explained')));
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
    el('h3', null, phrase('account.codes-of', { name: username })),
    el('p', { class: 'explain' }, phrase('account.codes-keep')),
    el('ol', null, ...codes.map(code => el('li', null, code))),
    el('div', { class: 'row' },
      el('button', { type: 'button', class: 'button', onclick: async () => {
        try {
          await navigator.clipboard.writeText(codes.join('\n'));
          said.textContent = phrase('page.copied');
        } catch {
          said.textContent = phrase('page.cannot-copy');
        }
      } }, phrase('page.copy')),
      el('button', { type: 'button', class: 'button', onclick: () => print() }, phrase('account.print'))));
}

/** The form of a new account. @param {Dialog} dialog @param {(account: {username: string, email: string, password: string}) => Promise<void>} make */
function newAccount(dialog, make) {
  const username = field(phrase('account.name'), { autocomplete: 'username', required: true, minLength: 3, maxLength: 30, pattern: '[A-Za-z0-9_.\\-]*[A-Za-z0-9_]', autocapitalize: 'none', spellcheck: false }, phrase('account.name-hint'));
  const email = field(phrase('account.email'), { type: 'email', autocomplete: 'email', required: true }, phrase('account.email-hint'));
  const password = field(phrase('account.password'), { type: 'password', autocomplete: 'new-password', required: true, minLength: 10, maxLength: 128 }, phrase('account.password-hint'));
  form(dialog, [username.label, email.label, password.label], phrase('account.sign-up'), async () => {
    await make({ username: username.input.value.trim(), email: email.input.value.trim(), password: password.input.value });
    dialog.close();
  });
}

const either = (/** @type {string[]} */ names) => new Intl.ListFormat(LOCALE, { type: 'disjunction' }).format(names);
