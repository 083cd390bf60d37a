using LiveComments.Load.Protocol;

namespace LiveComments.Load.Check;

/// <summary>A batch as it came over the wire, with when it reached each viewer that got these very bytes.</summary>
internal sealed class Frame
{
    private readonly List<long> _arrivals = [];

    public Frame(Batch batch)
    {
        Batch = batch;
        var expected = batch.From;
        foreach (var entry in batch.Entries)
        {
            if (entry.Seq < expected || entry.Seq > batch.To)
                Disorder++;
            expected = Math.Max(expected, entry.Seq + 1);
            if (entry.CommentId != Guid.Empty)
                Comments++;
        }
        Missing = Math.Max(0, batch.To - batch.From + 1 - batch.Skipped - batch.Entries.Count);
    }

    public Batch Batch { get; }

    /// <summary>Entries that are comments.</summary>
    public int Comments { get; }

    /// <summary>Entries that stand before one they follow, or outside of what the batch says it covers.</summary>
    public int Disorder { get; }

    /// <summary>Entries that are neither there nor counted as skipped.</summary>
    public long Missing { get; }

    public IReadOnlyList<long> Arrivals => _arrivals;

    public void Arrived(long now) => _arrivals.Add(now);
}
