using System.Runtime.Serialization;
using LiveComments.Log;
using LiveComments.Reactions;
using LiveComments.Serialization;

namespace LiveComments.Akka.Serialization;

/// <summary>What became of drafts, in messages.</summary>
internal static class ResultFormat
{
    // Numbers are on the wire: never change them.
    private const int Appended = 1, Repeated = 2, Unchanged = 3, Refused = 4, Held = 5, Shadowed = 6;

    public static void Write(MessageWriter to, AppendResult result)
    {
        switch (result)
        {
            case AppendResult.Appended appended:
                to.Number(Appended);
                EntryFormat.Write(to, appended.Entry);
                to.Number(appended.Epoch);
                break;
            case AppendResult.Repeated repeated:
                to.Number(Repeated);
                to.Id(repeated.CommentId.Value);
                to.Position(repeated.Position);
                to.Time(repeated.Time);
                break;
            case AppendResult.Unchanged unchanged:
                to.Number(Unchanged);
                to.Position(unchanged.Head);
                break;
            case AppendResult.Refused refused:
                to.Number(Refused);
                ErrorFormat.Write(to, refused.Error);
                to.SpanOrNull(refused.RetryAfter);
                break;
            case AppendResult.Held held:
                to.Number(Held);
                to.Id(held.CommentId.Value);
                to.Time(held.Time);
                to.Flag(held.IsRepeated);
                if (held.ReleaseAt is { } releaseAt)
                    to.Time(releaseAt);
                break;
            case AppendResult.Shadowed shadowed:
                to.Number(Shadowed);
                to.Id(shadowed.CommentId.Value);
                to.Position(shadowed.Place);
                to.Time(shadowed.Time);
                to.Flag(shadowed.IsRepeated);
                break;
            default:
                throw new SerializationException($"{result.GetType().Name} has no form in messages.");
        }
    }

    public static AppendResult ReadAppendResult(ref MessageReader from) => from.Number() switch
    {
        Appended => new AppendResult.Appended(EntryFormat.ReadEntry(ref from), from.Number()),
        Repeated => new AppendResult.Repeated(new CommentId(from.Id()), from.Position(), from.Time()),
        Unchanged => new AppendResult.Unchanged(from.Position()),
        Refused => new AppendResult.Refused(ErrorFormat.ReadError(ref from), from.SpanOrNull()),
        Held => new AppendResult.Held(new CommentId(from.Id()), from.Time(), from.Flag(), from.HasMore ? from.Time() : null),
        Shadowed => new AppendResult.Shadowed(new CommentId(from.Id()), from.Position(), from.Time(), from.Flag()),
        var kind => throw new SerializationException($"A newer node answers with a result of the kind {kind}, which this program does not know."),
    };

    public static void Write(MessageWriter to, ReactionResult result)
    {
        CommentFormat.Write(to, result.Tally);
        ErrorFormat.WriteOrNull(to, result.Error);
        if (result.Votes is { } votes)
            PollFormat.Write(to, votes);
    }

    public static ReactionResult ReadReactionResult(ref MessageReader from) =>
        new(CommentFormat.ReadTally(ref from), ErrorFormat.ReadErrorOrNull(ref from), from.HasMore ? PollFormat.ReadTally(ref from) : null);
}
