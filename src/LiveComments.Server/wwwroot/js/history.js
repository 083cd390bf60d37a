import { placed } from './store.js';

/** @typedef {import('./types.js').Comment} Comment */

/**
 * Pages of an event's comments by REST, in both directions.
 * @typedef {{comments: Comment[], position: string, more: boolean}} Page `more` in the direction that was asked for.
 */
export class History {
  /**
   * @param {import('./session.js').Session} session
   * @param {string} event Its videoID or UUID.
   * @param {() => (comments: any[]) => void} reading Called before each read; the function it returns gets the comments.
   */
  constructor(session, event, reading) {
    this.session = session;
    this.reading = reading;
    this.path = `live/${encodeURIComponent(event)}/comments`;
  }

  /** The newest page, or the last one before a position. @param {{before?: string, limit?: number}} [page] @returns {Promise<Page>} */
  async newest({ before, limit = 50 } = {}) {
    return this.#page({ before, limit }, 'prev');
  }

  /** The first page after a position. @param {string} after @param {number} [limit] @returns {Promise<Page>} */
  async after(after, limit = 50) {
    return this.#page({ after, limit }, 'next');
  }

  /** A thread's replies from the first on. @param {string} parent @param {string} [after] @param {number} [limit] @returns {Promise<Page>} */
  async replies(parent, after = 'start', limit = 100) {
    return this.#page({ parent, after, limit }, 'next');
  }

  /** @param {string} commentID @returns {Promise<Comment>} */
  async one(commentID) {
    const read = this.reading();
    const comment = await this.session.call('GET', `${this.path}/${commentID}`);
    read([comment]);
    return placed(comment);
  }

  /** @param {Record<string, string | number | undefined>} query @param {string} direction @returns {Promise<Page>} */
  async #page(query, direction) {
    const search = new URLSearchParams(Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])));
    const read = this.reading();
    const answer = await this.session.fetch('GET', `${this.path}?${search}`);
    const comments = await answer.json();
    read(comments);
    return {
      comments: comments.map((/** @type {any} */ comment) => placed(comment)),
      position: answer.headers.get('LiveComments-Position') ?? '',
      more: (answer.headers.get('Link') ?? '').includes(`rel="${direction}"`),
    };
  }
}
