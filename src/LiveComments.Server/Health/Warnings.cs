using System.Globalization;
using LiveComments.Ingest;

namespace LiveComments.Server.Health;

/// <summary>What somebody who runs this server should know now, in sentences. The alerts of deploy/prometheus watch the same over longer times and all nodes.</summary>
internal sealed class Warnings(Readiness readiness, IStoreHealth store, IEnumerable<IExternalHealth> others, OutcomesOfEvents outcomes)
{
    /// <summary>Fewer comments in a minute say nothing of how long they take.</summary>
    private const int Enough = 20;

    /// <summary>So much of all that is written may be refused because the server cannot take it.</summary>
    private const double MostRefused = 0.01;

    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);

    /// <summary>What is refused for the server's reasons, not for the writer's.</summary>
    private static readonly Error[] Own = [Error.Busy, Error.StoreUnavailable, Error.OutcomeUnknown];

    public IReadOnlyList<string> Now()
    {
        var warnings = new List<string>();
        if (readiness.IsLeaving)
            warnings.Add("This node stops soon; its viewers are sent to others.");
        if (store.Fault is { } fault)
            warnings.Add(fault.Text);
        warnings.AddRange(others.Select(other => other.Fault).OfType<string>());
        var figures = outcomes.All.Read();
        var refused = Own.Sum(error => figures.Refused.GetValueOrDefault(error.Code));
        var all = figures.Placed + figures.Refused.Values.Sum();
        if (all >= Enough && refused > MostRefused * all)
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"In the last minute {100.0 * refused / all:F0} % of the comments were refused because the server could not take them. See the store first, then whether one event is too busy for one node."));
        if (figures.Placed >= Enough && figures.Slowest is { } slowest && slowest > Slow)
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"In the last minute one comment in a hundred waited more than {slowest.TotalSeconds:F1} s for its answer. See the store's commit times and the processors."));
        return warnings;
    }
}
