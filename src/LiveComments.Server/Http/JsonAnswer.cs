using System.Buffers;
using System.Text.Json;
using LiveComments.Wire;

namespace LiveComments.Server.Http;

/// <summary>
/// A JSON answer that says how long it is. One that does not say so is sent as chunks, and the last, empty one goes out by itself: a system call more for each answer, and the client
/// is woken twice.
/// </summary>
internal sealed class JsonAnswer(Action<Utf8JsonWriter> write, int status = StatusCodes.Status200OK, string contentType = "application/json") : IResult
{
    public async Task ExecuteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        JsonBuffer.Write((response, write), static (json, answer) => answer.write(json), static (json, answer) =>
        {
            answer.response.ContentLength = json.Length;
            answer.response.BodyWriter.Write(json);
            return json.Length;
        });
        // That the time of a request is up is itself answered.
        var aborted = context.RequestAborted;
        await response.BodyWriter.FlushAsync(aborted.IsCancellationRequested ? CancellationToken.None : aborted);
    }
}
