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
