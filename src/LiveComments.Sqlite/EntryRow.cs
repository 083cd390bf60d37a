using System.Buffers.Binary;
using System.Text;
using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Reactions;
using Microsoft.Data.Sqlite;

namespace LiveComments.Sqlite;

/// <summary>Reads entries with everything that belongs to them.</summary>
internal static class EntryRow
{
    /// <summary>The columns <see cref="ReadEntry"/> and <see cref="ReadComment"/> take, first in the query.</summary>
    public const string Columns = """
        e.entry, e.kind, e.time, e.removal, e.comment_id, e.user_id, e.role, e.text, e.username, e.display_name, e.avatar_url,
        e.mentions, e.reply_count, root.comment_id, e.payload, c.version, c.likes, c.loves, c.hahas, c.wows, c.sads, c.angries,
        e.client_platform, e.client_version
        """;

    /// <summary>A query's own columns follow these: the first is this one.</summary>
    public const int ColumnCount = 24;

    /// <summary>What <see cref="Columns"/> need beside <c>entries e</c>.</summary>
    public const string Joins = " LEFT JOIN entries root ON root.entry = e.thread LEFT JOIN reaction_counts c ON c.entry = e.entry ";

    /// <summary>The entry as it may be shown: a removed comment is replaced by its removal, and is not pinned any more.</summary>
    public static Entry ReadEntry(SqliteConnection connection, in Statement row, long epoch)
    {
        var seq = new EntryKey(row.Int64(0)).Seq;
        return (EntryKind)row.Int32(1) switch
        {
            EntryKind.Comment when row.IsNull(3) => new CommentEntry(seq, ReadComment(row, epoch), ReadClient(row)),
            EntryKind.Comment or EntryKind.Removal => new RemovedEntry(seq, Time(row), new CommentId(row.Id(4))),
            EntryKind.Pin => new PinnedEntry(seq, Time(row), FindNamed(connection, row.Int64(0), epoch)),
            EntryKind.Restoration => FindNamed(connection, row.Int64(0), epoch) is { } restored ? new RestoredEntry(seq, Time(row), restored) : new RemovedEntry(seq, Time(row), new CommentId(row.Id(4))),
            EntryKind.Settings => new SettingsEntry(seq, Time(row), EventSettingsJson.Read(row.Text(14))),
            EntryKind.Status => new StatusEntry(seq, Time(row), (EventStatus)row.Int32(14)),
            EntryKind.Card => ReadCard(connection, seq, row, epoch),
            _ => new UnknownEntry(seq, Time(row)),
        };
    }

    /// <summary>A comment that was not removed; null otherwise.</summary>
    public static Comment? Find(SqliteConnection connection, CommentId comment, long epoch)
    {
        using var row = connection.Statement("SELECT " + Columns + " FROM comment_ids i JOIN entries e ON e.entry = i.entry" + Joins + "WHERE i.comment_id = ?1 AND e.removal IS NULL").Bind(1, comment.Value);
        return row.Step() ? ReadComment(row, epoch) : null;
    }

    /// <summary>What an entry pinned or restored; null when it took a pin off, or the comment was removed since.</summary>
    public static Comment? FindNamed(SqliteConnection connection, long entry, long epoch)
    {
        using var row = connection.Statement("SELECT " + Columns + """
             FROM entries p JOIN comment_ids i ON i.comment_id = p.comment_id JOIN entries e ON e.entry = i.entry
            """ + Joins + "WHERE p.entry = ?1 AND e.removal IS NULL").Bind(1, entry);
        return row.Step() ? ReadComment(row, epoch) : null;
    }

    /// <summary>The comment in a row that is one and was not removed.</summary>
    public static Comment ReadComment(in Statement row, long epoch) => new(
        new CommentId(row.Id(4)),
        new Author(new UserId(row.Id(5)), row.Text(8), row.Text(9), row.TextOrNull(10), (Role)row.Int32(6)),
        row.Text(7),
        Time(row),
        new Position(epoch, new EntryKey(row.Int64(0)).Seq),
        row.IsNull(13) ? null : new CommentId(row.Id(13)),
        row.Int32(12),
        row.IsNull(11) ? [] : ReadMentions(row.Blob(11)),
        row.IsNull(15) ? default : new ReactionTally(row.Int64(15),
            new ReactionCounts(row.Int32(16), row.Int32(17), row.Int32(18), row.Int32(19), row.Int32(20), row.Int32(21))),
        row.IsNull(14) ? null : QuestionStatuses.OfStored(row.Text(14)));

    private static CardEntry ReadCard(SqliteConnection connection, long seq, in Statement row, long epoch)
    {
        var card = CardJson.Read(row.Text(14));
        return new CardEntry(seq, Time(row), card, card.Staged() is { } staged ? Find(connection, staged, epoch) : null);
    }

    private static ClientProgram? ReadClient(in Statement row) => row.IsNull(22) && row.IsNull(23) ? null : new ClientProgram(row.TextOrNull(22), row.TextOrNull(23));

    /// <summary>Mentions one after the other: 16 bytes of user id, 2 bytes of length, the name in UTF-8.</summary>
    public static byte[] WriteMentions(IReadOnlyList<Mention> mentions)
    {
        using var stream = new MemoryStream();
        Span<byte> head = stackalloc byte[18];
        foreach (var mention in mentions)
        {
            var name = Encoding.UTF8.GetBytes(mention.Username);
            mention.UserId.Value.TryWriteBytes(head, bigEndian: true, out _);
            BinaryPrimitives.WriteUInt16BigEndian(head[16..], checked((ushort)name.Length));
            stream.Write(head);
            stream.Write(name);
        }
        return stream.ToArray();
    }

    public static IReadOnlyList<Mention> ReadMentions(ReadOnlySpan<byte> bytes)
    {
        var mentions = new List<Mention>();
        while (bytes.Length > 0)
        {
            var end = 18 + BinaryPrimitives.ReadUInt16BigEndian(bytes[16..]);
            mentions.Add(new Mention(new UserId(new Guid(bytes[..16], bigEndian: true)), Encoding.UTF8.GetString(bytes[18..end])));
            bytes = bytes[end..];
        }
        return mentions;
    }

    private static DateTimeOffset Time(in Statement row) => DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(2));
}
