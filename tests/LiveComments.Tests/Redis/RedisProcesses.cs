using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LiveComments.Tests.Redis;

/// <summary>Several Redis processes of a test's own on free ports of 127.0.0.1. They end with the process of the tests, however that ends.</summary>
internal sealed class RedisProcesses : IAsyncDisposable
{
    /// <summary>Standard input is a pipe from the tests: when it closes, the server stops.</summary>
    private const string UntilInputEnds = "exec 2>/dev/null; \"$@\" >/dev/null 2>&1 & server=$!; read -r _; kill -TERM $server; wait $server";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<int, Process> _running = [];

    /// <summary>Starts a server that keeps nothing on disk.</summary>
    /// <param name="settings">As on the command line.</param>
    /// <returns>Its port.</returns>
    public int Start(params string[] settings) => Start(FreePort(), port => ["redis-server", "--port", Text(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", Folder(port), .. settings]);

    /// <summary>Starts a sentinel that makes the replica of a server its successor half a second after it has gone.</summary>
    public int StartSentinel(string name, int master)
    {
        var port = FreePort();
        var file = Path.Combine(Folder(port), "sentinel.conf");
        File.WriteAllText(file, $"port {port}\nbind 127.0.0.1\ndir {Folder(port)}\nsentinel monitor {name} 127.0.0.1 {master} 1\nsentinel down-after-milliseconds {name} 500\nsentinel failover-timeout {name} 3000\n");
        return Start(port, _ => ["redis-server", file, "--sentinel"]);
    }

    /// <summary>Ends one of them.</summary>
    public async Task EndAsync(int port)
    {
        _running.Remove(port, out var process);
        process!.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(Patience);
        process.Dispose();
    }

    /// <summary>Asks a server until the answer has a text in it.</summary>
    public static Task SaysAsync(int port, string text, params string[] question) =>
        EndToEnd.Http.EventuallyAsync(async () => (await RunAsync(["-p", Text(port), .. question])).Said.Contains(text, StringComparison.Ordinal), $"{string.Join(' ', question)} says {text}");

    /// <summary>Runs redis-cli to its end, which must be a good one.</summary>
    public static async Task<string> CommandAsync(params string[] arguments)
    {
        var (exit, said) = await RunAsync(arguments);
        Assert.True(exit == 0, said);
        return said;
    }

    private static async Task<(int Exit, string Said)> RunAsync(string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("redis-cli", arguments) { RedirectStandardOutput = true })!;
        var said = await process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await process.WaitForExitAsync().WaitAsync(Patience);
        return (process.ExitCode, said);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var port in _running.Keys.ToList())
            await EndAsync(port);
        _folder.Dispose();
    }

    private int Start(int port, Func<int, string[]> command)
    {
        _running.Add(port, Process.Start(new ProcessStartInfo("sh", ["-c", UntilInputEnds, "redis", .. command(port)]) { RedirectStandardInput = true })!);
        return port;
    }

    private string Folder(int port) => Directory.CreateDirectory(_folder.At(Text(port))).FullName;

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    /// <summary>A cluster's servers also listen 10,000 above their port.</summary>
    private static int FreePort()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            if (((IPEndPoint)listener.LocalEndpoint).Port is < 55_000 and var port)
                return port;
        }
    }
}
