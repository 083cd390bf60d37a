using LiveComments.Log;
using LiveComments.Wire;

namespace LiveComments.Feeds;

/// <summary>
/// Consecutive entries that are shown together: one frame for everybody, encoded once per framing when the first viewer needs it.
/// </summary>
internal sealed class Batch
{
    private readonly long _epoch;
    private readonly IReadOnlyList<Entry>? _sample;
    private readonly long _skipped;
    private readonly byte[]?[] _encoded = new byte[2 * WireFormat.Framings][];

    /// <param name="index">Counts a feed's batches; -1 for a page read from the store.</param>
    /// <param name="sample">What viewers of the sample are shown; null when that is everything.</param>
    public Batch(long index, long epoch, IReadOnlyList<Entry> entries, IReadOnlyList<Entry>? sample, long skipped, long sealedAt)
    {
        Index = index;
        _epoch = epoch;
        Entries = entries;
        From = entries[0].Seq;
        To = entries[^1].Seq;
        _sample = sample;
        _skipped = skipped;
        SealedAt = sealedAt;
    }

    private Batch(Batch full, IReadOnlyList<Entry>? entries, IReadOnlyList<Entry>? sample)
    {
        (Index, _epoch, From, To, _skipped, SealedAt) = (full.Index, full._epoch, full.From, full.To, full._skipped, full.SealedAt);
        (Entries, _sample) = (entries, sample);
    }

    public long Index { get; }

    public long From { get; }

    public long To { get; }

    /// <summary>A timestamp: when its first entry was announced.</summary>
    public long SealedAt { get; }

    /// <summary>Null when only the sample is still in memory.</summary>
    public IReadOnlyList<Entry>? Entries { get; }

    /// <summary>The same batch with only its sample, which is small whatever the room's speed.</summary>
    public Batch Hollow() => new(this, null, _sample ?? Entries);

    /// <summary>The same batch without the text of one comment; null when it is not in here.</summary>
    public Batch? Without(CommentId removed)
    {
        static IReadOnlyList<Entry>? Cut(IReadOnlyList<Entry>? entries, CommentId removed) => entries is null ? null : [.. entries.Select(entry => entry.Without(removed))];
        return (Entries ?? _sample)!.Any(entry => !ReferenceEquals(entry.Without(removed), entry))
            ? new Batch(this, Cut(Entries, removed), Cut(_sample, removed))
            : null;
    }

    /// <summary>The frame for viewers who have everything before it; null when the entries are no longer in memory.</summary>
    public byte[]? Encoded(Framing framing, bool sampled)
    {
        sampled &= _sample is not null;
        if (!sampled && Entries is null)
            return null;
        ref var encoded = ref _encoded[(sampled ? WireFormat.Framings : 0) + (int)framing];
        return Volatile.Read(ref encoded) ?? Encode(ref encoded, framing, sampled);
    }

    /// <summary>The frame for a viewer who has some of it already.</summary>
    public byte[] EncodedAfter(Framing framing, long seq) => Encode(framing, _epoch, seq + 1, To, Entries!.Where(entry => entry.Seq > seq), 0);

    /// <summary>The part of it that stands before a place.</summary>
    public Batch Before(long seq) => new(Index, _epoch, [.. Entries!.TakeWhile(entry => entry.Seq < seq)], null, 0, SealedAt);

    private byte[] Encode(ref byte[]? encoded, Framing framing, bool sampled)
    {
        lock (_encoded)
            return encoded ??= Encode(framing, _epoch, From, To, sampled ? _sample! : Entries!, sampled ? _skipped : 0, shared: true);
    }

    /// <param name="shared">True for more than one viewer.</param>
    public static byte[] Encode(Framing framing, long epoch, long from, long to, IEnumerable<Entry> entries, long skipped, bool shared = false) =>
        StreamJson.Object((framing, epoch, from, to, entries, skipped, shared),
            static (json, batch) => StreamJson.Batch(json, batch.from, batch.to, batch.entries, batch.skipped),
            static (json, batch) => batch.shared
                ? WireFormat.EncodeShared(batch.framing, json, new Position(batch.epoch, batch.to))
                : WireFormat.Encode(batch.framing, json, new Position(batch.epoch, batch.to)));
}
