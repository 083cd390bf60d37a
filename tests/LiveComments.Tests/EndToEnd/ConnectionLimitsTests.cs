using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using LiveComments.Server.Connections;
using LiveComments.Server.Http;
using LiveComments.Tests.EndToEnd.Crash;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.EndToEnd;

/// <summary>Connections that nobody needs: many, silent or unfinished ones.</summary>
public sealed class ConnectionLimitsTests
{
    [RequiresFact("prlimit")]
    public async Task A_process_that_may_open_few_files_serves_on_when_more_connect_than_it_takes()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartUnderAsync(["prlimit", $"--nofile={OpenFiles.Least}:{OpenFiles.Least}"], folder.Path);
        var (_, token, _) = await ServerProcess.RunAsync("token", "--role", "administrator", "--data", folder.Path);
        using var established = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(60) };
        established.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
        (await ChildServer.UntilTakenAsync(() => established.SendAsync("POST", "/events", """{"title":"A","eventType":"news","startTime":"2030-01-01T00:00:00Z","videoID":"few"}"""))).Dispose();
        (await ChildServer.UntilTakenAsync(() => established.SendAsync("POST", "/events/few/start"))).Dispose();

        var silent = new List<Socket>();
        for (var i = 0; i < 700; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, server.Address.Port);
            silent.Add(socket);
        }
        for (var i = 0; i < 3; i++)
        {
            // One by one: the connection is kept.
            (await ChildServer.UntilTakenAsync(() => established.SendCommentAsync("few", $"comment {i}", $"key-{i}"))).Dispose();
            Assert.StartsWith("HTTP/1.1 200 OK", await AskAsync(server.Address, "/healthz/ready"), StringComparison.Ordinal);
            var turnedAway = await AskAsync(server.Address, "/events");
            Assert.StartsWith("HTTP/1.1 503 ", turnedAway, StringComparison.Ordinal);
            Assert.Contains("\"code\":\"busy\"", turnedAway, StringComparison.Ordinal);
            Assert.Contains("Retry-After: ", turnedAway, StringComparison.Ordinal);
        }
        // A loop that accepts in vain would take all the time there is, and not only while the program warms up.
        await Http.EventuallyAsync(async () =>
        {
            var (before, since) = (Processor(server.Id), TimeProvider.System.GetTimestamp());
            await Task.Delay(2_000);
            return Processor(server.Id) - before < TimeProvider.System.GetElapsedTime(since) / 2;
        }, "it rests");
        Assert.InRange(Directory.GetFiles($"/proc/{server.Id}/fd").Length, 1, OpenFiles.Least - 16);
        Assert.Contains($"connections at a time, because this process may have {OpenFiles.Least} files open", server.Output, StringComparison.Ordinal);

        foreach (var socket in silent)
            socket.Dispose();
        await Http.EventuallyAsync(async () => (await AskAsync(server.Address, "/events")).StartsWith("HTTP/1.1 200 OK", StringComparison.Ordinal), "everybody is served again");
        Assert.Equal(0, await server.StopAsync());
    }

    [RequiresFact("prlimit")]
    public async Task A_process_that_may_open_too_few_files_says_so_in_one_line_and_ends()
    {
        using var folder = new TemporaryFolder();
        var (exitCode, output, error) = await ServerProcess.RunUnderAsync(["prlimit", "--nofile=64:64"], "--urls", "http://127.0.0.1:0", "--data", folder.At("data"));
        Assert.Equal(2, exitCode);
        Assert.Equal("", output);
        Assert.Contains("64 files", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Contains("ulimit -n", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.At("data")));
    }

    [RequiresFact("prlimit")]
    public async Task A_soft_limit_of_files_is_raised_to_the_hard_one()
    {
        using var folder = new TemporaryFolder();
        await using var server = await ServerProcess.StartUnderAsync(["prlimit", "--nofile=128:4096"], folder.Path);
        Assert.Contains("because this process may have 4096 files open", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_with_too_many_connections_is_told_so_and_its_operator_still_asks_for_health()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Limits:Enabled=true", "--LiveComments:Limits:StreamsPerAddress=1");
        var limits = server.Services.GetRequiredService<AddressLimits>();
        var silent = new List<Socket>();
        for (var i = 0; i < 10; i++)
        {
            silent.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            await silent[i].ConnectAsync(IPAddress.Loopback, server.BaseAddress.Port);
        }
        var refused = "";
        await Http.EventuallyAsync(async () => (refused = await AskAsync(server.BaseAddress, "/events")).StartsWith("HTTP/1.1 429 ", StringComparison.Ordinal), "the address has its four connections");
        Assert.Contains("\"code\":\"rate-limited\"", refused, StringComparison.Ordinal);
        Assert.Contains("Retry-After: ", refused, StringComparison.Ordinal);
        foreach (var path in new[] { "/healthz/live", "/healthz/ready", "/metrics" })
            Assert.StartsWith("HTTP/1.1 200 OK", await AskAsync(server.BaseAddress, path), StringComparison.Ordinal);
        Assert.Contains("livecomments_address_limit_refused_total{kind=\"connection\"}", await AskAsync(server.BaseAddress, "/metrics"), StringComparison.Ordinal);

        foreach (var socket in silent)
            socket.Dispose();
        await Http.EventuallyAsync(async () => (await AskAsync(server.BaseAddress, "/events")).StartsWith("HTTP/1.1 200 OK", StringComparison.Ordinal), "its connections count no more");
        await Http.EventuallyAsync(() => Task.FromResult(limits.Connections.Blocks == 0), "nothing is remembered");
    }

    [Fact]
    public async Task However_many_are_turned_away_and_say_nothing_the_next_is_answered()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Limits:Enabled=true", "--LiveComments:Limits:StreamsPerAddress=1");
        var silent = new List<Socket>();
        for (var i = 0; i < 300; i++)
        {
            silent.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            await silent[i].ConnectAsync(IPAddress.Loopback, server.BaseAddress.Port);
        }
        Assert.StartsWith("HTTP/1.1 429 ", await AskAsync(server.BaseAddress, "/events"), StringComparison.Ordinal);
        // Of all of them only the last few are still open, beside the four that are served.
        await Http.EventuallyAsync(() => Task.FromResult(silent.Count(IsOpen) < 100), "the others are cut");
        Assert.All(silent[..4], socket => Assert.True(IsOpen(socket)));
        foreach (var socket in silent)
            socket.Dispose();
    }

    [Fact]
    public async Task The_connections_of_a_trusted_proxy_are_everybodys()
    {
        await using var server = await TestServer.StartAsync(null, "--LiveComments:Limits:Enabled=true", "--LiveComments:Limits:StreamsPerAddress=1", "--LiveComments:Proxy:Trusted:0=127.0.0.1");
        var silent = new List<Socket>();
        for (var i = 0; i < 10; i++)
        {
            silent.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            await silent[i].ConnectAsync(IPAddress.Loopback, server.BaseAddress.Port);
        }
        Assert.StartsWith("HTTP/1.1 200 OK", await AskAsync(server.BaseAddress, "/events"), StringComparison.Ordinal);
        foreach (var socket in silent)
            socket.Dispose();
    }

    /// <summary>One request on a connection of its own; the whole answer.</summary>
    private static async Task<string> AskAsync(Uri server, string path)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {server.Authority}\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>False once the server has ended the connection.</summary>
    private static bool IsOpen(Socket socket) => !socket.Poll(0, SelectMode.SelectRead);

    /// <summary>The processor time that a process has taken.</summary>
    private static TimeSpan Processor(int process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        // Behind the name in parentheses; clock ticks are a hundredth of a second on every Linux.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromMilliseconds(10 * (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)));
    }
}
