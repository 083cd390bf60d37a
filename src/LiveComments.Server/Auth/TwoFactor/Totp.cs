using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LiveComments.Server.Auth.TwoFactor;

/// <summary>Codes of authenticator programs: RFC 6238 with what all of them take, SHA-1, six digits and steps of 30 s.</summary>
internal static class Totp
{
    private const int StepSeconds = 30;
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>160 random bits, as RFC 4226 advises.</summary>
    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(20);

    /// <summary>The secret as people type it.</summary>
    public static string Print(ReadOnlySpan<byte> secret)
    {
        var text = new StringBuilder((secret.Length * 8 + 4) / 5);
        int buffer = 0, bits = 0;
        foreach (var value in secret)
        {
            buffer = (buffer << 8) | value;
            for (bits += 8; bits >= 5; bits -= 5)
                text.Append(Base32[(buffer >> (bits - 5)) & 31]);
        }
        if (bits > 0)
            text.Append(Base32[(buffer << (5 - bits)) & 31]);
        return text.ToString();
    }

    /// <summary>The URI that authenticator programs read from a QR code.</summary>
    public static string Uri(ReadOnlySpan<byte> secret, string username) =>
        $"otpauth://totp/LiveComments:{System.Uri.EscapeDataString(username)}?secret={Print(secret)}&issuer=LiveComments&algorithm=SHA1&digits=6&period={StepSeconds}";

    /// <summary>
    /// The step whose code it is: now, the one before or the one after, because clocks differ. Null for another code and for
    /// those of <paramref name="lastStep"/> and before, which were used.
    /// </summary>
    public static long? Match(ReadOnlySpan<byte> secret, string code, DateTimeOffset now, long lastStep)
    {
        var step = now.ToUnixTimeSeconds() / StepSeconds;
        long? match = null;
        for (var candidate = step - 1; candidate <= step + 1; candidate++)
            // All candidates are compared, in constant time.
            if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Code(secret, candidate)), Encoding.UTF8.GetBytes(code)) && candidate > lastStep)
                match ??= candidate;
        return match;
    }

    /// <summary>The code of a step.</summary>
    public static string Code(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // What RFC 6238 programs compute; HMAC does not need SHA-1 to be free of collisions.
        HMACSHA1.HashData(secret, counter, hash);
#pragma warning restore CA5350
        var offset = hash[^1] & 15;
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.Slice(offset, 4)) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }
}
