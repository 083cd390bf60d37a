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

    /// <summary>By first seq and length: a sample begins where the whole begins.</summary>
    private readonly Dictionary<(long From, int Length), (byte[] Bytes, Frame Frame)> _recent = [];
    private readonly Queue<(long From, int Length)> _order = [];
    private readonly List<Frame> _all = [];
    private long _bytes;

    public IReadOnlyList<Frame> All => _all;

    public Frame Receive(ReadOnlySpan<byte> message, long now)
    {
        var key = (Batch.PeekFrom(message), message.Length);
        if (!_recent.TryGetValue(key, out var known) || !message.SequenceEqual(known.Bytes))
        {
            known = (message.ToArray(), new Frame(Batch.Read(message)));
            _all.Add(known.Frame);
            Remember(key, known);
        }
        known.Frame.Arrived(now);
        return known.Frame;
    }

    /// <summary>Forgets what was received: a new stage has its own.</summary>
    public void Begin()
    {
        _recent.Clear();
        _order.Clear();
        _all.Clear();
        _bytes = 0;
    }

    private void Remember((long, int) key, (byte[] Bytes, Frame Frame) item)
    {
        if (_recent.TryGetValue(key, out var before))
            _bytes -= before.Bytes.Length;
        else
            _order.Enqueue(key);
        _recent[key] = item;
        _bytes += item.Bytes.Length;
        while (_bytes > MaxBytes && _order.TryDequeue(out var oldest) && _recent.Remove(oldest, out var gone))
            _bytes -= gone.Bytes.Length;
    }
}
