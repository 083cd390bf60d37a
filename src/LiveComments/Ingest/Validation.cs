using System.Buffers;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Polls;
using LiveComments.Reactions;

namespace LiveComments.Ingest;

/// <summary>The rules that need only the request and the event. What they refuse costs its author nothing.</summary>
public static class Validation
{
    /// <summary>Characters of a client's name, and of its version.</summary>
    public const int MaxClientText = 32;

    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>True for 1-64 of <c>[A-Za-z0-9_-]</c>.</summary>
    public static bool IsKey(string key) => key.Length is >= 1 and <= 64 && !key.AsSpan().ContainsAnyExcept(KeyCharacters);

    /// <summary>What is wrong with a comment; null with its text, its parent and whether it is early.</summary>
    public static Error? Check(in CommentRequest request, LiveEvent liveEvent, DateTimeOffset now, out string text, out CommentId? parent, out bool early)
    {
        (text, parent, early) = ("", null, false);
        if (request.Key is { } key && !IsKey(key))
            return Error.InvalidIdempotencyKey;
        if (request.ReplyTo is not null)
        {
            if (!CommentId.TryParse(request.ReplyTo, out var answered))
                return Error.ParentNotFound;
            if (request.IsQuestion)
                return Error.ReplyIsNoQuestion;
            parent = answered;
        }
        if (request.Client is { } client && (IsTooLong(client.Platform) || IsTooLong(client.Version)))
            return Error.InvalidRequest;
        if (CommentText.Normalize(request.Text, out text) is { } fault)
            return fault;
        early = liveEvent is { Status: EventStatus.Scheduled, Settings.OpenBeforeStartMinutes: > 0 and var minutes } && now >= liveEvent.StartTime.AddMinutes(-minutes);
        // A retry after the event's end must still get its first answer, and only the log knows it.
        return liveEvent.Status != EventStatus.Live && !early && request.Key is null ? Error.EventNotLive : null;
    }

    /// <summary>What is wrong with a reaction or a vote; null with its type, which is null when it is taken back.</summary>
    public static Error? Check(in ReactionRequest request, LiveEvent liveEvent, out ReactionType? type)
    {
        type = null;
        if (request.Vote is { } vote)
            return vote.Poll == default ? Error.PollNotFound
                : vote.Option is < 0 or >= Poll.MostOptions ? Error.UnknownOption
                : liveEvent.Status == EventStatus.Ended ? Error.PollClosed : null;
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
}
