/** @typedef {import('./types.js').Poll} Poll */

/** What an event's last poll is, and what the person has chosen in it. It uses neither network nor page. */
export class PollState {
  /** The last poll; null when there is none, or it was taken away. @type {Poll | null} */
  shown = null;

  /** What the person has chosen, counted from 0. @type {number | null} */
  own = null;

  /** The newest state that was heard, also of a poll that was taken away. @type {any} */
  #heard = null;

  /** The poll without the person's vote that is under way, until the server has said something newer. @type {Poll | null} */
  #before = null;

  /** A state as the log or an answer has it. One that is older than what is known changes nothing. @param {any} state @returns {boolean} Whether something changed. */
  take(state) {
    const heard = this.#heard;
    const isSame = heard?.pollID === state.pollID;
    if (heard && (state.number < heard.number || (isSame && state.revision < heard.revision))) return false;
    const { myOption, ...poll } = state;
    // An open poll stands in the log as it was opened.
    const counted = isSame && heard.version > (poll.version ?? 0) && poll.status === 'open' ? pick(heard) : {};
    this.#before = null;
    if (!isSame) this.own = null;
    if (myOption !== undefined) this.own = myOption;
    this.#heard = { ...poll, ...counted };
    this.shown = poll.status === 'removed' ? null : this.#heard;
    return true;
  }

  /** An answer says that no poll is shown. */
  clear() {
    if (!this.shown) return false;
    this.shown = this.own = null;
    return true;
  }

  /** @param {{pollID: string, version: number, votes: number, counts?: number[]}[]} polls @returns {boolean} Whether something changed. */
  count(polls) {
    const news = polls.find(one => one.pollID === this.#heard?.pollID && one.version > this.#heard.version);
    if (!news || !this.shown || this.shown.status !== 'open') return false;
    this.#before = null;
    this.shown = this.#heard = { ...this.#heard, ...pick(news) };
    return true;
  }

  /** The person chooses: until the next counts, those are shown that will be. @param {number} option */
  choose(option) {
    const poll = this.shown;
    if (!poll || option === this.own) return;
    this.#before ??= poll;
    const counts = poll.counts?.map((count, i) => count + (i === option ? 1 : 0) - (i === this.own ? 1 : 0));
    this.shown = this.#heard = { ...poll, votes: poll.votes + (this.own === null ? 1 : 0), counts };
    this.own = option;
  }

  /** The vote was refused. @param {number | null} previous What the person had chosen before. */
  revert(previous) {
    this.own = previous;
    if (this.#before) this.shown = this.#heard = this.#before;
    this.#before = null;
  }
}

/** @param {{version: number, votes: number, counts?: number[]}} tally */
const pick = ({ version, votes, counts }) => ({ version, votes, counts });
