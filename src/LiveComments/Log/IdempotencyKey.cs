using System.Security.Cryptography;
using System.Text;

namespace LiveComments.Log;

/// <summary>
/// Ties retries of one operation of one user on one event together: the same key and the same fingerprint give the outcome
/// of the first try, another fingerprint is an error.
/// </summary>
/// <param name="Value">1-64 of <c>[A-Za-z0-9_-]</c>.</param>
/// <param name="Fingerprint">128 bits over everything in the request that must be the same.</param>
public sealed record IdempotencyKey(string Value, UInt128 Fingerprint)
{
    /// <summary>
    /// The form in which stores keep it: 17 to 28 bytes. The hash of user, event and operation keeps one user's keys apart from everybody else's. The beginning of the key itself comes first,
    /// so that keys that count up or begin with a time are stored side by side: a commit then writes a few pages instead of one for each comment.
    /// </summary>
    public byte[] ToStored(EventId id, UserId user)
    {
        const int beginning = 12, ids = 32;
        Span<byte> bytes = stackalloc byte[ids + 3 * 64];
        id.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        user.Value.TryWriteBytes(bytes[16..], bigEndian: true, out _);
        var length = ids + Encoding.UTF8.GetBytes(Value, bytes[ids..]);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(bytes[..length], hash);
        return [.. bytes.Slice(ids, Math.Min(beginning, length - ids)), .. hash[..16]];
    }
}
