using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MimeKit;

namespace LiveComments.Tests.Mail;

/// <summary>Debian's aiosmtpd in a process of its own (relay.py): a real server with STARTTLS, by a certificate of its own authority, and a log-in. It ends with the process of the tests, however that ends.</summary>
internal sealed class SmtpRelay : IAsyncDisposable
{
    public const string Program = "aiosmtpd", User = "livecomments", Password = "let-me-in";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    private SmtpRelay(string? name)
    {
        // Debian's own, which finds Debian's packages: another may be first on the path.
        var start = new ProcessStartInfo("/usr/bin/python3", [Path.Combine(Repository.Root, "tests", "LiveComments.Tests", "Mail", "relay.py"), _folder.Path, User, Password]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (name is not null)
            start.ArgumentList.Add(Certify(name));
        _process = Process.Start(start)!;
    }

    public int Port { get; private set; }

    /// <summary>The certificate of the authority that signed the server's.</summary>
    public string Authority => _folder.At("authority.pem");

    /// <summary>The log-ins that were tried: name and password, with a colon between them.</summary>
    public IReadOnlyList<string> LogIns => File.Exists(_folder.At("log-ins")) ? File.ReadAllLines(_folder.At("log-ins")) : [];

    /// <summary>What it was given.</summary>
    public IReadOnlyList<MimeMessage> Messages => Directory.Exists(_folder.At("mail/new")) ? [.. Directory.GetFiles(_folder.At("mail/new")).Select(file => MimeMessage.Load(file))] : [];

    /// <summary>The settings of a server that sends by it.</summary>
    public string[] Settings =>
    [
        "--LiveComments:Mail:Host=127.0.0.1", $"--LiveComments:Mail:Port={Port}", $"--LiveComments:Mail:User={User}", $"--LiveComments:Mail:Password={Password}",
        "--LiveComments:Mail:From=no-reply@example.org", "--LiveComments:Mail:Site=https://live.example.org",
    ];

    /// <param name="name">The name in its certificate; null for a server without TLS.</param>
    public static async Task<SmtpRelay> StartAsync(string? name = "127.0.0.1")
    {
        var relay = new SmtpRelay(name);
        relay.Port = int.Parse((await relay._process.StandardOutput.ReadLineAsync().WaitAsync(Patience))!, CultureInfo.InvariantCulture);
        return relay;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        _process.Dispose();
        _folder.Dispose();
    }

    /// <summary>Makes an authority, and by it a certificate that says no more than most people's own do; the file with the certificate and its key.</summary>
    private string Certify(string name)
    {
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var own = new CertificateRequest("CN=Tests of mail", authorityKey, HashAlgorithmName.SHA256);
        own.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using var authority = own.CreateSelfSigned(from, to);
        File.WriteAllText(Authority, authority.ExportCertificatePem());

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
            names.AddIpAddress(address);
        else
            names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, from, to, [1]);
        File.WriteAllText(_folder.At("relay.pem"), $"{key.ExportPkcs8PrivateKeyPem()}\n{certificate.ExportCertificatePem()}\n");
        return _folder.At("relay.pem");
    }
}
