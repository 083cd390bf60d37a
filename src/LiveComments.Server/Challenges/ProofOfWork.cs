using System.Buffers.Binary;
using System.Buffers.Text;
using System.Net;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using LiveComments.Challenges;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Challenges;

/// <summary>
/// A proof of work in the manner of hashcash. The token is sealed by this server and says for whom, for which event and until when it is good; the answer is <c>TOKEN.NUMBER</c>, where the SHA-256 of
/// <c>SEED.NUMBER</c> begins with so many zero bits, and the seed is the SHA-256 of the token in base64url. Nothing is kept until it is solved, and judging an answer costs two hashes.
/// </summary>
internal sealed class ProofOfWork(IDataProtectionProvider protection, IOptions<ChallengeOptions> options, TimeProvider time) : IChallenge
{
    public const string Kind = "proof-of-work";

    /// <summary>Nothing sealed here is longer, so longer answers are not looked at.</summary>
    private const int MaxAnswer = 512;

    /// <summary>Digits of the number: a hundred times more numbers than the hardest work needs.</summary>
    private const int MaxDigits = 11;

    /// <summary>Identity, person, event, milliseconds since 1970, bits.</summary>
    private const int Size = 16 + 16 + 16 + 8 + 1;

    /// <summary>A slow phone takes a minute for what a computer does in a second.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly IDataProtector _protector = protection.CreateProtector("LiveComments.ProofOfWork.v1");

    public Challenge Ask(UserId user, EventId id)
    {
        var until = DateTimeOffset.FromUnixTimeMilliseconds((time.GetUtcNow() + Lifetime).ToUnixTimeMilliseconds());
        var bytes = new byte[Size];
        RandomNumberGenerator.Fill(bytes.AsSpan(0, 16));
        user.Value.TryWriteBytes(bytes.AsSpan(16), bigEndian: true, out _);
        id.Value.TryWriteBytes(bytes.AsSpan(32), bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(48), until.ToUnixTimeMilliseconds());
        bytes[56] = (byte)options.Value.Difficulty;
        return new Challenge(Kind) { Token = Base64Url.EncodeToString(_protector.Protect(bytes)), Difficulty = options.Value.Difficulty, ExpiresAt = until };
    }

    public ValueTask<ChallengeAnswer> CheckAsync(UserId user, EventId id, string answer, IPAddress? address, CancellationToken ct) => new(Check(user, id, answer));

    /// <summary>Whether a number solves a challenge.</summary>
    public static bool Solves(string token, string number, int difficulty)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.ASCII.GetBytes(token), hash);
        SHA256.HashData(Encoding.ASCII.GetBytes($"{Base64Url.EncodeToString(hash)}.{number}"), hash);
        return BitOperations.LeadingZeroCount(BinaryPrimitives.ReadUInt32BigEndian(hash)) >= difficulty;
    }

    private ChallengeAnswer Check(UserId user, EventId id, string answer)
    {
        var wrong = new ChallengeAnswer(ChallengeVerdict.Wrong);
        if (answer.Length > MaxAnswer || answer.Split('.') is not [var token, { Length: > 0 and <= MaxDigits } number] || !number.All(char.IsAsciiDigit) || Open(token) is not { } bytes)
            return wrong;
        if (new Guid(bytes.AsSpan(16, 16), bigEndian: true) != user.Value || new Guid(bytes.AsSpan(32, 16), bigEndian: true) != id.Value || !Solves(token, number, bytes[56]))
            return wrong;
        var until = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(48)));
        return until <= time.GetUtcNow() ? new ChallengeAnswer(ChallengeVerdict.Late) : new ChallengeAnswer(ChallengeVerdict.Right, new Guid(bytes.AsSpan(0, 16), bigEndian: true), until);
    }

    /// <summary>Null for what is not sealed here.</summary>
    private byte[]? Open(string token)
    {
        if (!Base64Url.IsValid(token))
            return null;
        try
        {
            return _protector.Unprotect(Base64Url.DecodeFromChars(token)) is { Length: Size } bytes ? bytes : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
