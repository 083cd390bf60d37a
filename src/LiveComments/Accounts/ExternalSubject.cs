using System.Security.Cryptography;
using System.Text;

namespace LiveComments.Accounts;

/// <summary>Maps people whom another system knows to people here.</summary>
public static class ExternalSubject
{
    private static readonly byte[] Namespace = new Guid("6f0a3a52-2f5e-4f0b-9a53-0d1c7c7f2b11").ToByteArray(bigEndian: true);

    /// <summary>
    /// Each external identity maps to one account. A subject that is a UUID is the user id itself: a trusted issuer is trusted with every id. Any other subject maps to a version 5 UUID (RFC
    /// 9562) of issuer and subject.
    /// </summary>
    public static UserId ToUserId(string issuer, string subject)
    {
        if (UserId.TryParse(subject, out var id))
            return id;
        // The length keeps ("a", "bc") apart from ("ab", "c").
        byte[] name = [.. Namespace, .. Encoding.UTF8.GetBytes($"{issuer.Length}:{issuer}{subject}")];
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // What version 5 is made of; nothing secret depends on it.
        SHA1.HashData(name, hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new UserId(new Guid(hash[..16], bigEndian: true));
    }

    /// <summary>The first of these that can be a name here; null without one. An e-mail address is left out: what becomes a name is shown to everybody.</summary>
    public static string? NameOf(params ReadOnlySpan<string?> names)
    {
        foreach (var name in names)
            if (DisplayName.TryNormalize(name, out _) && name!.AsSpan().IndexOfAny("@\uFF20\uFE6B") < 0)
                return name;
        return null;
    }
}
