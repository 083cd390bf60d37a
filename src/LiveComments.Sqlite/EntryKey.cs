namespace LiveComments.Sqlite;

/// <summary>
/// The key of an entry's row: the log's number and the entry's seq in one integer. Rows of one event stand together in their
/// order, and no second index is needed. It bounds both to 2^31 logs and 2^32 entries in one log.
/// </summary>
internal readonly record struct EntryKey(long Value)
{
    private const long MaxSeq = uint.MaxValue;

    public long Log => Value >> 32;

    public long Seq => Value & MaxSeq;

    /// <summary>A seq outside a log's bounds becomes the nearest one inside, so that callers may give open ranges.</summary>
    public static EntryKey Of(long log, long seq) => new((log << 32) | Math.Clamp(seq, 0, MaxSeq));
}
