using LiveComments.Server.Auth.Tokens;
using LiveComments.Tests.EndToEnd;
using LiveComments.Tests.EndToEnd.Crash;

namespace LiveComments.Tests.Commands;

/// <summary>Keys outlive a power loss, or nobody is told that there is one. The commands run under strace.</summary>
public sealed class KeysOnDiskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Data => _folder.At("data");

    private string Signing => Path.Combine(Data, "keys", "signing");

    public void Dispose() => _folder.Dispose();

    [RequiresTracingFact]
    public async Task A_signing_key_that_the_disk_does_not_take_is_no_key()
    {
        await ServerProcess.RunAsync("token", "--data", Data);
        var before = Directory.GetFiles(Signing);
        Assert.Single(before);
        // The first is the key's own, the second its folder's.
        foreach (var call in (string[])["1", "2"])
        {
            var (exit, output, error) = await ServerProcess.RunUnderAsync(
                ["strace", "-f", "-qq", "-e", "trace=fsync", "-e", $"inject=fsync:error=EIO:when={call}", "-e", "signal=none", "-o", _folder.At("trace")], "keys", "rotate", "--data", Data);
            Assert.Equal((1, ""), (exit, output));
            Assert.StartsWith("error: ", error);
            Assert.Equal(before, Directory.GetFiles(Signing));
        }
        Assert.Equal(0, (await ServerProcess.RunAsync("keys", "rotate", "--data", Data)).ExitCode);
        Assert.Equal(2, Directory.GetFiles(Signing).Length);
    }

    [RequiresTracingFact]
    public async Task The_first_key_and_its_folders_are_on_the_disk_before_a_token_is_printed()
    {
        var trace = _folder.At("trace");
        await ServerProcess.RunUnderAsync(["strace", "-f", "-y", "-qq", "-e", "trace=fsync", "-e", "signal=none", "-o", trace], "token", "--data", Data);
        var flushed = await File.ReadAllTextAsync(trace);
        foreach (var path in (string[])[_folder.Path, Data, Path.Combine(Data, "keys"), Signing])
            Assert.Contains($"<{path}>", flushed, StringComparison.Ordinal);
        Assert.Matches($"<{Signing}/[0-9a-f-]+\\.key(\\.new)?>", flushed);
    }

    [RequiresTracingFact]
    public async Task The_key_that_protects_secrets_is_on_the_disk_before_it_protects_any()
    {
        var trace = _folder.At("trace");
        await using (var server = ChildServer.Real("strace", "-f", "-y", "-qq", "-e", "trace=fsync", "-e", "signal=none", "-o", trace))
        {
            await server.StartAsync();
            using var client = new HttpClient { BaseAddress = server.Url };
            var ann = await client.CallAsync("POST", "/auth/register", """{"username":"ann","email":"ann@example.org","password":"correct horse battery"}""", System.Net.HttpStatusCode.Created);
            await client.CallAsync("POST", "/auth/refresh", $$"""{"refreshToken":"{{ann.Text("refreshToken")}}"}""");
            await server.KillAsync();
        }
        var flushed = await File.ReadAllTextAsync(trace);
        Assert.Matches("fsync\\(\\d+<[^>]*/keys/protection/[0-9a-f-]+\\.xml\\.new>\\) += 0", flushed);
        Assert.Matches("fsync\\(\\d+<[^>]*/keys/protection>\\) += 0", flushed);
    }
}
