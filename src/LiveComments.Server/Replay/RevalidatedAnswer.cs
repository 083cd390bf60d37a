using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using LiveComments.Events;
using LiveComments.Wire;
using Microsoft.Net.Http.Headers;

namespace LiveComments.Server.Replay;

/// <summary>
/// One JSON object that caches may keep but must ask about each time: unchanged, the question costs no body; changed, for
/// example by a removal, the next reader already gets the new one. The tag is a hash of the body, so that it never says
/// "unchanged" of something else.
/// </summary>
internal sealed class RevalidatedAnswer(Visibility visibility, Action<Utf8JsonWriter> write) : IResult
{
    public async Task ExecuteAsync(HttpContext context)
    {
        var body = new ArrayBufferWriter<byte>(4096);
        await using (var json = new Utf8JsonWriter(body, CommentJson.WriterOptions))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        var response = context.Response;
        // What follows in a Link is part of the answer too.
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(body.WrittenSpan).AsSpan(0, 16))}{(response.Headers.Link.Count > 0 ? "-n" : "")}\"");
        response.Headers.ETag = tag.ToString();
        response.Headers.CacheControl = visibility == Visibility.Public ? "no-cache" : "private, no-cache";
        if (context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false) || known.Equals(EntityTagHeaderValue.Any)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        response.ContentType = "application/json";
        response.ContentLength = body.WrittenCount;
        await response.BodyWriter.WriteAsync(body.WrittenMemory, context.RequestAborted);
    }
}
