using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LiveComments.Akka.Nodes;

/// <summary>This node among others: section <c>LiveComments:Cluster</c>. Needs a store that nodes share.</summary>
internal sealed class ClusterOptions
{
    /// <summary>The role of nodes that place: an event's actor lives on one of them.</summary>
    public const string EventRole = "event";

    /// <summary>The role of nodes that viewers and writers connect to.</summary>
    public const string EdgeRole = "edge";

    /// <summary>The role of nodes that take what comes from Kafka.</summary>
    private const string IngestRole = "ingest";

    /// <summary>The port for other nodes. None by default: this node is alone. 0 takes a free one.</summary>
    [Range(0, 65_535)]
    public int? Port { get; set; }

    /// <summary>
    /// The name or address by which other nodes reach this one, and where it listens for them. What comes there is trusted: another address than loopback belongs to a private network, or
    /// <see cref="Certificate"/> is set.
    /// </summary>
    [Required]
    public string Hostname { get; set; } = "127.0.0.1";

    /// <summary>
    /// Nodes to join, as <c>host:port</c>; a host with several addresses, as a headless service of Kubernetes has, counts as all of them. The first of the list begins the cluster. Without
    /// any, nodes find each other in the store, which is simpler.
    /// </summary>
    public IList<string> Seeds { get; } = [];

    /// <summary>Some of <c>edge</c>, <c>event</c> and <c>ingest</c>; by default all: see docs/operating.md.</summary>
    public IList<string> Roles { get; } = [];

    /// <summary>A PFX file with the certificate and key of all nodes: whoever shows another one is refused. Without it, what nodes say to each other is neither encrypted nor checked.</summary>
    public string Certificate { get; set; } = "";

    /// <summary>Of the certificate's file.</summary>
    public string CertificatePassword { get; set; } = "";

    /// <summary>The roles of this node.</summary>
    internal IReadOnlyList<string> Has => Roles.Count == 0 ? [EdgeRole, EventRole, IngestRole] : [.. Roles];

    /// <summary>Null when every value is of its form, else what is wrong.</summary>
    internal string? Fault()
    {
        if (Roles.FirstOrDefault(role => role is not (EdgeRole or EventRole or IngestRole)) is { } role)
            return $"LiveComments:Cluster:Roles: '{role}' is not a role; there are {EdgeRole}, {EventRole} and {IngestRole}.";
        if (Seeds.FirstOrDefault(seed => !TrySeed(seed, out _, out _)) is { } wrong)
            return $"LiveComments:Cluster:Seeds: '{wrong}' is not of the form host:port.";
        if (Certificate.Length == 0)
            return null;
        try
        {
            using var certificate = ReadCertificate();
            return certificate.HasPrivateKey ? null : "LiveComments:Cluster:Certificate has no private key: make a PFX file of both.";
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return $"LiveComments:Cluster:Certificate cannot be read: {e.Message}";
        }
    }

    internal X509Certificate2 ReadCertificate() => X509CertificateLoader.LoadPkcs12FromFile(Certificate, CertificatePassword);

    internal static bool TrySeed(string seed, out string host, out int port)
    {
        var colon = seed.LastIndexOf(':');
        port = 0;
        host = colon > 0 ? seed[..colon].Trim('[', ']') : "";
        return host.Length > 0 && int.TryParse(seed.AsSpan(colon + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65_535;
    }
}
