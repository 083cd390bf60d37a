namespace LiveComments.Feeds;

/// <summary>
/// Consecutive entries that are shown together: one frame for everybody, encoded once per wire when the first viewer needs it.
/// </summary>
internal sealed class Slot
{
    private readonly long _epoch;
    private readonly IReadOnlyList<Entry>? _sample;
    private readonly long _skipped;
    private readonly byte[]?[] _encoded = new byte[2 * WireFormat.Wires][];

    /// <param name="index">Counts a feed's slots; -1 for a page read from the store.</param>
    /// <param name="sample">What viewers of the sample are shown; null when that is everything.</param>
    public Slot(long index, long epoch, IReadOnlyList<Entry> entries, IReadOnlyList<Entry>? sample, long skipped, long sealedAt)
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

    private Slot(Slot full, IReadOnlyList<Entry>? entries, IReadOnlyList<Entry>? sample)
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

    /// <summary>The same slot with only its sample, which is small whatever the room's speed.</summary>
    public Slot Hollow() => new(this, null, _sample ?? Entries);

    /// <summary>The same slot without the text of one comment; null when it is not in here.</summary>
    public Slot? Without(CommentId removed)
    {
        static IReadOnlyList<Entry>? Cut(IReadOnlyList<Entry>? entries, CommentId removed) => entries is null ? null : [.. entries.Select(entry => entry.Without(removed))];
        return (Entries ?? _sample)!.Any(entry => !ReferenceEquals(entry.Without(removed), entry))
            ? new Slot(this, Cut(Entries, removed), Cut(_sample, removed))
            : null;
    }

    /// <summary>The frame for viewers who have everything before it; null when the entries are no longer in memory.</summary>
    public byte[]? Encoded(Wire wire, bool sampled)
    {
        sampled &= _sample is not null;
        if (!sampled && Entries is null)
            return null;
        ref var encoded = ref _encoded[(sampled ? WireFormat.Wires : 0) + (int)wire];
        return Volatile.Read(ref encoded) ?? Encode(ref encoded, wire, sampled);
    }

    /// <summary>The frame for a viewer who has some of it already.</summary>
    public byte[] EncodedAfter(Wire wire, long seq) => Encode(wire, _epoch, seq + 1, To, Entries!.Where(entry => entry.Seq > seq), 0);

    /// <summary>The part of it that stands before a place.</summary>
    public Slot Before(long seq) => new(Index, _epoch, [.. Entries!.TakeWhile(entry => entry.Seq < seq)], null, 0, SealedAt);

    private byte[] Encode(ref byte[]? encoded, Wire wire, bool sampled)
    {
        lock (_encoded)
            return encoded ??= Encode(wire, _epoch, From, To, sampled ? _sample! : Entries!, sampled ? _skipped : 0, shared: true);
    }

    /// <param name="shared">True for more than one viewer.</param>
    public static byte[] Encode(Wire wire, long epoch, long from, long to, IEnumerable<Entry> entries, long skipped, bool shared = false) =>
        StreamJson.Object((wire, epoch, from, to, entries, skipped, shared),
            static (json, batch) => StreamJson.Batch(json, batch.from, batch.to, batch.entries, batch.skipped),
            static (json, batch) => batch.shared
                ? WireFormat.EncodeShared(batch.wire, json, new Position(batch.epoch, batch.to))
                : WireFormat.Encode(batch.wire, json, new Position(batch.epoch, batch.to)));
}
