using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace LiveComments.Server.Auth.Issuers;

/// <summary>The issuers of the configuration, each with its keys.</summary>
internal sealed class ExternalIssuers : IAsyncDisposable
{
    /// <summary>
    /// Signatures that a public key verifies. Shared secrets (HS256) are left out: with them, whoever can verify can also issue.
    /// </summary>
    public static readonly IReadOnlyList<string> Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private readonly List<FetchedIssuer> _fetched = [];

    public ExternalIssuers(IOptions<ExternalIssuersOptions> options, IssuerClient client, TimeProvider time, ILogger<ExternalIssuers> log)
    {
        var all = new List<TrustedIssuer>();
        foreach (var issuer in options.Value.Issuers)
        {
            var fetched = new FetchedIssuer(issuer.Name, issuer.Authority is { Length: > 0 } authority ? ct => client.DiscoverAsync(authority, ct) : ct => ReadAsync(issuer.KeysFile!, ct), time, log);
            _fetched.Add(fetched);
            all.Add(new TrustedIssuer(issuer.Name, issuer.Audience!, Algorithms, fetched, issuer.RoleClaim));
        }
        All = all;
    }

    public IReadOnlyList<TrustedIssuer> All { get; }

    public async ValueTask DisposeAsync()
    {
        foreach (var fetched in _fetched)
            await fetched.DisposeAsync();
    }

    private static async Task<OpenIdConnectConfiguration> ReadAsync(string path, CancellationToken ct)
    {
        var described = new OpenIdConnectConfiguration();
        foreach (var key in new JsonWebKeySet(await File.ReadAllTextAsync(path, ct)).GetSigningKeys())
            described.SigningKeys.Add(key);
        return described;
    }
}
