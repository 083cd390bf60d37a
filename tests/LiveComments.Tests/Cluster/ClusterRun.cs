using System.Globalization;
using System.Runtime.CompilerServices;
using LiveComments.Tests.EndToEnd.Crash;
using Xunit.Abstractions;

namespace LiveComments.Tests.Cluster;

/// <summary>A run of clients against several nodes, which must be clean.</summary>
internal static class ClusterRun
{
    /// <summary>dotnet cake --target=Faults asks for more.</summary>
    private static readonly int? Asked = int.TryParse(Environment.GetEnvironmentVariable("LIVECOMMENTS_CLUSTER_ROUNDS"), CultureInfo.InvariantCulture, out var asked) ? asked : null;

    /// <summary>Whether the faults last as long, and as many watch, as no build has time for.</summary>
    public static bool IsLong => Asked is not null;

    /// <summary>Kills of nodes.</summary>
    public static int Rounds => Asked ?? 1;

    public static async Task RunAsync(ChildCluster cluster, int rounds, Func<Task> crash, ITestOutputHelper output, [CallerMemberName] string what = "")
    {
        var (ledger, audit) = await CrashRun.RunAsync(cluster, rounds, crash, TimeSpan.FromSeconds(60), output, settings: false, hoppers: IsLong ? 300 : 20);
        if (IsLong)
            await File.AppendAllTextAsync(Path.Combine(Repository.Root, "tests", "LiveComments.Tests", "Cluster", "RESULTS.md"), $"- {DateTime.UtcNow:yyyy-MM-dd}, {what.Replace('_', ' ')}, {rounds} times: {audit}\n");
        foreach (var words in cluster.LastWords)
            output.WriteLine($"A node ended by itself: {words}");
        Assert.Empty(ledger.Surprises);
        Assert.True(audit.IsClean, $"{audit}\n{audit.Findings}");
    }
}
