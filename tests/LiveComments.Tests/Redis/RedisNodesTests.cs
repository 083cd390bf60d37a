using LiveComments.Accounts;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.PostgreSql;

namespace LiveComments.Tests.Redis;

/// <summary>Two servers on one database and one Redis.</summary>
[Collection(RedisCollection.Name), RequiresRedis, RequiresPostgreSql]
public sealed class RedisNodesTests(RedisServer redis, PostgreSqlServer postgreSql) : IClassFixture<PostgreSqlServer>
{
    [Fact]
    public async Task Each_says_who_is_on_the_other_until_that_one_stops_and_goes_on_without_Redis()
    {
        string[] settings = [.. await postgreSql.StoreSettingsAsync(), .. redis.Settings(redis.NewPrefix())];
        await using var one = await TestServer.StartAsync(null, settings);
        await using var other = await TestServer.StartAsync(null, settings);
        var live = await one.GoLiveAsync();
        var ada = await one.RegisterAsync("ada");
        using var moderator = other.As(Role.Administrator);
        await using (var stream = await StreamClient.WebSocketAsync(one, live, token: ada.Text("token")))
        {
            await stream.NextAsync("hello");
            await using var elsewhere = await StreamClient.WebSocketAsync(other, live);
            await Http.EventuallyAsync(async () => (await moderator.PrepareAsync("GET", $"/live/{live}/presence")).GetProperty("online").GetInt32() == 2, "both are counted");
            var here = await moderator.PrepareAsync("GET", $"/live/{live}/presence");
            Assert.Equal(1, here.GetProperty("uniquePeople").GetInt32());
            Assert.Equal("ada", Assert.Single(here.GetProperty("people").EnumerateArray()).Text("username"));
            Assert.Equal("online", (await moderator.PrepareAsync("GET", $"/users/{ada.Text("userID")}/presence")).Text("state"));

            await redis.FreezeAsync();
            try
            {
                await Http.EventuallyAsync(async () => (await other.Anonymous.GetStringAsync("/healthz/ready")).Contains("degraded: Redis does not answer", StringComparison.Ordinal), "it says so");
                Assert.Equal(1, (await moderator.PrepareAsync("GET", $"/live/{live}/presence")).GetProperty("online").GetInt32());
                await moderator.CommentAsync(live, "Hello");
            }
            finally
            {
                await redis.ThawAsync();
            }
            await Http.EventuallyAsync(async () => (await moderator.PrepareAsync("GET", $"/live/{live}/presence")).GetProperty("online").GetInt32() == 2, "both are counted again");
            await one.StopAsync();
            await Http.EventuallyAsync(async () => (await moderator.PrepareAsync("GET", $"/live/{live}/presence")).GetProperty("online").GetInt32() == 1, "those of a stopped node are gone");
        }
        Assert.Equal("ready", (await other.Anonymous.GetStringAsync("/healthz/ready")).Split(':')[0].Trim());
        await one.StartAgainAsync();
    }

    [Fact]
    public async Task A_node_that_knows_nothing_of_an_event_shows_what_Redis_has()
    {
        var prefix = redis.NewPrefix();
        string[] settings = [.. await postgreSql.StoreSettingsAsync(), .. redis.Settings(prefix)];
        await using var one = await TestServer.StartAsync(null, settings);
        await using var other = await TestServer.StartAsync(null, settings);
        var live = await one.GoLiveAsync();
        using var writer = one.As(Role.Viewer);
        using var moderator = one.As(Role.Administrator);
        var first = await writer.CommentAsync(live, "first");
        var removed = await writer.CommentAsync(live, "secret");
        Assert.True(Position.TryParse((await writer.CommentAsync(live, "last")).Text("position"), out var last));
        await Http.EventuallyAsync(async () => Has(await redis.DumpAsync(prefix), "secret"), "Redis has the comments");
        await moderator.CallAsync("DELETE", $"/live/{live}/comments/{removed.Text("commentID")}");
        Assert.False(Has(await redis.DumpAsync(prefix), "secret"));
        await Http.EventuallyAsync(async () => (long)await redis.Database.HashGetAsync($"{prefix}:stream:event:{{{live}}}:state", "l") == last.Seq + 1, "Redis has the removal");

        await using var stream = await StreamClient.WebSocketAsync(other, live, $"?after={first.Text("position")}");
        await stream.NextAsync("hello");
        var shown = (await stream.NextAsync("batch")).ToString();
        Assert.Contains("last", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", shown, StringComparison.Ordinal);
        Assert.Contains("livecomments_redis_hot_reads_total{outcome=\"hit\"} 1\n", await other.Anonymous.GetStringAsync("/metrics"), StringComparison.Ordinal);

        static bool Has(byte[] dump, string text) => dump.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) >= 0;
    }
}
