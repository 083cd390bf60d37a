using System.Diagnostics.Metrics;
using System.Net;
using LiveComments.Ingest;
using LiveComments.Telemetry;
using LiveComments.Viewers;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Http;

/// <summary>
/// Limits the streams and connections per address and per network, so that nobody alone takes up a server. Streams are counted by the address that trusted proxies report, connections by
/// their own address. Connections of a trusted proxy or a Unix socket belong to everybody and are not counted.
/// </summary>
internal sealed partial class AddressLimits
{
    /// <summary>Connections for each stream that an address may have: a browser has a stream and some more for its calls.</summary>
    private const int ConnectionsPerStream = 4;

    private const string Stream = "stream", Connection = "connection";

    private static readonly TimeSpan LogEvery = TimeSpan.FromMinutes(1);

    private readonly bool _enabled;
    private readonly IPNetwork[] _proxies;
    private readonly Counter<long> _refused;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private long _logged;

    public AddressLimits(IOptions<LimitsOptions> limits, IOptions<ProxyOptions> proxy, IMeterFactory meters, TimeProvider time, ILogger<AddressLimits> log)
    {
        (_time, _log, _enabled) = (time, log, limits.Value.Enabled);
        var (perAddress, perNetwork) = (limits.Value.StreamsPerAddress, limits.Value.StreamsPerNetwork);
        Streams = new OpenByAddress(perAddress, perNetwork);
        Connections = new OpenByAddress(ConnectionsPerStream * perAddress, ConnectionsPerStream * perNetwork);
        _proxies = [.. proxy.Value.Trusted.Select(trusted => ProxyOptions.TryNetwork(trusted, out var network) ? network : default)];
        _refused = meters.LiveComments().CreateCounter<long>("livecomments.address_limit.refused", "{refusal}", "Streams and connections refused because their address or network had as many as it may.");
        foreach (var kind in (string[])[Stream, Connection])
            _refused.Add(0, new KeyValuePair<string, object?>("kind", kind));
    }

    /// <summary>Open streams.</summary>
    public OpenByAddress Streams { get; }

    /// <summary>Open connections.</summary>
    public OpenByAddress Connections { get; }

    /// <summary>False when the address has as many streams as it may.</summary>
    /// <param name="place">To be disposed of when the stream ends; null where streams are not counted.</param>
    public bool TryOpenStream(IPAddress? address, out IDisposable? place) => TryOpen(Stream, Streams, address, out place);

    /// <summary>False when the address has as many connections as it may.</summary>
    /// <param name="place">To be disposed of when the connection ends; null where connections are not counted.</param>
    public bool TryOpenConnection(IPAddress? address, out IDisposable? place)
    {
        if (address is { IsIPv4MappedToIPv6: true })
            address = address.MapToIPv4();
        var counted = address is not null && !_proxies.Any(proxy => proxy.Contains(address)) ? address : null;
        return TryOpen(Connection, Connections, counted, out place);
    }

    private bool TryOpen(string kind, OpenByAddress open, IPAddress? address, out IDisposable? place)
    {
        place = null;
        if (!_enabled || address is null || (place = open.TryOpen(address)) is not null)
            return true;
        _refused.Add(1, new KeyValuePair<string, object?>("kind", kind));
        var (now, logged) = (_time.GetTimestamp(), Volatile.Read(ref _logged));
        if ((logged == 0 || _time.GetElapsedTime(logged, now) >= LogEvery) && Interlocked.CompareExchange(ref _logged, now, logged) == logged)
            LogRefused(_log, address, kind);
        return false;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Address} or its network has as many {Kind}s open as it may, and is refused more. If it is a proxy of yours, name it in LiveComments:Proxy:Trusted; if it is many people, raise LiveComments:Limits:StreamsPerAddress and StreamsPerNetwork")]
    private static partial void LogRefused(ILogger log, IPAddress address, string kind);
}
