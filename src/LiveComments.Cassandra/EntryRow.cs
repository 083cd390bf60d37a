using System.Buffers.Binary;
using System.Globalization;
using LiveComments.Accounts;
using LiveComments.Cassandra.Cql;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;

namespace LiveComments.Cassandra;

/// <summary>A row of <c>log_entries</c>.</summary>
internal static class EntryRow
{
    /// <summary>The columns that are read.</summary>
    public const string Columns = """
        seq, kind, time, comment_id, user_id, role, username, display_name, avatar_url, text, mentions, client_platform, client_version, reply_to, payload, comment_seq, thread_seq, reply_count, key, fingerprint
        """;

    /// <summary>The columns that <see cref="ReadOutline"/> takes.</summary>
    public const string OutlineColumns = "seq, kind, time, comment_id, user_id, reply_to, text, client_platform";

    public static long SeqOf(Row row) => row.GetLong(0);

    /// <summary>The entry as it may be shown: a removed comment is replaced by its removal. A pin, a restoration or a comment on stage has the comment's id only.</summary>
    public static (Entry Entry, CommentId? Named) ReadEntry(Row row, long epoch, StateRow state)
    {
        var (seq, time) = (SeqOf(row), row.GetTime(2));
        return (EntryKind)row.GetByte(1) switch
        {
            EntryKind.Comment when state.Removal is null => (new CommentEntry(seq, ReadComment(row, epoch, state), ReadClient(row)), null),
            EntryKind.Comment or EntryKind.Removal => (new RemovedEntry(seq, time, new CommentId(row.GetGuid(3))), null),
            EntryKind.Pin => (new PinnedEntry(seq, time, null), CommentOf(row)),
            EntryKind.Restoration => (new RestoredEntry(seq, time, null!), CommentOf(row)),
            EntryKind.Settings => (new SettingsEntry(seq, time, EventSettingsJson.Read(row.GetString(14))), null),
            EntryKind.Status => (new StatusEntry(seq, time, (EventStatus)byte.Parse(row.GetString(14), CultureInfo.InvariantCulture)), null),
            EntryKind.Card when CardJson.Read(row.GetString(14)) is var card => (new CardEntry(seq, time, card), card.Staged()),
            _ => (new UnknownEntry(seq, time), null),
        };
    }

    public static EntryOutline ReadOutline(Row row)
    {
        var (kind, isComment) = ((EntryKind)row.GetByte(1), (EntryKind)row.GetByte(1) == EntryKind.Comment);
        return new EntryOutline(SeqOf(row), row.GetTime(2), kind, CommentOf(row) ?? default, isComment ? new UserId(row.GetGuid(4)) : default, !row.IsNull(5),
            isComment && row.GetStringOrNull(6) is { } text ? text.EnumerateRunes().Count() : 0, row.GetStringOrNull(7));
    }

    /// <summary>The comment in a row that is one and was not removed; null of others.</summary>
    public static Comment? ReadStanding(Row row, long epoch, StateRow state) => (EntryKind)row.GetByte(1) == EntryKind.Comment && state.Removal is null ? ReadComment(row, epoch, state) : null;

    /// <summary>The comment in a row that is one.</summary>
    public static Comment ReadComment(Row row, long epoch, StateRow state) => new(
        new CommentId(row.GetGuid(3)),
        // Names of people who were erased are gone too.
        new Author(new UserId(row.GetGuid(4)), row.GetStringOrNull(6) ?? "", row.GetStringOrNull(7) ?? "", row.GetStringOrNull(8), (Role)row.GetByte(5)),
        row.GetStringOrNull(9) ?? "",
        row.GetTime(2),
        new Position(epoch, SeqOf(row)),
        row.GetGuidOrNull(13) is { } thread ? new CommentId(thread) : null,
        state.Replies,
        ReadMentions(row.GetStringOrNull(10)),
        state.Tally,
        // As it was asked: LogStore.WithStatusAsync knows what has become of it.
        QuestionStatuses.OfStored(row.GetStringOrNull(14)));

    /// <summary>What the other tables follow from.</summary>
    public static LogEntry ReadFacts(Row row) => new(
        SeqOf(row), (EntryKind)row.GetByte(1), row.GetTime(2), CommentOf(row), row.GetGuidOrNull(4) is { } user ? new UserId(user) : null,
        row.GetGuidOrNull(13) is { } thread ? new CommentId(thread) : null, row.GetLongOrNull(15), row.GetLongOrNull(16), row.IsNull(17) ? null : row.GetInt(17),
        row.IsNull(18) ? null : row.GetBytes(18), row.IsNull(19) ? null : ReadFingerprint(row.GetBytes(19)))
    {
        Payload = row.GetStringOrNull(14),
        Mentions = ReadMentions(row.GetStringOrNull(10)),
    };

    /// <summary>As <c>id name</c>, separated by spaces: names have none.</summary>
    public static string? WriteMentions(IReadOnlyList<Mention> mentions) => mentions.Count == 0 ? null : string.Join(' ', mentions.Select(mention => $"{mention.UserId} {mention.Username}"));

    /// <summary>Whom a comment mentions, as it is stored; null when it mentions nobody.</summary>
    public static string? MentionsOf(Row row) => row.GetStringOrNull(10);

    public static byte[] WriteFingerprint(UInt128 fingerprint)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, fingerprint);
        return bytes;
    }

    public static UInt128 ReadFingerprint(byte[] bytes) => BinaryPrimitives.ReadUInt128BigEndian(bytes);

    private static CommentId? CommentOf(Row row) => row.GetGuidOrNull(3) is { } id ? new CommentId(id) : null;

    public static IReadOnlyList<Mention> ReadMentions(string? text) =>
        text is null ? [] : [.. text.Split(' ').Chunk(2).Select(mention => new Mention(new UserId(Guid.Parse(mention[0])), mention[1]))];

    private static ClientProgram? ReadClient(Row row) => row.IsNull(11) && row.IsNull(12) ? null : new ClientProgram(row.GetStringOrNull(11), row.GetStringOrNull(12));
}
