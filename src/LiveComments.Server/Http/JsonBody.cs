using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Microsoft.AspNetCore.Connections;
using Microsoft.Net.Http.Headers;

namespace LiveComments.Server.Http;

/// <summary>Reads small JSON bodies, bounded in size and depth.</summary>
internal static class JsonBody
{
    /// <summary>Largest body of any call. A comment of 4 KB escaped as \uXXXX is 24 KB.</summary>
    public const int MaxBytes = 32 * 1024;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Whether an abandoned request was still waiting for its body, so that nothing was done.</summary>
    public static bool WasAwaited(HttpContext context) => context.Features.Get<Awaited>() is not null;

    /// <returns>The value, or the error to answer. A body <c>null</c> is an error. Every text in the value can be read.</returns>
    public static async ValueTask<(T? Value, IResult? Error)> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type, CancellationToken ct)
        where T : class
    {
        if (Unsupported(request) is { } unsupported)
            return (null, unsupported);
        if (request.ContentLength > MaxBytes)
            return (null, Problem.Of(Error.BodyTooLarge));
        var reader = request.BodyReader;
        try
        {
            while (true)
            {
                var read = await NextAsync(reader, ct);
                if (read.IsCanceled)
                {
                    // Released first, so that the server can skip the rest of the body.
                    reader.AdvanceTo(read.Buffer.Start);
                    // The time is up or the client is gone; the handler knows which.
                    request.HttpContext.Features.Set(Awaited.Mark);
                    throw new OperationCanceledException(ct);
                }
                if (read.Buffer.Length > MaxBytes)
                {
                    reader.AdvanceTo(read.Buffer.End);
                    return (null, Problem.Of(Error.BodyTooLarge));
                }
                if (!read.IsCompleted)
                {
                    reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                    continue;
                }
                try
                {
                    return Parse(read.Buffer, type) is { } value ? (value, null) : (null, Problem.Of(Error.InvalidJson));
                }
                finally
                {
                    reader.AdvanceTo(read.Buffer.End);
                }
            }
        }
        catch (JsonException e)
        {
            // The path is ours or the caller's own key; the message is the parser's. Neither quotes the body.
            return (null, Problem.Of(Error.InvalidJson, $"At {e.Path ?? "$"}, line {e.LineNumber + 1}."));
        }
        catch (BadHttpRequestException e)
        {
            // The start of the next request is unknown.
            if (HttpProtocol.IsHttp11(request.Protocol))
                request.HttpContext.Response.Headers.Connection = "close";
            return (null, Problem.Of(e.StatusCode switch
            {
                StatusCodes.Status408RequestTimeout => Error.BodyTimeout,
                StatusCodes.Status413PayloadTooLarge => Error.BodyTooLarge,
                _ => Error.InvalidRequest,
            }));
        }
        catch (ConnectionResetException)
        {
            // Or the server would try to pass over the rest of the body, and log that it cannot.
            request.HttpContext.Abort();
            throw;
        }
    }

    /// <summary>The read is given up with the token; what was read stays.</summary>
    private static async ValueTask<ReadResult> NextAsync(PipeReader reader, CancellationToken ct)
    {
        // Not with the token itself: the server would treat the read as still running, and log an error.
        var reading = reader.ReadAsync(CancellationToken.None);
        if (reading.IsCompleted)
            return await reading;
        using (ct.UnsafeRegister(static reader => ((PipeReader)reader!).CancelPendingRead(), reader))
            return await reading;
    }

    private static T? Parse<T>(in ReadOnlySequence<byte> body, JsonTypeInfo<T> type) where T : class
    {
        if (body.IsSingleSegment)
            return Parse(body.FirstSpan, type);
        var length = (int)body.Length;
        var whole = ArrayPool<byte>.Shared.Rent(length);
        body.CopyTo(whole);
        try
        {
            return Parse(whole.AsSpan(0, length), type);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }

    private static T? Parse<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type) where T : class
    {
        if (json.StartsWith(ByteOrderMark))
            json = json[ByteOrderMark.Length..];
        var value = JsonSerializer.Deserialize(json, type);
        return IsText(json) ? value : null;
    }

    /// <summary>Null for JSON as it is read here: in UTF-8, and not compressed.</summary>
    private static IResult? Unsupported(HttpRequest request)
    {
        if (request.Headers.ContentEncoding is { Count: > 0 } coding && !coding.ToString().Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            // RFC 7694: in an answer it says what is taken in requests.
            request.HttpContext.Response.Headers.AcceptEncoding = "identity";
            return Problem.Of(Error.UnsupportedMediaType, "Send the body as it is, without Content-Encoding.");
        }
        if (!request.HasJsonContentType())
            return Problem.Of(Error.UnsupportedMediaType);
        // US-ASCII is a part of UTF-8, and some programs write utf8 without the dash.
        return request.ContentType!.Contains("charset", StringComparison.OrdinalIgnoreCase) && MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.Charset is { HasValue: true } && HeaderUtilities.RemoveQuotes(type.Charset).ToString().ToLowerInvariant() is not ("utf-8" or "utf8" or "us-ascii")
            ? Problem.Of(Error.UnsupportedMediaType, "JSON is in UTF-8 here; leave charset out of Content-Type, or say utf-8.") : null;
    }

    /// <summary>Whether all texts are valid Unicode, which a document checks only when they are read.</summary>
    private static bool IsText(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            return false;
        if (json.IndexOf("\\u"u8) < 0)
            return true;
        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
                if (reader.ValueIsEscaped)
                    reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return false;
        }
    }

    private sealed class Awaited
    {
        public static readonly Awaited Mark = new();
    }
}
