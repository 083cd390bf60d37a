using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace LiveComments.Tests.Kafka;

/// <summary>
/// A real Kafka broker of the tests' own, on free ports of 127.0.0.1, with its data in a temporary folder. <c>KAFKA_HOME</c> is a folder with a program <c>start DATA PORT [SETTING=VALUE ...]</c>
/// that runs one in the foreground. It ends with the process of the tests, however that ends.
/// </summary>
public sealed class KafkaBroker : IAsyncLifetime
{
    /// <summary>Standard input is a pipe from the tests: when it closes, also because they were killed, the broker stops. Its id is printed first.</summary>
    private const string UntilInputEnds = "exec 2>/dev/null; \"$@\" >\"$LOG\" 2>&1 & server=$!; echo $server; read -r _; kill -TERM $server 2>/dev/null; wait $server";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private static readonly string? Home = Environment.GetEnvironmentVariable("KAFKA_HOME");

    private readonly int _port = FreePorts();
    private readonly Func<int, IEnumerable<string>> _settings = _ => [];
    private string _folder = "";
    private Process? _process;
    private int _id;
    private int _names;
    private IProducer<string?, string>? _producer;

    public KafkaBroker()
    {
    }

    /// <param name="settings">Further lines of its <c>server.properties</c>, for the port that it listens on.</param>
    /// <param name="client">What clients need with them.</param>
    internal KafkaBroker(Func<int, IEnumerable<string>> settings, IReadOnlyDictionary<string, string> client) => (_settings, ClientSettings) = (settings, client);

    /// <summary>Why there can be no broker on this machine; null when there can.</summary>
    public static string? Obstacle { get; } =
        string.IsNullOrEmpty(Home) ? "needs KAFKA_HOME, a folder with a program that starts a Kafka broker"
        : !File.Exists(Path.Combine(Home, "start")) ? $"needs {Home}/start, which starts a Kafka broker"
        : !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "java"))) ? "needs java (Debian: apt-get install openjdk-17-jre-headless)"
        : null;

    public string Servers => $"127.0.0.1:{_port}";

    /// <summary>What librdkafka needs to be let in, beside <see cref="Servers"/>.</summary>
    internal IReadOnlyDictionary<string, string> ClientSettings { get; } = new Dictionary<string, string>();

    public async Task InitializeAsync()
    {
        if (Obstacle is not null)
            return;
        _folder = Directory.CreateTempSubdirectory("livecomments-kafka-").FullName;
        await StartAsync();
    }

    public async Task DisposeAsync()
    {
        _producer?.Dispose();
        if (_process is null)
            return;
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Starts it on the data and the port that it had before; returns when it answers.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("sh", ["-c", UntilInputEnds, "sh", Path.Combine(Home!, "start"), Path.Combine(_folder, "data"), _port.ToString(CultureInfo.InvariantCulture), "auto.create.topics.enable=false", .. _settings(_port)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["HEAP"] = "256m";
        start.Environment["LOG"] = Path.Combine(_folder, "start.log");
        _process = Process.Start(start)!;
        _id = int.Parse((await _process.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        using var admin = Admin();
        for (var clock = Stopwatch.StartNew(); ;)
            try
            {
                await admin.DescribeClusterAsync(new DescribeClusterOptions { RequestTimeout = TimeSpan.FromSeconds(5) });
                return;
            }
            catch (KafkaException) when (clock.Elapsed < Patience && !_process.HasExited)
            {
                await Task.Delay(100);
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

    /// <summary>A name that no other test has, for a group of consumers.</summary>
    public string NewName() => $"test-{Interlocked.Increment(ref _names)}";

    /// <summary>A topic of the test's own.</summary>
    public async Task<string> CreateTopicAsync(int partitions = 1)
    {
        var name = NewName();
        await CreateTopicAsync(name, partitions);
        return name;
    }

    public async Task CreateTopicAsync(string name, int partitions)
    {
        using var admin = Admin();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = name, NumPartitions = partitions, ReplicationFactor = 1 }]);
    }

    /// <summary>Produces values with one key, in their order; returns when they are in the topic.</summary>
    public async Task ProduceAsync(string topic, string? key, params IEnumerable<string> values)
    {
        _producer ??= new ProducerBuilder<string?, string>(new ProducerConfig(Client()) { EnableIdempotence = true, MessageMaxBytes = 2_000_000, LingerMs = 1 })
            .SetKeySerializer(new NullableKey()).SetLogHandler(static (_, _) => { }).Build();
        await Task.WhenAll(values.Select(value => _producer.ProduceAsync(topic, new Message<string?, string> { Key = key, Value = value })));
    }

    /// <summary>Everything that is in a topic now, partition by partition.</summary>
    public IReadOnlyList<ConsumeResult<string, string>> Read(string topic)
    {
        using var consumer = new ConsumerBuilder<string, string>(new ConsumerConfig(Client()) { GroupId = NewName(), EnableAutoCommit = false, EnablePartitionEof = true, AutoOffsetReset = AutoOffsetReset.Earliest })
            .SetLogHandler(static (_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var partitions = admin.GetMetadata(topic, Patience).Topics.Single().Partitions.Select(partition => new TopicPartitionOffset(topic, partition.PartitionId, Offset.Beginning)).ToList();
        consumer.Assign(partitions);
        var records = new List<ConsumeResult<string, string>>();
        for (var open = partitions.Count; open > 0;)
        {
            var record = consumer.Consume(Patience) ?? throw new TimeoutException($"{topic} cannot be read.");
            if (record.IsPartitionEOF)
                open--;
            else
                records.Add(record);
        }
        return [.. records.OrderBy(record => record.Partition.Value).ThenBy(record => record.Offset.Value)];
    }

    /// <summary>Has a group that nobody is a member of begin a topic's first partition again.</summary>
    public async Task RewindAsync(string group, string topic)
    {
        using var admin = Admin();
        await admin.AlterConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitionOffsets(group, [new TopicPartitionOffset(topic, 0, 0)])]);
    }

    private async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private ClientConfig Client() => new(ClientSettings.Append(new("bootstrap.servers", Servers)).ToDictionary());

    private IAdminClient Admin() => new AdminClientBuilder(new AdminClientConfig(Client())).SetLogHandler(static (_, _) => { }).Build();

    /// <summary>The first of two: the broker's own controller listens on the next.</summary>
    private static int FreePorts()
    {
        while (true)
        {
            using var first = new TcpListener(IPAddress.Loopback, 0);
            first.Start();
            var port = ((IPEndPoint)first.LocalEndpoint).Port;
            using var second = new TcpListener(IPAddress.Loopback, port + 1);
            try
            {
                second.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has the next one.
            }
        }
    }

    private sealed class NullableKey : ISerializer<string?>
    {
        public byte[] Serialize(string? data, SerializationContext context) => data is null ? null! : Encoding.UTF8.GetBytes(data);
    }
}
