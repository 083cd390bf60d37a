using System.Security.Cryptography;
using System.Text;

namespace LiveComments.Server.Auth.TwoFactor;

/// <summary>
/// Codes that are taken in place of the authenticator's, for whoever has lost it: ten, each once. They have 80 random bits, so that one round of SHA-256 keeps them from whoever reads the database.
/// </summary>
internal static class RecoveryCodes
{
    public const int Count = 10;

    private const int Length = 16, Group = 4;

    /// <summary>Crockford's base 32: none of its letters looks like a digit.</summary>
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    /// <summary>New codes, as people keep them (<c>k7dm-2xq9-0hvt-4bnw</c>), and what the store has of them.</summary>
    public static (IReadOnlyList<string> Codes, string Stored) New(UserId account)
    {
        var codes = Enumerable.Range(0, Count).Select(_ => RandomNumberGenerator.GetString(Alphabet, Length)).ToArray();
        return ([.. codes.Select(code => string.Join('-', code.Chunk(Group).Select(group => new string(group))))], string.Join(' ', codes.Select(code => Hash(account, code))));
    }

    /// <summary>How many are left.</summary>
    public static int Left(string? stored) => string.IsNullOrEmpty(stored) ? 0 : stored.Count(' ') + 1;

    /// <summary>Whether a text has the form of one: six digits of an authenticator have not.</summary>
    public static bool IsOne(string typed) => Read(typed) is not null;

    /// <summary>What the store has left once a code is used up; null when it is none of them.</summary>
    public static string? Use(string? stored, UserId account, string typed)
    {
        if (Read(typed) is not { } code || string.IsNullOrEmpty(stored))
            return null;
        var (hash, left, found) = (Encoding.ASCII.GetBytes(Hash(account, code)), new List<string>(Count), false);
        foreach (var one in stored.Split(' '))
        {
            // All are compared, in constant time.
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(one), hash))
                found = true;
            else
                left.Add(one);
        }
        return found ? string.Join(' ', left) : null;
    }

    /// <summary>A code in the form in which it is hashed, however it was typed; null for what is none.</summary>
    private static string? Read(string typed)
    {
        if (typed.Length > 2 * Length)
            return null;
        var code = new StringBuilder(Length);
        foreach (var c in typed.ToLowerInvariant())
            if (c is not (' ' or '-'))
                code.Append(c switch { 'o' => '0', 'i' or 'l' => '1', _ => c });
        return code.Length == Length && !code.ToString().AsSpan().ContainsAnyExcept(Alphabet) ? code.ToString() : null;
    }

    private static string Hash(UserId account, string code) => Convert.ToBase64String(SHA256.HashData([.. account.Value.ToByteArray(bigEndian: true), .. Encoding.ASCII.GetBytes(code)]));
}
