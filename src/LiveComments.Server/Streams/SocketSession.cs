using LiveComments.Accounts;
using LiveComments.Feeds;
using LiveComments.Ingest;
using LiveComments.Rooms;

namespace LiveComments.Server.Streams;

/// <summary>
/// What one client says on its WebSocket, and the answers. Messages are taken in order; up to a number of comments and reactions wait for their
/// answers at a time, beyond which the socket is not read: TCP tells the client to wait.
/// </summary>
internal sealed class SocketSession(SocketInbox inbox, WebSocketConnection connection, EventId eventId) : IAsyncDisposable
{
    private TokenBucket _messages;
    private SemaphoreSlim? _inFlight;
    private long _stalledSince;
    private Action? _welcome;
    private ITimer? _authTimer;

    /// <summary>For a private event: nothing is shown before a token that admits; none in time ends the socket.</summary>
    public void AwaitToken(Action welcome, TimeSpan within)
    {
        _welcome = welcome;
        _authTimer = inbox.Time.CreateTimer(_ =>
        {
            if (Volatile.Read(ref _welcome) is not null)
                connection.Close(CloseCode.Unauthorized, Error.Unauthenticated.Code);
        }, null, within, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Returns when the next message, of whatever kind, may be worked on.</summary>
    public async ValueTask PaceAsync()
    {
        while (inbox.Limits.Enabled && _messages.Take(inbox.Time, inbox.Time.GetTimestamp(), inbox.Limits.MessagesPerSecond, inbox.Limits.MessageBurst) is { } wait)
            // Not read meanwhile: cheaper than an answer to each message of a flood.
            await Task.Delay(wait, inbox.Time);
        while (connection.PersonalWaiting > Feeds.Connection.MaxPersonal && !connection.IsClosed)
            // Who does not read its answers is not read either.
            await Task.Delay(TimeSpan.FromMilliseconds(20), inbox.Time);
    }

    public async ValueTask HandleAsync(ReadOnlyMemory<byte> json)
    {
        // From here on a stopping server waits for the answer.
        connection.Asked();
        try
        {
            await AnswerAsync(json);
        }
        catch (Exception e)
        {
            // Not left to the reading, which would take some of them for a client that has gone.
            inbox.Failed(e);
            connection.Close(CloseCode.InternalError, Error.Internal.Code);
        }
        connection.Answered();
    }

    public async ValueTask DisposeAsync()
    {
        if (_authTimer is not null)
            await _authTimer.DisposeAsync();
    }

    private async ValueTask AnswerAsync(ReadOnlyMemory<byte> json)
    {
        if (!ClientMessage.TryRead(json.Span, out var message))
        {
            Refuse(null, Error.InvalidJson);
            return;
        }
        switch (message.Type)
        {
            case ClientMessageType.Ping:
                connection.Send(StreamMessages.Pong);
                break;
            case ClientMessageType.Auth:
                await AuthenticateAsync(message.Token);
                break;
            case ClientMessageType.Comment or ClientMessageType.Reaction when connection.IsLeaving:
                // What was asked before is answered; nothing more is taken, or a busy client would never be done.
                Refuse(message.Id, Error.Draining);
                break;
            case ClientMessageType.Comment:
                await CommentAsync(message.Id, message.CommentText, message.ReplyToCommentId);
                break;
            case ClientMessageType.Reaction:
                await ReactAsync(message.Id, message.CommentId, message.ReactionType, message.HasReactionType);
                break;
            default:
                Refuse(message.Id, Error.InvalidRequest, "type is auth, comment, reaction or ping.");
                break;
        }
    }

    private async ValueTask AuthenticateAsync(string? token)
    {
        if (token is null)
        {
            Refuse(null, Error.InvalidToken);
            return;
        }
        try
        {
            var (caller, error) = await inbox.Tokens.VerifyAsync(token, CancellationToken.None);
            if (caller is null)
                Refuse(null, error!);
            else if (await inbox.Events.RoleAsync(eventId, caller, CancellationToken.None) is not { } role)
                connection.Close(CloseCode.Forbidden, Error.NotParticipant.Code);
            else
            {
                connection.Authenticate(caller);
                inbox.Sessions.Recheck(caller);
                inbox.Joins.Note(eventId, caller.UserId);
                connection.Send(StreamMessages.Authenticated(caller.UserId, role, caller.ExpiresAt));
                Interlocked.Exchange(ref _welcome, null)?.Invoke();
            }
        }
        catch (StoreUnavailableException)
        {
            Refuse(null, Error.StoreUnavailable);
        }
    }

    private async ValueTask CommentAsync(string? id, string? text, string? replyTo)
    {
        var started = inbox.Time.GetTimestamp();
        if (id is null || !CommentIngest.IsKey(id))
        {
            Refuse(null, Error.InvalidIdempotencyKey, "A comment needs an id: 1-64 of A-Z a-z 0-9 _ -.");
            return;
        }
        CommentId? parent = null;
        if (replyTo is not null)
        {
            if (!CommentId.TryParse(replyTo, out var parsed))
            {
                Answer(id, started, Error.ParentNotFound);
                return;
            }
            parent = parsed;
        }
        try
        {
            if (await WriterAsync(id, started) is not { } writer)
                return;
            var (draft, refusal) = await inbox.Comments.AdmitAsync(new CommentRequest(writer.Event, writer.Caller, writer.Role, text, parent, id, null), CancellationToken.None);
            if (draft is null)
            {
                Answer(id, started, refusal.Error, refusal.RetryAfter);
                return;
            }
            var room = await inbox.Rooms.OpenAsync(eventId);
            var placement = new SocketPlacement(this, draft, id, started);
            await EnterFlightAsync();
            if (room is null || !(Flows(room.TryPost(placement)) || await room.PostAsync(placement, PatienceLeft())))
            {
                inbox.Comments.NotPlaced(eventId, draft.Author.Id, id, Error.Busy);
                Answer(id, started, Error.Busy, TimeSpan.FromSeconds(1));
                LeaveFlight();
            }
        }
        catch (StoreUnavailableException)
        {
            Answer(id, started, Error.StoreUnavailable, TimeSpan.FromSeconds(1));
        }
    }

    private async ValueTask ReactAsync(string? id, string? commentId, string? type, bool hasType)
    {
        if (id is not null && !CommentIngest.IsKey(id))
        {
            Refuse(null, Error.InvalidIdempotencyKey);
            return;
        }
        if (!CommentId.TryParse(commentId, out var comment))
        {
            AnswerReaction(id, Error.CommentNotFound);
            return;
        }
        ReactionType? reaction = null;
        if (type is not null)
        {
            if (!ReactionTypes.TryParse(type, out var known))
            {
                AnswerReaction(id, Error.UnknownReaction);
                return;
            }
            reaction = known;
        }
        else if (!hasType)
        {
            AnswerReaction(id, Error.InvalidRequest);
            return;
        }
        try
        {
            if (await WriterAsync(id, 0) is not { } writer)
                return;
            if (inbox.UserLimits.TakeReaction(writer.Caller.UserId) is { } wait)
            {
                AnswerReaction(id, Error.RateLimited, wait);
                return;
            }
            if (writer.Event.Status == EventStatus.Ended)
            {
                AnswerReaction(id, Error.EventNotLive);
                return;
            }
            if (reaction is { } asked && !writer.Event.Settings.Allows(asked))
            {
                AnswerReaction(id, Error.UnknownReaction);
                return;
            }
            var author = inbox.Profiles.EnsureAsync(writer.Caller, CancellationToken.None);
            if (!author.IsCompletedSuccessfully)
                await author;
            var room = await inbox.Rooms.OpenAsync(eventId);
            var placement = new SocketReaction(this, new ReactionDraft(comment, writer.Caller.UserId, reaction), id);
            await EnterFlightAsync();
            if (room is null || !(Flows(room.TryPost(placement)) || await room.PostAsync(placement, PatienceLeft())))
            {
                AnswerReaction(id, Error.Busy, TimeSpan.FromSeconds(1));
                LeaveFlight();
            }
        }
        catch (StoreUnavailableException)
        {
            AnswerReaction(id, Error.StoreUnavailable, TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Who writes, and in what state the event is; null when that was refused.</summary>
    private async ValueTask<(LiveEvent Event, Caller Caller, Role Role)?> WriterAsync(string? id, long started)
    {
        var refusal = Error.Unauthenticated;
        if (connection.Caller is { } caller)
        {
            if (caller.ExpiresAt <= inbox.Time.GetUtcNow())
                refusal = Error.TokenExpired;
            else if (await inbox.Events.FindAsync(eventId, CancellationToken.None) is not { } liveEvent)
                refusal = Error.EventNotFound;
            else if (await inbox.Events.RoleAsync(liveEvent, caller, CancellationToken.None) is not { } role)
                refusal = Error.NotParticipant;
            else
                return (liveEvent, caller, role);
        }
        if (started != 0)
            Answer(id!, started, refusal);
        else
            AnswerReaction(id, refusal);
        return null;
    }

    /// <summary>Notes that the room took something at once.</summary>
    private bool Flows(bool taken)
    {
        if (taken)
            _stalledSince = 0;
        return taken;
    }

    /// <summary>
    /// How long a full mailbox may still keep this socket from being read. What comes next has waited behind what waited before: were each
    /// given the whole patience, the last of a hundred would be answered after minutes.
    /// </summary>
    private TimeSpan PatienceLeft()
    {
        var now = inbox.Time.GetTimestamp();
        if (_stalledSince == 0)
            _stalledSince = now;
        var left = inbox.Stream.Patience - inbox.Time.GetElapsedTime(_stalledSince, now);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private ValueTask EnterFlightAsync()
    {
        connection.Asked();
        _inFlight ??= new SemaphoreSlim(inbox.Stream.InFlight);
        return _inFlight.Wait(0) ? default : new ValueTask(_inFlight.WaitAsync());
    }

    /// <summary>After the answer is queued: a stopping server closes the socket when the last one is.</summary>
    private void LeaveFlight()
    {
        _inFlight!.Release();
        connection.Answered();
    }

    private void Answer(string id, long started, Error error, TimeSpan? retryAfter = null)
    {
        inbox.Metrics.Comment("websocket", error.Code, inbox.Time.GetElapsedTime(started));
        Refuse(id, error, null, retryAfter);
    }

    private void AnswerReaction(string? id, Error error, TimeSpan? retryAfter = null)
    {
        inbox.Metrics.Reaction("websocket", error.Code);
        Refuse(id, error, null, retryAfter);
    }

    private void Refuse(string? id, Error error, string? detail = null, TimeSpan? retryAfter = null) =>
        connection.Send(StreamMessages.Problem(id, error, detail, retryAfter ?? (error.Status is 429 or 503 ? TimeSpan.FromSeconds(1) : null)), always: true);

    private sealed class SocketPlacement(SocketSession session, EntryDraft draft, string id, long started) : Placement(draft)
    {
        public override void Complete(AppendResult result, bool last)
        {
            var connection = session.Connection;
            switch (result)
            {
                case AppendResult.Appended { Entry: CommentEntry { Comment: var comment } }:
                    connection.Send(StreamMessages.Ack(id, comment.Id, comment.Time, comment.Position), always: true);
                    session.Count("placed", started);
                    break;
                case AppendResult.Repeated repeated:
                    connection.Send(StreamMessages.Ack(id, repeated.CommentId, repeated.Time, repeated.Position), always: true);
                    session.Count("repeated", started);
                    break;
                case AppendResult.Refused refused:
                    session.NotPlaced((CommentDraft)Draft, id, refused.Error);
                    session.Answer(id, started, refused.Error);
                    break;
            }
            session.LeaveFlight();
        }
    }

    private WebSocketConnection Connection => connection;

    private void NotPlaced(CommentDraft draft, string id, Error error) => inbox.Comments.NotPlaced(eventId, draft.Author.Id, id, error);

    private void Count(string outcome, long started) => inbox.Metrics.Comment("websocket", outcome, inbox.Time.GetElapsedTime(started));

    private sealed class SocketReaction(SocketSession session, ReactionDraft draft, string? id) : ReactionPlacement(draft)
    {
        public override void Complete(ReactionResult result, bool last)
        {
            if (result.Error is { } error)
                session.AnswerReaction(id, error);
            else
            {
                session.Stored();
                if (id is not null)
                    session.Connection.AckReaction(id);
            }
            session.LeaveFlight();
        }
    }

    private void Stored() => inbox.Metrics.Reaction("websocket", "stored");
}
