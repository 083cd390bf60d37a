// The types of livecomments.js, made from its comments.

export type Position = {
    epoch: string;
    seq: number;
};

export type ReactionType = 'like' | 'love' | 'haha' | 'wow' | 'sad' | 'angry';

export type Comment = {
    /**
     * What a list may use as its key: the same from the first optimistic moment on.
     */
    key: string;
    /**
     * Absent until the server has placed it.
     */
    commentID?: string;
    /**
     * Its place; `Infinity` until the server has placed it.
     */
    seq: number;
    /**
     * `epoch:seq` as the server gave it.
     */
    position?: string;
    userID: string;
    username: string;
    displayName: string;
    avatarUrl?: string;
    /**
     * Its author wrote under a nickname, without an account.
     */
    guest?: true;
    role?: 'moderator' | 'administrator';
    commentText: string;
    timestamp: string;
    /**
     * The first comment of its thread.
     */
    replyToCommentID?: string;
    /**
     * It was asked as a question, and what has become of it.
     */
    question?: 'open' | 'answered';
    replyCount: number;
    /**
     * The seq up to which `replyCount` counts already.
     */
    countedTo?: number;
    mentions?: {
        userID: string;
        username: string;
    }[];
    /**
     * Counts by plural name: `likes`, `loves`, ...
     */
    reactions: Record<string, number>;
    state: 'placed' | 'sending' | 'failed' | 'held' | 'rejected';
    /**
     * Why it failed.
     */
    problem?: Problem;
    /**
     * Its id while it waits for a moderator; it keeps it when it is placed.
     */
    heldID?: string;
    /**
     * When it is shown to everybody if no moderator decides otherwise; absent when it waits for one.
     */
    releaseAt?: string;
    /**
     * What a moderator wrote who rejected it.
     */
    reason?: string;
};

export type Poll = {
    pollID: string;
    /**
     * Counts the event's polls in the order in which they were opened.
     */
    number: number;
    revision: number;
    status: 'open' | 'closed';
    question: string;
    options: string[];
    /**
     * When viewers are told the counts: while it is open, or once it is closed.
     */
    results: 'live' | 'closed';
    openedAt: string;
    /**
     * When it closes by itself; absent when a moderator closes it.
     */
    endsAt?: string;
    closedAt?: string;
    version: number;
    /**
     * How many people have voted.
     */
    votes: number;
    /**
     * How often each option was chosen; absent while that is secret.
     */
    counts?: number[];
};

export type LiveEvent = {
    eventID: string;
    videoID?: string;
    title: string;
    description?: string;
    status: 'scheduled' | 'live' | 'ended';
    /**
     * When it is planned to start.
     */
    startTime: string;
    endTime?: string;
    /**
     * When it went live.
     */
    startedAt?: string;
    /**
     * When it ended or was called off.
     */
    endedAt?: string;
    settings: Record<string, any>;
};

export type Changes = {
    /**
     * Everything known before is void: show `comments` anew.
     */
    reset: boolean;
    /**
     * New comments, in order. One that arrived late may belong before others.
     */
    placed: Comment[];
    /**
     * Comments of which text, state, reactions or replies changed.
     */
    changed: Set<Comment>;
    /**
     * Ids of comments that are gone, also of those this client does not hold.
     */
    removed: string[];
    /**
     * Keys of optimistic comments that are gone: discarded, or known under another key now.
     */
    withdrawn: string[];
    /**
     * New reaction counts of comments this client no longer holds.
     */
    counts: Map<string, Record<string, number>>;
    /**
     * Another comment is pinned, or none any more.
     */
    pinned: boolean;
    /**
     * Another comment is on stage, or none any more.
     */
    stage: boolean;
    /**
     * What has become of questions, by their ids; also of those that this client does not hold.
     */
    marked: Map<string, 'open' | 'answered'>;
};

export type Challenge = {
    kind: string;
    token?: string;
    difficulty?: number;
    siteKey?: string;
};

export type Connection = {
    /**
     * `waiting` for the next attempt; `paused` until the page is shown;
     * `refused` until somebody logs in or asks again.
     */
    state: 'connecting' | 'open' | 'waiting' | 'paused' | 'refused' | 'closed';
    transport: 'websocket' | 'sse' | null;
    /**
     * When the next attempt is, in milliseconds of `Date.now()`.
     */
    retryAt?: number;
    /**
     * Why it is not open.
     */
    problem?: Problem | {
        code: string;
    };
};

/** Why the server refused something: an RFC 9457 problem, or the `error` of a stream. */
export declare class Problem extends Error {
    #private;
    code: string;
    status: number;
    retryAfter: number | undefined;
    challenge: Challenge | undefined;
    /**
     * @param {string} code Stable, for programs; `offline` when no server answered, `another-person` when somebody else is logged in by now.
     * @param {string} message For people.
     * @param {number} [status] HTTP status; 0 where there was none.
     * @param {number} [retryAfter] Seconds.
     * @param {Challenge} [challenge] What to solve first, with `challenge-required`.
     */
    constructor(code: string, message: string, status?: number, retryAfter?: number, challenge?: Challenge);
    /** True when the same request may succeed later without anybody changing anything. */
    get passes(): boolean;
    /** @param {Response} answer */
    static of(answer: Response): Promise<Problem>;
}

/**
 * A map that drops its oldest entries, so that a page that is open for a day does not grow.
 * @template K, V
 * @extends {Map<K, V>}
 */
export declare class BoundedMap<K, V> extends Map<K, V> {
    capacity: number;
    /** @param {number} capacity */
    constructor(capacity: number);
    /** @param {K} key @param {V} value */
    set(key: K, value: V): this;
}

/** How many comments a second there were lately, and how many of them were shown. */
declare class Rate {
    #private;
    window: number;
    now: () => number;
    /** @param {{window?: number, now?: () => number}} [options] Milliseconds. */
    constructor({ window, now }?: {
        window?: number;
        now?: () => number;
    });
    /** @param {number} shown @param {number} skipped */
    add(shown: number, skipped: number): void;
    /** Per second. */
    get current(): {
        shown: number;
        all: number;
    };
}

export type Profile = {
    userID: string;
    username: string;
    displayName: string;
    avatarUrl?: string;
    email?: string;
    role: string;
    hasPassword: boolean;
    totpEnabled: boolean;
    preferences: Record<string, any>;
    guest?: true;
    recoveryCodesLeft?: number;
};

/**
 * Who is logged in. The access token is in memory only. The refresh token is in a cookie that no script can read, or, in a
 * frame of another site, where browsers hold such cookies back, in memory too.
 */
export declare class Session {
    #private;
    server: URL;
    cookie: boolean;
    /** @type {Profile | null} */
    user: Profile | null;
    /**
     * @param {Object} options
     * @param {URL | string} options.server The server's base address.
     * @param {boolean} [options.cookie] False keeps the refresh token in memory.
     */
    constructor({ server, cookie }: {
        server: URL | string;
        cookie?: boolean;
    });
    /**
     * Called when somebody has logged in or changed their profile, and when nobody is logged in any more: with true when they chose to log out. Between
     * two persons there is always a moment of nobody.
     * @param {(chosen: boolean) => void} listener @returns {() => void} Stops it.
     */
    onChange(listener: (chosen: boolean) => void): () => void;
    /** True while {@link restore} asks for the first time whether somebody who was here before still is: nobody should be asked to log in yet. */
    get isRestoring(): boolean;
    /**
     * Continues the log-in of an earlier visit, if there is one. While the server is busy or away it keeps trying, and tells listeners when it succeeds.
     * @throws {Problem} Not yet.
     */
    restore(): Promise<void>;
    /** @param {{username: string, email: string, password: string, displayName?: string}} account */
    register(account: {
        username: string;
        email: string;
        password: string;
        displayName?: string;
    }): Promise<void>;
    /**
     * Becomes a guest of an event that has them, with a nickname and without an account.
     * @param {{displayName: string, videoID: string}} guest @param {string} [answer] To the challenge of a refusal.
     * @throws {Problem} `username-taken`: somebody has an account of this name; `challenge-required`: solve its challenge.
     */
    comeAsGuest(guest: {
        displayName: string;
        videoID: string;
    }, answer?: string): Promise<void>;
    /** Makes an account of the guest who is here; what they wrote stays theirs. @param {{username: string, email: string, password: string, displayName?: string}} account */
    keepGuest(account: {
        username: string;
        email: string;
        password: string;
        displayName?: string;
    }): Promise<void>;
    /** @param {{username: string, password: string, code?: string}} credentials `username` may be the e-mail address. */
    logIn(credentials: {
        username: string;
        password: string;
        code?: string;
    }): Promise<void>;
    /**
     * Goes to a provider's page to sign in there; {@link restore} goes on with it when the person is back. Only on the server's own pages.
     * @param {string} provider Its id. @param {string} back The path to come back to.
     */
    signInWith(provider: string, back: string): Promise<void>;
    /** @throws {Problem} The log-in stays: only the server can delete the cookie that extends it. */
    logOut(): Promise<void>;
    /**
     * Deletes the account for ever; nobody is logged in then. @param {{password?: string, code?: string}} proof What the account is protected by; one without a password needs a recent sign-in.
     * @throws {Problem} The account stays.
     */
    deleteAccount(proof: {
        password?: string;
        code?: string;
    }): Promise<void>;
    /** Takes a token that came from elsewhere, such as another issuer of the server's. @param {string} token @param {number} expiresAt Milliseconds. */
    useToken(token: string, expiresAt: number): Promise<void>;
    loadProfile(): Promise<void>;
    /** @param {Partial<{displayName: string, avatarUrl: string | null, preferences: object}>} change */
    changeProfile(change: Partial<{
        displayName: string;
        avatarUrl: string | null;
        preferences: object;
    }>): Promise<void>;
    /** The access token; null for somebody who is not logged in. @throws {Problem} It has expired, and another is not to be had now. */
    token(): Promise<string | null>;
    /** A new token, because the server did not like the old one. False when there is none: the person is logged out then. @throws {Problem} Not now. */
    renew(): Promise<boolean>;
    /**
     * A call of the server with this person's token.
     * @param {string} method @param {string} path Relative to the server. @param {object} [body] JSON, or a file as a Blob. @param {Record<string, string>} [headers]
     * @returns {Promise<any>} The JSON of the answer; undefined when it has none.
     * @throws {Problem}
     */
    call(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<any>;
    /** @param {string} method @param {string} path @param {object} [body] @param {Record<string, string>} [headers] @returns {Promise<Response>} */
    fetch(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<Response>;
}

export type Page = {
    comments: Comment[];
    position: string;
    more: boolean;
};

export declare class History {
    #private;
    session: Session;
    reading: () => (comments: any[]) => void;
    path: string;
    /**
     * @param {Session} session
     * @param {string} event Its videoID or UUID.
     * @param {() => (comments: any[]) => void} reading Called before each read; the function it returns gets the comments.
     */
    constructor(session: Session, event: string, reading: () => (comments: any[]) => void);
    /** The newest page, or the last one before a position. @param {{before?: string, limit?: number}} [page] @returns {Promise<Page>} */
    newest({ before, limit }?: {
        before?: string;
        limit?: number;
    }): Promise<Page>;
    /** The first page after a position. @param {string} after @param {number} [limit] @returns {Promise<Page>} */
    after(after: string, limit?: number): Promise<Page>;
    /** A thread's replies from the first on. @param {string} parent @param {string} [after] @param {number} [limit] @returns {Promise<Page>} */
    replies(parent: string, after?: string, limit?: number): Promise<Page>;
    /** @param {string} commentID @returns {Promise<Comment>} */
    one(commentID: string): Promise<Comment>;
}

export declare const COUNT_NAMES: Record<ReactionType, string>;

export type Events = {
    /**
     * Comments; in an animation frame, at most twelve times a second.
     */
    change: Changes;
    connection: Connection;
    /**
     * Its status, settings, or anything else of it changed.
     */
    event: LiveEvent;
    /**
     * The last poll became something else, its counts did, or the person's vote; null when it is gone.
     */
    poll: Poll | null;
    viewers: number;
    /**
     * What the person may do here; null for somebody who is not logged in.
     */
    role: {
        role: string;
    } | null;
    /**
     * Somebody mentioned the person, here or in another event.
     */
    mention: {
        videoID: string;
        comment: any;
    };
    /**
     * An own comment was refused.
     */
    refused: {
        comment: Comment;
        problem: Problem;
    };
    /**
     * An own comment was placed.
     */
    sent: Comment;
    /**
     * An own comment waits for a moderator.
     */
    held: Comment;
    /**
     * What moderators decided about the person or their comment, here or in another event.
     */
    notice: {
        notice: string;
        videoID?: string;
        commentID?: string;
        reason?: string;
        until?: string;
        seconds?: number;
    };
    /**
     * The server wants to know whether a person writes, and finding out takes more than a moment; false when it is done.
     */
    checking: boolean;
    /**
     * Something else the person asked for was refused.
     */
    problem: Problem;
};

/**
 * The comments of one event, live.
 *
 * ```js
 * const live = new LiveComments({ server: 'https://comments.example.org/', event: 'final-2026' });
 * live.on('change', changes => console.log(changes.placed.map(comment => comment.commentText)));
 * await live.open();
 * ```
 */
export declare class LiveComments {
    #private;
    server: URL;
    session: Session;
    videoID: string;
    /** The event; null until the server has told. @type {LiveEvent | null} */
    event: LiveEvent | null;
    /** People watching now. */
    viewers: number;
    /** What the person may do here. @type {string | null} */
    role: string | null;
    /** Comments per second, and how many of them are shown. */
    rate: Rate;
    /** The person's own reactions, as far as this client has read or seen them. @type {BoundedMap<string, ReactionType>} */
    ownReactions: BoundedMap<string, ReactionType>;
    /**
     * @param {Object} options
     * @param {string} options.event Its videoID or UUID.
     * @param {URL | string} [options.server] The server's base address; where this module came from unless given.
     * @param {Session} [options.session] Who is there; somebody without a log-in unless given.
     * @param {number} [options.capacity] How many of the newest comments to hold; older ones are read from the history.
     * @param {boolean} [options.webSocket] False for server-sent events only.
     * @param {(challenge: Challenge) => Promise<string>} [options.puzzle] Shows the puzzle of a provider and gives the answer, where the server has one.
     * @param {boolean} [options.background] True keeps server-sent events open while the page is hidden; by default they are closed until it is shown.
     */
    constructor({ event, server, session, capacity, webSocket, background, puzzle }: {
        event: string;
        server?: URL | string;
        session?: Session;
        capacity?: number;
        webSocket?: boolean;
        puzzle?: (challenge: Challenge) => Promise<string>;
        background?: boolean;
    });
    /** The newest comments, in order. */
    get comments(): Comment[];
    /** Own comments that are not placed yet. */
    get waiting(): Comment[];
    /** The comment that a moderator pinned; null when none is. It may be older than {@link comments}. */
    get pinned(): Comment | null;
    /** The comment that a moderator put on stage; null when none is. It may be older than {@link comments}. */
    get stage(): Comment | null;
    /** The event's last poll, open or closed; null when there is none, or it was taken away. @type {Poll | null} */
    get poll(): Poll | null;
    /** What the person has chosen in {@link poll}, counted from 0; null for nothing. */
    get ownVote(): number | null;
    get connection(): Connection;
    /** True when everything up to the moment of connecting has been shown. */
    get isCaughtUp(): boolean;
    /** False when every comment is asked for, however many there are. */
    get isSampled(): boolean;
    /** @template {keyof Events} N @param {N} name @param {(value: Events[N]) => void} listener @returns {() => void} Stops it. */
    on<N extends keyof Events>(name: N, listener: (value: Events[N]) => void): () => void;
    /**
     * Reads the event and its newest comments, then watches. A refusal is thrown, such as `event-not-found` for an unknown event or a private one; after
     * somebody has logged in, call it again.
     * @throws {Problem}
     */
    open(): Promise<void>;
    close(): void;
    /** Tries to connect now instead of at the planned time. */
    retryNow(): void;
    /** Shows a sample of a room that is too fast to read, or everything. @param {boolean} sample */
    setSample(sample: boolean): void;
    /**
     * Becomes a guest of this event, where its setting `guests` is on: somebody with a nickname and without an account.
     * @param {string} displayName The nickname. @throws {Problem} Such as `username-taken`, `name-reserved` or `account-required`.
     */
    comeAsGuest(displayName: string): Promise<void>;
    /**
     * Writes a comment. It is in the list at once, `sending`; it becomes `placed` or `failed`.
     * @param {string} text @param {{replyTo?: string, question?: boolean}} [options] question: asks it as a question, where the event's setting `questions` is on. @returns {Comment}
     */
    post(text: string, { replyTo, question }?: {
        replyTo?: string;
        question?: boolean;
    }): Comment;
    /** Sends a failed comment again, under the same key: it cannot be there twice. @param {string} key */
    retry(key: string): void;
    /** Takes a failed comment out of the list. @param {string} key */
    discard(key: string): void;
    /**
     * Reacts to a comment, changes one's reaction, or takes it back (null).
     * @param {Comment} comment @param {ReactionType | null} type
     */
    react(comment: Comment, type: ReactionType | null): void;
    /** Deletes a comment: an own one, or anybody's by a moderator. @param {string} commentID @throws {Problem} */
    remove(commentID: string): Promise<void>;
    /** Pins a comment for everybody, replacing any other, or unpins (null); by a moderator. @param {string | null} commentID @throws {Problem} */
    pin(commentID: string | null): Promise<void>;
    /** Shows a comment large to everybody, in place of any other, or takes it off (null); by a moderator. @param {string | null} commentID @throws {Problem} */
    putOnStage(commentID: string | null): Promise<void>;
    /**
     * The event's questions, those with the most likes first: a vote is a like. `next` is where the next page begins.
     * @param {{status?: 'open'|'answered', after?: string, limit?: number}} [which] @returns {Promise<{questions: Comment[], next: string | null}>} @throws {Problem}
     */
    questions({ status, after, limit }?: {
        status?: 'open' | 'answered';
        after?: string;
        limit?: number;
    }): Promise<{
        questions: Comment[];
        next: string | null;
    }>;
    /** Says that a question was answered, or is open again; by a moderator. @param {string} commentID @param {'open'|'answered'} status @throws {Problem} */
    markQuestion(commentID: string, status: 'open' | 'answered'): Promise<void>;
    /** Votes in {@link poll}, in place of what the person chose before. @param {number} option Counted from 0. */
    vote(option: number): void;
    /**
     * Opens a poll, by a moderator. @param {{question: string, options: string[], results?: 'live'|'closed', seconds?: number}} poll `seconds` closes it by itself. @returns {Promise<Poll>}
     * @throws {Problem}
     */
    openPoll(poll: {
        question: string;
        options: string[];
        results?: 'live' | 'closed';
        seconds?: number;
    }): Promise<Poll>;
    /** Closes a poll, by a moderator: its counts are final. @param {string} pollID @returns {Promise<Poll>} @throws {Problem} */
    closePoll(pollID: string): Promise<Poll>;
    /** Takes a poll away, by a moderator. @param {string} pollID @throws {Problem} */
    removePoll(pollID: string): Promise<void>;
    /** Comments before a position, newest last. @param {string} position @param {number} [limit] */
    before(position: string, limit?: number): Promise<Page>;
    /** Comments after a position. @param {string} position @param {number} [limit] */
    after(position: string, limit?: number): Promise<Page>;
    /** A thread: the comment it began with, if it is still there, and its replies. @param {string} commentID @param {string} [after] */
    thread(commentID: string, after?: string): Promise<{
        comments: Comment[];
        position: string;
        more: boolean;
        root: Comment | null;
    }>;
}

export {};
