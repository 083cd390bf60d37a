using LiveComments.Challenges;
using LiveComments.Ingest;
using LiveComments.Polls;
using LiveComments.Server.Sockets;
using LiveComments.Wire;

namespace LiveComments.Server.Streams;

/// <summary>
/// The conversation with one WebSocket client. Messages are handled in order; the comments and reactions of one read are offered to ingest together. When too many wait for their answers, the
/// socket is not read, and TCP slows the client down.
/// </summary>
internal sealed class SocketSession(SocketSessions sessions, WebSocketConnection connection, EventId eventId, long begins, StreamPlace place) : Asker
{
    private TokenBucket _messages;
    private SemaphoreSlim? _inFlight;
    private Offer? _offer;

    /// <summary>Returns when the next message of any kind may be handled.</summary>
    public async ValueTask PaceAsync()
    {
        while (sessions.Limits.Enabled && _messages.Take(sessions.Time, sessions.Time.GetTimestamp(), sessions.Limits.MessagesPerSecond, sessions.Limits.MessageBurst) is { } wait)
        {
            await FlushAsync();
            // The socket is not read meanwhile, which is cheaper than answering each message of a flood.
            await Task.Delay(wait, sessions.Time);
        }
        while (connection.PersonalWaiting > Feeds.Connection.MaxPersonal && !connection.IsClosed)
        {
            await FlushAsync();
            // Who does not read its answers is not read either.
            await Task.Delay(TimeSpan.FromMilliseconds(20), sessions.Time);
        }
    }

    /// <summary>Offers the comments and reactions that were handled since the last time. Returns when each is refused or waits in its event's queue.</summary>
    public async ValueTask FlushAsync()
    {
        if (_offer is not { } offer)
            return;
        _offer = null;
        // Earlier requests are answered; new ones are refused, or a busy client would never finish.
        if (connection.IsLeaving)
            offer.Refuse(Error.Draining);
        else
            await GuardAsync(sessions.Ingest.TakeAsync(eventId, offer));
    }

    public async ValueTask HandleAsync(ReadOnlyMemory<byte> json)
    {
        // From here on a stopping server waits for the answer.
        connection.Asked();
        await GuardAsync(AnswerAsync(json));
        connection.Answered();
    }

    /// <summary>Closes the connection when handling fails. The reading loop would take some exceptions for a client that has gone.</summary>
    private async ValueTask GuardAsync(ValueTask handling)
    {
        try
        {
            await handling;
        }
        catch (Exception e)
        {
            sessions.Failed(e);
            connection.Close(CloseCode.InternalError, Error.Internal.Code);
        }
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
            case ClientMessageType.Comment:
                // A missing id is passed as an invalid one: a comment on a socket must have an id.
                await AddAsync(new CommentRequest(connection.Caller, message.UserId, message.CommentText, message.ReplyToCommentId, message.Id ?? "", null, sessions.Time.GetTimestamp(), place.Address, message.ChallengeAnswer, sessions.Localities.Of(place.Said, place.Address), message.IsQuestion));
                break;
            case ClientMessageType.Reaction or ClientMessageType.Vote when message.Id is { } id && !Validation.IsKey(id):
                Refuse(null, Error.InvalidIdempotencyKey);
                break;
            case ClientMessageType.Reaction:
                await AddAsync(new ReactionRequest(connection.Caller, message.UserId, CommentId.TryParse(message.CommentId, out var comment) ? comment : null, message.ReactionType,
                    TakesBack: message.HasReactionType && message.ReactionType is null, message.Id, place.Address));
                break;
            case ClientMessageType.Vote:
                await AddAsync(new ReactionRequest(connection.Caller, message.UserId, null, null, TakesBack: false, message.Id, place.Address,
                    new Vote(PollId.TryParse(message.PollId, out var poll) ? poll : default, message.Option ?? -1)));
                break;
            case ClientMessageType.Presence when message.State is "online" or "away":
                connection.IsAway = message.State == "away";
                break;
            case ClientMessageType.Presence:
                Refuse(message.Id, Error.InvalidRequest, "state is online or away.");
                break;
            default:
                Refuse(message.Id, Error.InvalidRequest, "type is auth, comment, reaction, vote, presence or ping.");
                break;
        }
    }

    private async ValueTask AuthenticateAsync(string? token)
    {
        // What was sent before is still the former caller's.
        await FlushAsync();
        if (token is null)
        {
            Refuse(null, Error.InvalidToken);
            return;
        }
        try
        {
            var (caller, error) = await sessions.Tokens.VerifyAsync(token, CancellationToken.None);
            if (caller is null)
                Refuse(null, error!);
            else if (await sessions.Events.RoleAsync(eventId, caller, CancellationToken.None) is not { } role)
                connection.Close(CloseCode.EventGone, Error.EventNotFound.Code);
            else if (place.Enter(connection.Feed, await sessions.Events.SeatClaimAsync(eventId, caller, role, CancellationToken.None)) == Admission.Full)
                connection.Close(CloseCode.TryAgainLater, Error.EventFull.Code);
            else
            {
                connection.Authenticate(caller);
                sessions.Checks.Recheck(caller);
                sessions.Joins.Note(eventId, caller.UserId);
                connection.Send(StreamMessages.Authenticated(caller.UserId, role, caller.ExpiresAt));
                await sessions.ShowOwnAsync(connection, eventId, begins);
            }
        }
        catch (StoreUnavailableException)
        {
            Refuse(null, Error.StoreUnavailable);
        }
    }

    /// <summary>Adds a comment to the next offer, as soon as one more may be under way.</summary>
    private async ValueTask AddAsync(CommentRequest request)
    {
        await EnterFlightAsync();
        (_offer ??= sessions.Ingest.Offer(this)).Add(request);
    }

    /// <inheritdoc cref="AddAsync(CommentRequest)"/>
    private async ValueTask AddAsync(ReactionRequest request)
    {
        await EnterFlightAsync();
        (_offer ??= sessions.Ingest.Offer(this)).Add(request);
    }

    private async ValueTask EnterFlightAsync()
    {
        connection.Asked();
        _inFlight ??= new SemaphoreSlim(sessions.Stream.InFlight);
        if (_inFlight.Wait(0))
            return;
        await FlushAsync();
        await _inFlight.WaitAsync();
    }

    public override string Door => Doors.WebSocket;

    /// <summary>The socket is not read meanwhile, so TCP slows the client down. That costs a busy server far less than refusing.</summary>
    public override TimeSpan Patience => sessions.Stream.Patience;

    /// <summary>Called after the answer is queued: a stopping server closes the socket after the last answer.</summary>
    private void LeaveFlight()
    {
        _inFlight!.Release();
        connection.Answered();
    }

    public override void Answer(in CommentRequest request, in CommentOutcome outcome)
    {
        if (outcome.IsHeld)
            connection.Send(StreamMessages.Held(request.Key!, outcome.Id, outcome.Time, outcome.Mentions ?? [], outcome.ReleaseAt), always: true);
        else if (outcome.Refusal is not { } refusal)
            connection.Send(StreamMessages.Ack(request.Key!, outcome.Id, outcome.Time, outcome.Position, outcome.Mentions ?? []), always: true);
        else
            // An invalid id is not echoed: it may be anything.
            Refuse(Validation.IsKey(request.Key!) ? request.Key : null, refusal.Error,
                refusal.Error == Error.InvalidIdempotencyKey ? "A comment needs an id: 1-64 of A-Z a-z 0-9 _ -." : null, refusal.RetryAfter, refusal.Challenge);
        LeaveFlight();
    }

    public override void Answer(in ReactionRequest request, in ReactionOutcome outcome)
    {
        if (outcome.Refusal is { } refusal)
            Refuse(request.Id, refusal.Error, null, refusal.RetryAfter);
        else if (request.Id is { } id)
            connection.AckReaction(id);
        LeaveFlight();
    }

    private void Refuse(string? id, Error error, string? detail = null, TimeSpan? retryAfter = null, Challenge? challenge = null) =>
        connection.Send(StreamMessages.Problem(id, error, detail, retryAfter ?? (error.Status is 429 or 503 ? TimeSpan.FromSeconds(1) : null), challenge), always: true);
}
