using System.Globalization;
using System.Runtime.InteropServices;

namespace LiveComments.Analytics;

/// <summary>Rows as a store without columns keeps them: what was counted in each second, minute and hour of an event, and a sketch of who wrote.</summary>
public sealed class Rollup
{
    private static readonly AnalyticsStep[] Steps = Enum.GetValues<AnalyticsStep>();

    private readonly Dictionary<RollupCell, long> _cells = [];
    private readonly Dictionary<EventId, UniqueSketch> _authors = [];

    public Rollup(IReadOnlyList<AnalyticsRow> rows)
    {
        foreach (var row in rows)
            Add(row);
        // In one order everywhere, so that nodes that write the same cells at once wait for each other and are never stuck.
        Cells = [.. _cells.OrderBy(cell => cell.Key.Event.Value).ThenBy(cell => cell.Key.Step).ThenBy(cell => cell.Key.At).ThenBy(cell => cell.Key.Measure, StringComparer.Ordinal)];
        Authors = [.. _authors.OrderBy(sketch => sketch.Key.Value)];
    }

    /// <summary>What is added to each cell or, where <see cref="Measures.IsHighest"/>, replaces a lower value.</summary>
    public IReadOnlyList<KeyValuePair<RollupCell, long>> Cells { get; }

    /// <summary>Who wrote.</summary>
    public IReadOnlyList<KeyValuePair<EventId, UniqueSketch>> Authors { get; }

    private void Add(in AnalyticsRow row)
    {
        switch (row.Action)
        {
            case AnalyticsAction.Comment or AnalyticsAction.Reply:
                Count(row, row.Action == AnalyticsAction.Comment ? Measures.Comments : Measures.Replies, row.Count);
                if (row.Length > 0)
                    Count(row, Measures.Characters, row.Length);
                if (row.Author != 0)
                    (CollectionsMarshal.GetValueRefOrAddDefault(_authors, row.Event, out _) ??= new UniqueSketch()).Add(row.Author);
                break;
            case AnalyticsAction.Removed:
                Count(row, Measures.Removed, row.Count);
                break;
            case AnalyticsAction.Restored:
                Count(row, Measures.Restored, row.Count);
                break;
            case AnalyticsAction.Reactions:
                Count(row, Measures.Reactions, row.Count);
                break;
            case AnalyticsAction.Refused:
                Count(row, Measures.Refused, row.Count);
                Count(row, Measures.RefusedBy, row.Reason, row.Count);
                break;
            case AnalyticsAction.Held:
                Count(row, Measures.Held, row.Count);
                Count(row, Measures.HeldBy, row.Reason, row.Count);
                break;
            case AnalyticsAction.Answered:
                if (row.LatencyMs is { } latency)
                    Count(row, LatencyBuckets.Of(latency), row.Count);
                Count(row, Measures.Platform, row.Platform, row.Count);
                break;
            case AnalyticsAction.Delivered:
                Count(row, Measures.Deliveries, row.Count);
                break;
            case AnalyticsAction.Viewers:
                Count(row, Measures.Viewers, row.Count);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(row), row.Action, "This action has no measure.");
        }
    }

    private void Count(in AnalyticsRow row, string prefix, string? part, long count)
    {
        if (part is not null)
            Count(row, string.Create(CultureInfo.InvariantCulture, $"{prefix}{part}"), count);
    }

    private void Count(in AnalyticsRow row, string measure, long count)
    {
        var second = row.Time.ToUnixTimeSeconds();
        foreach (var step in Steps)
        {
            if (!step.Has(measure))
                continue;
            ref var value = ref CollectionsMarshal.GetValueRefOrAddDefault(_cells, new RollupCell(row.Event, step, second - second % (int)step, measure), out _);
            value = Measures.IsHighest(measure) ? Math.Max(value, count) : value + count;
        }
    }
}
