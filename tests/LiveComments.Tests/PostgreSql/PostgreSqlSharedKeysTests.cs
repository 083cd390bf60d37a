using System.Text;
using LiveComments.Accounts;
using LiveComments.Keys;
using LiveComments.Server.Auth.Passwords;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace LiveComments.Tests.PostgreSql;

/// <summary>Servers that share nothing but a database and the key that encrypts what is in it.</summary>
[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlSharedKeysTests(PostgreSqlServer postgreSql) : IAsyncLifetime
{
    private string[] _settings = [];
    private TestServer _one = null!, _other = null!;

    public async Task InitializeAsync()
    {
        _settings = [.. await postgreSql.StoreSettingsAsync(), "--LiveComments:Passwords:Iterations=10000"];
        // At once, on an empty database.
        var servers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => TestServer.StartAsync(null, _settings))));
        (_one, _other) = (servers[0], servers[1]);
    }

    public async Task DisposeAsync()
    {
        await _one.DisposeAsync();
        await _other.DisposeAsync();
        await postgreSql.DropDatabaseAsync(ConnectionString);
    }

    [Fact]
    public async Task A_server_takes_tokens_and_refresh_tokens_of_the_other()
    {
        var ann = await _one.RegisterAsync("ann");
        Assert.Equal("ann", (await (await _other.CallAsync(HttpMethod.Get, "/me", token: ann.Text("token"))).JsonAsync()).Text("username"));
        var refreshed = await (await _other.PostAsync("/auth/refresh", new { refreshToken = ann.Text("refreshToken") })).JsonAsync();
        // The same once more, to the first: the answer is repeated, and was encrypted by the second.
        var repeated = await (await _one.PostAsync("/auth/refresh", new { refreshToken = ann.Text("refreshToken") })).JsonAsync();
        Assert.Equal(refreshed.Text("refreshToken"), repeated.Text("refreshToken"));
    }

    [Fact]
    public async Task A_server_takes_stream_tickets_of_the_other()
    {
        var live = await _one.GoLiveAsync();
        var user = new UserId(Guid.NewGuid());
        var ticket = (await _one.As(Role.Viewer, user).CallAsync("POST", "/auth/stream-ticket")).Text("ticket");
        await using var viewer = await StreamClient.EventStreamAsync(_other, live, $"?ticket={ticket}");
        Assert.Equal(user.ToString(), (await viewer.NextAsync("authenticated")).Text("userID"));
    }

    [Fact]
    public async Task A_device_that_one_server_knows_the_other_knows_too()
    {
        var ann = new UserId(Guid.Parse((await _one.RegisterAsync("ann")).Text("userID")!));
        var cookie = (await _one.LogInAsync("ann")).Cookie(DeviceCookie.Name);
        var devices = new[] { _one, _other }.Select(server =>
        {
            var context = new DefaultHttpContext();
            context.Request.Headers.Cookie = cookie;
            return server.Services.GetRequiredService<DeviceCookie>().Source(context, ann).Device;
        }).ToList();
        Assert.NotNull(devices[0]);
        Assert.Equal(devices[0], devices[1]);
    }

    [Fact]
    public async Task All_servers_follow_a_rotation_by_a_command_and_a_removal()
    {
        var (old, oldKid) = (_other.Token(), _other.Services.GetRequiredService<SigningKeys>().Newest.KeyId);
        using var folder = new TemporaryFolder();
        var (exit, kid, error) = await ServerProcess.RunAsync(["keys", "rotate", "--data", folder.At("data"), .. _settings]);
        Assert.True(exit == 0, error);
        await EventuallyAsync(() => new[] { _one, _other }.All(server => server.Services.GetRequiredService<SigningKeys>().Newest.KeyId == kid.Trim()));
        await (await _one.PostAsync("/auth/stream-ticket", token: old)).JsonAsync();

        (exit, kid, error) = await ServerProcess.RunAsync(["keys", "rotate", "--remove-old", "--data", folder.At("data"), .. _settings]);
        Assert.True(exit == 0, error);
        await Http.EventuallyAsync(async () => await _other.Services.GetRequiredService<SigningKeys>().FindAsync(oldKid, default) is { Count: 0 }, "the old key is gone");
        Assert.Equal(kid.Trim(), _other.Services.GetRequiredService<SigningKeys>().Newest.KeyId);
        // This one never saw the token, so it has not cached it as verified.
        await ProblemAssert.IsAsync(Error.InvalidToken, await _other.PostAsync("/auth/stream-ticket", token: old));
        var (_, printed, _) = await ServerProcess.RunAsync(["token", "--data", folder.At("data"), .. _settings]);
        await (await _other.PostAsync("/auth/stream-ticket", token: printed.Trim())).JsonAsync();
        Assert.False(Directory.Exists(Path.Combine(folder.At("data"), "keys")));
    }

    [Fact]
    public async Task A_token_of_a_key_that_the_other_server_just_made_is_accepted_at_once()
    {
        await _one.Services.GetRequiredService<SigningKeys>().RotateAsync(default);
        await (await _other.PostAsync("/auth/stream-ticket", token: _one.Token())).JsonAsync();
    }

    [Fact]
    public async Task No_ring_is_in_the_database_in_the_clear()
    {
        await _one.RegisterAsync("ann");
        var sealedKeys = new List<byte[]>();
        await using (var connection = new NpgsqlConnection(ConnectionString))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("SELECT sealed FROM server_keys", connection);
            await using var rows = await command.ExecuteReaderAsync();
            while (await rows.ReadAsync())
                sealedKeys.Add(rows.GetFieldValue<byte[]>(0));
        }
        var keys = _one.Services.GetRequiredService<IKeyStore>();
        var clear = new List<StoredKey>();
        foreach (var ring in Enum.GetValues<KeyRing>())
            clear.AddRange(await keys.ReadAsync(ring, default));
        Assert.Equal(Enum.GetValues<KeyRing>().Length, clear.Count);
        Assert.Contains(clear, key => Encoding.UTF8.GetString(key.Value).Contains("masterKey", StringComparison.Ordinal));
        foreach (var stored in sealedKeys)
            foreach (var key in clear)
                for (var at = 0; at + 8 <= key.Value.Length; at++)
                    Assert.Equal(-1, stored.AsSpan().IndexOf(key.Value.AsSpan(at, 8)));
    }

    [Theory]
    [InlineData("", "keys new-encryption-key")]
    [InlineData("c2hvcnQ=", "32 bytes in base64")]
    [InlineData(null, "is not the key that the keys in the database are encrypted with")]
    public async Task A_server_without_the_right_encryption_key_does_not_start(string? key, string said)
    {
        using var folder = new TemporaryFolder();
        string[] settings = [.. _settings, $"--LiveComments:PostgreSql:KeyEncryptionKey={key ?? SealedKeyStore.NewEncryptionKey()}"];
        foreach (var command in (string[][])[["--urls", "http://127.0.0.1:0"], ["keys", "rotate"], ["token"]])
        {
            var (exit, output, error) = await ServerProcess.RunAsync([.. command, "--data", folder.At("data"), .. settings]);
            Assert.Equal((2, ""), (exit, output));
            Assert.StartsWith("error: LiveComments:PostgreSql:KeyEncryptionKey ", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
            Assert.Contains(said, error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_command_makes_a_key_that_serves()
    {
        var (exit, output, error) = await ServerProcess.RunAsync("keys", "new-encryption-key");
        Assert.True(exit == 0, error);
        Assert.Equal(32, SealedKeyStore.Parse(output.Trim())!.Length);
        Assert.NotEqual(output, (await ServerProcess.RunAsync("keys", "new-encryption-key")).Output);
    }

    private string ConnectionString => _settings[1].Split('=', 2)[1];

    private static Task EventuallyAsync(Func<bool> condition) => Http.EventuallyAsync(() => Task.FromResult(condition()), "it happens");
}
