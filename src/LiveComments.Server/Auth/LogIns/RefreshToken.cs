using System.Buffers.Text;
using System.Security.Cryptography;
using LiveComments.Accounts;

namespace LiveComments.Server.Auth.LogIns;

/// <summary>
/// Extends a log-in; each token can be exchanged once. It consists of the log-in's id, the family secret that all tokens of the log-in share, and a secret of its own.
/// 64 characters of base64url.
/// </summary>
internal sealed class RefreshToken
{
    private const int Part = 16;
    private readonly byte[] _bytes;

    private RefreshToken(byte[] bytes) => _bytes = bytes;

    public Guid SessionId => new(_bytes.AsSpan(0, Part), bigEndian: true);

    public RefreshHashes Hashes => new(SHA256.HashData(_bytes.AsSpan(Part, Part)), SHA256.HashData(_bytes.AsSpan(2 * Part, Part)));

    /// <summary>The first token of a log-in.</summary>
    public static RefreshToken First(Guid sessionId)
    {
        var bytes = RandomNumberGenerator.GetBytes(3 * Part);
        sessionId.TryWriteBytes(bytes, bigEndian: true, out _);
        return new(bytes);
    }

    /// <summary>The token that replaces this one.</summary>
    public RefreshToken Next()
    {
        var bytes = (byte[])_bytes.Clone();
        RandomNumberGenerator.Fill(bytes.AsSpan(2 * Part));
        return new(bytes);
    }

    /// <summary>Null for what is not of the form.</summary>
    public static RefreshToken? Parse(string text) =>
        text.Length == 4 * Part && Base64Url.IsValid(text) && Base64Url.DecodeFromChars(text) is { Length: 3 * Part } bytes ? new(bytes) : null;

    public override string ToString() => Base64Url.EncodeToString(_bytes);
}
