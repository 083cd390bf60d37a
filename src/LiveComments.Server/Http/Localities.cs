using System.Net;
using LiveComments.Analytics;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Http;

/// <summary>Says from which country a request comes, where the server is told how to find out. The address itself is kept nowhere.</summary>
internal sealed class Localities(IOptions<LocalityOptions> options, IOptions<AnalyticsOptions> analytics, LocalityFile file)
{
    private readonly bool _isOn = analytics.Value.Enabled;
    private readonly LocalityOptions _options = options.Value;

    /// <summary>By the proxy's header, or else by the address; null where neither tells it.</summary>
    public Locality? Of(HttpContext context) => Of(Said(context), context.Connection.RemoteIpAddress);

    /// <summary>The same for a connection whose first request is long over.</summary>
    /// <param name="said">What its proxy said then.</param>
    public Locality? Of(Locality? said, IPAddress? address) => said ?? (_isOn && address is not null ? file.Find(address) : null);

    /// <summary>What the proxy says; null where it says nothing. <see cref="ProxyHeaders"/> has taken out what came from anybody else.</summary>
    public Locality? Said(HttpContext context) =>
        _isOn && _options.CountryHeader.Length > 0 && context.Request.Headers.TryGetValue(_options.CountryHeader, out var country)
            ? Locality.Of(country.ToString(), _options.RegionHeader.Length > 0 ? context.Request.Headers[_options.RegionHeader].ToString() : null)
            : null;
}
