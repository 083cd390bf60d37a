using System.Net.Security;

namespace LiveComments.Cassandra.Cql;

/// <summary>How nodes are connected to.</summary>
/// <param name="Username">Empty where nodes ask for none.</param>
/// <param name="Tls">Null without TLS.</param>
/// <param name="Timeout">How long one request may take, and how long connecting may.</param>
internal sealed record ConnectionSettings(string Username, string Password, SslClientAuthenticationOptions? Tls, TimeSpan Timeout, TimeProvider Time)
{
    /// <summary>Requests under way on one connection. A node works at 128 at once by default (<c>native_transport_max_threads</c>), and each of them may be asked for by several others.</summary>
    public int Streams { get; init; } = 1_024;
}
