using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace LiveComments.Kafka;

/// <summary>Settings of the clients: what this program needs, and what the operator gives.</summary>
internal static class ClientSettings
{
    /// <summary>Every record once and in order depends on these.</summary>
    private static readonly string[] Ours =
        ["bootstrap.servers", "group.id", "enable.auto.commit", "enable.auto.offset.store", "partition.assignment.strategy", "enable.idempotence", "acks", "message.timeout.ms"];

    /// <summary>Null when the given settings can be used, else what is wrong.</summary>
    public static string? Fault(KafkaOptions options)
    {
        if (options.Client.Keys.FirstOrDefault(given => Ours.Contains(Name(given))) is { } ours)
            return $"LiveComments:Kafka:Client:{ours} is set by this program and cannot be given.";
        if (options.Client.Count == 0)
            return null;
        try
        {
            // Without servers it connects to nothing.
            using var tried = new AdminClientBuilder(options.Client.Select(Named)).SetLogHandler(static (_, _) => { }).Build();
            return null;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return $"LiveComments:Kafka:Client: {e.Message}";
        }
    }

    /// <summary>For a client that only asks.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Common(KafkaOptions options) => Of(options, []);

    public static IEnumerable<KeyValuePair<string, string>> Consumer(KafkaOptions options) => Of(options,
        [
            // A node that is gone is noticed in ten seconds instead of 45.
            new("session.timeout.ms", "10000"),
            new("auto.commit.interval.ms", "1000"),
            new("auto.offset.reset", "earliest"),
            // Topics that appear, and new partitions, are found in half a minute instead of five.
            new("topic.metadata.refresh.interval.ms", "30000"),
            // What the client fetches ahead. The default is 64 MB and 100,000 records, all of which a pause throws away. When it has that many it waits before it fetches again: a second by
            // default, in which 2,000 comments would be all that a partition gives.
            new("queued.max.messages.kbytes", "8192"),
            new("queued.min.messages", "5000"),
            new("fetch.queue.backoff.ms", "10"),
        ],
        new("group.id", options.Group),
        new("partition.assignment.strategy", "cooperative-sticky"),
        new("enable.auto.commit", "true"),
        // Only what is decided is committed.
        new("enable.auto.offset.store", "false"));

    /// <param name="timeout">How long a record is tried at most; zero for ever.</param>
    public static IEnumerable<KeyValuePair<string, string>> Producer(KafkaOptions options, TimeSpan timeout) => Of(options,
        [
            // As the Java clients choose, so that all producers put an event into the same partition.
            new("partitioner", "murmur2_random"),
            new("topic.metadata.propagation.max.ms", "10000"),
        ],
        new("enable.idempotence", "true"),
        new("acks", "all"),
        new("message.timeout.ms", ((long)timeout.TotalMilliseconds).ToString(System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>Writes what the client says to the log.</summary>
    public static void Write(ILogger log, LogMessage message)
    {
        // A setting of the other kind of client; it is shared by all of them on purpose.
        if (message.Facility != "CONFWARN")
            ClientLog.Said(log, message.Level <= SyslogLevel.Error ? LogLevel.Warning : LogLevel.Debug, message.Facility, message.Message);
    }

    private static Dictionary<string, string> Of(KafkaOptions options, KeyValuePair<string, string>[] defaults, params KeyValuePair<string, string>[] ours)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["client.id"] = "livecomments" };
        foreach (var (name, value) in defaults.Concat(options.Client.Select(Named)).Append(new("bootstrap.servers", options.Servers)).Concat(ours))
            settings[name] = value;
        return settings;
    }

    private static KeyValuePair<string, string> Named(KeyValuePair<string, string> given) => new(Name(given.Key), given.Value);

    private static string Name(string given) => given.Replace('_', '.');
}
