using System.Buffers;
using System.Security.Cryptography;

namespace LiveComments.Accounts;

/// <summary>
/// The username of a guest: <c>guest-</c> and eight hexadecimal digits. Nobody else can have such a name, so every comment tells whether a guest wrote it. A guest chose the display name; this one is
/// given, so that a guest can be mentioned.
/// </summary>
public static class GuestName
{
    private const string Prefix = "guest-";
    private const int Digits = 8;

    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>One of four billion; another guest may have it.</summary>
    public static string New() => Prefix + RandomNumberGenerator.GetHexString(Digits, lowercase: true);

    /// <summary>Whether a username is a guest's, in any case.</summary>
    public static bool IsOne(ReadOnlySpan<char> username) =>
        username.Length == Prefix.Length + Digits && username.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && !username[Prefix.Length..].ContainsAnyExcept(Hexadecimal);
}
