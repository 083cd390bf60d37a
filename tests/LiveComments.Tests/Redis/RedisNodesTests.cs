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
}
