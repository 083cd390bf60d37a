using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace LiveComments.Server.Auth.TwoFactor;

/// <summary>Authenticators' secrets as they are stored: readable with the data folder's protection keys only.</summary>
internal sealed class TotpSecrets(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("LiveComments.Totp.v1");

    public string Protect(byte[] secret) => Convert.ToBase64String(_protector.Protect(secret));

    /// <exception cref="CryptographicException">Its key is missing: the data folder was put together from two.</exception>
    public byte[] Unprotect(string stored) => _protector.Unprotect(Convert.FromBase64String(stored));
}
