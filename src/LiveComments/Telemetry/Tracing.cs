using System.Diagnostics;

namespace LiveComments.Telemetry;

/// <summary>
/// Traces of single comments on their way: <c>comment</c> from its arrival to its answer, and under it the steps <c>ingest</c>, <c>gate</c>, <c>gather</c>, <c>append</c> and <c>show</c>. Where
/// nobody listens, as by default, this costs a comparison.
/// </summary>
public static class Tracing
{
    public const string SourceName = "LiveComments";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>True while somebody collects traces.</summary>
    public static bool IsOn => Source.HasListeners();

    /// <summary>Begins a trace; null when this one is not chosen. Not the current activity of the caller, because the work goes on elsewhere.</summary>
    public static Activity? Begin(string name, DateTimeOffset started)
    {
        if (!IsOn)
            return null;
        var current = Activity.Current;
        // A trace of its own: whoever sends the request does not decide what is traced.
        Activity.Current = null;
        var activity = Source.StartActivity(name, ActivityKind.Server, default(ActivityContext), startTime: started);
        Activity.Current = current;
        return activity is { Recorded: true } ? activity : null;
    }

    /// <summary>Adds a step that is over to a trace.</summary>
    /// <param name="trace">The <see cref="Activity.Id"/> of the trace; null when it was not chosen.</param>
    public static void Step(string? trace, string name, DateTimeOffset started, DateTimeOffset ended)
    {
        if (trace is null || !ActivityContext.TryParse(trace, null, isRemote: true, out var parent))
            return;
        var current = Activity.Current;
        using (var activity = Source.StartActivity(name, ActivityKind.Internal, parent, startTime: started))
            activity?.SetEndTime(ended.UtcDateTime);
        Activity.Current = current;
    }
}
