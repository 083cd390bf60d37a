using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Streams;

/// <summary>What OpenAPI says of the stream.</summary>
internal static class StreamDocumentation
{
    public static readonly Documentation Documentation = new("watchEvent", "Watch an event")
    {
        Description = """
            A WebSocket (subprotocol `livecomments.v1` if offered) or, with `Accept: text/event-stream`, server-sent events. Both carry JSON objects with a `type`: see the schemas
            `ServerMessage` and `ClientMessage`.

            Server to client: `hello` (`position` where this stream starts, `head` of the log, `event`, `viewers`), `batch` (`from`, `to`: inclusive seqs, `entries` of the log, `skipped`),
            `reactions` (`counts`), `viewers` (`count`), `ack`, `acks` (`ids`), `mention` (`videoID`, `comment`), `own` (`comment`), `notice` (`notice`, `videoID`, `commentID`, `reason`), `authenticated` (after `auth`; on server-sent events after `hello`), `pong`, `error` (`id`, `code`, `message`, `retryAfter`, `challenge`),
            `reset` (`reason`, `position`, `load`), `bye` (`reconnectAfterMs`).

            Client to server (WebSocket): `auth` (`token`), `comment` (`id`, `commentText`, `replyToCommentID`, `challengeAnswer`), `reaction` (`id`, `commentID`, `reactionType` or null), `ping`. The same rules,
            limits and error codes hold as for the calls over HTTP.

            A private event has a stream for those who may read it only, and is answered as an unknown one to everybody else, before there is a WebSocket. A browser, whose WebSocket cannot send a header, puts a
            `ticket` of `POST /auth/stream-ticket` into the address. On a public event it may as well show its token later, with `auth`.

            A WebSocket that offers `permessage-deflate` (RFC 7692) gets it without context takeover in either direction; what is for one viewer alone comes uncompressed all the same.

            Close codes: 1000 normal, 1001 the server stops or has many more viewers than others, 1002 protocol error, 1003 binary frame, 1007 invalid UTF-8 or compressed data, 1008 too many fragments, 1009 message over 32 KB, 1011 the server failed, 1013 come back later: the store does not
            answer or the event is full (the reason says which), 4008 the viewer took nothing for 10 s (the reason is its position), 4401 the token ended on a private event or the account was suspended (the reason says which), 4403 the network was blocked, 4404 the event was deleted or is private now.
            """,
        Parameters = ["after", "sample", "ticket", "Last-Event-ID"],
        Answers = [new(101), new(200, "ServerMessage", "text/event-stream")],
        Errors = [Error.InvalidPosition, Error.InvalidParameter, Error.InvalidTicket, Error.EventNotFound, Error.NotAcceptable, Error.RateLimited, Error.EventFull, Error.Draining, Error.Busy, Error.StoreUnavailable],
    };
}
