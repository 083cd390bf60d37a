using LiveComments.Accounts;
using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.PostgreSql;

/// <summary>The program's commands with the store elsewhere than in the data folder.</summary>
[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlCommandTests(PostgreSqlServer postgreSql) : IDisposable
{
    private const string Password = "a long pass phrase";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Accounts_are_made_before_the_first_start_and_serve_finds_them_also_after_a_restart()
    {
        var settings = await postgreSql.StoreSettingsAsync();
        string[] data = ["--data", _folder.At("data"), .. settings];
        var (exit, _, error) = await ServerProcess.RunWithInputAsync(Password, ["admin", "create", "--username", "host", "--email", "host@example.org", .. data]);
        Assert.True(exit == 0, error);
        for (var starts = 0; starts < 2; starts++)
        {
            await using var server = await ServerProcess.StartAsync(_folder.At("data"), settings);
            using var client = new HttpClient { BaseAddress = server.Address };
            // A busy machine may take longer than the product waits.
            using var answer = await Http.UntilTakenAsync(() => client.SendAsync("POST", "/auth/login", $$"""{"username":"host","password":"{{Password}}"}"""));
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }
        Assert.False(File.Exists(Path.Combine(_folder.At("data"), "livecomments.db")));
    }

    [Fact]
    public async Task Backup_restore_and_demo_say_what_to_do_instead()
    {
        string[] data = ["--data", _folder.At("data"), .. await postgreSql.StoreSettingsAsync()];
        foreach (var (command, advice) in ((string[], string)[])[(["backup", _folder.At("backup")], "pg_dump"), (["restore", _folder.At("backup")], "restore --new-epochs"), (["demo"], "leave the setting out")])
        {
            var (exit, _, error) = await ServerProcess.RunAsync([.. command, .. data]);
            Assert.Equal(2, exit);
            Assert.Contains(advice, error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task New_epochs_are_given_by_a_command()
    {
        var settings = await postgreSql.StoreSettingsAsync();
        string position;
        await using (var server = await TestServer.StartAsync(null, settings))
        {
            var live = await server.GoLiveAsync();
            position = (await server.As(Role.Viewer).CommentAsync(live, "before")).Text("position")!;
        }
        var (exit, _, error) = await ServerProcess.RunAsync(["restore", "--new-epochs", "--data", _folder.At("data"), .. settings]);
        Assert.True(exit == 0, error);
        await using var restored = await TestServer.StartAsync(null, settings);
        var id = (await restored.Anonymous.CallAsync("GET", "/events"))[0].Text("eventID");
        using var gone = await restored.Anonymous.SendAsync("GET", $"/live/{id}/comments?after={position}");
        Assert.Equal(410, (int)gone.StatusCode);
    }

    [Theory]
    [InlineData("--LiveComments:Store=mongodb", "sqlite or postgresql")]
    [InlineData("--LiveComments:Store=postgresql", "ConnectionString")]
    public async Task A_store_that_cannot_be_is_refused_with_what_is_wrong(string setting, string said)
    {
        var (exit, _, error) = await ServerProcess.RunAsync("--urls", "http://127.0.0.1:0", "--data", _folder.At("data"), setting);
        Assert.Equal(2, exit);
        Assert.Contains(said, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_cannot_be_reached_is_said_in_a_line()
    {
        var (exit, _, error) = await ServerProcess.RunAsync("--urls", "http://127.0.0.1:0", "--data", _folder.At("data"), "--LiveComments:Store=postgresql", "--LiveComments:PostgreSql:ConnectionString=Host=127.0.0.1;Port=1;Database=none;Username=nobody",
            $"--LiveComments:PostgreSql:KeyEncryptionKey={PostgreSqlServer.KeyEncryptionKey}");
        Assert.Equal(1, exit);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("cannot be opened", error, StringComparison.Ordinal);
    }
}
