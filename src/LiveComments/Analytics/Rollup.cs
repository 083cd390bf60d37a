using System.Runtime.InteropServices;

namespace LiveComments.Analytics;

/// <summary>Rows as a store without columns keeps them: what was counted in each second, minute and hour of an event, and a sketch of who wrote.</summary>
public sealed class Rollup
{
    private readonly Dictionary<RollupCell, long> _cells = [];
    private readonly Dictionary<EventId, UniqueSketch> _authors = [];

    // Rows that follow each other are mostly of one event and one second: these are added up before any cell is looked for.
    private readonly long[] _second = new long[Measures.Actions];
    private readonly long[] _latencies = new long[LatencyBuckets.Count];
    private EventId _event;
    private long _at;
    private long _characters;
    private UniqueSketch? _sketch;

    public Rollup(IReadOnlyList<AnalyticsRow> rows)
    {
        foreach (var row in rows)
            Add(row);
        End();
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
        var second = row.Time.ToUnixTimeSeconds();
        if (second != _at || row.Event != _event)
        {
            End();
            (_event, _at) = (row.Event, second);
        }
        ref var counted = ref _second[(int)row.Action];
        counted = row.Action == AnalyticsAction.Viewers ? Math.Max(counted, row.Count) : counted + row.Count;
        // Times are many: they are added up by themselves, as the activity is.
        if (row.Action == AnalyticsAction.Answered)
        {
            if (row.LatencyMs is { } milliseconds)
                _latencies[LatencyBuckets.Of(milliseconds)] += row.Count;
            if (row.From is { } from)
            {
                Put(AnalyticsStep.Hour, Measures.Country + from.Country, row.Count);
                if (from.Region is { } region)
                    Put(AnalyticsStep.Hour, Measures.Region + region, row.Count);
            }
            return;
        }
        if (row.Action is AnalyticsAction.Comment or AnalyticsAction.Reply)
        {
            _characters += row.Length;
            if (row.Author != 0)
                (_sketch ??= CollectionsMarshal.GetValueRefOrAddDefault(_authors, row.Event, out _) ??= new UniqueSketch()).Add(row.Author);
        }
        if (Measures.PartOf(row) is { } part)
            Put(AnalyticsStep.Hour, part, row.Count);
    }

    /// <summary>A second of an event is over, as far as rows follow each other.</summary>
    private void End()
    {
        for (var action = 0; action < _second.Length; action++)
            if (_second[action] != 0 && Measures.Of((AnalyticsAction)action) is { Length: > 0 } measure)
                foreach (var step in (ReadOnlySpan<AnalyticsStep>)[AnalyticsStep.Second, AnalyticsStep.Minute, AnalyticsStep.Hour])
                    Put(step, measure, _second[action]);
        for (var bucket = 0; bucket < _latencies.Length; bucket++)
            if (_latencies[bucket] != 0)
                Put(AnalyticsStep.Hour, LatencyBuckets.Name(bucket), _latencies[bucket]);
        if (_characters != 0)
            Put(AnalyticsStep.Hour, Measures.Characters, _characters);
        Array.Clear(_second);
        Array.Clear(_latencies);
        (_characters, _sketch) = (0, null);
    }

    private void Put(AnalyticsStep step, string measure, long count)
    {
        ref var value = ref CollectionsMarshal.GetValueRefOrAddDefault(_cells, new RollupCell(_event, step, _at - _at % (int)step, measure), out _);
        value = Measures.IsHighest(measure) ? Math.Max(value, count) : value + count;
    }
}
