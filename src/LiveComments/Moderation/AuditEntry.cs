namespace LiveComments.Moderation;

/// <summary>One line of the audit log.</summary>
/// <param name="Seq">Counts 1, 2, 3 without gaps over all events.</param>
/// <param name="Decision">Without its reason when that was erased.</param>
/// <param name="Digest">SHA-256 of the salt and the reason, so that a reason can be erased and the chain stays whole.</param>
/// <param name="Hash">SHA-256 of the hash before and of this line.</param>
/// <param name="Salt">16 random bytes; null when they and the reason were erased.</param>
public sealed record AuditEntry(long Seq, ModeratorDecision Decision, byte[] Digest, byte[] Hash, byte[]? Salt);
