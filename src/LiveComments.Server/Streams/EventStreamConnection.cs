using LiveComments.Feeds;
using LiveComments.Server.Sockets;
using LiveComments.Wire;

namespace LiveComments.Server.Streams;

/// <summary>A viewer on server-sent events. The response lives as long as <see cref="Ended"/>.</summary>
internal sealed class EventStreamConnection(FanOut fanOut, RoomFeed feed, long cursor, bool sampled, HttpContext context, DirectOutput? direct)
    : Connection(fanOut, feed, direct is null ? Framing.EventStream : Framing.ChunkedEventStream, cursor, sampled)
{
    private static readonly byte[] Ping = [.. ":\n\n"u8];
    private static readonly byte[] ChunkedPing = WireFormat.Chunk(Ping);

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the response is to end.</summary>
    public Task Ended => _ended.Task;

    // SSE clients send nothing back. The kernel detects half-open connections (TCP_USER_TIMEOUT), because comment lines keep data under way.
    public override bool AnswersPings => false;

    protected override ReadOnlySpan<byte> PingFrame => direct is null ? Ping : ChunkedPing;

    protected override void Cut()
    {
        try
        {
            context.Abort();
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    protected override ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) => direct?.SendAsync(bytes) ?? context.Response.Body.WriteAsync(bytes);

    protected override void End() => _ended.TrySetResult();

    protected override byte[] CloseFrame(ushort code, string reason) => [];
}
