using LiveComments.Server.Http;

namespace LiveComments.Server.Telemetry;

/// <summary>Who may read <c>/metrics</c>: section <c>LiveComments:Metrics</c>.</summary>
internal sealed class MetricsOptions
{
    /// <summary>
    /// Addresses or networks (<c>10.0.0.0/8</c>) beside this machine. None by default: what a server is busy with is nobody else's
    /// business. A request that an untrusted proxy passed on is refused whoever sent it.
    /// </summary>
    public IList<string> Readers { get; } = [];

    /// <summary>Null when every value is of its form, else what is wrong.</summary>
    public string? Fault() =>
        Readers.FirstOrDefault(reader => !ProxyOptions.TryNetwork(reader, out _)) is { } wrong ? $"LiveComments:Metrics:Readers: '{wrong}' is neither an address nor a network." : null;
}
