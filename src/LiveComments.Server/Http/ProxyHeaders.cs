using System.Net;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace LiveComments.Server.Http;

/// <summary>
/// Handles X-Forwarded- headers: trusted proxies are believed. From others the headers are ignored, and a warning says what to set, because an unknown proxy looks like one client that does
/// everything.
/// </summary>
internal sealed partial class ProxyHeaders(RequestDelegate next, IOptions<ProxyOptions> options, IOptions<LocalityOptions> localities, TimeProvider time, ILogger<ProxyHeaders> log)
{
    private const string Prefix = "X-Forwarded-Prefix";

    private readonly IPNetwork[] _trusted = [.. options.Value.Trusted.Select(trusted => ProxyOptions.TryNetwork(trusted, out var network) ? network : default)];
    private readonly string[] _ofLocalities = [.. new[] { localities.Value.CountryHeader, localities.Value.RegionHeader }.Where(header => header.Length > 0)];
    private readonly OccasionalWarning _warning = new(time);

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        var address = context.Connection.RemoteIpAddress;
        if (_ofLocalities.Length > 0 && !IsTrusted(address))
            foreach (var header in _ofLocalities)
                headers.Remove(header);
        if (!AreIn(headers))
            return next(context);
        if (!IsTrusted(address))
        {
            context.Features.Set(Unbelieved.Mark);
            if (_warning.IsDue())
                LogUnbelieved(log, address?.ToString() ?? "a Unix socket");
        }
        if (headers.TryGetValue(Prefix, out var prefix))
        {
            var path = prefix.ToString().TrimEnd('/');
            if (ProxyOptions.IsPath(path))
                headers[Prefix] = path;
            else
                headers.Remove(Prefix);
        }
        return next(context);
    }

    /// <summary>Whether a request came with such headers from an address that is not trusted.</summary>
    public static bool WereNotBelieved(HttpContext context) => context.Features.Get<Unbelieved>() is not null;

    /// <summary>Whether a connection is the client's own, encrypted to this server: the headers of what comes through a proxy are the proxy's concern.</summary>
    public static bool IsOwnTls(HttpContext context) => context.Features.Get<ITlsHandshakeFeature>() is not null && !AreIn(context.Request.Headers);

    /// <summary>The framework's options for those that are trusted.</summary>
    public static ForwardedHeadersOptions Believed(ProxyOptions proxy)
    {
        // No limit on hops: each must be trusted.
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var trusted in proxy.Trusted)
            if (ProxyOptions.TryNetwork(trusted, out var network))
                options.KnownIPNetworks.Add(network);
        return options;
    }

    private static bool AreIn(IHeaderDictionary headers) =>
        headers.ContainsKey("X-Forwarded-For") || headers.ContainsKey("X-Forwarded-Proto") || headers.ContainsKey("X-Forwarded-Host") || headers.ContainsKey(Prefix);

    /// <summary>As the framework sees it, for which whoever may open a Unix socket is trusted like the first in the list.</summary>
    private bool IsTrusted(IPAddress? address)
    {
        if (address is null)
            return _trusted.Length > 0;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return _trusted.Any(network => network.Contains(plain));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "X-Forwarded headers from {Address} are not believed. If that is your proxy, set LiveComments:Proxy:Trusted:0 to its address (on a Unix socket to any, such as 127.0.0.1)")]
    private static partial void LogUnbelieved(ILogger log, string address);

    private sealed class Unbelieved
    {
        public static readonly Unbelieved Mark = new();
    }
}
