using System.Net.Sockets;

namespace LiveComments.Tests.EndToEnd;

/// <summary>A server that listens on a Unix socket, as behind a proxy on the same machine.</summary>
public sealed class UnixSocketTests
{
    [Fact]
    public async Task A_killed_server_starts_again_on_its_socket()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("socket");
        await using (var killed = await ServerProcess.StartAtAsync($"http://unix:{path}", folder.At("data")))
        {
            Assert.Equal("live\n", await HealthAsync(path));
            await killed.KillAsync();
        }
        Assert.True(File.Exists(path));
        await using var next = await ServerProcess.StartAtAsync($"http://unix:{path}", folder.At("data"));
        Assert.Equal("live\n", await HealthAsync(path));
        Assert.Equal(0, await next.StopAsync());
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task A_socket_on_which_somebody_answers_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("socket");
        await using var first = await ServerProcess.StartAtAsync($"http://unix:{path}", folder.At("first"));
        Assert.Contains(path, await RefusedAsync(path, folder), StringComparison.Ordinal);
        Assert.Equal("live\n", await HealthAsync(path));
    }

    [Fact]
    public async Task A_socket_whose_queue_is_full_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("socket");
        using var busy = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        busy.Bind(new UnixDomainSocketEndPoint(path));
        busy.Listen(0);
        using var waiting = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await waiting.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await RefusedAsync(path, folder);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task A_file_that_is_no_socket_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("socket");
        await File.WriteAllTextAsync(path, "precious");
        await RefusedAsync(path, folder);
        Assert.Equal("precious", await File.ReadAllTextAsync(path));
        // Nor is a link, whatever it leads to.
        var link = folder.At("link");
        File.CreateSymbolicLink(link, path);
        await RefusedAsync(link, folder);
        Assert.True(File.Exists(link));
    }

    private static async Task<string> RefusedAsync(string path, TemporaryFolder folder)
    {
        var (exitCode, output, error) = await ServerProcess.RunAsync("--urls", $"http://unix:{path}", "--data", folder.At("data"));
        Assert.Equal(2, exitCode);
        Assert.DoesNotContain("running", output, StringComparison.Ordinal);
        return Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static async Task<string> HealthAsync(string path)
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, ct) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        return await client.GetStringAsync("http://localhost/healthz/live");
    }
}
