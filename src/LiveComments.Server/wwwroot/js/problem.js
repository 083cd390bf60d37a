/** Why the server refused something: an RFC 9457 problem, or the `error` of a stream. */
export class Problem extends Error {
  /**
   * @param {string} code Stable, for programs; `offline` when no server answered, `another-person` when somebody else is logged in by now.
   * @param {string} message For people.
   * @param {number} [status] HTTP status; 0 where there was none.
   * @param {number} [retryAfter] Seconds.
   * @param {import('./challenge.js').Challenge} [challenge] What to solve first, with `challenge-required`.
   */
  constructor(code, message, status = 0, retryAfter, challenge) {
    super(message);
    this.name = 'Problem';
    this.code = code;
    this.status = status;
    this.retryAfter = retryAfter;
    this.challenge = challenge;
  }

  /** True when the same request may succeed later without anybody changing anything. */
  get passes() {
    return Problem.#passing.has(this.code);
  }

  static #passing = new Set(['offline', 'busy', 'store-unavailable', 'outcome-unknown', 'draining', 'issuer-unavailable', 'internal', 'body-timeout']);

  /** @param {Response} answer */
  static async of(answer) {
    const wait = Number(answer.headers.get('Retry-After')) || undefined;
    try {
      const body = await answer.json();
      return new Problem(body.code ?? 'internal', body.detail ?? body.title ?? answer.statusText, answer.status, wait, body.challenge);
    } catch {
      // A proxy's page, not ours.
      return new Problem(answer.status >= 500 ? 'busy' : 'invalid-request', answer.statusText || `HTTP ${answer.status}`, answer.status, wait);
    }
  }
}
