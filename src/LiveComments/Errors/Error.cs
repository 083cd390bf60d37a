namespace LiveComments.Errors;

/// <summary>
/// An expected refusal: a stable <paramref name="Code"/> for programs, the HTTP status it always has and a sentence for people.
/// This is the one table of all of them: OpenAPI and docs/errors.md are made from it.
/// </summary>
public sealed record Error(string Code, int Status, string Title)
{
    public static readonly Error InvalidRequest = new("invalid-request", 400, "The request does not have the form that this call expects.");
    public static readonly Error InvalidJson = new("invalid-json", 400, "The body is not the JSON that this call expects.");
    public static readonly Error InvalidParameter = new("invalid-parameter", 400, "A query parameter is not valid.");
    public static readonly Error InvalidEvent = new("invalid-event", 400, "A member of the event is not valid.");
    public static readonly Error InvalidRules = new("invalid-rules", 400, "A moderation rule is not valid.");
    public static readonly Error InvalidPicture = new("invalid-picture", 400, "This is no picture that can be shown: a whole JPEG, PNG, WebP or GIF of at most 16 million pixels.");
    public static readonly Error InvalidPoll = new("invalid-poll", 400, "A member of the poll is not valid.");
    public static readonly Error UnknownOption = new("unknown-option", 400, "The poll has no such option.");
    public static readonly Error InvalidPosition = new("invalid-position", 400, "A position is epoch:seq, as given by this server.");
    public static readonly Error InvalidIdempotencyKey = new("invalid-idempotency-key", 400, "An idempotency key is 1-64 of A-Z a-z 0-9 _ -.");
    public static readonly Error TextEmpty = new("text-empty", 400, "A comment needs text.");
    public static readonly Error TextTooLong = new("text-too-long", 400, "A comment has at most 500 characters and 4 KB.");
    public static readonly Error TextInvalid = new("text-invalid", 400, "A comment has no control characters, no half characters and no unbalanced direction controls.");
    public static readonly Error ReplyIsNoQuestion = new("reply-is-no-question", 400, "A reply cannot be asked as a question.");
    public static readonly Error UnknownReaction = new("unknown-reaction", 400, "This event does not know this reaction type.");
    public static readonly Error WeakPassword = new("weak-password", 400, "A password has 10 to 128 characters and is not the name.");
    public static readonly Error LinkExpired = new("link-expired", 400, "This link was used, has expired, or a newer one was sent; ask for another.");
    public static readonly Error TotpInvalid = new("totp-invalid", 400, "Wrong or expired code.");

    public static readonly Error Unauthenticated = new("unauthenticated", 401, "This call needs a token.");
    public static readonly Error InvalidToken = new("invalid-token", 401, "The token is not valid here.");
    public static readonly Error TokenExpired = new("token-expired", 401, "The token has expired; refresh it.");
    public static readonly Error InvalidCredentials = new("invalid-credentials", 401, "Name or e-mail and password do not match.");
    public static readonly Error TotpRequired = new("totp-required", 401, "This account needs a code from its authenticator.");
    public static readonly Error InvalidTicket = new("invalid-ticket", 401, "The stream ticket is unknown, used or expired.");

    public static readonly Error Forbidden = new("forbidden", 403, "The token does not allow this.");
    public static readonly Error AccountSuspended = new("account-suspended", 403, "This account is suspended.");
    public static readonly Error AccountRequired = new("account-required", 403, "Guests may not do this; it needs an account.");
    public static readonly Error AccountErased = new("account-erased", 403, "This account was deleted.");
    public static readonly Error Banned = new("banned", 403, "You may not write here any more.");
    public static readonly Error TimedOut = new("timed-out", 403, "You may not write here for a while.");
    public static readonly Error UserMismatch = new("user-mismatch", 403, "userID is not the token's user.");
    public static readonly Error RoomMode = new("room-mode", 403, "The moderators do not allow such comments for now.");
    public static readonly Error ChallengeRequired = new("challenge-required", 403, "Show that you are human: solve the challenge and send the request again with the answer.");
    public static readonly Error NetworkBlocked = new("network-blocked", 403, "Your network is blocked here.");
    public static readonly Error OriginRefused = new("origin-refused", 403, "This origin may not call this server.");

    public static readonly Error NotFound = new("not-found", 404, "Not found.");
    public static readonly Error EventNotFound = new("event-not-found", 404, "There is no such event.");
    public static readonly Error CommentNotFound = new("comment-not-found", 404, "There is no such comment, or it was removed.");
    public static readonly Error ParentNotFound = new("parent-not-found", 404, "The comment to reply to does not exist in this event.");
    public static readonly Error PollNotFound = new("poll-not-found", 404, "There is no such poll, or it was taken away.");
    public static readonly Error QuestionNotFound = new("question-not-found", 404, "There is no such question in this event.");
    public static readonly Error UserNotFound = new("user-not-found", 404, "There is no such user.");
    public static readonly Error NodeNotFound = new("node-not-found", 404, "The cluster has no such node.");
    public static readonly Error MethodNotAllowed = new("method-not-allowed", 405, "This path does not support this method.");
    public static readonly Error NotAcceptable = new("not-acceptable", 406, "The stream supports WebSocket and text/event-stream.");

    public static readonly Error BodyTimeout = new("body-timeout", 408, "The body did not come in time; nothing was done. Send it again.");

    public static readonly Error EventNotLive = new("event-not-live", 409, "The event does not accept comments now.");
    public static readonly Error ParentRemoved = new("parent-removed", 409, "The comment to reply to was removed.");
    public static readonly Error CommentRemoved = new("comment-removed", 409, "The comment was removed.");
    public static readonly Error PollClosed = new("poll-closed", 409, "The poll takes no votes any more.");
    public static readonly Error PollOpen = new("poll-open", 409, "Another poll is open in this event; close it first.");
    public static readonly Error QuestionsOff = new("questions-off", 409, "This event takes no questions; write it as a comment.");
    public static readonly Error VideoIdTaken = new("videoid-taken", 409, "Another event has this videoID.");
    public static readonly Error UsernameTaken = new("username-taken", 409, "Another account has this username.");
    public static readonly Error NameReserved = new("name-reserved", 409, "This name is reserved; choose another.");
    public static readonly Error EmailTaken = new("email-taken", 409, "Another account has this e-mail address.");
    public static readonly Error NodeReachable = new("node-reachable", 409, "The node is reachable; let it leave instead.");
    public static readonly Error StateConflict = new("state-conflict", 409, "The event's current state does not allow this.");

    public static readonly Error PositionGone = new("position-gone", 410, "The log does not know this position, because it was restored from a backup since; read the newest page or from the start.");

    public static readonly Error BodyTooLarge = new("body-too-large", 413, "The body is larger than this call allows.");
    public static readonly Error UnsupportedMediaType = new("unsupported-media-type", 415, "Send application/json.");
    public static readonly Error HostRefused = new("host-refused", 421, "This server is not known by this host name.");
    public static readonly Error IdempotencyKeyReused = new("idempotency-key-reused", 422, "The key was used before with another body.");
    public static readonly Error TextRefused = new("text-refused", 422, "This text is not allowed in this event.");

    public static readonly Error RateLimited = new("rate-limited", 429, "Too many requests in a short time.");
    public static readonly Error RepeatedText = new("repeated-text", 429, "You wrote this text several times already; wait before you write it again.");
    public static readonly Error SlowMode = new("slow-mode", 429, "This event is in slow mode.");
    public static readonly Error Throttled = new("throttled", 429, "A moderator lets you write only so often here.");
    public static readonly Error TemporarilyBlocked = new("temporarily-blocked", 429, "You, or others of your network, wrote too fast again and again; wait.");
    public static readonly Error LockedOut = new("locked-out", 429, "Too many failed log-ins; wait.");

    public static readonly Error Internal = new("internal", 500, "The server failed; the log says why.");
    public static readonly Error Busy = new("busy", 503, "The server is busy; try again.");
    public static readonly Error EventFull = new("event-full", 503, "The event is full.");
    public static readonly Error StoreUnavailable = new("store-unavailable", 503, "The store does not answer; nothing was stored.");
    public static readonly Error OutcomeUnknown = new("outcome-unknown", 503, "It is not known whether the request was stored; retry with the same key.");
    public static readonly Error IssuerUnavailable = new("issuer-unavailable", 503, "The issuer does not answer; try again.");
    public static readonly Error Draining = new("draining", 503, "This server is stopping; try again.");

    /// <summary>Every error there is, in order of status.</summary>
    public static IReadOnlyList<Error> All { get; } =
        [.. typeof(Error).GetFields(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Static)
            .Where(field => field.FieldType == typeof(Error)).Select(field => (Error)field.GetValue(null)!)];
}
