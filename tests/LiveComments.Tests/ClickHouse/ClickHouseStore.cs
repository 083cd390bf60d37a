using System.Diagnostics.Metrics;
using LiveComments.ClickHouse;
using LiveComments.Retention;
using LiveComments.Tests.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LiveComments.Tests.ClickHouse;

/// <summary>SQLite for everything but the analytics, which are in a database of ClickHouse of their own.</summary>
internal sealed class ClickHouseStore(ClickHouseServer server, FakeTime time) : SqliteStore(time)
{
    private readonly TimeProvider _clock = time;
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private ClickHouseDatabase? _database;
    private IAnalyticsStore? _analytics;

    public ClickHouseOptions ClickHouse { get; } = new() { Url = server.Url, Database = server.NewDatabase(), Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>ClickHouse deletes by its own clock, and the tests' rows are of any time.</summary>
    public TimeSpan Keep { get; set; } = TimeSpan.FromDays(10_000);

    public override IAnalyticsStore Analytics => _analytics ??= Open();

    /// <summary>What is wrong with ClickHouse.</summary>
    public string? Fault => _database!.Fault;

    public Task<string> AskAsync(string question) => server.AskAsync(ClickHouse.Database, question);

    public override async Task ReopenAsync()
    {
        await base.ReopenAsync();
        _database?.Dispose();
        _analytics = null;
    }

    public override async ValueTask DisposeAsync()
    {
        _database?.Dispose();
        await _services.DisposeAsync();
        await server.AskAsync("default", $"DROP DATABASE IF EXISTS {ClickHouse.Database} SYNC");
        await base.DisposeAsync();
    }

    /// <summary>Another node's.</summary>
    public IAnalyticsStore Open()
    {
        _database = new ClickHouseDatabase(new OptionsWrapper<ClickHouseOptions>(ClickHouse), new OptionsWrapper<RetentionOptions>(new RetentionOptions { Analytics = Keep }), new ClickHouseMetrics(_services.GetRequiredService<IMeterFactory>()), TimeProvider.System);
        return new ClickHouseAnalyticsStore(_database, Followers, _clock);
    }
}
