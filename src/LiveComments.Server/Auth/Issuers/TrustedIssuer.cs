using LiveComments.Server.Auth.Tokens;

namespace LiveComments.Server.Auth.Issuers;

/// <summary>Somebody whose tokens are accepted here.</summary>
/// <param name="Name">The <c>iss</c> of their tokens.</param>
/// <param name="Audience">The <c>aud</c> their tokens must have.</param>
/// <param name="Algorithms">Accepted signature algorithms. A token with another one is refused; otherwise a public key could be used as a shared secret.</param>
/// <param name="RoleClaim">The claim that may make somebody moderator or administrator; null when none may.</param>
internal sealed record TrustedIssuer(string Name, string Audience, IReadOnlyList<string> Algorithms, IIssuerKeys Keys, string? RoleClaim)
{
    /// <summary>True for the tokens of this server: their subjects and claims are as <see cref="TokenIssuer"/> writes them.</summary>
    public bool IsOwn => Name == TokenIssuer.Name;
}
