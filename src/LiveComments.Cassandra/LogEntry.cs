using LiveComments.Comments;
using LiveComments.Log;

namespace LiveComments.Cassandra;

/// <summary>An entry that is to be written, or was: everything that the other tables follow from.</summary>
/// <param name="By">Who wrote the comment, or asked for what was done.</param>
/// <param name="CommentSeq">Where the comment stands that was removed or restored, or the question that a card is about.</param>
/// <param name="Thread">The first comment of the thread of a comment.</param>
/// <param name="ThreadSeq">Where the first comment of the thread stands whose replies are counted anew.</param>
/// <param name="Replies">How many the thread has after this entry.</param>
internal sealed record LogEntry(long Seq, EntryKind Kind, DateTimeOffset Time, CommentId? Comment, UserId? By, CommentId? Thread = null, long? CommentSeq = null, long? ThreadSeq = null, int? Replies = null,
    byte[]? Key = null, UInt128? Fingerprint = null)
{
    /// <summary>What is written of a comment; null of others.</summary>
    public CommentDraft? Draft { get; init; }

    /// <summary>What settings, statuses and cards say; of a comment that it is a question, of a removal that it emptied the stage.</summary>
    public string? Payload { get; init; }

    /// <summary>Whom a comment mentions.</summary>
    public IReadOnlyList<Mention> Mentions { get; init; } = [];
}
