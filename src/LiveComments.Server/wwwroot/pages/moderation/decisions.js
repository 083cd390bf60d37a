import { Backoff } from '../../js/backoff.js';

/** So many decisions are remembered for undoing. */
const KEPT = 100;

/**
 * A decision on its way.
 * @typedef {Object} Decision
 * @property {Record<string, any>} body What the server is asked.
 * @property {string} label What is decided, in the words of the page.
 * @property {'grace'|'waiting'|'sending'|'done'|'undoing'|'undone'|'failed'} state `grace`: nothing is sent yet; `waiting`: for the connection.
 * @property {number} changedAt When it came into this state, in milliseconds.
 * @property {number} sendsAt When the grace ends; 0 without one.
 * @property {any[]} answers What the server said about each target.
 * @property {Record<string, any> | null | undefined} takenBackBy Another decision that takes it back; null when nothing does; undefined when the server undoes it.
 * @property {Error} [problem] Why it failed.
 */

/**
 * Sends decisions in the order they were made. One with a grace can be taken back before anything is sent. Without a connection they wait and are sent when it is back; one whose answer was lost is sent again, which the
 * server answers as decided already.
 */
export class Decisions {
  /** The newest is last. @type {Decision[]} */
  all = [];
  /** To be sent or undone, in order. @type {Decision[]} */
  #line = [];
  /** An answer is missing: the server may have it. @type {WeakSet<Decision>} */
  #tried = new WeakSet();
  /** To be taken back as soon as it is known what the server did. @type {WeakSet<Decision>} */
  #unwanted = new WeakSet();
  /** @type {Map<Decision, () => void>} */
  #graces = new Map();
  #connected = true;
  #busy = false;
  #backoff = new Backoff({ first: 500, longest: 5_000 });

  /**
   * @param {Object} options
   * @param {(path: string, body: object) => Promise<any>} options.call Asks the server: `decisions` or `undo`.
   * @param {(decision: Decision) => void} options.changed
   * @param {(work: () => void, milliseconds: number) => (() => void)} [options.later] Gives what stops it.
   * @param {() => number} [options.now]
   */
  constructor({ call, changed, later = (work, milliseconds) => { const timer = setTimeout(work, milliseconds); return () => clearTimeout(timer); }, now = Date.now }) {
    this.call = call;
    this.changed = changed;
    this.later = later;
    this.now = now;
  }

  /** Decisions that the server does not have yet. */
  get unsent() {
    return this.all.filter(({ state }) => state === 'grace' || state === 'waiting' || state === 'sending' || state === 'undoing').length;
  }

  /** The newest decision that can still be taken back. */
  get last() {
    return this.all.findLast(decision => this.canUndo(decision));
  }

  /** @param {Decision} decision */
  canUndo(decision) {
    if (this.#unwanted.has(decision)) return false;
    if (decision.state === 'grace' || (decision.state === 'waiting' && !this.#tried.has(decision))) return true;
    return decision.takenBackBy !== null && (decision.state === 'waiting' || decision.state === 'sending' || (decision.state === 'done' && targetsOf(decision).length > 0));
  }

  /** @param {Record<string, any>} body @param {string} label @param {{grace?: number, takenBackBy?: Record<string, any> | null}} [options] `grace` in milliseconds. @returns {Decision} */
  decide(body, label, { grace = 0, takenBackBy } = {}) {
    /** @type {Decision} */
    const decision = { body, label, state: grace ? 'grace' : 'waiting', changedAt: this.now(), sendsAt: grace ? this.now() + grace : 0, answers: [], takenBackBy };
    this.all.push(decision);
    if (this.all.length > KEPT && ['done', 'undone', 'failed'].includes(this.all[0].state)) this.all.shift();
    if (grace) this.#graces.set(decision, this.later(() => this.#queue(decision), grace));
    else this.#line.push(decision);
    this.changed(decision);
    void this.#send();
    return decision;
  }

  /** @param {Decision} decision */
  undo(decision) {
    if (!this.canUndo(decision)) return;
    if (decision.state === 'grace') {
      this.#graces.get(decision)?.();
      this.#graces.delete(decision);
      this.#become(decision, 'undone');
    } else if (decision.state === 'waiting' && !this.#tried.has(decision)) {
      this.#line = this.#line.filter(one => one !== decision);
      this.#become(decision, 'undone');
    } else if (decision.state === 'done') {
      this.#line.push(decision);
      this.#become(decision, 'undoing');
      void this.#send();
    } else {
      this.#unwanted.add(decision);
      this.changed(decision);
    }
  }

  /** @param {boolean} connected */
  connect(connected) {
    this.#connected = connected;
    if (connected) void this.#send();
  }

  /** @param {Decision} decision */
  #queue(decision) {
    this.#graces.delete(decision);
    this.#line.push(decision);
    this.#become(decision, 'waiting');
    void this.#send();
  }

  async #send() {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let decision = this.#line[0]; decision && this.#connected; decision = this.#line[0]) {
        if (decision.state === 'undoing') await this.#takeBack(decision);
        else await this.#ask(decision);
        this.#line.shift();
        if (this.#unwanted.delete(decision) && decision.state === 'done') {
          this.#line.unshift(decision);
          this.#become(decision, 'undoing');
        }
        this.#backoff.reset();
      }
    } catch (problem) {
      const { retryAfter = 0 } = /** @type {import('../../js/problem.js').Problem} */ (problem);
      this.later(() => void this.#send(), Math.max(this.#backoff.next(), retryAfter * 1000));
    } finally {
      this.#busy = false;
    }
  }

  /** @param {Decision} decision @throws What passes: the decision stays in the line. */
  async #ask(decision) {
    this.#tried.add(decision);
    this.#become(decision, 'sending');
    try {
      decision.answers = (await this.call('decisions', decision.body)).decisions;
      this.#become(decision, 'done');
    } catch (problem) {
      if (mayWait(problem)) this.#become(decision, 'waiting');
      this.#fail(decision, problem);
    }
  }

  /** @param {Decision} decision @throws What passes. */
  async #takeBack(decision) {
    try {
      if (decision.takenBackBy) await this.call('decisions', decision.takenBackBy);
      else for (const answer of targetsOf(decision)) await this.call('undo', { decisionID: answer.decisionID }).then(() => (answer.status = 'undone'));
      this.#become(decision, 'undone');
    } catch (problem) {
      this.#fail(decision, problem);
    }
  }

  /** @param {Decision} decision @param {any} problem */
  #fail(decision, problem) {
    if (mayWait(problem)) throw problem;
    decision.problem = problem;
    this.#become(decision, 'failed');
  }

  /** @param {Decision} decision @param {Decision['state']} state */
  #become(decision, state) {
    decision.state = state;
    decision.changedAt = this.now();
    this.changed(decision);
  }
}

/** What was done for this decision and not undone yet. @param {Decision} decision */
const targetsOf = decision => decision.answers.filter(answer => answer.status === 'done' && answer.decisionID);

/** @param {any} problem */
const mayWait = problem => problem.passes || problem.code === 'rate-limited';
