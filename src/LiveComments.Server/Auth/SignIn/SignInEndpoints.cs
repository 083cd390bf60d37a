using LiveComments.Accounts;
using LiveComments.Server.Auth.Bodies;
using LiveComments.Server.Auth.LogIns;
using LiveComments.Server.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace LiveComments.Server.Auth.SignIn;

/// <summary><c>/auth/external</c>: from an OpenID Connect provider to a log-in here, for the pages.</summary>
internal sealed class SignInEndpoints(SignInProviders providers, SignInCookie cookie, SignInLimits limits, TimeProvider time, SignInMetrics metrics, Profiles profiles, IAccountStore accounts, Sessions sessions)
{
    public async Task<IResult> BeginAsync(string provider, HttpContext context, CancellationToken ct)
    {
        if (providers.Find(provider) is not { } found)
            return Problem.Of(Error.NotFound);
        var (body, error) = await JsonBody.ReadAsync(context.Request, AuthJson.Default.ExternalSignInBody, ct);
        if (body is null)
            return error!;
        if (body.Return is not { } back || !SignInAttempt.MayReturnTo(back))
            return Problem.Of(Error.InvalidRequest, "return is a path of this site.");
        if (limits.SignIn(context) is { } limited)
            return limited.ToResult();
        var attempt = SignInAttempt.New(provider, back, time.GetUtcNow());
        if (await found.AddressAsync(attempt, RedirectUri(context.Request, provider), ct) is not { } address)
            return Problem.Of(Error.IssuerUnavailable, $"{found.Name} does not answer.");
        cookie.Write(context, attempt);
        return Results.Json(new ExternalSignInAnswer(address), AuthJson.Default.ExternalSignInAnswer);
    }

    public async Task<IResult> EndAsync(string provider, HttpContext context, CancellationToken ct)
    {
        if (providers.Find(provider) is not { } found)
            return Problem.Of(Error.NotFound);
        // The attempt can be used once, by the GET that follows.
        if (HttpMethods.IsHead(context.Request.Method))
            return Results.LocalRedirect(context.Request.PathBase.Add("/").ToUriComponent());
        var attempt = cookie.Take(context);
        var outcome = await OutcomeAsync();
        metrics.Count(provider, outcome);
        var back = attempt?.Return ?? context.Request.PathBase.Add("/").ToUriComponent();
        return Results.LocalRedirect(outcome == SignInOutcome.SignedIn ? back : $"{back}#sign-in={SignInMetrics.Word(outcome)}");

        async ValueTask<SignInOutcome> OutcomeAsync()
        {
            var answer = context.Request.Query;
            if (attempt is null || !attempt.IsAnsweredBy(provider, answer["state"], time.GetUtcNow()))
                return SignInOutcome.Expired;
            if (limits.SignIn(context) is not null)
                return SignInOutcome.Limited;
            var ended = await IdentifyAsync(answer);
            if (ended is SignInOutcome.Busy or SignInOutcome.Unavailable)
                limits.GiveBackSignIn(context);
            return ended;
        }

        async ValueTask<SignInOutcome> IdentifyAsync(IQueryCollection answer)
        {
            var (caller, outcome) = await found.IdentifyAsync(answer, attempt, RedirectUri(context.Request, provider), ct);
            if (caller is null)
                return outcome;
            try
            {
                return await SignInAsync(caller);
            }
            catch (StoreUnavailableException)
            {
                return SignInOutcome.Busy;
            }
        }

        async ValueTask<SignInOutcome> SignInAsync(Caller caller)
        {
            await profiles.EnsureAsync(caller, ct);
            var account = await accounts.FindAsync(caller.UserId, ct);
            if (account is not { Status: AccountStatus.Active })
                return account is { Status: AccountStatus.Erased } ? SignInOutcome.Deleted : SignInOutcome.Suspended;
            // Its owner chose a password and perhaps a second factor. A provider must not be a way around them.
            if (await accounts.FindCredentialsAsync(account.Id, ct) is not null)
                return SignInOutcome.HasPassword;
            if (await sessions.StartAsync(account, null, context.Connection.RemoteIpAddress?.ToString(), context.Request.Headers.UserAgent.ToString(), ct) is not { } signedIn)
                return SignInOutcome.Suspended;
            RefreshCookie.Write(context, signedIn);
            return SignInOutcome.SignedIn;
        }
    }

    private static string RedirectUri(HttpRequest request, string provider) =>
        UriHelper.BuildAbsolute(request.Scheme, request.Host, request.PathBase, $"/auth/external/{provider}/callback");
}
