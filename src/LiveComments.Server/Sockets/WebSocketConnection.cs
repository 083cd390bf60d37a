using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using LiveComments.Feeds;
using LiveComments.Wire;

namespace LiveComments.Server.Sockets;

/// <summary>A viewer on a WebSocket. Frames are written as they are; reading holds no buffer while the client is silent.</summary>
/// <param name="deflates">True when permessage-deflate was agreed on.</param>
/// <param name="direct">What frames are sent through; null where only <paramref name="stream"/> leads to the client.</param>
/// <param name="cut">Cuts the transport.</param>
internal sealed class WebSocketConnection(FanOut fanOut, RoomFeed feed, long cursor, bool sampled, bool deflates, PipeReader input, DirectOutput? direct, Stream? stream, Action cut)
    : Connection(fanOut, feed, deflates ? Framing.DeflatedWebSocket : Framing.WebSocket, cursor, sampled)
{
    private static readonly byte[] Ping = WireFormat.Message(0x89, []);

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _ackLock = new();
    private List<string>? _acks;
    private int _inFlight;
    private ushort _closeWhenAnswered;

    public override bool AnswersPings => true;

    protected override ReadOnlySpan<byte> PingFrame => Ping;

    protected override bool HasCollected => _acks is not null;

    /// <summary>True once it will close when nothing is under way.</summary>
    public bool IsLeaving => Volatile.Read(ref _closeWhenAnswered) != 0;

    /// <summary>One more comment or reaction of this client waits for its answer.</summary>
    public void Asked() => Interlocked.Increment(ref _inFlight);

    /// <summary>The answer to a comment or reaction is queued.</summary>
    public void Answered()
    {
        if (Interlocked.Decrement(ref _inFlight) == 0 && Volatile.Read(ref _closeWhenAnswered) is not 0 and var code)
            Close(code, "");
    }

    public override void CloseWhenAnswered(ushort code, string reason)
    {
        Volatile.Write(ref _closeWhenAnswered, code);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _inFlight) == 0)
            Close(code, reason);
    }

    /// <summary>Answers a stored reaction together with the others of its batch.</summary>
    public void AckReaction(string id)
    {
        lock (_ackLock)
            (_acks ??= []).Add(id);
        Schedule();
    }

    /// <summary>Reads until the client closes, breaks a rule or is gone.</summary>
    /// <param name="pace">Awaited before each message of any kind, to limit the rate of reading.</param>
    /// <param name="handle">Takes one text message; the bytes are valid only until it returns.</param>
    /// <param name="flush">Awaited when every whole message in the buffer was handled: some dozens of usual ones.</param>
    public async Task ReadAsync(Func<ValueTask> pace, Func<ReadOnlyMemory<byte>, ValueTask> handle, Func<ValueTask> flush, TimeProvider time)
    {
        var decoder = new WebSocketDecoder(deflates: Framing == Framing.DeflatedWebSocket);
        byte[]? buffer = null;
        var (start, end) = (0, 0);
        try
        {
            while (true)
            {
                var received = await input.ReadAsync();
                for (var rest = received.Buffer; !rest.IsEmpty;)
                {
                    buffer = RoomAfter(buffer, ref start, ref end);
                    var taken = rest.Slice(0, Math.Min(rest.Length, buffer.Length - end));
                    taken.CopyTo(buffer.AsSpan(end));
                    end += (int)taken.Length;
                    rest = rest.Slice(taken.End);
                    while (start < end)
                    {
                        // Set for each message, not only when bytes arrive: a flood is worked off slowly.
                        HeardAt = time.GetTimestamp();
                        var message = decoder.Decode(buffer.AsSpan(start, end - start), out var consumed, out var payload);
                        if (message == WebSocketInput.Incomplete)
                            break;
                        switch (message)
                        {
                            case WebSocketInput.Text:
                                var text = Owned(payload, buffer, start, consumed);
                                decoder.Release();
                                await pace();
                                await handle(text);
                                break;
                            case WebSocketInput.Ping:
                                var pong = WireFormat.Message(0x8A, payload);
                                await pace();
                                SendFrame(pong);
                                break;
                            case WebSocketInput.Nothing:
                                await pace();
                                break;
                            case WebSocketInput.Close:
                                // Answered with the client's code; its own close answers ours when we closed first.
                                var code = payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(payload) : CloseCode.Normal;
                                await flush();
                                Close(code, "");
                                await _ended.Task;
                                return;
                            case WebSocketInput.Violation:
                                await flush();
                                Close(decoder.CloseCode, "");
                                await _ended.Task;
                                return;
                        }
                        start += consumed;
                    }
                    await flush();
                }
                input.AdvanceTo(received.Buffer.End);
                // A read that HTTP cancels when the server stops does not end the loop; the connection is closed in order.
                if (received.IsCompleted)
                    return;
                if (start == end && buffer is not null)
                {
                    // A silent viewer holds no buffer.
                    ArrayPool<byte>.Shared.Return(buffer);
                    (buffer, start, end) = (null, 0, 0);
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The client is gone, or was cut.
        }
        finally
        {
            decoder.Release();
            if (buffer is not null)
                ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override void Cut()
    {
        _ended.TrySetResult();
        cut();
    }

    protected override ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) => direct?.SendAsync(bytes) ?? stream!.WriteAsync(bytes);

    // The client's answer to our close frame, or its silence, ends the reading.
    protected override void End() => _ended.TrySetResult();

    protected override byte[] CloseFrame(ushort code, string reason)
    {
        var payload = new byte[2 + Encoding.UTF8.GetByteCount(reason)];
        BinaryPrimitives.WriteUInt16BigEndian(payload, code);
        Encoding.UTF8.GetBytes(reason, payload.AsSpan(2));
        return WireFormat.Message(0x88, payload);
    }

    protected override void Collect()
    {
        if (_acks is null)
            return;
        lock (_ackLock)
        {
            if (_acks is not { } ids)
                return;
            Send(StreamMessages.Acks(ids), always: true);
            // Cleared last, so that whoever closes the connection and sees none knows that they are queued.
            _acks = null;
        }
    }

    /// <summary>Room behind what is not consumed yet: for the usual message, or for the largest there can be.</summary>
    private static byte[] RoomAfter(byte[]? buffer, ref int start, ref int end)
    {
        if (buffer is null)
            return ArrayPool<byte>.Shared.Rent(4 * 1024);
        if (end < buffer.Length)
            return buffer;
        var larger = start == 0 ? ArrayPool<byte>.Shared.Rent(WebSocketDecoder.MaxMessage + WebSocketDecoder.MaxHeader) : buffer;
        buffer.AsSpan(start, end - start).CopyTo(larger);
        if (larger != buffer)
            ArrayPool<byte>.Shared.Return(buffer);
        (start, end) = (0, end - start);
        return larger;
    }

    /// <summary>The payload as memory: a slice of the read buffer, or a copy from the decoder's buffer, which is released.</summary>
    private static ReadOnlyMemory<byte> Owned(ReadOnlySpan<byte> payload, byte[] buffer, int start, int consumed)
    {
        var frame = buffer.AsSpan(start, consumed);
        return frame.Overlaps(payload, out var offset) && payload.Length > 0 ? buffer.AsMemory(start + offset, payload.Length) : payload.ToArray();
    }
}
