using LiveComments.Tests.Sqlite;

namespace LiveComments.Tests.EndToEnd;

public sealed class ErasureTests : ErasureSpec
{
    private readonly TemporaryFolder _folder = new();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_file_of_erased_people_that_cannot_be_read_refuses_the_start()
    {
        await File.WriteAllTextAsync(_folder.At("erased"), $"{Guid.NewGuid()}\nnonsense\n");
        var (exit, _, error) = await ServerProcess.RunAsync("serve", "--data", _folder.Path, "--urls", "http://127.0.0.1:0");
        Assert.Equal(2, exit);
        Assert.Contains("line 2 is no user id", error, StringComparison.Ordinal);
    }

    private protected override Task<byte[]> DumpAsync() => SqliteStore.DumpAsync(Path.Combine(Server.Data, "livecomments.db"));

    private protected override Task BackUpAsync() => RunAsync("backup", _folder.At("backup"), "--data", Server.Data);

    private protected override async Task RestoreAsync()
    {
        await RunAsync("restore", _folder.At("backup"), "--force", "--data", Server.Data);
        foreach (var replaced in Directory.EnumerateDirectories(Server.Data, "replaced-*"))
            Directory.Delete(replaced, recursive: true);
    }

    private static async Task RunAsync(params string[] command)
    {
        var (exit, _, error) = await ServerProcess.RunAsync(command);
        Assert.True(exit == 0, error);
    }
}
