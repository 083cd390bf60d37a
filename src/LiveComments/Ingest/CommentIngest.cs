using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using LiveComments.Accounts;
using LiveComments.Events;

namespace LiveComments.Ingest;

/// <summary>What somebody asks to have written, from whatever door.</summary>
/// <param name="Role">What the caller is in this event.</param>
/// <param name="Key">1-64 of <c>[A-Za-z0-9_-]</c>, checked by <see cref="CommentIngest.IsKey"/>; null without one.</param>
public sealed record CommentRequest(LiveEvent Event, Caller Caller, Role Role, string? Text, CommentId? ReplyTo, string? Key, ClientProgram? Client);

/// <summary>Why something is not taken, and when to try again.</summary>
public readonly record struct Refusal(Error Error, TimeSpan? RetryAfter = null);

/// <summary>
/// The stages every comment passes before its room: validate, limit, decide. They cost no queue and, once the author is known, no store;
/// the room's mailbox behind them is the bounded place where comments wait.
/// </summary>
public sealed class CommentIngest(Profiles profiles, UserLimits limits, Joins joins, TimeProvider time)
{
    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    public static bool IsKey(string key) => key.Length is >= 1 and <= 64 && !key.AsSpan().ContainsAnyExcept(KeyCharacters);

    /// <summary>A comment that was admitted is not placed: it does not count against slow mode.</summary>
    /// <param name="error">Why. With <see cref="Error.OutcomeUnknown"/> it may be placed all the same.</param>
    public void NotPlaced(EventId id, UserId author, string? key, Error error)
    {
        if (error != Error.OutcomeUnknown)
            limits.GiveBackSlowMode(id, author, key);
    }

    /// <summary>A draft that may be placed, or why not.</summary>
    /// <exception cref="StoreUnavailableException">The author or somebody mentioned could not be looked up.</exception>
    public async ValueTask<(CommentDraft? Draft, Refusal Refusal)> AdmitAsync(CommentRequest request, CancellationToken ct)
    {
        if (CommentText.Normalize(request.Text, out var text) is { } fault)
            return (null, new Refusal(fault));
        var early = IsOpenBeforeStart(request.Event);
        // A retry after the end must still get its first answer, which only the log knows.
        if (request.Event.Status != EventStatus.Live && !early && request.Key is null)
            return (null, new Refusal(Error.EventNotLive));
        if (limits.TakeComment(request.Caller.UserId) is { } wait)
            return (null, new Refusal(Error.RateLimited, wait));
        if (request.Role == Role.Viewer && limits.TakeSlowMode(request.Event, request.Caller.UserId, request.Key) is { } slow)
            return (null, new Refusal(Error.SlowMode, slow));
        try
        {
            return (await DraftAsync(request, text, early, ct), default);
        }
        catch (StoreUnavailableException)
        {
            NotPlaced(request.Event.Id, request.Caller.UserId, request.Key, Error.StoreUnavailable);
            throw;
        }
    }

    private async ValueTask<CommentDraft> DraftAsync(CommentRequest request, string text, bool early, CancellationToken ct)
    {
        var author = await profiles.EnsureAsync(request.Caller, ct);
        joins.Note(request.Event.Id, request.Caller.UserId);
        return new CommentDraft(
            CommentId.New(time),
            new Author(author.UserId, author.Username, author.DisplayName, author.AvatarUrl, request.Role),
            text,
            request.ReplyTo,
            await MentionsAsync(text, ct),
            request.Client,
            request.Key is null ? null : new IdempotencyKey(request.Key, Fingerprint(text, request.ReplyTo)),
            early);
    }

    private bool IsOpenBeforeStart(LiveEvent liveEvent) =>
        liveEvent is { Status: EventStatus.Scheduled, Settings.OpenBeforeStartMinutes: > 0 and var minutes }
        && time.GetUtcNow() >= liveEvent.StartTime.AddMinutes(-minutes);

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
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
