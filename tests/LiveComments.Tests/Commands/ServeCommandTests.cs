using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using LiveComments.Tests.EndToEnd;
using Microsoft.Data.Sqlite;

namespace LiveComments.Tests.Commands;

public sealed class ServeCommandTests
{
    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_started_server_says_where_it_listens_and_what_it_keeps_where_only_its_owner_reads()
    {
        using var folder = new TemporaryFolder();
        var data = folder.At("data");
        await using var server = await ServerProcess.StartAsync(data);
        using var http = new HttpClient();
        using var answer = await http.GetAsync(server.Address);
        Assert.Contains(data, server.Output);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(data));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(data, "livecomments.db")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(data, "livecomments.db-wal")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stopped_server_ends_with_exit_code_0_and_a_database_of_one_file(bool interrupt)
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartAsync(folder.Path);
        Assert.Equal(0, await (interrupt ? server.InterruptAsync() : server.StopAsync()));
        Assert.False(File.Exists(folder.At("livecomments.db-wal")), "The write-ahead log was left behind.");
    }

    [Fact]
    public async Task A_second_server_on_the_same_folder_refuses_to_start_and_names_the_first()
    {
        using var folder = new TemporaryFolder();
        await using var first = await ServerProcess.StartAsync(folder.Path);
        var error = await AssertRefusedAsync("serve", "--urls", "http://127.0.0.1:0", "--data", folder.Path);
        Assert.Contains(folder.Path, error);
        Assert.Contains($"process {first.Id} ", error);
    }

    [Fact]
    public async Task A_killed_server_leaves_no_lock_behind()
    {
        using var folder = new TemporaryFolder();
        await using (var killed = await ServerProcess.StartAsync(folder.Path))
            await killed.KillAsync();
        await using var next = await ServerProcess.StartAsync(folder.Path);
        Assert.Equal(0, await next.StopAsync());
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var folder = new TemporaryFolder();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";
        var error = await AssertRefusedAsync("--urls", address, "--data", folder.Path);
        Assert.Contains(address, error);
        Assert.Contains("--urls", error);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_named()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.At("file"), "");
        var error = await AssertRefusedAsync("--urls", "http://127.0.0.1:0", "--data", folder.At("file/data"));
        Assert.Contains(folder.At("file/data"), error);
        Assert.Contains("--data", error);
    }

    [Fact]
    public async Task A_database_of_a_newer_program_is_refused_and_left_alone()
    {
        using var folder = new TemporaryFolder();
        await StopNewServerAsync(folder.Path);
        Execute(folder.At("livecomments.db"), "PRAGMA user_version = 4711");
        var error = await AssertEndsAsync(1, "--urls", "http://127.0.0.1:0", "--data", folder.Path);
        Assert.Contains("4711", error);
        Assert.Contains("newer", error);
        Assert.Equal(4711L, Execute(folder.At("livecomments.db"), "PRAGMA user_version"));
    }

    [Fact]
    public async Task A_damaged_database_is_refused()
    {
        using var folder = new TemporaryFolder();
        await StopNewServerAsync(folder.Path);
        var database = folder.At("livecomments.db");
        var bytes = await File.ReadAllBytesAsync(database);
        bytes.AsSpan(0, 4096).Fill(0x5A);
        await File.WriteAllBytesAsync(database, bytes);
        Assert.Contains(database, await AssertEndsAsync(1, "--urls", "http://127.0.0.1:0", "--data", folder.Path));
    }

    private static Task<string> AssertRefusedAsync(params string[] arguments) => AssertEndsAsync(2, arguments);

    private static async Task<string> AssertEndsAsync(int with, params string[] arguments)
    {
        var (exitCode, output, error) = await ServerProcess.RunAsync(arguments);
        Assert.Equal(with, exitCode);
        Assert.DoesNotContain("running", output);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        return error;
    }

    private static async Task StopNewServerAsync(string data)
    {
        await using var server = await ServerProcess.StartAsync(data);
        Assert.Equal(0, await server.StopAsync());
    }

    private static object? Execute(string database, string sql)
    {
        SQLitePCL.Batteries_V2.Init();
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
