using System.Runtime.Serialization;
using LiveComments.Log;
using LiveComments.Reactions;
using LiveComments.Serialization;
using StackExchange.Redis;

namespace LiveComments.Redis;

/// <summary>Entries and counts as <see cref="HotScripts"/> takes and gives them. An entry has the form that it has between nodes.</summary>
internal static class HotForm
{
    public static void Add(List<RedisValue> to, Entry entry)
    {
        var (has, removes) = entry switch
        {
            CommentEntry written => (written.Comment.Id, (RedisValue)""),
            PinnedEntry { Comment: { } pinned } => (pinned.Id, ""),
            CardEntry { Comment: { } staged } => (staged.Id, ""),
            RestoredEntry restored => (restored.Comment.Id, "!"),
            RemovedEntry removed => ((CommentId?)null, Name(removed.CommentId)),
            _ => (null, ""),
        };
        to.Add(entry.Seq);
        to.Add(has is { } comment ? Name(comment) : "");
        to.Add(removes);
        to.Add(has is { } gone ? Bytes(entry.Without(gone)) : "");
        to.Add(Bytes(entry));
    }

    public static void Add(List<RedisValue> to, CommentTally tally)
    {
        var writer = new MessageWriter();
        CommentFormat.Write(writer, tally.Tally);
        to.Add(tally.Tally.Version);
        to.Add(Name(tally.CommentId));
        to.Add(writer.ToArray());
    }

    public static RedisValue Name(CommentId comment) => comment.Value.ToByteArray(bigEndian: true);

    /// <returns>Null when the answer has no entries, or none that this program can read.</returns>
    public static HotPage? Read(RedisResult[] answer, long afterSeq)
    {
        if (answer.Length < 2)
            return null;
        try
        {
            var entries = new Entry[(answer.Length - 2) / 2];
            for (var i = 0; i < entries.Length; i++)
            {
                var reader = new MessageReader((byte[])answer[2 + 2 * i]!);
                entries[i] = EntryFormat.ReadEntry(ref reader);
                if (entries[i].Seq != afterSeq + i + 1)
                    return null;
                if (entries[i] is CommentEntry written && (byte[])answer[3 + 2 * i]! is { Length: > 0 } counted)
                {
                    var count = new MessageReader(counted);
                    if (CommentFormat.ReadTally(ref count) is var tally && tally.Version > written.Comment.Reactions.Version)
                        entries[i] = written with { Comment = written.Comment with { Reactions = tally } };
                }
            }
            return new HotPage(entries, (long)answer[1]);
        }
        catch (Exception e) when (e is SerializationException or FormatException or InvalidCastException)
        {
            return null;
        }
    }

    private static RedisValue Bytes(Entry entry)
    {
        var writer = new MessageWriter();
        EntryFormat.Write(writer, entry);
        return writer.ToArray();
    }
}
