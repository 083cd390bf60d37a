using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace LiveComments.Server.Auth.SignIn;

/// <summary>What the browser of somebody who was sent to a provider keeps until they come back, and nobody else knows.</summary>
/// <param name="Provider">The Id of the only provider that may end it.</param>
/// <param name="State">Comes back in the address: who comes without it was sent by somebody else.</param>
/// <param name="Nonce">Comes back in the token: another token is of another sign-in.</param>
/// <param name="Verifier">Proves that the code was asked for by this browser (PKCE, RFC 7636).</param>
/// <param name="Return">The path of this site to go on at.</param>
internal sealed record SignInAttempt(string Provider, string State, string Nonce, string Verifier, string Return, DateTimeOffset ExpiresAt)
{
    /// <summary>Long enough to register with the provider, and to look for the second factor.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private const int MaxReturn = 512;

    /// <summary>The verifier as the provider may know it before it gives the code.</summary>
    public string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    public static SignInAttempt New(string provider, string back, DateTimeOffset now) => new(provider, Random(), Random(), Random(), back, now + Lifetime);

    /// <summary>
    /// True for a path of this site. Everything that browsers take for the beginning of another site, or leave out so that it becomes
    /// one, is refused, and so is a fragment: the outcome goes there.
    /// </summary>
    public static bool MayReturnTo(string path) =>
        path.Length is > 0 and <= MaxReturn && path[0] == '/' && !path.StartsWith("//", StringComparison.Ordinal)
        && path.All(c => c is > ' ' and < '\x7f' and not ('\\' or '#'));

    /// <summary>False for an attempt that is too old, or that this answer does not belong to.</summary>
    public bool IsAnsweredBy(string provider, string? state, DateTimeOffset now) =>
        provider == Provider && now < ExpiresAt
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(State), Encoding.UTF8.GetBytes(state ?? ""));

    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
