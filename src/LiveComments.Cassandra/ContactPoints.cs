using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LiveComments.Cassandra.Cql;

namespace LiveComments.Cassandra;

/// <summary>Reads what <see cref="CassandraOptions"/> say about connecting.</summary>
internal static class ContactPoints
{
    private const int DefaultPort = 9042;

    /// <summary>Null when the text names no node or has something else in it.</summary>
    public static IReadOnlyList<EndPoint>? Parse(string text)
    {
        var endPoints = new List<EndPoint>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var (host, port) = (part, DefaultPort);
            // An IPv6 address with a port stands in brackets.
            if (part.LastIndexOf(':') is var colon and > 0 && (part.IndexOf(':') == colon || part[colon - 1] == ']'))
            {
                host = part[..colon];
                if (!int.TryParse(part.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is 0 or > ushort.MaxValue)
                    return null;
            }
            host = host.Trim('[', ']');
            if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
                return null;
            endPoints.Add(IPAddress.TryParse(host, out var address) ? new IPEndPoint(address, port) : new DnsEndPoint(host, port));
        }
        return endPoints.Count > 0 ? endPoints : null;
    }

    /// <exception cref="CryptographicException">The authority's file is no certificate.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SessionSettings ToSettings(CassandraOptions options, TimeProvider time, CqlMetrics? metrics = null) =>
        new(Parse(options.ContactPoints)!, options.DataCenter, options.Connections, new ConnectionSettings(options.Username, options.Password, options.Tls ? ToTls(options) : null, options.Timeout, time), metrics);

    private static SslClientAuthenticationOptions ToTls(CassandraOptions options)
    {
        var tls = new SslClientAuthenticationOptions { TargetHost = options.TlsName.Length > 0 ? options.TlsName : null };
        if (options.TlsAuthority.Length > 0)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            tls.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(options.TlsAuthority);
        }
        return tls;
    }
}
