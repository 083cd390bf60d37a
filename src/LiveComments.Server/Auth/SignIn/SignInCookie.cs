using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using LiveComments.Server.Auth.Bodies;
using Microsoft.AspNetCore.DataProtection;

namespace LiveComments.Server.Auth.SignIn;

/// <summary>
/// Keeps a <see cref="SignInAttempt"/> in a cookie that only this server can read, so that a flood of attempts costs no memory here. A new attempt replaces an unfinished one.
/// </summary>
internal sealed class SignInCookie(IDataProtectionProvider protection)
{
    public const string Name = "livecomments-sign-in";

    private readonly IDataProtector _protector = protection.CreateProtector("LiveComments.SignIn.v1");

    public void Write(HttpContext context, SignInAttempt attempt) => context.Response.Cookies.Append(Name,
        Base64Url.EncodeToString(_protector.Protect(JsonSerializer.SerializeToUtf8Bytes(attempt, AuthJson.Default.SignInAttempt))),
        Options(context.Request, SignInAttempt.Lifetime));

    /// <summary>The attempt; null without one. The answer deletes the cookie.</summary>
    public SignInAttempt? Take(HttpContext context)
    {
        if (context.Request.Cookies[Name] is not { } text)
            return null;
        context.Response.Cookies.Delete(Name, Options(context.Request, null));
        if (!Base64Url.IsValid(text))
            return null;
        try
        {
            return JsonSerializer.Deserialize(_protector.Unprotect(Base64Url.DecodeFromChars(text)), AuthJson.Default.SignInAttempt);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static CookieOptions Options(HttpRequest request, TimeSpan? lifetime) => new()
    {
        HttpOnly = true,
        // A strict cookie would not be sent on the way back from the provider's site.
        SameSite = SameSiteMode.Lax,
        Secure = request.IsHttps,
        Path = request.PathBase.Add("/auth/external"),
        MaxAge = lifetime,
        IsEssential = true,
    };
}
