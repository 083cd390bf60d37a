/**
 * The objects of the protocol, for editors and `tsc --checkJs`. See `/openapi/v1.json` of a server for every member.
 *
 * @typedef {{epoch: string, seq: number}} Position A place in an event's one log. Seqs of different epochs do not compare.
 *
 * @typedef {'like'|'love'|'haha'|'wow'|'sad'|'angry'} ReactionType
 *
 * @typedef {Object} Comment
 * @property {string} key What a list may use as its key: the same from the first optimistic moment on.
 * @property {string} [commentID] Absent until the server has placed it.
 * @property {number} seq Its place; `Infinity` until the server has placed it.
 * @property {string} [position] `epoch:seq` as the server gave it.
 * @property {string} userID
 * @property {string} username
 * @property {string} displayName
 * @property {string} [avatarUrl]
 * @property {true} [guest] Its author wrote under a nickname, without an account.
 * @property {'moderator'|'administrator'} [role]
 * @property {string} commentText
 * @property {string} timestamp
 * @property {string} [replyToCommentID] The first comment of its thread.
 * @property {'open'|'answered'} [question] It was asked as a question, and what has become of it.
 * @property {number} replyCount
 * @property {number} [countedTo] The seq up to which `replyCount` counts already.
 * @property {{userID: string, username: string}[]} [mentions]
 * @property {Record<string, number>} reactions Counts by plural name: `likes`, `loves`, ...
 * @property {'placed'|'sending'|'failed'|'held'|'rejected'} state
 * @property {Problem} [problem] Why it failed.
 * @property {string} [heldID] Its id while it waits for a moderator; it keeps it when it is placed.
 * @property {string} [releaseAt] When it is shown to everybody if no moderator decides otherwise; absent when it waits for one.
 * @property {string} [reason] What a moderator wrote who rejected it.
 *
 * @typedef {Object} Poll A question to the viewers. The client keeps the newest state of it.
 * @property {string} pollID
 * @property {number} number Counts the event's polls in the order in which they were opened.
 * @property {number} revision
 * @property {'open'|'closed'} status
 * @property {string} question
 * @property {string[]} options
 * @property {'live'|'closed'} results When viewers are told the counts: while it is open, or once it is closed.
 * @property {string} openedAt
 * @property {string} [endsAt] When it closes by itself; absent when a moderator closes it.
 * @property {string} [closedAt]
 * @property {number} version
 * @property {number} votes How many people have voted.
 * @property {number[]} [counts] How often each option was chosen; absent while that is secret.
 *
 * @typedef {Object} LiveEvent
 * @property {string} eventID
 * @property {string} [videoID]
 * @property {string} title
 * @property {string} [description]
 * @property {'scheduled'|'live'|'ended'} status
 * @property {string} startTime When it is planned to start.
 * @property {string} [endTime]
 * @property {string} [startedAt] When it went live.
 * @property {string} [endedAt] When it ended or was called off.
 * @property {Record<string, any>} settings
 *
 * @typedef {Object} Changes What happened since the last call.
 * @property {boolean} reset Everything known before is void: show `comments` anew.
 * @property {Comment[]} placed New comments, in order. One that arrived late may belong before others.
 * @property {Set<Comment>} changed Comments of which text, state, reactions or replies changed.
 * @property {string[]} removed Ids of comments that are gone, also of those this client does not hold.
 * @property {string[]} withdrawn Keys of optimistic comments that are gone: discarded, or known under another key now.
 * @property {Map<string, Record<string, number>>} counts New reaction counts of comments this client no longer holds.
 * @property {boolean} pinned Another comment is pinned, or none any more.
 * @property {boolean} stage Another comment is on stage, or none any more.
 * @property {Map<string, 'open'|'answered'>} marked What has become of questions, by their ids; also of those that this client does not hold.
 *
 * @typedef {import('./problem.js').Problem} Problem
 */
export {};
