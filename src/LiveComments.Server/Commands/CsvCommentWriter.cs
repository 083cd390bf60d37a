using System.Globalization;
using System.Text;
using LiveComments.Comments;
using LiveComments.Reactions;

namespace LiveComments.Server.Commands;

/// <summary>
/// RFC 4180: a header, CRLF, quotes where they are needed. It is for spreadsheets, so it begins with the byte order mark they tell
/// UTF-8 by, and what people wrote gets a leading <c>'</c> where a spreadsheet would run it as a formula (whoever wants the exact
/// text takes JSON lines).
/// </summary>
internal sealed class CsvCommentWriter(Stream stream) : CommentWriter(stream)
{
    private static readonly string[] Columns =
    [
        "commentID", "userID", "username", "displayName", "role", "commentText", "timestamp", "position", "replyToCommentID", "replyCount",
        "mentions", .. ReactionTypes.All.Select(type => type.CountName()),
    ];

    public override void Begin()
    {
        Add("\uFEFF");
        Add(string.Join(',', Columns));
        Add("\r\n");
    }

    public override void Write(Comment comment)
    {
        Add(comment.Id.ToString());
        Next(comment.Author.Id.ToString());
        Next(Harmless(comment.Author.Username));
        Next(Harmless(comment.Author.DisplayName));
        Next(comment.Author.Role.ToString().ToLowerInvariant());
        Next(Harmless(comment.Text));
        Next(comment.Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        Next(comment.Position.ToString());
        Next(comment.ReplyTo?.ToString() ?? "");
        Next(comment.ReplyCount.ToString(CultureInfo.InvariantCulture));
        Next(Harmless(string.Join(' ', comment.Mentions.Select(mention => mention.Username))));
        foreach (var type in ReactionTypes.All)
            Next(comment.Reactions.Counts[type].ToString(CultureInfo.InvariantCulture));
        Add("\r\n");
    }

    /// <summary>
    /// Spreadsheets take a cell for a formula by its first character, spaces aside; the wide forms count in some languages' editions.
    /// </summary>
    private static string Harmless(string text) =>
        text.AsSpan().TrimStart() is [var first, ..] && (first is '=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠' || text[0] is '\t' or '\r') ? "'" + text : text;

    private void Next(string cell)
    {
        Add(",");
        Add(cell.AsSpan().ContainsAny("\",\r\n") || cell.StartsWith(' ') || cell.EndsWith(' ') ? $"\"{cell.Replace("\"", "\"\"")}\"" : cell);
    }

    private void Add(string text) => Encoding.UTF8.GetBytes(text, Buffer);
}
