using System.Text.Json;
using LiveComments.Feeds;

namespace LiveComments.Server.Http;

/// <summary>An answer written straight into the response: one JSON object.</summary>
internal sealed class JsonResult(int status, Action<Utf8JsonWriter> write) : IResult
{
    public async Task ExecuteAsync(HttpContext context)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, CommentJson.WriterOptions);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
    }
}
