using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LiveComments.Load.Target;

/// <summary>A certificate for 127.0.0.1 that nobody else trusts, made for one run.</summary>
internal sealed class Certificate : IDisposable
{
    private readonly X509Certificate2 _certificate;

    /// <param name="folder">Where its files are written; a folder of the owner's alone.</param>
    public Certificate(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        Path = System.IO.Path.Combine(folder, "load.pem");
        KeyPath = System.IO.Path.Combine(folder, "load.key");
        File.WriteAllText(Path, _certificate.ExportCertificatePem());
        File.WriteAllText(KeyPath, key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>PEM.</summary>
    public string Path { get; }

    /// <summary>PEM.</summary>
    public string KeyPath { get; }

    public bool Is(X509Certificate2? other) => other is not null && other.Thumbprint == _certificate.Thumbprint;

    public void Dispose() => _certificate.Dispose();
}
