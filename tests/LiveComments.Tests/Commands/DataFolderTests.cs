using System.Runtime.InteropServices;
using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.Commands;

/// <summary>What the commands do where the data folder is not the one that was meant, not whole, or somebody else's.</summary>
public sealed class DataFolderTests
{
    [Theory]
    [InlineData("keys", "rotate")]
    [InlineData("keys", "rotate", "--remove-old")]
    [InlineData("admin", "set-role", "--username", "ann", "--role", "viewer")]
    [InlineData("admin", "reset-password", "--username", "ann")]
    public async Task A_command_that_changes_what_a_server_has_creates_no_data_folder(params string[] command)
    {
        using var folder = new TemporaryFolder();
        var (exitCode, output, error) = await ServerProcess.RunWithInputAsync("", [.. command, "--data", folder.At("slip")]);
        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains(folder.At("slip"), error);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("token")]
    [InlineData("admin", "create", "--username", "ann", "--email", "ann@localhost", "--LiveComments:Passwords:Iterations=10000")]
    public async Task A_command_that_may_come_before_the_first_start_says_that_the_data_folder_is_new(params string[] command)
    {
        using var folder = new TemporaryFolder();
        var first = await ServerProcess.RunWithInputAsync("correct horse battery", [.. command, "--data", folder.At("data")]);
        Assert.True(first.ExitCode == 0, first.Error);
        Assert.StartsWith($"{folder.At("data")} is a new data folder. If the server has another, name that with --data.\n", first.Error);
        var second = await ServerProcess.RunAsync("token", "--data", folder.At("data"));
        Assert.Equal((0, ""), (second.ExitCode, second.Error));
    }

    [Theory]
    [InlineData("file", "serve", "--urls", "http://127.0.0.1:0")]
    [InlineData("file", "demo", "--urls", "http://127.0.0.1:0")]
    [InlineData("file/below", "serve", "--urls", "http://127.0.0.1:0")]
    [InlineData("file", "token")]
    [InlineData("file", "keys", "rotate")]
    [InlineData("file", "backup", "anywhere")]
    [InlineData("file", "export", "--event", "show")]
    public async Task A_file_given_as_data_folder_is_said_to_be_a_file(string data, params string[] command)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.At("file"), "");
        var (exitCode, output, error) = await ServerProcess.RunAsync([.. command, "--data", folder.At(data)]);
        Assert.Equal((2, ""), (exitCode, output));
        Assert.StartsWith($"error: {folder.At("file")} is a file, so ", error);
        Assert.DoesNotContain("rights", error);
    }

    [Theory]
    [InlineData("livecomments.db", "is a folder and has to be a file")]
    [InlineData("lock", "is a folder and has to be a file")]
    [InlineData("keys", "is a file and has to be a folder")]
    public async Task What_is_no_data_folder_is_said_to_be_none(string name, string what)
    {
        using var folder = new TemporaryFolder();
        if (name == "keys")
            await File.WriteAllTextAsync(folder.At(name), "");
        else
            Directory.CreateDirectory(folder.At(name));
        var (exitCode, output, error) = await ServerProcess.RunAsync("serve", "--urls", "http://127.0.0.1:0", "--data", folder.Path);
        Assert.Equal((2, ""), (exitCode, output));
        Assert.StartsWith($"error: {folder.At(name)} {what}", error);
    }

    [Theory]
    [InlineData("keys", "rotate")]
    [InlineData("token")]
    public async Task Nothing_is_created_where_a_restore_was_cut_off(params string[] command)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.At("restored"));
        var (exitCode, output, error) = await ServerProcess.RunAsync([.. command, "--data", folder.Path]);
        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains("not finished", error);
        Assert.Equal([folder.At("restored")], Directory.GetFileSystemEntries(folder.Path));
    }

    [RequiresRootFact]
    public async Task Root_changes_nothing_that_is_another_users()
    {
        const uint nobodyHere = 4_242;
        using var folder = new TemporaryFolder();
        var data = folder.At("data");
        await using (var server = await ServerProcess.StartAsync(data))
            await server.StopAsync();
        Assert.Equal(0, (await ServerProcess.RunAsync("backup", folder.At("backup"), "--data", data)).ExitCode);
        Assert.Equal(0, chown(Path.Combine(data, "livecomments.db"), nobodyHere, nobodyHere));
        var before = Directory.GetFileSystemEntries(data, "*", SearchOption.AllDirectories);
        string[][] commands =
        [
            ["keys", "rotate", "--remove-old"], ["token"], ["admin", "set-role", "--username", "ann", "--role", "viewer"],
            ["export", "--event", "show"], ["restore", folder.At("backup"), "--force"],
        ];
        foreach (var command in commands)
        {
            var (exitCode, output, error) = await ServerProcess.RunAsync([.. command, "--data", data]);
            Assert.Equal((2, ""), (exitCode, output));
            Assert.Contains($"sudo -u '#{nobodyHere}'", error);
        }
        Assert.Equal(before, Directory.GetFileSystemEntries(data, "*", SearchOption.AllDirectories));

        // A new folder that was made for another user has no database yet.
        Assert.Equal(0, chown(Directory.CreateDirectory(folder.At("made")).FullName, nobodyHere, nobodyHere));
        Assert.Equal(2, (await ServerProcess.RunAsync("restore", folder.At("backup"), "--data", folder.At("made"))).ExitCode);
        Assert.Empty(Directory.GetFileSystemEntries(folder.At("made")));
        // The backup itself is root's, and what is in the data folder stays as it was.
        Assert.Equal(0, (await ServerProcess.RunAsync("backup", folder.At("another"), "--data", data)).ExitCode);
    }

    [DllImport("libc", BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int chown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);

    private sealed class RequiresRootFactAttribute : FactAttribute
    {
        public RequiresRootFactAttribute()
        {
            if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
                Skip = "needs root on Linux";
        }
    }
}
