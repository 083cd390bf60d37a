using System.Buffers.Text;

namespace LiveComments.Load.Protocol;

/// <summary>Idempotency keys: the number of the post, so that an answer is matched without a table of strings, and a part of this run.</summary>
internal static class Key
{
    private static readonly string Run = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(6));

    /// <summary>Keys that count up: a store keeps them side by side, and writes few pages for many.</summary>
    public static string Of(long number) => $"{number:D10}-{Run}";

    /// <summary>The number a key begins with; -1 for what is not such a key.</summary>
    public static long Number(ReadOnlySpan<byte> key) => Utf8Parser.TryParse(key, out long number, out var length) && length > 0 ? number : -1;
}
