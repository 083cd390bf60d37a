import { ask, offline, PATIENCE } from './ask.js';
import { Backoff } from './backoff.js';
import { Problem } from './problem.js';

/**
 * A person's profile, as `/me` gives it.
 * @typedef {{userID: string, username: string, displayName: string, avatarUrl?: string, email?: string, role: string, hasPassword: boolean, totpEnabled: boolean, preferences: Record<string, any>, guest?: true, recoveryCodesLeft?: number}} Profile
 */

/** Refreshed this long before the token ends, in milliseconds. */
const EARLY = 60_000;

/** The code for a request of one person while another is logged in. */
const ANOTHER = 'another-person';

/**
 * Who is logged in. The access token is in memory only. The refresh token is in a cookie that no script can read, or, in a
 * frame of another site, where browsers hold such cookies back, in memory too.
 */
export class Session {
  /** @type {Profile | null} */
  user = null;
  #token = '';
  #expiresAt = 0;
  /** The token's user; null when it came from elsewhere. @type {string | null} */
  #holder = null;
  /** @type {string | null} */
  #refreshToken = null;
  /** @type {Promise<boolean> | null} */
  #refreshing = null;
  #restoring = new Backoff();
  #isRestoring = false;
  #hasTried = false;
  /** @type {Set<(chosen: boolean) => void>} */
  #listeners = new Set();

  /**
   * @param {Object} options
   * @param {URL | string} options.server The server's base address.
   * @param {boolean} [options.cookie] False keeps the refresh token in memory.
   */
  constructor({ server, cookie = true }) {
    this.server = new URL(server);
    this.cookie = cookie;
  }

  /**
   * Called when somebody has logged in or changed their profile, and when nobody is logged in any more: with true when they chose to log out. Between
   * two persons there is always a moment of nobody.
   * @param {(chosen: boolean) => void} listener @returns {() => void} Stops it.
   */
  onChange(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** True while {@link restore} asks for the first time whether somebody who was here before still is: nobody should be asked to log in yet. */
  get isRestoring() {
    return this.#isRestoring && !this.user;
  }

  /**
   * Continues the log-in of an earlier visit, if there is one. While the server is busy or away it keeps trying, and tells listeners when it succeeds.
   * @throws {Problem} Not yet.
   */
  async restore() {
    if (this.user || !this.cookie || remembered(this.server.pathname) === null) return;
    const first = !this.#hasTried;
    if (first) this.#isRestoring = this.#hasTried = true;
    try {
      if (this.#token || (await this.#refresh())) await this.loadProfile();
    } catch (problem) {
      const { passes, code, retryAfter = 0 } = /** @type {Problem} */ (problem);
      if (passes || code === 'rate-limited') setTimeout(() => void this.restore().catch(() => undefined), Math.max(this.#restoring.next(), retryAfter * 1000));
      throw problem;
    } finally {
      if (first) this.#isRestoring = false;
    }
  }

  /** @param {{username: string, email: string, password: string, displayName?: string}} account */
  async register(account) {
    await this.#signIn('auth/register', account);
  }

  /**
   * Becomes a guest of an event that has them, with a nickname and without an account.
   * @param {{displayName: string, videoID: string}} guest @param {string} [answer] To the challenge of a refusal.
   * @throws {Problem} `username-taken`: somebody has an account of this name; `challenge-required`: solve its challenge.
   */
  async comeAsGuest(guest, answer) {
    await this.#signIn('auth/guest', guest, answer ? { 'X-Challenge-Answer': answer } : {});
  }

  /** Makes an account of the guest who is here; what they wrote stays theirs. @param {{username: string, email: string, password: string, displayName?: string}} account */
  async keepGuest(account) {
    await this.call('POST', 'auth/guest/register', account);
    await this.loadProfile();
  }

  /** @param {{username: string, password: string, code?: string}} credentials `username` may be the e-mail address. */
  async logIn(credentials) {
    await this.#signIn('auth/login', credentials);
  }

  /**
   * Goes to a provider's page to sign in there; {@link restore} goes on with it when the person is back. Only on the server's own pages.
   * @param {string} provider Its id. @param {string} back The path to come back to.
   */
  async signInWith(provider, back) {
    const { location } = await this.call('POST', `auth/external/${encodeURIComponent(provider)}`, { return: back });
    remember(this.server.pathname, '');
    globalThis.location.assign(location);
  }

  /** @throws {Problem} The log-in stays: only the server can delete the cookie that extends it. */
  async logOut() {
    try {
      await this.call('POST', 'auth/logout');
    } catch (problem) {
      const { code, status } = /** @type {Problem} */ (problem);
      // The person who asked has logged out.
      if (code === ANOTHER) return;
      // It was over already, or the token came from elsewhere: there is nothing to end.
      if (![401, 409].includes(status)) throw problem;
    }
    this.#end(true);
  }

  /**
   * Deletes the account for ever; nobody is logged in then. @param {{password?: string, code?: string}} proof What the account is protected by; one without a password needs a recent sign-in.
   * @throws {Problem} The account stays.
   */
  async deleteAccount(proof) {
    await this.call('DELETE', 'me', proof);
    this.#end(true);
  }

  /** Takes a token that came from elsewhere, such as another issuer of the server's. @param {string} token @param {number} expiresAt Milliseconds. */
  async useToken(token, expiresAt) {
    this.#token = token;
    this.#holder = null;
    this.#expiresAt = expiresAt;
    await this.loadProfile();
  }

  async loadProfile() {
    this.#become(await this.call('GET', 'me'));
  }

  /** @param {Partial<{displayName: string, avatarUrl: string | null, preferences: object}>} change */
  async changeProfile(change) {
    this.#become(await this.call('PATCH', 'me', change));
  }

  /** The access token; null for somebody who is not logged in. @throws {Problem} It has expired, and another is not to be had now. */
  async token() {
    if (this.#token && Date.now() > this.#expiresAt - EARLY)
      await this.#refresh().catch(problem => {
        if (Date.now() >= this.#expiresAt) throw problem;
      });
    return this.#token || null;
  }

  /** A new token, because the server did not like the old one. False when there is none: the person is logged out then. @throws {Problem} Not now. */
  async renew() {
    return this.#token !== '' && this.#refresh();
  }

  /**
   * A call of the server with this person's token.
   * @param {string} method @param {string} path Relative to the server. @param {object} [body] JSON, or a file as a Blob. @param {Record<string, string>} [headers]
   * @returns {Promise<any>} The JSON of the answer; undefined when it has none.
   * @throws {Problem}
   */
  async call(method, path, body, headers) {
    const answer = await this.fetch(method, path, body, headers);
    return answer.status === 204 ? undefined : answer.json();
  }

  /** @param {string} method @param {string} path @param {object} [body] @param {Record<string, string>} [headers] @returns {Promise<Response>} */
  async fetch(method, path, body, headers = {}) {
    const person = this.user?.userID;
    // A request of one person is never sent as another.
    /** @param {string | null} token */
    const send = token => {
      if (token && person && this.user?.userID !== person) throw new Problem(ANOTHER, 'Somebody else is logged in here now.');
      return this.#send(method, path, body, headers, token);
    };
    let answer = await send(await this.token());
    if (answer.status === 401 && this.#token) {
      const problem = await Problem.of(answer);
      // The server may have forgotten a token before its time, as after a change of its keys.
      if ((problem.code === 'invalid-token' || problem.code === 'token-expired') && (await this.#refresh()))
        answer = await send(this.#token);
    }
    if (!answer.ok) throw await Problem.of(answer);
    return answer;
  }

  /** @param {string} method @param {string} path @param {object | undefined} body @param {Record<string, string>} headers @param {string | null} token */
  async #send(method, path, body, headers, token) {
    headers = { ...headers };
    const isFile = body instanceof Blob;
    if (body !== undefined) headers['Content-Type'] = isFile ? body.type : 'application/json';
    if (token) headers.Authorization = `Bearer ${token}`;
    if (this.cookie && path.startsWith('auth/')) headers['X-Requested-With'] = 'LiveComments';
    return ask(new URL(path, this.server), { method, headers, body: isFile ? body : body && JSON.stringify(body) });
  }

  /** @param {string} path @param {object} body @param {Record<string, string>} [headers] */
  async #signIn(path, body, headers = {}) {
    const answer = await this.#send('POST', path, body, headers, null);
    if (!answer.ok) throw await Problem.of(answer);
    this.#take(await answer.json());
    await this.loadProfile();
  }

  /** @param {{userID: string, token: string, expiresAt: string, refreshToken?: string}} answer */
  #take(answer) {
    const replaced = this.user && this.user.userID !== answer.userID;
    this.#token = answer.token;
    this.#holder = answer.userID;
    this.#expiresAt = Date.parse(answer.expiresAt);
    this.#refreshToken = answer.refreshToken ?? null;
    if (this.cookie) remember(this.server.pathname, answer.userID);
    if (replaced) this.#become(null);
    return replaced;
  }

  /** One at a time, also over tabs: a refresh token that is used again after a minute looks stolen and ends the log-in. */
  #refresh() {
    this.#refreshing ??= this.#alone(() => this.#exchange()).finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  /** Runs while no other tab does the same. @param {() => Promise<boolean>} exchange @returns {Promise<boolean>} @throws {Problem} */
  async #alone(exchange) {
    const locks = this.cookie ? globalThis.navigator?.locks : undefined;
    if (!locks) return exchange();
    // Another tab may hold the lock for long; this tab must not wait for ever.
    const waiting = new AbortController();
    const timer = setTimeout(() => waiting.abort(), PATIENCE);
    let alone = false;
    try {
      return await locks.request('livecomments-refresh', { signal: waiting.signal }, () => {
        alone = true;
        clearTimeout(timer);
        return exchange();
      });
    } catch (problem) {
      throw alone ? problem : offline();
    }
  }

  async #exchange() {
    if (!this.cookie && !this.#refreshToken) return this.#end();
    const body = this.cookie ? {} : { refreshToken: this.#refreshToken };
    const answer = await this.#send('POST', 'auth/refresh', body, {}, null);
    if (answer.ok) {
      // The tabs share the cookie, and in another one somebody else has logged in.
      if (this.#take(await answer.json())) void this.restore().catch(() => undefined);
      return true;
    }
    const problem = await Problem.of(answer);
    // Neither a busy server nor a blocked network says anything about the token, so it stays.
    if (answer.status >= 500 || answer.status === 429 || problem.code === 'network-blocked') throw problem;
    return this.#end();
  }

  #end(chosen = false) {
    this.#token = '';
    this.#refreshToken = null;
    // Somebody who logged in in another tab meanwhile keeps that log-in.
    if (this.cookie && !(chosen && remembered(this.server.pathname) !== this.user?.userID)) remember(this.server.pathname, null);
    if (this.user) this.#become(null, chosen);
    return false;
  }

  /** @param {Profile | null} user */
  #become(user, chosen = false) {
    // A late answer for somebody who has left.
    if (user && (!this.#token || (this.#holder ?? user.userID) !== user.userID)) return;
    if (user && this.user && user.userID !== this.user.userID) this.#become(null);
    this.user = user;
    for (const listener of this.#listeners) listener(chosen);
  }
}

/** Remembers whether there may be a cookie, and whose. Scripts cannot see the cookie, and without this every first visit would make a call that is refused. */
const KEY = 'livecomments-session';

/** @param {string} base @returns {string | null} The userID, if it is known; null where nobody is. */
function remembered(base) {
  try {
    return localStorage.getItem(KEY + base);
  } catch {
    return '';
  }
}

/** @param {string} base @param {string | null} userID */
function remember(base, userID) {
  try {
    if (userID !== null) localStorage.setItem(KEY + base, userID);
    else localStorage.removeItem(KEY + base);
  } catch {
    // Storage is switched off: the log-in lasts as long as the page.
  }
}
