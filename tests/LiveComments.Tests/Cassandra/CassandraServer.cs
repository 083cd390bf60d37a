using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LiveComments.Cassandra;
using LiveComments.Cassandra.Cql;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Tests.Cassandra;

/// <summary>
/// A real Cassandra node of the tests' own, on free ports of 127.0.0.1, with its data in a temporary folder. <c>CASSANDRA_HOME</c> is a folder with a program
/// <c>start DATA PORT [HOST] [SEED] ["setting: value" ...]</c> that runs one in the foreground, and Cassandra's <c>nodetool PORT COMMAND ...</c>. It ends with the process of the tests, however that ends.
/// </summary>
public sealed class CassandraServer : IAsyncLifetime
{
    /// <summary>Standard input is a pipe from the tests: when it closes, also because they were killed, the node stops. Its id is printed first.</summary>
    private const string UntilInputEnds = "exec 2>/dev/null; \"$@\" >\"$LOG\" 2>&1 & server=$!; echo $server; read -r _; kill -TERM $server 2>/dev/null; wait $server";

    /// <summary>It takes 11 s where nothing else runs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly string? Home = Environment.GetEnvironmentVariable("CASSANDRA_HOME");

    private readonly int _port;
    private readonly string _host;
    private readonly string? _seed;
    private readonly string _dataCenter;
    private string _folder = "";
    private Process? _process;
    private int _id;
    private int _keyspaces;

    public CassandraServer()
        : this(FreePorts(), "127.0.0.1", null)
    {
    }

    /// <param name="port">See <see cref="FreePorts"/>; all nodes of a cluster have the same.</param>
    /// <param name="host">Its own address.</param>
    /// <param name="seed">The address of a node that it joins; null for the first.</param>
    internal CassandraServer(int port, string host, string? seed, string dataCenter = "dc1") => (_port, _host, _seed, _dataCenter) = (port, host, seed, dataCenter);

    /// <summary>Why there can be no node on this machine; null when there can.</summary>
    public static string? Obstacle { get; } =
        string.IsNullOrEmpty(Home) ? "needs CASSANDRA_HOME, a folder with a program that starts a Cassandra node"
        : !File.Exists(Path.Combine(Home, "start")) ? $"needs {Home}/start, which starts a Cassandra node"
        : !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "java"))) ? "needs java (Debian: apt-get install openjdk-17-jre-headless)"
        : null;

    internal EndPoint EndPoint => new IPEndPoint(IPAddress.Parse(_host), _port);

    /// <summary>A keyspace that no other test has. Requests may take their time, whatever the machine's load: the first also waits until all tables are created.</summary>
    internal CassandraOptions NewKeyspace() => new()
    {
        ContactPoints = $"{_host}:{_port}",
        Keyspace = $"test_{Interlocked.Increment(ref _keyspaces)}",
        Replication = "dc1:1",
        Timeout = Patience,
        SchemaTimeout = Patience,
    };

    /// <summary>A keyspace for tests of logs, each with events of its own. Its buckets are so small that every test goes through several.</summary>
    internal CassandraOptions Logs
    {
        get
        {
            if (field is null)
                (field = NewKeyspace()).BucketSize = field.AppendTogether = 8;
            return field;
        }
    }

    /// <summary>A keyspace for the suites of stores, each test with events of its own. Its buckets are as small as what they append at once allows.</summary>
    internal CassandraOptions Stores
    {
        get
        {
            if (field is null)
                (field = NewKeyspace()).BucketSize = field.AppendTogether = 100;
            return field;
        }
    }

    /// <summary>A keyspace like <see cref="Stores"/>, where everything that is old enough is deleted.</summary>
    internal CassandraOptions Retention
    {
        get
        {
            if (field is null)
                (field = NewKeyspace()).BucketSize = field.AppendTogether = 100;
            return field;
        }
    }

    /// <summary>A keyspace for those who follow all logs in it, which each test empties.</summary>
    internal CassandraOptions Followed => field ??= NewKeyspace();

    /// <summary>A keyspace for what is stored about people.</summary>
    internal CassandraOptions People
    {
        get
        {
            if (field is null)
                (field = NewKeyspace()).BucketSize = field.AppendTogether = 400;
            return field;
        }
    }

    /// <summary>Settings of a server with its log in a keyspace of its own here.</summary>
    internal string[] Settings()
    {
        var options = NewKeyspace();
        return ["--LiveComments:Log=cassandra", $"--LiveComments:Cassandra:ContactPoints={options.ContactPoints}", $"--LiveComments:Cassandra:Keyspace={options.Keyspace}", $"--LiveComments:Cassandra:Replication={options.Replication}"];
    }

    /// <summary>Everything that its files hold, also what no query finds any more.</summary>
    internal bool HasOnDisk(ReadOnlySpan<byte> text)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(_folder, "data"), "*", SearchOption.AllDirectories))
            try
            {
                if (File.ReadAllBytes(file).AsSpan().IndexOf(text) >= 0)
                    return true;
            }
            catch (IOException)
            {
                // It was deleted meanwhile.
            }
        return false;
    }

    /// <summary>Runs <c>nodetool</c>, as operators do.</summary>
    internal async Task OperateAsync(params string[] command)
    {
        var start = new ProcessStartInfo(Path.Combine(Home!, "nodetool"), [_port.ToString(CultureInfo.InvariantCulture), .. command]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.True(process.ExitCode == 0, $"nodetool {string.Join(' ', command)}: {await output} {await error}");
    }

    internal Task<Session> OpenAsync() => Session.OpenAsync(ContactPoints.ToSettings(NewKeyspace(), TimeProvider.System), NullLogger.Instance, default);

    public async Task InitializeAsync()
    {
        if (Obstacle is not null)
            return;
        _folder = Directory.CreateTempSubdirectory("livecomments-cassandra-").FullName;
        await StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_process is null)
            return;
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Starts it on the data and the ports that it had before; returns when it answers.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("sh", ["-c", UntilInputEnds, "sh", Path.Combine(Home!, "start"), Path.Combine(_folder, "data"), _port.ToString(CultureInfo.InvariantCulture), _host, _seed ?? _host])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["HEAP"] = "512m";
        start.Environment["DC"] = _dataCenter;
        start.Environment["LOG"] = Path.Combine(_folder, "start.log");
        _process = Process.Start(start)!;
        _id = int.Parse((await _process.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        for (var clock = Stopwatch.StartNew(); ;)
            try
            {
                await using var connection = await Connection.OpenAsync(EndPoint, new ConnectionSettings("", "", null, TimeSpan.FromSeconds(10), TimeProvider.System), null, default);
                return;
            }
            catch (CqlException) when (clock.Elapsed < Patience)
            {
                if (_process.HasExited)
                    throw new InvalidOperationException($"Cassandra ended: {await File.ReadAllTextAsync(start.Environment["LOG"]!)}");
                await Task.Delay(200);
            }
    }

    /// <summary>Ends it without a word; <see cref="StartAsync"/> starts it again.</summary>
    public async Task KillAsync()
    {
        await SignalAsync("KILL");
        _process!.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        _process.Dispose();
    }

    /// <summary>Stops the process where it is, until <see cref="ThawAsync"/>: connections stay and nothing is answered.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    public Task ThawAsync() => SignalAsync("CONT");

    private async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>
    /// A port for clients of up to three nodes on 127.0.0.1, 127.0.0.2 and 127.0.0.3. The nodes talk to each other on the next one of their addresses, and to their operators on those after it on 127.0.0.1.
    /// </summary>
    internal static int FreePorts()
    {
        while (true)
        {
            // Below those that the system gives to whoever connects: one that is free now is free when the second and third node begin.
            var (port, listeners) = (Random.Shared.Next(20_000, 32_000), new List<TcpListener>());
            try
            {
                foreach (var (host, next) in new[] { (1, 0), (1, 1), (1, 2), (1, 3), (1, 4), (2, 0), (2, 1), (3, 0), (3, 1) })
                {
                    listeners.Add(new TcpListener(new IPAddress([127, 0, 0, (byte)host]), port + next));
                    listeners[^1].Start();
                }
                return port;
            }
            catch (SocketException)
            {
                // Somebody has one of them.
            }
            finally
            {
                listeners.ForEach(listener => listener.Dispose());
            }
        }
    }
}
