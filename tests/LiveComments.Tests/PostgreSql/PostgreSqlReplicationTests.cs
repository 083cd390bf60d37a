using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using LiveComments.Accounts;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.EndToEnd.Crash;
using Npgsql;
using Xunit.Abstractions;

namespace LiveComments.Tests.PostgreSql;

/// <summary>Three servers, configured as <c>docs/replication.md</c> says.</summary>
[RequiresPostgreSql]
public sealed partial class PostgreSqlReplicationTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly PostgreSqlServer[] _servers = [.. Enumerable.Range(0, 3).Select(_ => new PostgreSqlServer { Flushes = true })];

    /// <summary>The configuration of a server in another region.</summary>
    private string _far = "";

    public async Task InitializeAsync()
    {
        var configurations = Configuration().Matches(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "replication.md"))).Select(block => Here(block.Groups["text"].Value)).ToList();
        Assert.Equal(3, configurations.Count);
        _far = configurations[2];
        await _servers[0].InitializeAsync();
        await _servers[0].ExecuteAsync("CREATE ROLE replicator LOGIN REPLICATION");
        await _servers[0].ExecuteAsync($"GRANT pg_read_all_stats TO {PostgreSqlServer.Node}");
        for (var i = 1; i < _servers.Length; i++)
            await _servers[i].FollowAsync(_servers[0], configurations[0] + Identity(i));
        await _servers[0].ConfigureAsync(configurations[0] + Identity(0));
        await Http.EventuallyAsync(async () => await _servers[0].ScalarAsync<long>("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'quorum'") == 2, "both standbys follow");

        string Here(string configuration) =>
            configuration.Replace("host=db_1,db_2,db_3 port=5432,5432,5432", $"host=127.0.0.1,127.0.0.1,127.0.0.1 port={string.Join(',', _servers.Select(one => one.Port))}", StringComparison.Ordinal);

        string Identity(int server) => configurations[1].Replace("application_name=db_1", $"application_name=db_{server + 1}", StringComparison.Ordinal);
    }

    public async Task DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
    }

    [Fact]
    public async Task A_primary_that_is_lost_with_its_disk_takes_nothing_acknowledged_with_it()
    {
        await using var node = ChildServer.On(await SettingsAsync());
        var (ledger, audit) = await CrashRun.RunAsync(node, 1, () => LoseAsync(node), TimeSpan.FromSeconds(60), output, settings: false);
        Assert.Empty(ledger.Surprises);
        Assert.True(audit.IsClean, $"{audit}\n{audit.Findings}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_region_that_is_lost_takes_only_the_last_comments_with_it_which_the_other_region_had_not_received(int secondsApart)
    {
        await using var far = new PostgreSqlServer { Flushes = true };
        await far.FollowAsync(_servers[0], _far);
        var settings = await SettingsAsync();
        await using var node = ChildServer.On(settings);
        await node.StartAsync();
        var tokens = await node.TokensAsync("viewer", 4);
        var live = await ChildServer.GoLiveAsync(node, (await node.TokensAsync("administrator", 1))[0]);
        using var reader = node.Client(tokens[0]);
        await Http.EventuallyAsync(async () => FarLag().IsMatch(await reader.GetStringAsync("/metrics")), "it is said how far the other region is behind");

        var clock = Stopwatch.StartNew();
        using var stop = new CancellationTokenSource();
        var writing = Task.WhenAll(tokens.Select(token => WriteAsync(node, live, token, clock, stop.Token)));
        await Task.Delay(TimeSpan.FromSeconds(2));
        if (secondsApart > 0)
        {
            await far.StopAsync();
            await Task.Delay(TimeSpan.FromSeconds(secondsApart));
        }
        await Task.WhenAll(_servers.Select(server => server.DestroyAsync()));
        var lost = clock.Elapsed;
        await stop.CancelAsync();
        var acknowledged = (await writing).SelectMany(comments => comments).OrderBy(comment => comment.Seq).ToList();
        Assert.NotEmpty(acknowledged);
        await node.KillAsync();

        if (secondsApart > 0)
            await far.StartAsync();
        await Http.EventuallyAsync(async () => await far.ScalarAsync<long>("SELECT count(*) FROM pg_stat_wal_receiver WHERE status = 'streaming'") == 0, "it receives no more");
        far.Promote();
        await Http.EventuallyAsync(async () => !await far.ScalarAsync<bool>("SELECT pg_is_in_recovery()"), "it is the primary");
        var elsewhere = PostgreSqlServer.StoreSettings(new NpgsqlConnectionStringBuilder(ConnectionString(settings)) { Host = $"127.0.0.1:{far.Port}" }.ConnectionString);
        var (exit, _, error) = await ServerProcess.RunAsync(["restore", "--new-epochs", "--data", node.Data, .. elsewhere]);
        Assert.True(exit == 0, error);
        await using var successor = ChildServer.On(elsewhere);
        await successor.StartAsync();

        var stored = (await new HttpClients(new CrashLedger(), successor, live, default).ReadAllAsync(tokens[0])).ToDictionary(comment => comment.Id, comment => comment.Seq);
        var kept = acknowledged.TakeWhile(comment => stored.ContainsKey(comment.Id)).ToList();
        var missing = acknowledged[kept.Count..];
        Assert.All(kept, comment => Assert.Equal(comment.Seq, stored[comment.Id]));
        Assert.All(missing, comment => Assert.False(stored.ContainsKey(comment.Id), $"{comment.Seq} is there, and {missing[0].Seq} before it is not."));
        if (secondsApart > 0)
            Assert.NotEmpty(missing);
        using var author = successor.Client(tokens[0]);
        using var gone = await author.GetAsync(new Uri($"/live/{live}/comments?after={acknowledged[^1].Position}", UriKind.Relative));
        Assert.Equal(410, (int)gone.StatusCode);
        using var next = await ChildServer.UntilTakenAsync(() => author.PostAsJsonAsync($"/live/{live}/comments", new { commentText = "after" }));

        var line = $"a region was lost, {secondsApart} s after the line to the other one: of {acknowledged.Count} acknowledged comments {missing.Count} are lost, "
            + $"the oldest acknowledged {(missing.Count == 0 ? 0 : (lost - missing.Min(comment => comment.At)).TotalMilliseconds):F0} ms before";
        output.WriteLine(line);
        Console.WriteLine(line);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Lists_of_events_come_from_a_standby_when_an_option_says_so_and_nothing_else_does(bool option)
    {
        await using var server = await TestServer.StartAsync(null, [.. await SettingsAsync(), $"--LiveComments:PostgreSql:ListsFromStandby={option}"]);
        var written = await _servers[0].ScalarAsync<string>("SELECT pg_current_wal_lsn()::text");
        foreach (var standby in _servers[1..])
        {
            // A standby without the database could not even say that it has no events.
            await Http.EventuallyAsync(async () => await standby.ScalarAsync<bool>($"SELECT pg_last_wal_replay_lsn() >= '{written}'::pg_lsn"), "it has the database");
            await standby.ExecuteAsync("SELECT pg_wal_replay_pause()");
            // It says so before it has stopped.
            await Http.EventuallyAsync(async () => await standby.ScalarAsync<string>("SELECT pg_get_wal_replay_pause_state()") == "paused", "it shows nothing new");
        }
        var live = await server.GoLiveAsync();
        await server.As(Role.Viewer).CommentAsync(live, "new");
        Assert.Equal("live", (await server.Anonymous.CallAsync("GET", $"/events/{live}")).Text("status"));
        Assert.Equal("new", Assert.Single(await server.Anonymous.CommentsAsync(live)).Text("commentText"));
        // Where no standby answers at once, the primary does.
        await Http.EventuallyAsync(async () => (await server.Anonymous.CallAsync("GET", "/events")).GetArrayLength() == (option ? 0 : 1), "the list comes from where it should");
        foreach (var standby in _servers[1..])
            await standby.ExecuteAsync("SELECT pg_wal_replay_resume()");
        await Http.EventuallyAsync(async () => (await server.Anonymous.CallAsync("GET", "/events")).GetArrayLength() == 1, "the standby has it");
    }

    /// <summary>The settings of a node that knows all three.</summary>
    private async Task<string[]> SettingsAsync()
    {
        var database = new NpgsqlConnectionStringBuilder(await _servers[0].CreateDatabaseAsync());
        database.Remove("Port");
        database.Host = string.Join(',', _servers.Select(server => $"127.0.0.1:{server.Port}"));
        database.TargetSessionAttributes = "primary";
        return PostgreSqlServer.StoreSettings(database.ConnectionString);
    }

    private static string ConnectionString(string[] settings) =>
        settings.Single(setting => setting.Contains("ConnectionString", StringComparison.Ordinal)).Split('=', 2)[1];

    /// <summary>Writes one comment after another, and says which were acknowledged, and when.</summary>
    private static async Task<List<(Guid Id, string Position, long Seq, TimeSpan At)>> WriteAsync(ICrashTarget node, string live, string token, Stopwatch clock, CancellationToken ct)
    {
        List<(Guid, string, long, TimeSpan)> acknowledged = [];
        using var client = node.Client(token);
        for (var number = 0; !ct.IsCancellationRequested; number++)
            try
            {
                using var answer = await client.PostAsJsonAsync($"/live/{live}/comments", new { commentText = $"{number} of {acknowledged.Count}" }, ct);
                if (!answer.IsSuccessStatusCode)
                    continue;
                var comment = await answer.Content.ReadFromJsonAsync<JsonElement>(ct);
                var position = comment.Text("position")!;
                acknowledged.Add((comment.GetProperty("commentID").GetGuid(), position, long.Parse(position.Split(':')[1], CultureInfo.InvariantCulture), clock.Elapsed));
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
            }
        return acknowledged;
    }

    private async Task LoseAsync(ChildServer node)
    {
        using var author = node.Client((await node.TokensAsync("viewer", 1))[0]);
        var live = await ChildServer.GoLiveAsync(node, (await node.TokensAsync("administrator", 1))[0]);
        var metrics = await author.GetStringAsync("/metrics");
        foreach (var standby in (string[])["db_2", "db_3"])
            Assert.Matches($"livecomments_store_replication_lag_bytes{{[^}}]*mode=\"quorum\"[^}}]*standby=\"{standby}\"|livecomments_store_replication_lag_bytes{{[^}}]*standby=\"{standby}\"[^}}]*mode=\"quorum\"", metrics);

        // What the primary has alone when it dies must not have been acknowledged.
        foreach (var standby in _servers[1..])
            standby.Freeze();
        await Task.Delay(TimeSpan.FromMilliseconds(500));
        var clock = Stopwatch.StartNew();
        await _servers[0].DestroyAsync();
        foreach (var standby in _servers[1..])
            standby.Thaw();
        foreach (var standby in _servers[1..])
            await Http.EventuallyAsync(async () => await standby.ScalarAsync<long>("SELECT count(*) FROM pg_stat_wal_receiver WHERE status = 'streaming'") == 0, "it receives no more");
        var received = await Task.WhenAll(_servers[1..].Select(standby => standby.ScalarAsync<decimal>("SELECT pg_last_wal_receive_lsn() - '0/0'")));
        _servers[1 + (received[1] > received[0] ? 1 : 0)].Promote();
        var promoted = clock.Elapsed;
        for (var tries = 0; ; tries++)
        {
            using var answer = await author.PostAsJsonAsync($"/live/{live}/comments", new { commentText = $"after {tries}" });
            if (answer.IsSuccessStatusCode)
                break;
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), await answer.Content.ReadAsStringAsync());
            await Task.Delay(50);
        }
        var line = $"the standby was promoted {promoted.TotalSeconds:F1} s after the loss of the primary; the first 201 came {(clock.Elapsed - promoted).TotalSeconds:F1} s later";
        output.WriteLine(line);
        Console.WriteLine(line);
    }

    [GeneratedRegex("```conf\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Configuration();

    [GeneratedRegex("livecomments_store_replication_lag_bytes{(?=[^}]*mode=\"async\")(?=[^}]*standby=\"far_1\")")]
    private static partial Regex FarLag();
}
