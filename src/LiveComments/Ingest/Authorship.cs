using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Moderation;

namespace LiveComments.Ingest;

/// <summary>Makes a draft of a valid comment: looks up its author and the people whom it mentions. Both are nearly always in memory.</summary>
public sealed class Authorship(Profiles profiles, Joins joins, UserLimits limits, Restrictions restrictions, TimeProvider time)
{
    /// <exception cref="StoreUnavailableException">Somebody is not in memory and the store does not answer.</exception>
    public async ValueTask<CommentDraft> DraftAsync(PendingComment comment, CancellationToken ct)
    {
        var author = await profiles.EnsureAsync(comment.Caller, ct);
        comment.Barred ??= RefusalOf(author, comment.Event);
        joins.Note(comment.Event.Id, author.UserId);
        comment.AuthorSince = author.Since;
        comment.IsShadowed = comment.Role == Role.Viewer && restrictions.IsShadowed(comment.Event.Id, author.UserId);
        comment.IsTrusted = comment.Role == Role.Viewer && restrictions.IsTrusted(comment.Event.Id, author.UserId);
        var pace = comment.IsLimited ? limits.PaceOf(comment.Role, comment.Event.Settings) : null;
        var throttle = comment.Role == Role.Viewer ? restrictions.ThrottleOf(comment.Event.Id, author.UserId) : null;
        var isThrottled = throttle is not null && !(pace >= throttle);
        return new CommentDraft(
            CommentId.New(time),
            new Author(author.UserId, author.Username, author.DisplayName, author.AvatarUrl, comment.Role),
            comment.Text,
            comment.Parent,
            await MentionsAsync(comment.Text, ct),
            comment.Request.Client,
            comment.Request.Key is { } key ? new IdempotencyKey(key, Fingerprint(comment.Text, comment.Parent, comment.Request.IsQuestion)) : null,
            comment.IsEarly,
            isThrottled ? throttle : pace,
            IsThrottled: isThrottled,
            IsOnce: comment is { Role: Role.Viewer, Event.Settings.Modes.UniqueMessages: true },
            IsQuestion: comment.Request.IsQuestion);
    }

    /// <summary>Makes sure that whoever reacts has an account, or is a guest where guests may react; null then. Guests do not vote: whoever can be several guests would have several votes.</summary>
    /// <exception cref="StoreUnavailableException">They are not in memory and the store does not answer.</exception>
    public async ValueTask<Refusal?> EnsureAsync(PendingReaction reaction, CancellationToken ct) =>
        await profiles.EnsureAsync(reaction.Caller, ct) is { IsGuest: true } && (reaction.Request.Vote is not null || !reaction.Event.Settings.Guests) ? new Refusal(Error.AccountRequired) : null;

    /// <summary>Makes sure that somebody has an account, or is a guest where guests take part; null then.</summary>
    /// <exception cref="StoreUnavailableException">They are not in memory and the store does not answer.</exception>
    public async ValueTask<Refusal?> EnsureAsync(Caller caller, LiveEvent liveEvent, CancellationToken ct) => RefusalOf(await profiles.EnsureAsync(caller, ct), liveEvent);

    /// <summary>Guests take part where an event has them; null for everybody else.</summary>
    private static Refusal? RefusalOf(Profile profile, LiveEvent liveEvent) => profile.IsGuest && !liveEvent.Settings.Guests ? new Refusal(Error.AccountRequired) : null;

    private async ValueTask<IReadOnlyList<Mention>> MentionsAsync(string text, CancellationToken ct)
    {
        var names = MentionedNames.Find(text);
        if (names.Count == 0)
            return [];
        var people = await profiles.FindByUsernamesAsync(names, ct);
        return people.Count == 0 ? [] : [.. people.Values.Select(profile => new Mention(profile.UserId, profile.Username))];
    }

    private static UInt128 Fingerprint(string text, CommentId? replyTo, bool isQuestion)
    {
        Span<byte> hash = stackalloc byte[32];
        Span<byte> parent = stackalloc byte[16];
        replyTo?.Value.TryWriteBytes(parent);
        // A question is no reply.
        if (isQuestion)
            parent[0] = 1;
        var bytes = ArrayPool<byte>.Shared.Rent(16 + Encoding.UTF8.GetMaxByteCount(text.Length));
        parent.CopyTo(bytes);
        var length = 16 + Encoding.UTF8.GetBytes(text, bytes.AsSpan(16));
        SHA256.HashData(bytes.AsSpan(0, length), hash);
        ArrayPool<byte>.Shared.Return(bytes);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
