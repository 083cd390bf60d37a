namespace LiveComments.Accounts;

/// <summary>
/// SHA-256 hashes of the two halves of a refresh token. The family is the same in all tokens of a log-in, the secret is new
/// in each: with the right family and another secret, a token is an old one, and neither a guess nor a forgery.
/// </summary>
public sealed record RefreshHashes(ReadOnlyMemory<byte> Family, ReadOnlyMemory<byte> Secret);
