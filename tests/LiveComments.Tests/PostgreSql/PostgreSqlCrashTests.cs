using LiveComments.Tests.EndToEnd.Crash;
using Xunit.Abstractions;

namespace LiveComments.Tests.PostgreSql;

/// <summary>The product on PostgreSQL in mid-burst, while the one or the other dies, or freezes; the same clients and the same audit as on SQLite.</summary>
[RequiresPostgreSql]
public sealed class PostgreSqlCrashTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly PostgreSqlServer _postgreSql = new() { Flushes = true };

    public Task InitializeAsync() => _postgreSql.InitializeAsync();

    public Task DisposeAsync() => _postgreSql.DisposeAsync();

    [Fact]
    public async Task Whatever_is_acknowledged_survives_kills_of_the_node()
    {
        await using var node = ChildServer.On(await _postgreSql.StoreSettingsAsync());
        await RunAsync(node, 6, node.RestartAsync, settings: true);
    }

    [Fact]
    public async Task Whatever_is_acknowledged_survives_deaths_of_the_database()
    {
        await using var node = ChildServer.On(await _postgreSql.StoreSettingsAsync());
        await RunAsync(node, 6, async () =>
        {
            await _postgreSql.KillAsync();
            await Task.Delay(200);
            await _postgreSql.StartAsync();
        }, settings: false);
    }

    [Fact]
    public async Task A_database_that_freezes_loses_and_doubles_nothing()
    {
        await using var node = ChildServer.On(await _postgreSql.StoreSettingsAsync());
        await RunAsync(node, 3, async () =>
        {
            _postgreSql.Freeze();
            await Task.Delay(TimeSpan.FromSeconds(3));
            _postgreSql.Thaw();
        }, settings: false);
    }

    private async Task RunAsync(ChildServer node, int crashes, Func<Task> crash, bool settings)
    {
        var (ledger, audit) = await CrashRun.RunAsync(node, crashes, crash, TimeSpan.FromSeconds(60), output, settings);
        Assert.Empty(ledger.Surprises);
        Assert.True(audit.IsClean, $"{audit}\n{audit.Findings}");
    }
}
