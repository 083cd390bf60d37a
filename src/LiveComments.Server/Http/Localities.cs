using LiveComments.Analytics;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Http;

/// <summary>Says from which country a request comes, where the server is told how to find out. The address itself is kept nowhere.</summary>
internal sealed class Localities(IOptions<LocalityOptions> options, IOptions<AnalyticsOptions> analytics, LocalityFile file)
{
    private readonly bool _isOn = analytics.Value.Enabled && (options.Value.CountryHeader.Length > 0 || options.Value.Database.Length > 0);
    private readonly LocalityOptions _options = options.Value;

    /// <summary>By the proxy's header, or else by the address. Null where neither tells it. <see cref="ProxyHeaders"/> has taken out what no proxy said.</summary>
    public Locality? Of(HttpContext context)
    {
        if (!_isOn)
            return null;
        var headers = context.Request.Headers;
        if (_options.CountryHeader.Length > 0 && headers.TryGetValue(_options.CountryHeader, out var country)
            && Locality.Of(country.ToString(), _options.RegionHeader.Length > 0 ? headers[_options.RegionHeader].ToString() : null) is { } said)
            return said;
        return context.Connection.RemoteIpAddress is { } address ? file.Find(address) : null;
    }
}
