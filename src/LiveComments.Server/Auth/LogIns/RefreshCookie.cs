namespace LiveComments.Server.Auth.LogIns;

/// <summary>
/// Where a page keeps its refresh token: in a cookie that no script can read and no other site can send. A page asks for it with
/// the header <c>X-Requested-With: LiveComments</c>, which a form of another site cannot send either; then no answer has the
/// token in its body, and <c>/auth/refresh</c> takes it from the cookie.
/// </summary>
internal static class RefreshCookie
{
    public const string Name = "livecomments-refresh";

    public static bool IsAskedFor(HttpRequest request) => request.Headers.XRequestedWith == "LiveComments";

    public static string? Read(HttpRequest request) => request.Cookies[Name];

    public static void Write(HttpContext context, SignedIn signedIn) =>
        context.Response.Cookies.Append(Name, signedIn.RefreshToken, Options(context.Request, signedIn.RefreshExpiresAt));

    public static void Clear(HttpContext context) => context.Response.Cookies.Delete(Name, Options(context.Request, null));

    private static CookieOptions Options(HttpRequest request, DateTimeOffset? expires) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = request.IsHttps,
        Path = request.PathBase.Add("/auth"),
        Expires = expires,
        IsEssential = true,
    };
}
