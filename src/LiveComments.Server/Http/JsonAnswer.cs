using System.Text.Json;
using LiveComments.Feeds;

namespace LiveComments.Server.Http;

/// <summary>A JSON answer written straight into the response.</summary>
internal sealed class JsonAnswer(Action<Utf8JsonWriter> write, int status = StatusCodes.Status200OK) : IResult
{
    public async Task ExecuteAsync(HttpContext context)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await using (var json = new Utf8JsonWriter(context.Response.BodyWriter, CommentJson.WriterOptions))
            write(json);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
