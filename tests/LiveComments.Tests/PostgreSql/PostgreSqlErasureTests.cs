using System.Net;
using LiveComments.Accounts;
using LiveComments.Tests.EndToEnd;
using Npgsql;

namespace LiveComments.Tests.PostgreSql;

[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlErasureTests(PostgreSqlServer postgreSql) : ErasureSpec
{
    private string _connection = "";

    protected override async Task<string[]> StoreAsync() => PostgreSqlServer.StoreSettings(_connection = await postgreSql.CreateDatabaseAsync());

    [Fact]
    public async Task An_erasure_on_one_server_holds_on_every_other()
    {
        await using var other = await TestServer.StartAsync(null, PostgreSqlServer.StoreSettings(_connection));
        var live = await Server.GoLiveAsync();
        var zoe = await Server.RegisterAsync("zoe");
        await using var stream = await StreamClient.WebSocketAsync(other, live, token: zoe.Text("token"));
        await stream.NextAsync("hello");
        using var friend = other.As(Role.Viewer);
        // From now on the other server knows who has the name.
        Assert.Single((await friend.CommentAsync(live, "hello @zoe")).GetProperty("mentions").EnumerateArray());

        using (var own = Server.Client(zoe.Text("token")))
            await own.CallAsync("DELETE", "/me", $$"""{"password":"{{AccountClient.Password}}"}""", HttpStatusCode.Accepted);
        await stream.NextAsync("error");
        await Http.EventuallyAsync(async () => (await other.CallAsync(HttpMethod.Get, "/me", token: zoe.Text("token"))).StatusCode == HttpStatusCode.Unauthorized, "the other server refuses the token");
        Assert.False((await friend.CommentAsync(live, "hello again @zoe")).TryGetProperty("mentions", out _));
        foreach (var server in (TestServer[])[Server, other])
            await Http.EventuallyAsync(() => Task.FromResult(File.Exists(Path.Combine(server.Data, "erased"))), "each keeps the id");
        Assert.Equal($"{zoe.Text("userID")}\n", await File.ReadAllTextAsync(Path.Combine(other.Data, "erased")));
    }

    private protected override Task<byte[]> DumpAsync() => PostgreSqlServer.DumpAsync(_connection);

    private protected override async Task BackUpAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await postgreSql.ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{Database}'");
        await postgreSql.ExecuteAsync($"CREATE DATABASE {Database}_backup TEMPLATE {Database}");
    }

    private protected override async Task RestoreAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await postgreSql.DropDatabaseAsync(_connection);
        await postgreSql.ExecuteAsync($"ALTER DATABASE {Database}_backup RENAME TO {Database}");
    }

    private string Database => new NpgsqlConnectionStringBuilder(_connection).Database!;
}
