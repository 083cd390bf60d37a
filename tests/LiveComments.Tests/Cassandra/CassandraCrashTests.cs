using System.Globalization;
using LiveComments.Tests.EndToEnd.Crash;
using Xunit.Abstractions;

namespace LiveComments.Tests.Cassandra;

/// <summary>The product with its log in Cassandra, killed in mid-burst; the same clients and the same audit as on SQLite.</summary>
[Collection(CassandraCollection.Name), RequiresCassandra]
public sealed class CassandraCrashTests(CassandraServer server, ITestOutputHelper output)
{
    private const int Kills = 2;

    [Fact]
    public async Task Whatever_is_acknowledged_survives_kills_of_the_node()
    {
        // dotnet cake --target=Faults asks for more.
        var kills = int.TryParse(Environment.GetEnvironmentVariable("LIVECOMMENTS_KILLS"), CultureInfo.InvariantCulture, out var asked) ? Math.Min(asked, 50) : Kills;
        await using var node = ChildServer.On(server.Settings());
        var (ledger, audit) = await CrashRun.RunAsync(node, kills, node.RestartAsync, TimeSpan.FromSeconds(60), output);
        Assert.Empty(ledger.Surprises);
        Assert.True(audit.IsClean, $"{audit}\n{audit.Findings}");
    }
}
