using LiveComments.Accounts;
using Microsoft.Extensions.Logging;

namespace LiveComments.Tests.EndToEnd;

/// <summary>What a server does, and says, when something happens to its database while it runs.</summary>
public sealed class StoreConditionTests : IAsyncLifetime
{
    private const string Comment = """{"commentText":"another"}""";

    private readonly CapturedLog _log = new();
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(_log.Of);

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("livecomments.db", "deleted")]
    [InlineData("livecomments.db", "renamed")]
    [InlineData("livecomments.db", "replaced")]
    [InlineData("livecomments.db-wal", "deleted")]
    [InlineData("livecomments.db-wal", "renamed")]
    [InlineData("livecomments.db-shm", "deleted")]
    public async Task Nothing_is_acknowledged_once_a_file_of_the_database_is_not_the_one_that_was_opened(string name, string what)
    {
        var live = await _server.GoLiveAsync();
        using var viewer = _server.As(Role.Viewer);
        await viewer.CommentAsync(live, "before");
        Lose(Path.Combine(_server.Data, name), what);

        for (var i = 0; i < 3; i++)
            await viewer.RefusedAsync(Error.StoreUnavailable, "POST", $"/live/{live}/comments", Comment);
        // Whoever watches goes on watching: what is open is whole.
        Assert.Single(await _server.Anonymous.CommentsAsync(live));
        Assert.Equal("live\n", await _server.Anonymous.GetStringAsync("/healthz/live"));
        Assert.Contains("gone", await _server.Anonymous.RefusedAsync(Error.StoreUnavailable, "GET", "/healthz/ready"), StringComparison.Ordinal);
        Assert.Equal(1, await ConditionAsync("lost"));
        Assert.Contains(name, Assert.Single(_log.At(LogLevel.Critical)), StringComparison.Ordinal);
        Assert.Empty(_log.At(LogLevel.Error).Except(_log.At(LogLevel.Critical)));
    }

    [Fact]
    public async Task A_lost_database_is_noticed_although_nobody_writes_or_asks()
    {
        Lose(Path.Combine(_server.Data, "livecomments.db"), "deleted");
        await Http.EventuallyAsync(() => Task.FromResult(_log.At(LogLevel.Critical).Count == 1), "the log says it");
    }

    [Fact]
    public async Task A_database_that_is_put_back_is_written_again()
    {
        var live = await _server.GoLiveAsync();
        using var viewer = _server.As(Role.Viewer);
        var database = Path.Combine(_server.Data, "livecomments.db");
        File.Move(database, database + ".moved");
        await viewer.RefusedAsync(Error.StoreUnavailable, "POST", $"/live/{live}/comments", Comment);
        File.Move(database + ".moved", database);
        await viewer.CommentAsync(live, "kept");
        Assert.Equal("ready\n", await _server.Anonymous.GetStringAsync("/healthz/ready"));
        Assert.Equal(0, await ConditionAsync("lost"));
        await _server.RestartAsync();
        Assert.Equal("kept", Assert.Single(await _server.Anonymous.CommentsAsync(live)).Text("commentText"));
    }

    [Fact]
    public async Task Damaged_pages_are_said_once_with_what_to_do_while_everything_else_goes_on()
    {
        var (sound, damaged) = (await _server.GoLiveAsync(), await _server.GoLiveAsync());
        using var author = _server.As(Role.Viewer);
        await author.CommentAsync(sound, "sound");
        var writer = new UserId(Guid.NewGuid());
        var path = Path.Combine(_server.Data, "livecomments.db");
        // A tree that has grown once to three levels adds to its end: what was written first, and the way to it, stay where they are.
        await WriteAsync(500);
        var intact = 0;
        await _server.RestartAsync(() => intact = (int)new FileInfo(path).Length);
        await WriteAsync(500);
        await _server.RestartAsync(() =>
        {
            using var file = File.OpenWrite(path);
            var rest = Enumerable.Repeat((byte)0xAB, (int)file.Length - intact).ToArray();
            file.Position = intact;
            file.Write(rest);
        });
        for (var i = 0; i < 5; i++)
        {
            await _server.Anonymous.RefusedAsync(Error.StoreUnavailable, "GET", $"/live/{damaged}/comments?limit=500");
            await _server.Anonymous.CallAsync("GET", $"/live/{sound}/comments");
        }
        Assert.Contains("restore", Assert.Single(_log.At(LogLevel.Error)), StringComparison.Ordinal);
        var ready = await _server.Anonymous.GetStringAsync("/healthz/ready");
        Assert.StartsWith("degraded: ", ready, StringComparison.Ordinal);
        Assert.Contains("damaged", ready, StringComparison.Ordinal);
        Assert.Equal(1, await ConditionAsync("damaged"));
        // A write that works does not hide it: the damaged part is still damaged.
        using var administrator = _server.As(Role.Administrator);
        await administrator.CallAsync("PATCH", $"/events/{sound}", """{"title":"Still"}""");
        Assert.StartsWith("degraded: ", await _server.Anonymous.GetStringAsync("/healthz/ready"), StringComparison.Ordinal);
        Assert.Single(_log.At(LogLevel.Error));

        async Task WriteAsync(int comments)
        {
            for (var i = 0; i < comments; i += 100)
                await _server.PlaceCommentsAsync(damaged, writer, [.. Enumerable.Range(i, 100).Select(n => $"{n} " + new string('x', 200))]);
        }
    }

    private async Task<double> ConditionAsync(string condition)
    {
        var metrics = Server.PrometheusTextReader.Read(await _server.Anonymous.GetStringAsync("/metrics"), openMetrics: false);
        return Assert.Single(metrics["livecomments_store_condition"].Samples, sample => sample.Labels == $"condition=\"{condition}\"").Value;
    }

    private static void Lose(string path, string what)
    {
        if (what == "deleted")
            File.Delete(path);
        else
            File.Move(path, path + ".old");
        if (what == "replaced")
            File.Copy(path + ".old", path);
    }
}
