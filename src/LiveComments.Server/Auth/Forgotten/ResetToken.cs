using System.Buffers.Text;
using System.Security.Cryptography;
using LiveComments.Accounts;

namespace LiveComments.Server.Auth.Forgotten;

/// <summary>Lets whoever reads an account's e-mail choose a new password, once. It consists of the account's id and a secret of 256 bits; the store has a hash of the secret. 64 characters of base64url.</summary>
internal sealed class ResetToken
{
    private const int Id = 16, Secret = 32;
    private readonly byte[] _bytes;

    private ResetToken(byte[] bytes) => _bytes = bytes;

    public UserId Account => new(new Guid(_bytes.AsSpan(0, Id), bigEndian: true));

    /// <summary>What the store has of it. The secret cannot be guessed, so one round of SHA-256 is enough.</summary>
    public string Hash => Convert.ToBase64String(SHA256.HashData(_bytes.AsSpan(Id)));

    public static ResetToken For(UserId account)
    {
        var bytes = RandomNumberGenerator.GetBytes(Id + Secret);
        account.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        return new(bytes);
    }

    /// <summary>Null for what is not of the form.</summary>
    public static ResetToken? Parse(string text) =>
        text.Length == 64 && Base64Url.IsValid(text) && Base64Url.DecodeFromChars(text) is { Length: Id + Secret } bytes ? new(bytes) : null;

    /// <summary>Whether the store expects it now.</summary>
    public bool Opens(Credentials credentials, DateTimeOffset now) =>
        credentials.ResetUntil > now && CryptographicOperations.FixedTimeEquals(Convert.FromBase64String(credentials.ResetHash ?? ""), Convert.FromBase64String(Hash));

    public override string ToString() => Base64Url.EncodeToString(_bytes);
}
