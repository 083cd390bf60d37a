using System.Buffers.Text;

namespace LiveComments.Load.Protocol;

/// <summary>Idempotency keys: a prefix of this run and the number of the post, so that an answer is matched without a table of strings.</summary>
internal static class Key
{
    private static readonly string Prefix = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(6));

    public static string Of(long number) => $"{Prefix}-{number}";

    /// <returns>-1 for what is not such a key.</returns>
    public static long Number(ReadOnlySpan<byte> key) =>
        Utf8Parser.TryParse(key[(key.LastIndexOf((byte)'-') + 1)..], out long number, out _) ? number : -1;
}
