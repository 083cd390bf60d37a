using Microsoft.IdentityModel.Tokens;

namespace LiveComments.Server.Auth.Issuers;

/// <summary>The keys of one issuer of tokens: our own ring, or an external issuer's.</summary>
internal interface IIssuerKeys
{
    /// <summary>
    /// The keys that a token with this key id may be signed with: none when the issuer has no such key, null when that cannot be
    /// known because the issuer does not answer. Returns within two seconds.
    /// </summary>
    ValueTask<IReadOnlyList<SecurityKey>?> FindAsync(string? kid, CancellationToken ct);
}
