using System.Diagnostics;
using System.Globalization;
using StackExchange.Redis;

namespace LiveComments.Tests.Redis;

/// <summary>A real Redis of the tests' own, on a free port of 127.0.0.1, that keeps nothing on disk. It ends with the process of the tests, however that ends.</summary>
public sealed class RedisServer : IAsyncLifetime
{
    /// <summary>Standard input is a pipe from the tests: when it closes, also because they were killed, the server stops. Its id is printed first.</summary>
    private const string UntilInputEnds = "exec 2>/dev/null; redis-server --port \"$0\" --bind 127.0.0.1 --save '' --appendonly no --dir \"$1\" >/dev/null 2>&1 & server=$!; echo $server; read -r _; kill -CONT $server; kill -TERM $server; wait $server";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly int _port = FreePort.Find();
    private Process? _process;
    private int _id;
    private int _names;
    private ConnectionMultiplexer? _client;

    /// <summary>Why there can be no Redis on this machine; null when there can.</summary>
    public static string? Obstacle { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "redis-server"))) ? null : "needs redis-server (Debian: apt-get install redis-server)";

    public string Connection => $"127.0.0.1:{_port}";

    /// <summary>For what the tests look at or destroy themselves.</summary>
    internal IDatabase Database => _client!.GetDatabase();

    public async Task InitializeAsync()
    {
        if (Obstacle is null)
            await StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_client is not null)
            await _client.DisposeAsync();
        await EndAsync();
        _folder.Dispose();
    }

    /// <summary>What no other test's keys begin with.</summary>
    public string NewPrefix() => $"test-{Interlocked.Increment(ref _names)}";

    /// <summary>The settings of a server that uses it.</summary>
    public string[] Settings(string prefix) => [$"--LiveComments:Redis:Connection={Connection}", $"--LiveComments:Redis:Prefix={prefix}"];

    /// <summary>All that is stored under a prefix, keys and values, as bytes.</summary>
    internal async Task<byte[]> DumpAsync(string prefix)
    {
        var dump = new List<byte>();
        await foreach (var key in _client!.GetServer(Connection).KeysAsync(pattern: $"{prefix}:*", pageSize: 1_000))
        {
            dump.AddRange((byte[])key!);
            RedisResult[] values = await Database.KeyTypeAsync(key) switch
            {
                RedisType.Stream => (RedisResult[])(await Database.ExecuteAsync("XRANGE", key, "-", "+"))!,
                RedisType.Hash => (RedisResult[])(await Database.ExecuteAsync("HGETALL", key))!,
                RedisType.SortedSet => (RedisResult[])(await Database.ExecuteAsync("ZRANGE", key, 0, -1))!,
                RedisType.Set => (RedisResult[])(await Database.ExecuteAsync("SMEMBERS", key))!,
                RedisType.String => [await Database.ExecuteAsync("GET", key)],
                _ => [],
            };
            Add(values);
        }
        return [.. dump];

        void Add(RedisResult[] values)
        {
            foreach (var value in values)
                if (value.Length >= 0)
                    Add((RedisResult[])value!);
                else if ((byte[]?)value is { } bytes)
                    dump.AddRange(bytes);
        }
    }

    /// <summary>How many entries the longest of some streams has.</summary>
    internal async Task<long> LongestStreamAsync(string pattern)
    {
        var longest = 0L;
        await foreach (var key in _client!.GetServer(Connection).KeysAsync(pattern: pattern, pageSize: 1_000))
            longest = Math.Max(longest, await Database.StreamLengthAsync(key));
        return longest;
    }

    /// <summary>Starts it, empty, on the port that it had before; returns when it answers.</summary>
    public async Task StartAsync()
    {
        _process = Process.Start(new ProcessStartInfo("sh", ["-c", UntilInputEnds, _port.ToString(CultureInfo.InvariantCulture), _folder.Path]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        _id = int.Parse((await _process.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        _client ??= await ConnectionMultiplexer.ConnectAsync(new ConfigurationOptions { EndPoints = { Connection }, AbortOnConnectFail = false, AllowAdmin = true });
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(50))
            try
            {
                await Database.PingAsync();
                return;
            }
            catch (RedisException) when (clock.Elapsed < Patience)
            {
                // It starts.
            }
    }

    /// <summary>Ends it without a word, and with everything in it.</summary>
    public async Task KillAsync()
    {
        await SignalAsync("KILL");
        await EndAsync();
    }

    /// <summary>Stops the process where it is, until <see cref="ThawAsync"/>.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    public Task ThawAsync() => SignalAsync("CONT");

    private async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private async Task EndAsync()
    {
        if (_process is null)
            return;
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        _process.Dispose();
        _process = null;
    }
}
