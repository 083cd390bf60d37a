using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace LiveComments.Server.Auth.SignIn;

/// <summary>The secret state of one sign-in, kept by the browser while its user is at the provider.</summary>
/// <param name="Provider">The Id of the only provider that may end it.</param>
/// <param name="State">Comes back in the address. An answer without it was not asked for by this browser.</param>
/// <param name="Nonce">Comes back in the token. A token without it belongs to another sign-in.</param>
/// <param name="Verifier">Proves that the code was asked for by this browser (PKCE, RFC 7636).</param>
/// <param name="Return">The path of this site to go on at.</param>
internal sealed record SignInAttempt(string Provider, string State, string Nonce, string Verifier, string Return, DateTimeOffset ExpiresAt)
{
    /// <summary>Long enough to register with the provider, and to find the second factor.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private const int MaxReturn = 512;

    /// <summary>The hash of the verifier, which the provider may know before it gives the code.</summary>
    public string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    public static SignInAttempt New(string provider, string back, DateTimeOffset now) => new(provider, Random(), Random(), Random(), back, now + Lifetime);

    /// <summary>
    /// True for a path of this site. Everything that a browser could read as another site is refused, and so is a fragment, because the outcome is put there.
    /// </summary>
    public static bool MayReturnTo(string path) =>
        path.Length is > 0 and <= MaxReturn && path[0] == '/' && !path.StartsWith("//", StringComparison.Ordinal)
        && path.All(c => c is > ' ' and < '\x7f' and not ('\\' or '#'));

    /// <summary>False when the attempt is too old, or the answer belongs to another one.</summary>
    public bool IsAnsweredBy(string provider, string? state, DateTimeOffset now) =>
        provider == Provider && now < ExpiresAt
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(State), Encoding.UTF8.GetBytes(state ?? ""));

    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
