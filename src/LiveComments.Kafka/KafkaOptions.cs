using System.ComponentModel.DataAnnotations;

namespace LiveComments.Kafka;

/// <summary>Kafka beside this server: section <c>LiveComments:Kafka</c>. What is taken from it is in <see cref="In.InTopicsOptions"/>. See docs/kafka.md.</summary>
public sealed class KafkaOptions
{
    /// <summary>The brokers to begin with, as <c>host:port</c>, separated by commas. Empty: Kafka is not used.</summary>
    public string Servers { get; set; } = "";

    /// <summary>The consumer group. All nodes of a cluster have the same, and share the partitions.</summary>
    [Required, StringLength(200)]
    public string Group { get; set; } = "livecomments";

    /// <summary>The topic for records that are refused for good, with the reason. It must exist, or brokers must create topics by themselves.</summary>
    [Required, StringLength(249)]
    public string DeadLetters { get; set; } = "livecomments.dead-letters";

    /// <summary>
    /// The topic that every event's log and reaction counts are published to. Empty: nothing is published. A topic that nothing was published to yet gets everything from the beginning.
    /// </summary>
    [StringLength(249)]
    public string Out { get; set; } = "";

    /// <summary>
    /// Settings for librdkafka, as in <c>LiveComments:Kafka:Client:security.protocol=SASL_SSL</c>: TLS, SASL, sizes and times. In the environment an underscore may stand for a dot
    /// (<c>LiveComments__Kafka__Client__ssl_ca_location</c>).
    /// </summary>
    public IDictionary<string, string> Client { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Null when every value is of its form, else what is wrong.</summary>
    internal string? Fault() => Servers.Length == 0 && Out.Length > 0 ? "LiveComments:Kafka:Out needs LiveComments:Kafka:Servers." : ClientSettings.Fault(this);
}
