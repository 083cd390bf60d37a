using System.Buffers.Binary;
using System.Numerics;

namespace LiveComments.Cassandra.Cql;

/// <summary>
/// Where a partition is on the ring: what Cassandra's Murmur3Partitioner gives. It is the first half of MurmurHash3 x64 128 with seed 0 by Austin Appleby (public domain), but the bytes after
/// the last whole block of 16 count as signed.
/// </summary>
internal static class Token
{
    private const ulong C1 = 0x87c37b91114253d5, C2 = 0x4cf5ad432745937f;

    /// <param name="key">The partition key as it is stored.</param>
    public static long Of(ReadOnlySpan<byte> key)
    {
        ulong h1 = 0, h2 = 0;
        var tail = key;
        for (; tail.Length >= 16; tail = tail[16..])
        {
            h1 ^= Mix1(BinaryPrimitives.ReadUInt64LittleEndian(tail));
            h1 = (BitOperations.RotateLeft(h1, 27) + h2) * 5 + 0x52dce729;
            h2 ^= Mix2(BinaryPrimitives.ReadUInt64LittleEndian(tail[8..]));
            h2 = (BitOperations.RotateLeft(h2, 31) + h1) * 5 + 0x38495ab5;
        }
        ulong k1 = 0, k2 = 0;
        for (var i = tail.Length - 1; i >= 0; i--)
            if (i >= 8)
                k2 ^= (ulong)(sbyte)tail[i] << (8 * (i - 8));
            else
                k1 ^= (ulong)(sbyte)tail[i] << (8 * i);
        h2 ^= Mix2(k2) ^ (ulong)key.Length;
        h1 ^= Mix1(k1) ^ (ulong)key.Length;
        h1 += h2;
        h2 += h1;
        h1 = Finish(h1);
        h2 = Finish(h2);
        // The smallest number is no token.
        return (long)(h1 + h2) is var token && token == long.MinValue ? long.MaxValue : token;
    }

    /// <summary>The partition key as it is stored: of several columns, each with its length before and a zero after it.</summary>
    public static byte[] Key(IReadOnlyList<byte[]> columns)
    {
        if (columns.Count == 1)
            return columns[0];
        var key = new byte[columns.Sum(column => column.Length + 3)];
        var at = 0;
        foreach (var column in columns)
        {
            BinaryPrimitives.WriteUInt16BigEndian(key.AsSpan(at), checked((ushort)column.Length));
            column.CopyTo(key.AsSpan(at + 2));
            at += column.Length + 3;
        }
        return key;
    }

    private static ulong Mix1(ulong k) => BitOperations.RotateLeft(k * C1, 31) * C2;

    private static ulong Mix2(ulong k) => BitOperations.RotateLeft(k * C2, 33) * C1;

    private static ulong Finish(ulong h)
    {
        h = (h ^ (h >> 33)) * 0xff51afd7ed558ccd;
        h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53;
        return h ^ (h >> 33);
    }
}
