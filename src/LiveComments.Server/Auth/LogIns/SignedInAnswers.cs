using LiveComments.Accounts;
using LiveComments.Moderation;
using LiveComments.Server.Auth.Bodies;
using LiveComments.Server.Auth.Passwords;
using LiveComments.Server.Http;

namespace LiveComments.Server.Auth.LogIns;

/// <summary>Begins log-ins, and answers them: with the refresh token in the body, or in the page's cookie.</summary>
internal sealed class SignedInAnswers(Sessions sessions, DeviceCookie devices, BanEvasion evasion)
{
    /// <summary>Begins a log-in on the browser that asks.</summary>
    /// <param name="passwordChangedAt">When the checked password had been set; null without a password.</param>
    public async ValueTask<IResult> BeginAsync(HttpContext context, Account account, DateTimeOffset? passwordChangedAt, int status, CancellationToken ct)
    {
        var signedIn = await sessions.StartAsync(account, passwordChangedAt, context.Connection.RemoteIpAddress?.ToString(), context.Request.Headers.UserAgent.ToString(), ct);
        if (signedIn is null)
            return Problem.Of(Error.InvalidCredentials);
        evasion.SignedIn(account.Id, devices.Accounts(context));
        devices.Write(context, account.Id);
        return Of(context, signedIn, status);
    }

    public static IResult Of(HttpContext context, SignedIn signedIn, int status)
    {
        var inCookie = RefreshCookie.IsAskedFor(context.Request);
        if (inCookie)
            RefreshCookie.Write(context, signedIn);
        return Results.Json(
            new SignedInAnswer(signedIn.UserId.ToString(), signedIn.Token, inCookie ? null : signedIn.RefreshToken, signedIn.ExpiresAt),
            AuthJson.Default.SignedInAnswer, statusCode: status);
    }
}
