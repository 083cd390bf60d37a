using System.Runtime.Serialization;
using LiveComments.Events;
using LiveComments.Log;

namespace LiveComments.Serialization;

/// <summary>Entries in messages. One of a kind that a node does not know keeps its place.</summary>
internal static class EntryFormat
{
    // Numbers are on the wire: never change them.
    private const int Comment = 1, Removed = 2, Pinned = 3, Status = 4, Settings = 5, Restored = 6, Card = 7, Unknown = 0;

    public static void Write(MessageWriter to, Entry entry) => to.Block(entry, static (to, entry) =>
    {
        to.Number(entry.Seq);
        to.Time(entry.Time);
        switch (entry)
        {
            case CommentEntry written:
                to.Number(Comment);
                CommentFormat.Write(to, written.Comment);
                CommentFormat.Write(to, written.Client);
                break;
            case RemovedEntry removed:
                to.Number(Removed);
                to.Id(removed.CommentId.Value);
                break;
            case PinnedEntry pinned:
                to.Number(Pinned);
                to.Flag(pinned.Comment is not null);
                if (pinned.Comment is { } comment)
                    CommentFormat.Write(to, comment);
                break;
            case RestoredEntry restored:
                to.Number(Restored);
                CommentFormat.Write(to, restored.Comment);
                break;
            case StatusEntry status:
                to.Number(Status);
                to.Number((byte)status.Status);
                break;
            case SettingsEntry settings:
                to.Number(Settings);
                to.Text(EventSettingsJson.Write(settings.Settings));
                break;
            case CardEntry card:
                to.Number(Card);
                CommentFormat.Write(to, card.Card);
                if (card.Comment is { } staged)
                    CommentFormat.Write(to, staged);
                break;
            case UnknownEntry:
                to.Number(Unknown);
                break;
            default:
                throw new SerializationException($"{entry.GetType().Name} has no form in messages.");
        }
    });

    public static Entry ReadEntry(ref MessageReader from) => from.Block(static (ref MessageReader from) =>
    {
        var (seq, time) = (from.Number(), from.Time());
        return from.Number() switch
        {
            Comment => new CommentEntry(seq, CommentFormat.ReadComment(ref from), CommentFormat.ReadClient(ref from)),
            Removed => new RemovedEntry(seq, time, new CommentId(from.Id())),
            Pinned => new PinnedEntry(seq, time, from.Flag() ? CommentFormat.ReadComment(ref from) : null),
            Restored => new RestoredEntry(seq, time, CommentFormat.ReadComment(ref from)),
            Status => new StatusEntry(seq, time, (EventStatus)from.Int()),
            Settings => new SettingsEntry(seq, time, EventSettingsJson.Read(from.Text())),
            Card => new CardEntry(seq, time, CommentFormat.ReadCard(ref from), from.HasMore ? CommentFormat.ReadComment(ref from) : null),
            _ => (Entry)new UnknownEntry(seq, time),
        };
    });
}
