using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace LiveComments.Server.Auth;

/// <summary>The issuers of the configuration, each with its keys.</summary>
internal sealed class ExternalIssuers : IAsyncDisposable
{
    /// <summary>
    /// Signatures that a public key verifies. Shared secrets (HS256) are left out: with them, whoever can verify can also issue.
    /// </summary>
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    /// <summary>Discovery documents and key sets have a few kilobytes.</summary>
    private const int MaxDocument = 256 * 1024;

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { MaxResponseContentBufferSize = MaxDocument, Timeout = TimeSpan.FromSeconds(5) };
    private readonly List<FetchedKeys> _keys = [];

    public ExternalIssuers(IOptions<ExternalIssuersOptions> options, TimeProvider time, ILogger<ExternalIssuers> log)
    {
        var all = new List<TrustedIssuer>();
        foreach (var issuer in options.Value.Issuers)
        {
            var keys = new FetchedKeys(issuer.Name, issuer.Authority is { Length: > 0 } authority ? ct => DiscoverAsync(authority, ct) : ct => ReadAsync(issuer.KeysFile!, ct), time, log);
            _keys.Add(keys);
            all.Add(new TrustedIssuer(issuer.Name, issuer.Audience!, Algorithms, keys, issuer.RoleClaim));
        }
        All = all;
    }

    public IReadOnlyList<TrustedIssuer> All { get; }

    public async ValueTask DisposeAsync()
    {
        foreach (var keys in _keys)
            await keys.DisposeAsync();
        _http.Dispose();
    }

    private async Task<IReadOnlyList<SecurityKey>> DiscoverAsync(string authority, CancellationToken ct)
    {
        var address = authority.TrimEnd('/') + "/.well-known/openid-configuration";
        // The document names where the keys are: over plain http only where the document itself came so, on this machine.
        var documents = new HttpDocumentRetriever(_http) { RequireHttps = address.StartsWith("https:", StringComparison.OrdinalIgnoreCase) };
        return [.. (await OpenIdConnectConfigurationRetriever.GetAsync(address, documents, ct)).SigningKeys];
    }

    private static async Task<IReadOnlyList<SecurityKey>> ReadAsync(string path, CancellationToken ct) =>
        [.. new JsonWebKeySet(await File.ReadAllTextAsync(path, ct)).GetSigningKeys()];
}
