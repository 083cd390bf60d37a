using System.Buffers.Binary;

namespace LiveComments.Analytics;

/// <summary>
/// Tells the people of one event apart, and nobody from one event to the next: a hash of event and user. It is for counting: a sketch of hashes (<see cref="UniqueSketch"/>) names nobody.
/// </summary>
public static class AuthorHash
{
    /// <summary>Never 0.</summary>
    public static ulong Of(EventId id, UserId user)
    {
        Span<byte> bytes = stackalloc byte[32];
        id.Value.TryWriteBytes(bytes);
        user.Value.TryWriteBytes(bytes[16..]);
        var hash = 0x9E3779B97F4A7C15UL;
        for (var at = 0; at < bytes.Length; at += 8)
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]));
        return hash == 0 ? 1 : hash;
    }

    /// <summary>The finalizer of splitmix64 (Steele, Lea, Flood 2014): every bit of the input changes about half of the output's.</summary>
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
