using System.Globalization;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Reactions;
using Npgsql;

namespace LiveComments.PostgreSql;

/// <summary>Reads entries with everything that belongs to them.</summary>
internal static class EntryRow
{
    /// <summary>The columns <see cref="ReadEntry"/> and <see cref="ReadComment"/> take.</summary>
    public const string Columns = """
        e.seq, e.kind, e.time, e.removal, e.comment_id, e.user_id, e.role, e.text, e.username, e.display_name, e.avatar_url,
        e.mentions, e.reply_count, e.reply_to, e.payload, c.version, c.likes, c.loves, c.hahas, c.wows, c.sads, c.angries,
        e.client_platform, e.client_version
        """;

    /// <summary>How many <see cref="Columns"/> are.</summary>
    public const int ColumnCount = 24;

    /// <summary>What <see cref="Columns"/> need beside <c>entries e</c>.</summary>
    public const string Joins = " LEFT JOIN reaction_counts c ON c.log = e.log AND c.seq = e.seq ";

    /// <summary>
    /// Keeps removed comments out, where rows are found by other columns. Said plainly it would also fit the index by author, and a statement that is planned while the table is empty may stay
    /// with the wrong index until the table is analysed.
    /// </summary>
    public const string NotRemoved = "coalesce(e.removal, 0) = 0";

    /// <summary>Comments that were not removed, where rows are found by log and seq: fits no index that is kept for comments.</summary>
    public const string StandingInLog = "e.kind + 0 = 1 AND " + NotRemoved;

    /// <summary>The comments of these ids ($1) that were not removed.</summary>
    public const string CommentsById = "SELECT " + Columns + " FROM entries e" + Joins + "WHERE e.comment_id = ANY($1) AND e.kind = 1 AND " + NotRemoved;

    /// <summary>The entry as it may be shown: a removed comment is replaced by its removal. A pin, a restoration or a comment on stage has the comment's id only: see <see cref="ReadNamed"/>.</summary>
    /// <param name="at">Where <see cref="Columns"/> begin in the row.</param>
    public static (Entry Entry, CommentId? Named) ReadEntry(NpgsqlDataReader row, long epoch, int at)
    {
        var (seq, time) = (row.GetInt64(at), row.GetTime(at + 2));
        return (EntryKind)row.GetInt16(at + 1) switch
        {
            EntryKind.Comment when row.IsDBNull(at + 3) => (new CommentEntry(seq, ReadComment(row, epoch, at), ReadClient(row, at)), null),
            EntryKind.Comment or EntryKind.Removal => (new RemovedEntry(seq, time, new CommentId(row.GetId(at + 4))), null),
            EntryKind.Pin => (new PinnedEntry(seq, time, null), row.IsDBNull(at + 4) ? null : new CommentId(row.GetId(at + 4))),
            EntryKind.Restoration => (new RestoredEntry(seq, time, null!), new CommentId(row.GetId(at + 4))),
            EntryKind.Settings => (new SettingsEntry(seq, time, EventSettingsJson.Read(row.GetString(at + 14))), null),
            EntryKind.Status => (new StatusEntry(seq, time, (EventStatus)byte.Parse(row.GetString(at + 14), CultureInfo.InvariantCulture)), null),
            EntryKind.Card when CardJson.Read(row.GetString(at + 14)) is var card => (new CardEntry(seq, time, card), card.Staged()),
            _ => (new UnknownEntry(seq, time), null),
        };
    }

    /// <summary>The comment in a row that is one and was not removed.</summary>
    public static Comment ReadComment(NpgsqlDataReader row, long epoch, int at) => new(
        new CommentId(row.GetId(at + 4)),
        new Author(new UserId(row.GetId(at + 5)), row.GetString(at + 8), row.GetString(at + 9), row.GetStringOrNull(at + 10), (Role)row.GetInt16(at + 6)),
        row.GetString(at + 7),
        row.GetTime(at + 2),
        new Position(epoch, row.GetInt64(at)),
        row.IsDBNull(at + 13) ? null : new CommentId(row.GetId(at + 13)),
        row.GetInt32(at + 12),
        row.IsDBNull(at + 11) ? [] : ReadMentions(row.GetString(at + 11)),
        row.IsDBNull(at + 15) ? default : new ReactionTally(row.GetInt64(at + 15), ReadCounts(row, at + 16)),
        QuestionStatuses.OfStored(row.GetStringOrNull(at + 14)));

    /// <summary>Six columns from <paramref name="at"/> on.</summary>
    public static ReactionCounts ReadCounts(NpgsqlDataReader row, int at) =>
        new(row.GetInt32(at), row.GetInt32(at + 1), row.GetInt32(at + 2), row.GetInt32(at + 3), row.GetInt32(at + 4), row.GetInt32(at + 5));

    /// <summary>Fills in the comments that entries pinned, restored or put on stage. One that was removed since is left out.</summary>
    public static async Task<IReadOnlyList<Entry>> ReadNamed(StoreCall call, long epoch, List<(Entry Entry, CommentId? Named)> entries)
    {
        var named = entries.Where(entry => entry.Named is not null).Select(entry => entry.Named!.Value.Value).Distinct().ToArray();
        if (named.Length == 0)
            return entries.ConvertAll(entry => entry.Entry);
        await using var batch = call.Batch();
        batch.Add(CommentsById).With(named);
        var comments = (await call.QueryAsync(batch, row => ReadComment(row, epoch, 0))).ToDictionary(comment => comment.Id);
        return entries.ConvertAll(entry => entry switch
        {
            { Entry: PinnedEntry pin, Named: { } id } => pin with { Comment = comments.GetValueOrDefault(id) },
            { Entry: CardEntry card, Named: { } id } => card with { Comment = comments.GetValueOrDefault(id) },
            { Entry: RestoredEntry restored, Named: { } id } => comments.TryGetValue(id, out var comment) ? restored with { Comment = comment } : new RemovedEntry(restored.Seq, restored.Time, id),
            _ => entry.Entry,
        });
    }

    /// <summary>As JSON: <c>[{"id":"...","name":"..."}]</c>.</summary>
    public static string? WriteMentions(IReadOnlyList<Mention> mentions)
    {
        if (mentions.Count == 0)
            return null;
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartArray();
            foreach (var mention in mentions)
            {
                json.WriteStartObject();
                json.WriteString("id"u8, mention.UserId.Value);
                json.WriteString("name"u8, mention.Username);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static IReadOnlyList<Mention> ReadMentions(string text)
    {
        using var json = JsonDocument.Parse(text);
        return [.. json.RootElement.EnumerateArray().Select(mention => new Mention(new UserId(mention.GetProperty("id").GetGuid()), mention.GetProperty("name").GetString()!))];
    }

    private static ClientProgram? ReadClient(NpgsqlDataReader row, int at) =>
        row.IsDBNull(at + 22) && row.IsDBNull(at + 23) ? null : new ClientProgram(row.GetStringOrNull(at + 22), row.GetStringOrNull(at + 23));
}
