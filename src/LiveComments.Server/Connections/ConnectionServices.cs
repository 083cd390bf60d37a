using LiveComments.Server.Http;
using Microsoft.AspNetCore.Connections;

namespace LiveComments.Server.Connections;

/// <summary>Registers the limits that every new connection passes.</summary>
internal static class ConnectionServices
{
    /// <summary>Time for a request's headers. They fit in one or two packets; this allows four retransmissions on a poor line.</summary>
    public static readonly TimeSpan Headers = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a connection may be idle before and between requests. It is longer than proxies and browsers keep idle connections (nginx 60 s), so that they close them: if the server
    /// closed one, a request could be on its way.
    /// </summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(75);

    /// <summary>For the handshake of TLS, which is two exchanges.</summary>
    public static readonly TimeSpan Handshake = TimeSpan.FromSeconds(10);

    /// <param name="streams">Streams that may be open.</param>
    public static void AddConnections(this WebApplicationBuilder builder, Func<IServiceProvider, int> streams)
    {
        builder.Services.AddSingleton<AddressLimits>();
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<ConnectionGate>(services, streams(services)));
        builder.Services.AddSingleton<IConnectionListenerFactory, GatedTransport>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.RequestHeadersTimeout = Headers;
            kestrel.Limits.KeepAliveTimeout = Silence;
            kestrel.ConfigureHttpsDefaults(https => https.HandshakeTimeout = Handshake);
        });
    }
}
