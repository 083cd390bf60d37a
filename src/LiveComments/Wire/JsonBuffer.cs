using System.Buffers;
using System.Text.Json;

namespace LiveComments.Wire;

/// <summary>Writes JSON into memory that the thread keeps, so that its length is known before its first byte leaves.</summary>
internal static class JsonBuffer
{
    /// <summary>One huge answer must not keep its memory on every thread that ever wrote one.</summary>
    private const int Kept = 1024 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? writer;

    /// <summary>Writes one value and hands its bytes over; they are valid only during the call.</summary>
    public static TResult Write<TState, TResult>(TState state, Action<Utf8JsonWriter, TState> write, Func<ReadOnlySpan<byte>, TState, TResult> use)
    {
        buffer ??= new ArrayBufferWriter<byte>(16 * 1024);
        writer ??= new Utf8JsonWriter(buffer, CommentJson.WriterOptions);
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        write(writer, state);
        writer.Flush();
        var result = use(buffer.WrittenSpan, state);
        if (buffer.Capacity > Kept)
            (buffer, writer) = (null, null);
        return result;
    }
}
