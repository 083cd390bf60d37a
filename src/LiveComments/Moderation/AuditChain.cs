using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace LiveComments.Moderation;

/// <summary>
/// The chain of the audit log: each line's hash covers the line and the hash before it, so a line that was changed, added or taken out in between does not go unseen. The reasons are covered by
/// salted digests, so that they can be erased.
/// </summary>
public static class AuditChain
{
    private const int SaltLength = 16;

    /// <summary>What the first line follows.</summary>
    public static byte[] Start { get; } = new byte[SHA256.HashSizeInBytes];

    /// <summary>The next line.</summary>
    /// <param name="seq">The last line's.</param>
    /// <param name="hash">The last line's, or <see cref="Start"/>.</param>
    public static AuditEntry Next(long seq, byte[] hash, ModeratorDecision decision)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var digest = DigestOf(salt, decision.Reason);
        return new AuditEntry(seq + 1, decision, digest, HashOf(hash, seq + 1, decision, digest), salt);
    }

    /// <summary>What is wrong with a line that follows another one; null when nothing is.</summary>
    /// <param name="seq">The last line's.</param>
    /// <param name="hash">The last line's, or <see cref="Start"/>.</param>
    public static string? FaultOf(long seq, byte[] hash, AuditEntry entry) =>
        entry.Seq != seq + 1 ? $"line {seq + 1} is missing"
        : !entry.Hash.AsSpan().SequenceEqual(HashOf(hash, entry.Seq, entry.Decision, entry.Digest)) ? $"line {entry.Seq} is not the one that was written"
        : entry.Salt is { } salt && !entry.Digest.AsSpan().SequenceEqual(DigestOf(salt, entry.Decision.Reason)) ? $"the reason of line {entry.Seq} is not the one that was written"
        : null;

    private static byte[] DigestOf(byte[] salt, string? reason) => SHA256.HashData([.. salt, .. reason is null ? [] : Encoding.UTF8.GetBytes(reason)]);

    private static byte[] HashOf(ReadOnlySpan<byte> before, long seq, ModeratorDecision decision, ReadOnlySpan<byte> digest)
    {
        // Each member has its own place, so no two lines have the same bytes.
        const int ids = 16, numbers = 8;
        Span<byte> bytes = stackalloc byte[2 * SHA256.HashSizeInBytes + 6 * ids + 3 * numbers + 2];
        var rest = bytes;
        before.CopyTo(Take(ref rest, SHA256.HashSizeInBytes));
        digest.CopyTo(Take(ref rest, SHA256.HashSizeInBytes));
        foreach (var id in (ReadOnlySpan<Guid>)[decision.Id, decision.Event?.Value ?? default, decision.By.Value, decision.Comment?.Value ?? default, decision.User?.Value ?? default, decision.Undoes ?? default])
            id.TryWriteBytes(Take(ref rest, ids), bigEndian: true, out _);
        foreach (var number in (ReadOnlySpan<long>)[seq, decision.At.ToUnixTimeMilliseconds(), (long)(decision.Span?.TotalSeconds ?? -1)])
            BinaryPrimitives.WriteInt64BigEndian(Take(ref rest, numbers), number);
        rest[0] = 1; // the version of this form
        rest[1] = (byte)decision.Action;
        return SHA256.HashData(bytes);
    }

    private static Span<byte> Take(ref Span<byte> rest, int length)
    {
        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }
}
