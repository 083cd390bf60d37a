namespace LiveComments.Ingest;

/// <summary>How comments fared on this node in the last minute: which were refused and why, and how long placing took. Safe for any number of threads.</summary>
public sealed class RecentOutcomes(TimeProvider time)
{
    /// <summary>Slots of a minute, so that a figure is of the last 50 to 60 seconds.</summary>
    private const int Slots = 6;

    private static readonly TimeSpan SlotLength = TimeSpan.FromSeconds(10);

    /// <summary>Four buckets for each doubling from 0.1 ms on: a figure is at most 19 % too high. The last one has everything from 5.5 s on.</summary>
    private const int Buckets = 64;

    private readonly Lock _lock = new();
    private readonly Slot[] _slots = [.. Enumerable.Range(0, Slots).Select(_ => new Slot())];

    /// <param name="outcome">As <see cref="IngestMetrics.Comment"/> counts it.</param>
    /// <param name="duration">From the arrival of the comment to its answer.</param>
    public void Add(string outcome, TimeSpan duration)
    {
        if (outcome is "held" or "repeated" or "shadowed")
            return;
        var bucket = Math.Clamp((int)Math.Ceiling(4 * Math.Log2(duration.TotalMilliseconds * 10)), 0, Buckets - 1);
        lock (_lock)
        {
            var slot = Current();
            if (outcome == "placed")
                slot.Durations[bucket]++;
            else
                slot.Refused[outcome] = slot.Refused.GetValueOrDefault(outcome) + 1;
        }
    }

    /// <summary>Of the last minute.</summary>
    public OutcomeFigures Read()
    {
        lock (_lock)
        {
            var oldest = Now - Slots + 1;
            Slot[] lately = [.. _slots.Where(slot => slot.Number >= oldest)];
            var durations = new int[Buckets];
            foreach (var slot in lately)
                for (var i = 0; i < Buckets; i++)
                    durations[i] += slot.Durations[i];
            var refused = lately.SelectMany(slot => slot.Refused).GroupBy(one => one.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Sum(one => one.Value), StringComparer.Ordinal);
            return new OutcomeFigures(durations.Sum(), refused, Quantile(durations, 0.5), Quantile(durations, 0.99));
        }
    }

    /// <summary>The number of this slot's ten seconds, counted since 0001.</summary>
    private long Now => time.GetUtcNow().Ticks / SlotLength.Ticks;

    /// <summary>The slot of this moment, in the place of the one of a minute ago.</summary>
    private Slot Current()
    {
        var now = Now;
        var slot = _slots[now % Slots];
        if (slot.Number != now)
            slot.BeginAt(now);
        return slot;
    }

    private static TimeSpan? Quantile(int[] durations, double share)
    {
        var total = durations.Sum();
        if (total == 0)
            return null;
        var left = Math.Max(1, (int)Math.Ceiling(total * share));
        var bucket = 0;
        while ((left -= durations[bucket]) > 0)
            bucket++;
        return TimeSpan.FromMilliseconds(Math.Pow(2, bucket / 4.0) / 10);
    }

    private sealed class Slot
    {
        public long Number { get; private set; }

        public Dictionary<string, int> Refused { get; } = new(StringComparer.Ordinal);

        public int[] Durations { get; } = new int[Buckets];

        public void BeginAt(long number)
        {
            Number = number;
            Refused.Clear();
            Array.Clear(Durations);
        }
    }
}
