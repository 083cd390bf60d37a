using System.Buffers;

namespace LiveComments.Feeds;

/// <summary>
/// Frames for one viewer alone (answers, mentions, pongs), gathered in one buffer until they are sent. Part of a <see cref="Connection"/>, not an object of its own: a node looks at
/// the length for every viewer and tick.
/// </summary>
internal struct PersonalFrames()
{
    private readonly Lock _lock = new();
    private byte[]? _waiting;
    private byte[]? _sending;
    private int _length;

    /// <summary>Bytes that wait to be sent.</summary>
    public readonly int Length => _length;

    /// <summary>Held while a frame is added, and while deciding whether it may be.</summary>
    public readonly Lock Lock => _lock;

    /// <summary>Under the lock: adds a frame behind the others.</summary>
    public void Add(ReadOnlySpan<byte> frame)
    {
        if (_waiting is null || _waiting.Length < _length + frame.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(256, (_length + frame.Length) * 2));
            _waiting.AsSpan(0, _length).CopyTo(larger);
            if (_waiting is not null)
                ArrayPool<byte>.Shared.Return(_waiting);
            _waiting = larger;
        }
        frame.CopyTo(_waiting.AsSpan(_length));
        _length += frame.Length;
    }

    /// <summary>Takes everything that waits. The bytes are valid until <see cref="Sent"/>, which comes before the next call.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        lock (_lock)
        {
            (_sending, _waiting) = (_waiting, null);
            var length = _length;
            _length = 0;
            return _sending.AsMemory(0, length);
        }
    }

    /// <summary>What was taken has been written; its buffer goes back.</summary>
    public void Sent()
    {
        if (_sending is null)
            return;
        ArrayPool<byte>.Shared.Return(_sending);
        _sending = null;
    }
}
