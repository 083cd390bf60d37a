using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace LiveComments.Server.Auth.Passwords;

/// <summary>
/// A cookie that records which accounts logged in on a browser, so that neither a flood of strangers nor their guesses lock out returning people. It grants nothing: its holder still needs
/// the password, and has an own count of wrong tries. Whoever logs in where somebody did who is banned is suspected to be the same. Only this server can read it.
/// </summary>
internal sealed class DeviceCookie(IDataProtectionProvider protection, TimeProvider time)
{
    public const string Name = "livecomments-device";

    /// <summary>Accounts per browser, enough for a family. The one used longest ago is dropped.</summary>
    private const int MaxAccounts = 4;

    /// <summary>Account, device, and the second of the last log-in.</summary>
    private const int Entry = 16 + 16 + 8;

    /// <summary>Nothing sealed here is longer, so longer values are ignored.</summary>
    private const int MaxText = 512;

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    private readonly IDataProtector _protector = protection.CreateProtector("LiveComments.Device.v1");

    /// <summary>The source of a try to log in to an account.</summary>
    /// <param name="account">Null where there is no such account.</param>
    public SignInSource Source(HttpContext context, UserId? account) => new(
        SignInSource.Network(context), account is { } id && Read(context).Find(known => known.Device.Account == id).Device is { } device ? device : null);

    /// <summary>The accounts that logged in on this browser, of the year before.</summary>
    public IEnumerable<UserId> Accounts(HttpContext context) => Read(context).Select(known => known.Device.Account);

    /// <summary>After a log-in: makes this browser known to the account.</summary>
    public void Write(HttpContext context, UserId account)
    {
        var known = Read(context);
        var device = known.Find(one => one.Device.Account == account).Device ?? new KnownDevice(account, Guid.NewGuid());
        known.RemoveAll(one => one.Device.Account == account);
        known.Insert(0, (device, time.GetUtcNow().ToUnixTimeSeconds()));
        var bytes = new byte[Math.Min(known.Count, MaxAccounts) * Entry];
        for (var i = 0; i < bytes.Length / Entry; i++)
        {
            var entry = bytes.AsSpan(i * Entry, Entry);
            known[i].Device.Account.Value.TryWriteBytes(entry, bigEndian: true, out _);
            known[i].Device.Id.TryWriteBytes(entry[16..], bigEndian: true, out _);
            BinaryPrimitives.WriteInt64BigEndian(entry[32..], known[i].At);
        }
        context.Response.Cookies.Append(Name, Base64Url.EncodeToString(_protector.Protect(bytes)), new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = context.Request.IsHttps,
            Path = context.Request.PathBase.Add("/auth"),
            MaxAge = Lifetime,
            IsEssential = true,
        });
    }

    /// <summary>The newest first; none from a cookie that is not ours.</summary>
    private List<(KnownDevice Device, long At)> Read(HttpContext context)
    {
        var known = new List<(KnownDevice, long)>();
        if (context.Request.Cookies[Name] is not { Length: > 0 and <= MaxText } text || !Base64Url.IsValid(text))
            return known;
        byte[] bytes;
        try
        {
            bytes = _protector.Unprotect(Base64Url.DecodeFromChars(text));
        }
        catch (CryptographicException)
        {
            return known;
        }
        var oldest = (time.GetUtcNow() - Lifetime).ToUnixTimeSeconds();
        for (var i = 0; i + Entry <= bytes.Length; i += Entry)
        {
            var entry = bytes.AsSpan(i, Entry);
            if (BinaryPrimitives.ReadInt64BigEndian(entry[32..]) is var at && at > oldest)
                known.Add((new KnownDevice(new UserId(new Guid(entry[..16], bigEndian: true)), new Guid(entry[16..32], bigEndian: true)), at));
        }
        return known;
    }
}
