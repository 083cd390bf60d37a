using LiveComments.Server.Auth.Tokens;

namespace LiveComments.Server.Auth.Issuers;

/// <summary>Somebody whose tokens are accepted here.</summary>
/// <param name="Name">The <c>iss</c> of their tokens.</param>
/// <param name="Audience">The <c>aud</c> their tokens must have.</param>
/// <param name="Algorithms">What they sign with: a token that says otherwise is refused, or a public key could be taken for a shared one.</param>
/// <param name="RoleClaim">The claim that may make somebody moderator or administrator; null when none may.</param>
internal sealed record TrustedIssuer(string Name, string Audience, IReadOnlyList<string> Algorithms, IIssuerKeys Keys, string? RoleClaim)
{
    /// <summary>True for the tokens of this server: their subjects and claims are as <see cref="TokenIssuer"/> writes them.</summary>
    public bool IsOwn => Name == TokenIssuer.Name;
}
