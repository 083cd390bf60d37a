using LiveComments.Load.Protocol;

namespace LiveComments.Load.Check;

/// <summary>
/// Every different batch that any viewer received. A batch is parsed when it is first seen; the next viewer that gets the same
/// bytes costs one comparison of memory, which is what lets one thread check thousands of viewers exactly.
/// </summary>
internal sealed class Frames
{
    /// <summary>Bytes kept for comparing; a viewer further behind than this costs a parse again, nothing else.</summary>
    private const long MaxBytes = 128 << 20;

    private readonly Dictionary<long, (byte[] Bytes, Frame Frame)> _recent = [];
    private readonly Queue<long> _order = [];
    private readonly List<Frame> _all = [];
    private long _bytes;

    public IReadOnlyList<Frame> All => _all;

    public Frame Receive(ReadOnlySpan<byte> message, long now)
    {
        var from = Batch.PeekFrom(message);
        if (!_recent.TryGetValue(from, out var known) || !message.SequenceEqual(known.Bytes))
        {
            known = (message.ToArray(), new Frame(Batch.Read(message)));
            _all.Add(known.Frame);
            Remember(from, known);
        }
        known.Frame.Arrived(now);
        return known.Frame;
    }

    private void Remember(long from, (byte[] Bytes, Frame Frame) item)
    {
        if (_recent.TryGetValue(from, out var before))
            _bytes -= before.Bytes.Length;
        else
            _order.Enqueue(from);
        _recent[from] = item;
        _bytes += item.Bytes.Length;
        while (_bytes > MaxBytes && _order.TryDequeue(out var oldest) && _recent.Remove(oldest, out var gone))
            _bytes -= gone.Bytes.Length;
    }
}
