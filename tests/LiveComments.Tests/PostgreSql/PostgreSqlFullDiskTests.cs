using System.Net;
using LiveComments.Accounts;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.Server;
using Xunit.Abstractions;

namespace LiveComments.Tests.PostgreSql;

/// <summary>
/// The disk of the tables is full; the WAL is elsewhere. A full disk of the WAL ends the server, as a crash does.
/// </summary>
[RequiresSmallDisk]
public sealed class PostgreSqlFullDiskTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly SmallDisk _disk = new(48);
    private readonly PostgreSqlServer _postgreSql = new() { Flushes = true };

    public Task InitializeAsync() => _postgreSql.InitializeAsync();

    public async Task DisposeAsync()
    {
        await _postgreSql.DisposeAsync();
        _disk.Dispose();
    }

    [Fact]
    public async Task What_a_full_disk_does_not_take_is_refused_and_what_was_acknowledged_is_there_when_there_is_room_again()
    {
        await _postgreSql.ExecuteAsync($"CREATE TABLESPACE small LOCATION '{_disk.Path}'");
        var settings = PostgreSqlServer.StoreSettings(await _postgreSql.CreateDatabaseAsync("TABLESPACE small"));
        await using var server = await TestServer.StartAsync(null, settings);
        var live = await server.GoLiveAsync();
        await using var viewer = await StreamClient.WebSocketAsync(server, live);
        await viewer.NextAsync("hello");
        using var author = server.As(Role.Viewer);
        var acknowledged = new List<string>();
        var written = 0;

        for (var i = 0; i < 20; i++)
            Assert.Equal(HttpStatusCode.Created, await PostAsync());
        _disk.Fill();
        // There is some room in pages that are begun.
        for (var refused = 0; refused < 10;)
            refused += await PostAsync() == HttpStatusCode.Created ? 0 : 1;
        var whileFull = acknowledged.Count;
        Assert.Contains("disk is full", await server.Anonymous.GetStringAsync("/healthz/ready"), StringComparison.Ordinal);
        // Reading goes on.
        Assert.NotEmpty(await server.Anonymous.CommentsAsync(live));

        _disk.Free();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await Http.EventuallyAsync(async () => await PostAsync() == HttpStatusCode.Created, "there is room");
        output.WriteLine($"{whileFull} were acknowledged before the disk was full; the first 201 came {clock.ElapsedMilliseconds} ms after there was room");
        await Http.EventuallyAsync(async () => await server.Anonymous.GetStringAsync("/healthz/ready") == "ready\n", "it is ready");

        // The socket that was open all the time has seen exactly what was acknowledged, and so has the database.
        var seen = new List<string>();
        while (seen.Count < acknowledged.Count)
            foreach (var entry in (await viewer.NextAsync("batch")).GetProperty("entries").EnumerateArray())
                seen.Add(Name(entry.GetProperty("comment").Text("commentText")!));
        Assert.Equal(acknowledged, seen);
        var stored = new List<string>();
        for (var after = "start"; ;)
        {
            var page = await server.Anonymous.CommentsAsync(live, $"?after={after}&limit=500");
            if (page.Count == 0)
                break;
            stored.AddRange(page.Select(comment => Name(comment.Text("commentText")!)));
            after = page[^1].Text("position")!;
        }
        Assert.Equal(acknowledged, stored);

        async Task<HttpStatusCode> PostAsync()
        {
            var name = $"{written++}";
            using var answer = await author.SendAsync("POST", $"/live/{live}/comments", $$"""{"commentText":"{{name}} {{Words(written)}}"}""");
            if (answer.StatusCode == HttpStatusCode.Created)
                acknowledged.Add(name);
            else
                await ProblemAssert.IsAsync(Error.StoreUnavailable, answer);
            return answer.StatusCode;
        }
    }

    /// <summary>Several hundred characters that do not compress well.</summary>
    private static string Words(int seed)
    {
        var random = new Random(seed);
        return string.Join(' ', Enumerable.Range(0, 60).Select(_ => new string([.. Enumerable.Range(0, 6).Select(_ => (char)('a' + random.Next(26)))])));
    }

    private static string Name(string text) => text.Split(' ')[0];
}
