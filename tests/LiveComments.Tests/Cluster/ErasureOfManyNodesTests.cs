using System.Net;
using LiveComments.Accounts;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.PostgreSql;

namespace LiveComments.Tests.Cluster;

/// <summary>Nodes of one cluster forget a person together.</summary>
[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class ErasureOfManyNodesTests(PostgreSqlServer postgreSql)
{
    [Fact]
    public async Task What_is_erased_on_one_is_erased_on_the_other()
    {
        string[] settings = [.. await postgreSql.StoreSettingsAsync(), "--LiveComments:Cluster:Port=0"];
        await using var one = await TestServer.StartAsync(null, settings);
        await using var other = await TestServer.StartAsync(null, settings);
        var live = await one.GoLiveAsync();
        var zoe = await one.RegisterAsync("zoe");
        await using var stream = await StreamClient.WebSocketAsync(other, live, token: zoe.Text("token"));
        await stream.NextAsync("hello");
        using var friend = other.As(Role.Viewer);
        // From now on the other knows who has the name.
        Assert.Single((await friend.CommentAsync(live, "hello @zoe")).GetProperty("mentions").EnumerateArray());

        using (var own = one.Client(zoe.Text("token")))
            await own.CallAsync("DELETE", "/me", $$"""{"password":"{{AccountClient.Password}}"}""", HttpStatusCode.Accepted);
        await stream.NextAsync("error");
        await Http.EventuallyAsync(async () => (await other.CallAsync(HttpMethod.Get, "/me", token: zoe.Text("token"))).StatusCode == HttpStatusCode.Unauthorized, "the other refuses the token");
        Assert.False((await friend.CommentAsync(live, "hello again @zoe")).TryGetProperty("mentions", out _));
        foreach (var server in (TestServer[])[one, other])
            await Http.EventuallyAsync(() => Task.FromResult(File.Exists(Path.Combine(server.Data, "erased"))), "each keeps the id");
        Assert.Equal($"{zoe.Text("userID")}\n", await File.ReadAllTextAsync(Path.Combine(other.Data, "erased")));
    }
}
