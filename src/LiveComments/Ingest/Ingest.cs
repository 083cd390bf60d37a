using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Reactions;

namespace LiveComments.Ingest;

/// <summary>
/// The way from every door into an event: authorization, rules, limits, the event's queue, and the outcome. A door parses the request, calls this, and words the answer. All decisions are
/// here, so that the same request has the same outcome, cost and metrics at every door. A request that a rule refuses costs its author nothing; after that, its <see cref="Permit"/> settles
/// the cost.
/// </summary>
public sealed class Ingest(EventDirectory events, Profiles profiles, UserLimits limits, Joins joins, IEventGates gates, IngestMetrics metrics, SessionChecks sessions, TimeProvider time)
{
    /// <summary>Characters of a client's name, and of its version.</summary>
    public const int MaxClientText = 32;

    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>True for 1-64 of <c>[A-Za-z0-9_-]</c>.</summary>
    public static bool IsKey(string key) => key.Length is >= 1 and <= 64 && !key.AsSpan().ContainsAnyExcept(KeyCharacters);

    /// <summary>Takes a comment; the answer comes to the asker, now or when it is committed and flushed.</summary>
    /// <exception cref="OperationCanceledException">The asker gave up before it was placed; it has no answer.</exception>
    public ValueTask CommentAsync(EventId id, CommentRequest request, Asker asker, CancellationToken ct) =>
        CommentAsync(events.FindAsync(id, ct), request, asker, ct);

    /// <summary>Takes a comment; answered when it is committed and flushed, or refused.</summary>
    /// <param name="door">One of <see cref="Doors"/>.</param>
    /// <param name="videoId">The event's UUID or alias, from a path.</param>
    /// <exception cref="OperationCanceledException">The asker gave up before it was placed.</exception>
    public async ValueTask<CommentOutcome> CommentAsync(string door, string videoId, CommentRequest request, CancellationToken ct)
    {
        var asker = new AwaitingAsker<CommentOutcome>(door);
        await CommentAsync(events.FindAsync(videoId, ct), request, asker, ct);
        return await asker.Outcome;
    }

    /// <summary>Takes a reaction; the answer comes to the asker, now or when it is committed and flushed.</summary>
    /// <exception cref="OperationCanceledException">The asker gave up before it was stored; it has no answer.</exception>
    public ValueTask ReactAsync(EventId id, ReactionRequest request, Asker asker, CancellationToken ct) =>
        ReactAsync(events.FindAsync(id, ct), request, asker, ct);

    /// <summary>Takes a reaction; answered when it is committed and flushed, or refused.</summary>
    /// <inheritdoc cref="CommentAsync(string, string, CommentRequest, CancellationToken)"/>
    public async ValueTask<ReactionOutcome> ReactAsync(string door, string videoId, ReactionRequest request, CancellationToken ct)
    {
        var asker = new AwaitingAsker<ReactionOutcome>(door);
        await ReactAsync(events.FindAsync(videoId, ct), request, asker, ct);
        return await asker.Outcome;
    }

    /// <summary>Removes a comment, by its author or a moderator. Null when it is removed, also if it was before.</summary>
    /// <param name="comment">Null when the request's text is not a comment id.</param>
    /// <inheritdoc cref="CommentAsync(string, string, CommentRequest, CancellationToken)"/>
    public async ValueTask<Refusal?> RemoveAsync(string door, string videoId, Caller? caller, CommentId? comment, CancellationToken ct)
    {
        var (outcome, refusal) = await PlaceAsync(events.FindAsync(videoId, ct), caller, writer =>
            comment is { } id ? (new RemovalDraft(id, writer.Caller.UserId, AsModerator: writer.Role >= Role.Moderator), null) : (null, Error.CommentNotFound), ct);
        metrics.Removal(door, outcome);
        return refusal;
    }

    /// <summary>Pins a comment, replacing any other, by a moderator. Null when it is pinned.</summary>
    /// <inheritdoc cref="RemoveAsync"/>
    public ValueTask<Refusal?> PinAsync(string door, string videoId, Caller? caller, CommentId? comment, CancellationToken ct) => PinAsync(door, videoId, caller, comment is not null, comment, ct);

    /// <summary>Unpins, by a moderator. Null when nothing is pinned any more.</summary>
    /// <inheritdoc cref="CommentAsync(string, string, CommentRequest, CancellationToken)"/>
    public ValueTask<Refusal?> UnpinAsync(string door, string videoId, Caller? caller, CancellationToken ct) => PinAsync(door, videoId, caller, true, null, ct);

    /// <summary>Places an event's status or settings. The caller has checked the permission.</summary>
    /// <exception cref="StoreUnavailableException"/>
    internal async ValueTask<AppendResult> AnnounceAsync(EventId id, EntryDraft draft, CancellationToken ct)
    {
        var result = await gates.PlaceAsync(id, draft, ct);
        metrics.Announcement(result is AppendResult.Refused { Error: var error } ? error.Code : "placed");
        return result;
    }

    /// <summary>Refuses a comment for a reason that only the door knows.</summary>
    public void Refuse(Asker asker, in CommentRequest request, Error error) => Answer(asker, request, new Refusal(error));

    /// <summary>Refuses a reaction for a reason that only the door knows.</summary>
    public void Refuse(Asker asker, in ReactionRequest request, Error error) => Answer(asker, request, new Refusal(error));

    private async ValueTask<Refusal?> PinAsync(string door, string videoId, Caller? caller, bool isComment, CommentId? comment, CancellationToken ct)
    {
        var (outcome, refusal) = await PlaceAsync(events.FindAsync(videoId, ct), caller, writer =>
            writer.Role < Role.Moderator ? (null, Error.Forbidden) : isComment ? (new PinDraft(comment, writer.Caller.UserId), null) : (null, Error.CommentNotFound), ct);
        metrics.Pin(door, outcome);
        return refusal;
    }

    private async ValueTask CommentAsync(ValueTask<LiveEvent?> finding, CommentRequest request, Asker asker, CancellationToken ct)
    {
        var permit = default(Permit);
        Error error;
        try
        {
            var (text, parent, early) = ("", default(CommentId?), false);
            var (writer, fault) = await WriterAsync(finding, request.Caller, request.UserId, ct);
            if (fault is null)
                fault = Check(request, writer.Event, out text, out parent, out early);
            if (fault is not null)
            {
                Answer(asker, request, new Refusal(fault));
                return;
            }
            if (limits.TakeComment(writer.Event, writer.Role, writer.Caller.UserId, request.Key, out permit) is { } limited)
            {
                Answer(asker, request, limited);
                return;
            }
            var author = await profiles.EnsureAsync(writer.Caller, ct);
            joins.Note(writer.Event.Id, author.UserId);
            var draft = new CommentDraft(
                CommentId.New(time),
                new Author(author.UserId, author.Username, author.DisplayName, author.AvatarUrl, writer.Role),
                text,
                parent,
                await MentionsAsync(text, ct),
                request.Client,
                request.Key is null ? null : new IdempotencyKey(request.Key, Fingerprint(text, parent)),
                early);
            if (await PostAsync(writer.Event.Id, new CommentPlacement(this, asker, request, permit, draft), asker))
                return;
            error = Error.Busy;
        }
        catch (StoreUnavailableException)
        {
            error = Error.StoreUnavailable;
        }
        catch
        {
            permit.Refused(Error.Internal);
            throw;
        }
        permit.Refused(error);
        Answer(asker, request, new Refusal(error));
    }

    private async ValueTask ReactAsync(ValueTask<LiveEvent?> finding, ReactionRequest request, Asker asker, CancellationToken ct)
    {
        var permit = default(Permit);
        Error error;
        try
        {
            var type = default(ReactionType?);
            var (writer, fault) = await WriterAsync(finding, request.Caller, request.UserId, ct);
            if (fault is null)
                fault = Check(request, writer.Event, out type);
            if (fault is not null)
            {
                Answer(asker, request, new Refusal(fault));
                return;
            }
            if (limits.TakeReaction(writer.Caller.UserId, out permit) is { } limited)
            {
                Answer(asker, request, limited);
                return;
            }
            await profiles.EnsureAsync(writer.Caller, ct);
            if (await PostAsync(writer.Event.Id, new IngestedReaction(this, asker, request, permit, new ReactionDraft(request.Comment!.Value, writer.Caller.UserId, type)), asker))
                return;
            error = Error.Busy;
        }
        catch (StoreUnavailableException)
        {
            error = Error.StoreUnavailable;
        }
        catch
        {
            permit.Refused(Error.Internal);
            throw;
        }
        permit.Refused(error);
        Answer(asker, request, new Refusal(error));
    }

    /// <summary>Places something other than a comment, and waits for it.</summary>
    private async ValueTask<(string Outcome, Refusal? Refusal)> PlaceAsync(ValueTask<LiveEvent?> finding, Caller? caller, Func<Writer, (EntryDraft? Draft, Error? Fault)> decide, CancellationToken ct)
    {
        var permit = default(Permit);
        Error error;
        try
        {
            var (writer, fault) = await WriterAsync(finding, caller, null, ct);
            EntryDraft? draft = null;
            if (fault is null)
                (draft, fault) = decide(writer);
            if (draft is null)
                return (fault!.Code, new Refusal(fault));
            // It costs as much as a comment, also when the log refuses it.
            if (writer.Role < Role.Moderator && limits.TakeComment(writer.Caller.UserId, out permit) is { } limited)
                return (limited.Error.Code, limited);
            switch (await gates.PlaceAsync(writer.Event.Id, draft, ct))
            {
                case AppendResult.Refused refused:
                    error = refused.Error;
                    break;
                case AppendResult.Appended:
                    permit.Stored();
                    return ("placed", null);
                default:
                    permit.Repeated();
                    return ("repeated", null);
            }
        }
        catch (StoreUnavailableException e)
        {
            error = e.OutcomeUnknown ? Error.OutcomeUnknown : Error.StoreUnavailable;
        }
        catch
        {
            permit.Refused(Error.Internal);
            throw;
        }
        permit.Refused(error);
        return (error.Code, new Refusal(error));
    }

    /// <summary>The event, the caller and the caller's role in it; or why the caller may not write.</summary>
    /// <param name="claimed">The user id that the request names; null when it names none.</param>
    private async ValueTask<(Writer Writer, Error? Fault)> WriterAsync(ValueTask<LiveEvent?> finding, Caller? caller, string? claimed, CancellationToken ct)
    {
        if (caller is null)
            return (default, Error.Unauthenticated);
        if (caller.ExpiresAt <= time.GetUtcNow())
            return (default, Error.TokenExpired);
        // A socket may learn of a change to its caller a moment late.
        var (now, ended) = sessions.Now(caller);
        if (now is null)
            return (default, ended);
        if (claimed is not null && (!UserId.TryParse(claimed, out var user) || user != caller.UserId))
            return (default, Error.UserMismatch);
        if (await finding is not { } liveEvent)
            return (default, Error.EventNotFound);
        return await events.RoleAsync(liveEvent, now, ct) is { } role ? (new Writer(liveEvent, now, role), null) : (default, Error.EventNotFound);
    }

    /// <summary>The rules that need only the request and the event. They cost the author nothing.</summary>
    private Error? Check(in CommentRequest request, LiveEvent liveEvent, out string text, out CommentId? parent, out bool early)
    {
        (text, parent, early) = ("", null, false);
        if (request.Key is { } key && !IsKey(key))
            return Error.InvalidIdempotencyKey;
        if (request.ReplyTo is not null)
        {
            if (!CommentId.TryParse(request.ReplyTo, out var answered))
                return Error.ParentNotFound;
            parent = answered;
        }
        if (request.Client is { } client && (IsTooLong(client.Platform) || IsTooLong(client.Version)))
            return Error.InvalidRequest;
        if (CommentText.Normalize(request.Text, out text) is { } fault)
            return fault;
        early = liveEvent is { Status: EventStatus.Scheduled, Settings.OpenBeforeStartMinutes: > 0 and var minutes } && time.GetUtcNow() >= liveEvent.StartTime.AddMinutes(-minutes);
        // A retry after the event's end must still get its first answer, and only the log knows it.
        return liveEvent.Status != EventStatus.Live && !early && request.Key is null ? Error.EventNotLive : null;
    }

    private static Error? Check(in ReactionRequest request, LiveEvent liveEvent, out ReactionType? type)
    {
        type = null;
        if (request.Comment is null)
            return Error.CommentNotFound;
        if (!request.TakesBack)
        {
            if (!ReactionTypes.TryParse(request.Type, out var given) || !liveEvent.Settings.Allows(given))
                return Error.UnknownReaction;
            type = given;
        }
        return liveEvent.Status == EventStatus.Ended ? Error.EventNotLive : null;
    }

    private static bool IsTooLong(string? text) => text is not null && (text.Length > MaxClientText || text.Any(char.IsControl));

    private async ValueTask<IReadOnlyList<Mention>> MentionsAsync(string text, CancellationToken ct)
    {
        var names = MentionedNames.Find(text);
        if (names.Count == 0)
            return [];
        var people = await profiles.FindByUsernamesAsync(names, ct);
        return people.Count == 0 ? [] : [.. people.Values.Select(profile => new Mention(profile.UserId, profile.Username))];
    }

    private static UInt128 Fingerprint(string text, CommentId? replyTo)
    {
        Span<byte> hash = stackalloc byte[32];
        Span<byte> parent = stackalloc byte[16];
        replyTo?.Value.TryWriteBytes(parent);
        var bytes = ArrayPool<byte>.Shared.Rent(16 + Encoding.UTF8.GetMaxByteCount(text.Length));
        parent.CopyTo(bytes);
        var length = 16 + Encoding.UTF8.GetBytes(text, bytes.AsSpan(16));
        SHA256.HashData(bytes.AsSpan(0, length), hash);
        ArrayPool<byte>.Shared.Return(bytes);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    /// <returns>True when it will be completed; false when its queue had no place in time.</returns>
    private ValueTask<bool> PostAsync(EventId id, Placement placement, Asker asker)
    {
        if (!gates.TryPost(id, placement))
            return asker.PatienceLeft() is var patience && patience > TimeSpan.Zero ? gates.PostAsync(id, placement, patience) : new(false);
        asker.Flows();
        return new(true);
    }

    /// <inheritdoc cref="PostAsync(EventId, Placement, Asker)"/>
    private ValueTask<bool> PostAsync(EventId id, ReactionPlacement placement, Asker asker)
    {
        if (!gates.TryPost(id, placement))
            return asker.PatienceLeft() is var patience && patience > TimeSpan.Zero ? gates.PostAsync(id, placement, patience) : new(false);
        asker.Flows();
        return new(true);
    }

    private void Answer(Asker asker, in CommentRequest request, Refusal refusal) => Answer(asker, request, refusal.Error.Code, new CommentOutcome(refusal));

    private void Answer(Asker asker, in CommentRequest request, string outcome, in CommentOutcome answer)
    {
        metrics.Comment(asker.Door, outcome, time.GetElapsedTime(request.ArrivedAt));
        asker.Answer(request, answer);
    }

    private void Answer(Asker asker, in ReactionRequest request, Refusal refusal) => Answer(asker, request, refusal.Error.Code, new ReactionOutcome(refusal));

    private void Answer(Asker asker, in ReactionRequest request, string outcome, in ReactionOutcome answer)
    {
        metrics.Reaction(asker.Door, outcome);
        asker.Answer(request, answer);
    }

    private readonly record struct Writer(LiveEvent Event, Caller Caller, Role Role);

    private sealed class CommentPlacement(Ingest ingest, Asker asker, CommentRequest request, Permit permit, CommentDraft draft) : Placement(draft)
    {
        public override void Complete(AppendResult result)
        {
            switch (result)
            {
                case AppendResult.Appended { Entry: CommentEntry { Comment: var comment } }:
                    permit.Stored();
                    ingest.Answer(asker, request, "placed", new CommentOutcome(null, comment.Id, comment.Time, comment.Position, comment.Mentions));
                    break;
                case AppendResult.Repeated repeated:
                    permit.Repeated();
                    ingest.Answer(asker, request, "repeated", new CommentOutcome(null, repeated.CommentId, repeated.Time, repeated.Position, ((CommentDraft)Draft).Mentions));
                    break;
                case AppendResult.Refused { Error: var error }:
                    permit.Refused(error);
                    ingest.Answer(asker, request, new Refusal(error));
                    break;
                default:
                    throw new InvalidOperationException($"A comment was answered {result}.");
            }
        }
    }

    private sealed class IngestedReaction(Ingest ingest, Asker asker, ReactionRequest request, Permit permit, ReactionDraft draft) : ReactionPlacement(draft)
    {
        public override void Complete(ReactionResult result)
        {
            if (result.Error is { } error)
            {
                permit.Refused(error);
                ingest.Answer(asker, request, new Refusal(error));
                return;
            }
            permit.Stored();
            ingest.Answer(asker, request, "stored", new ReactionOutcome(null, result.Tally));
        }
    }
}
