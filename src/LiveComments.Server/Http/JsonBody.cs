using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace LiveComments.Server.Http;

/// <summary>Reads small JSON bodies: bounded in size and depth, refused cheaply.</summary>
internal static class JsonBody
{
    /// <summary>Largest body of any call. A comment of 4 KB escaped as \uXXXX is 24 KB.</summary>
    public const int MaxBytes = 32 * 1024;

    /// <returns>The value, or the error to answer. A body <c>null</c> is an error. Every text in the value can be read.</returns>
    public static async ValueTask<(T? Value, IResult? Error)> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type, CancellationToken ct)
        where T : class
    {
        if (!request.HasJsonContentType())
            return (null, Problem.Of(Error.UnsupportedMediaType));
        if (request.ContentLength > MaxBytes)
            return (null, Problem.Of(Error.BodyTooLarge));
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(request.ContentLength ?? MaxBytes, MaxBytes) + 1);
        try
        {
            var length = 0;
            while (true)
            {
                if (length == buffer.Length)
                {
                    if (length > MaxBytes)
                        return (null, Problem.Of(Error.BodyTooLarge));
                    var larger = ArrayPool<byte>.Shared.Rent(length * 2);
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
                var read = await request.Body.ReadAsync(buffer.AsMemory(length), ct);
                if (read == 0)
                    break;
                length += read;
            }
            if (length > MaxBytes)
                return (null, Problem.Of(Error.BodyTooLarge));
            var value = JsonSerializer.Deserialize(buffer.AsSpan(0, length), type);
            return value is null || !IsText(buffer.AsSpan(0, length)) ? (null, Problem.Of(Error.InvalidJson)) : (value, null);
        }
        catch (JsonException e)
        {
            // The path is ours or the caller's own key; the message is the parser's. Neither quotes the body.
            return (null, Problem.Of(Error.InvalidJson, $"At {e.Path ?? "$"}, line {e.LineNumber + 1}."));
        }
        catch (BadHttpRequestException e)
        {
            return (null, e.StatusCode == 413 ? Problem.Of(Error.BodyTooLarge) : Problem.Of(Error.InvalidRequest));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Whether texts are Unicode, which a document or an element finds out only when somebody asks for them.</summary>
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
}
