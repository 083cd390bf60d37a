using LiveComments.Server.Http;
using Microsoft.AspNetCore.Connections;

namespace LiveComments.Server.Connections;

/// <summary>Registers what every connection passes before it says anything.</summary>
internal static class ConnectionServices
{
    /// <summary>From the first byte of a request to the last of its headers. They are one packet or two; this is time to send them again four times on a poor line.</summary>
    public static readonly TimeSpan Headers = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a connection may say nothing, before its first request and between two. Longer than proxies and browsers keep an idle one (nginx 60 s), so that they close it: when
    /// the server does, a request may be on its way.
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
