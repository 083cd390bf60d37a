using System.Text.Json;
using LiveComments.Comments;
using LiveComments.Wire;

namespace LiveComments.Server.Commands;

/// <summary>One JSON object a line, the same as in the API's answers.</summary>
internal sealed class JsonLinesCommentWriter(Stream stream) : CommentWriter(stream)
{
    public override void Write(Comment comment)
    {
        using (var json = new Utf8JsonWriter(Buffer, CommentJson.WriterOptions))
            CommentJson.Write(json, comment);
        "\n"u8.CopyTo(Buffer.GetSpan(1));
        Buffer.Advance(1);
    }
}
