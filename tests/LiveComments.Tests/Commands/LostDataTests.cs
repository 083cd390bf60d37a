using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.Commands;

/// <summary>A data folder whose database is gone, or is not whole, is never taken for a new one.</summary>
public sealed class LostDataTests
{
    private static readonly string[] Commands =
    [
        "serve --urls http://127.0.0.1:0", "--urls http://127.0.0.1:0", "token", "keys rotate", "admin create --username ann --email ann@localhost",
        "admin set-role --username ann --role viewer", "export --event show", "backup BACKUP",
    ];

    [Theory]
    [InlineData("deleted", "is gone")]
    [InlineData("empty", "is empty")]
    [InlineData("truncated", "restore")]
    [InlineData("no database", "restore")]
    public async Task No_command_goes_on_where_a_database_was(string what, string says)
    {
        using var folder = new TemporaryFolder();
        var (data, database) = (folder.At("data"), folder.At("data/livecomments.db"));
        await using (var server = await ServerProcess.StartAsync(data))
            await server.StopAsync();
        switch (what)
        {
            case "deleted":
                File.Delete(database);
                break;
            case "no database":
                await File.WriteAllTextAsync(database, string.Concat(Enumerable.Repeat("This is a text. ", 1_000)));
                break;
            default:
                using (var file = File.OpenWrite(database))
                    file.SetLength(what == "empty" ? 0 : 6_000);
                break;
        }
        var before = Files(data);
        var bytes = File.Exists(database) ? await File.ReadAllBytesAsync(database) : null;
        foreach (var command in Commands)
        {
            var (exitCode, output, error) = await ServerProcess.RunWithInputAsync("correct horse battery", [.. command.Replace("BACKUP", folder.At("backup")).Split(' '), "--data", data]);
            // Tokens are signed with the keys, which are there.
            if (exitCode == 0 && command is "token" or "keys rotate" && what is "truncated" or "no database")
                continue;
            Assert.True(exitCode is 1 or 2, $"{command}: exit code {exitCode} {output} {error}");
            Assert.Equal("", output);
            Assert.StartsWith("error: ", error, StringComparison.Ordinal);
            Assert.Single(error.Trim().Split('\n'));
            Assert.Contains(database, error, StringComparison.Ordinal);
            if (!command.StartsWith("backup", StringComparison.Ordinal))
                Assert.Contains(says, error, StringComparison.Ordinal);
        }
        // What is damaged is looked at, which takes files beside it, but stays as it is.
        Assert.Equal(before, Files(data).Where(file => before.Contains(file) || !(file.StartsWith("keys/", StringComparison.Ordinal) || file.EndsWith("-wal", StringComparison.Ordinal) || file.EndsWith("-shm", StringComparison.Ordinal))));
        Assert.Equal(bytes, File.Exists(database) ? await File.ReadAllBytesAsync(database) : null);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_begins_anew_when_it_is_told_to(bool leavesAnEmptyFile)
    {
        using var folder = new TemporaryFolder();
        await using (var server = await ServerProcess.StartAsync(folder.At("data")))
            await server.StopAsync();
        File.Delete(folder.At("data/livecomments.db"));
        if (leavesAnEmptyFile)
            await File.WriteAllTextAsync(folder.At("data/livecomments.db"), "");
        await using (var server = await ServerProcess.StartAsync(folder.At("data"), "--new"))
            await server.StopAsync();
        // Left in a service's file, it would hide the next loss.
        var (exitCode, _, error) = await ServerProcess.RunAsync("serve", "--new", "--urls", "http://127.0.0.1:0", "--data", folder.At("data"));
        Assert.Equal(2, exitCode);
        Assert.Contains("--new", error, StringComparison.Ordinal);
        await using (var server = await ServerProcess.StartAsync(folder.At("data")))
            Assert.Equal(0, await server.StopAsync());
    }

    [Fact]
    public async Task A_lost_database_is_restored_from_a_backup()
    {
        using var folder = new TemporaryFolder();
        await using (var server = await ServerProcess.StartAsync(folder.At("data")))
            await server.StopAsync();
        Assert.Equal(0, (await ServerProcess.RunAsync("backup", folder.At("backup"), "--data", folder.At("data"))).ExitCode);
        File.Delete(folder.At("data/livecomments.db"));
        var (exitCode, _, error) = await ServerProcess.RunAsync("restore", folder.At("backup"), "--force", "--data", folder.At("data"));
        Assert.True(exitCode == 0, error);
        await using (var server = await ServerProcess.StartAsync(folder.At("data")))
            Assert.Equal(0, await server.StopAsync());
    }

    /// <summary>A first start that was killed as it began has no keys, because those come after the database.</summary>
    [Fact]
    public async Task A_first_start_that_was_cut_off_is_simply_done_again()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.At("data/keys"));
        await File.WriteAllTextAsync(folder.At("data/livecomments.db"), "");
        await using var server = await ServerProcess.StartAsync(folder.At("data"));
        Assert.Equal(0, await server.StopAsync());
    }

    private static IEnumerable<string> Files(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path)).Where(name => !name.StartsWith("lock", StringComparison.Ordinal)).Order()];
}
