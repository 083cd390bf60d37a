using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using LiveComments.Feeds;
using LiveComments.Wire;

namespace LiveComments.Tests.Feeds;

/// <summary>A viewer in memory, which can be told to take nothing for a while.</summary>
internal sealed class TestConnection(FanOut fanOut, RoomFeed feed, Framing framing, long cursor, bool sampled) : Connection(fanOut, feed, framing, cursor, sampled)
{
    private readonly MemoryStream _written = new();
    private TaskCompletionSource? _stalled;
    private long _writtenTo = cursor;

    /// <summary>The place it started from.</summary>
    public long Start { get; } = cursor;

    public bool Sampled { get; } = sampled;

    public bool WasCut { get; private set; }

    public bool HasEnded { get; private set; }

    /// <summary>Its request is over, and with it the transport.</summary>
    public bool CutFails { get; set; }

    /// <summary>Called when it looks for what to send.</summary>
    public Action? Looking { get; set; }

    /// <summary>Asked at each write how long it takes.</summary>
    public Func<Task>? Taking { get; set; }

    public override bool AnswersPings => false;

    protected override ReadOnlySpan<byte> PingFrame => Framing.IsWebSocket() ? [0x89, 0] : ":\n\n"u8;

    /// <summary>From the next write of entries on, nothing is taken. Not from a ping on, or a count: those come when the clock says so.</summary>
    public void Stall()
    {
        lock (_written)
            _stalled ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void GoOn()
    {
        TaskCompletionSource? stalled;
        lock (_written)
            (stalled, _stalled) = (_stalled, null);
        stalled?.TrySetResult();
    }

    /// <summary>Every object received so far.</summary>
    public List<JsonElement> Received()
    {
        byte[] bytes;
        lock (_written)
            bytes = _written.ToArray();
        return [.. (Framing.IsWebSocket() ? Messages(bytes) : Events(bytes)).Select(json => JsonSerializer.Deserialize<JsonElement>(json))];
    }

    /// <summary>The close frame, if one came.</summary>
    public (int Code, string Reason)? CloseReceived { get; private set; }

    protected override ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        lock (_written)
        {
            if (WasCut)
                throw new IOException("It was cut.");
            _written.Write(bytes.Span);
            var showsEntries = Position.Seq > _writtenTo;
            _writtenTo = Position.Seq;
            return showsEntries && _stalled is { } stalled ? new ValueTask(stalled.Task) : Taking is { } taking ? new ValueTask(taking()) : default;
        }
    }

    protected override void Collect() => Looking?.Invoke();

    protected override void End() => HasEnded = true;

    protected override void Cut()
    {
        lock (_written)
        {
            WasCut = true;
            _stalled?.TrySetException(new IOException("It was cut."));
        }
        ObjectDisposedException.ThrowIf(CutFails, this);
    }

    protected override byte[] CloseFrame(ushort code, string reason)
    {
        CloseReceived = (code, reason);
        return [];
    }

    private static IEnumerable<string> Messages(byte[] bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var (length, header) = bytes[at + 1] switch
            {
                126 => (BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at + 2)), 4),
                127 => ((int)BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(at + 2)), 10),
                var small => (small, 2),
            };
            if (at + header + length > bytes.Length)
                // The rest of it is on its way.
                yield break;
            if (bytes[at] == 0x81)
                yield return Encoding.UTF8.GetString(bytes, at + header, length);
            else if (bytes[at] == 0xC1)
                yield return Inflated(bytes.AsSpan(at + header, length));
            at += header + length;
        }
    }

    /// <summary>The text of a compressed message, read as RFC 7692, 7.2.2 says.</summary>
    public static string Inflated(ReadOnlySpan<byte> message)
    {
        using var reader = new StreamReader(new DeflateStream(new MemoryStream([.. message, 0, 0, 0xFF, 0xFF]), CompressionMode.Decompress));
        return reader.ReadToEnd();
    }

    private static IEnumerable<string> Events(byte[] bytes)
    {
        // What comes behind the last line end is on its way.
        foreach (var line in Encoding.UTF8.GetString(bytes).Split('\n')[..^1])
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                yield return line[6..];
    }
}
