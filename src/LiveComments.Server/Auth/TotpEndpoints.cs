using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Auth;

/// <summary><c>/auth/totp</c>: an authenticator program as the second thing a log-in needs.</summary>
internal static class TotpEndpoints
{
    public static void MapTotp(this IEndpointRouteBuilder auth)
    {
        auth.MapPost("/totp", StartAsync).RequireCaller().Documented(new("Get a secret for an authenticator program")
        {
            Description = "It counts once a code has confirmed it; asking again replaces it until then.",
            Answers = [new(200, "Totp")],
            Errors = [Error.Unauthenticated, Error.StateConflict],
        });
        auth.MapPost("/totp/confirm", ConfirmAsync).RequireCaller().Documented(new("Confirm the authenticator")
        {
            Description = "From now on a log-in needs a code. Each code is taken once.",
            Body = "TotpCode",
            Answers = [new(204)],
            Errors = [Error.TotpInvalid, Error.Unauthenticated, Error.StateConflict],
        });
        auth.MapDelete("/totp", RemoveAsync).RequireCaller().Documented(new("Remove the authenticator") { Answers = [new(204)], Errors = [Error.Unauthenticated, Error.StateConflict] });
    }

    /// <summary>Gives a new secret, which counts once a code has confirmed it.</summary>
    private static async Task<IResult> StartAsync(HttpContext context, PasswordCheck check, TotpSecrets secrets, IAccountStore accounts, CancellationToken ct)
    {
        var id = context.Caller()!.UserId;
        var secret = Totp.NewSecret();
        var stored = secrets.Protect(secret);
        var account = await accounts.FindAsync(id, ct);
        var changed = await check.ChangeAsync(id, read => read.TotpConfirmed ? null : read with { TotpSecret = stored, TotpLastStep = 0 }, ct);
        return changed is null || account is null
            ? Problem.Of(Error.StateConflict, "This account has an authenticator already, or no password here.")
            : Results.Json(new TotpAnswer(Totp.Print(secret), Totp.Uri(secret, account.Username)), AuthJson.Default.TotpAnswer);
    }

    private static async Task<IResult> ConfirmAsync(HttpContext context, PasswordCheck check, TotpSecrets secrets, TimeProvider time, CancellationToken ct)
    {
        var (body, error) = await JsonBody.ReadAsync(context.Request, AuthJson.Default.CodeBody, ct);
        if (body is null)
            return error!;
        if (body.Code is not { } code)
            return Problem.Of(Error.InvalidRequest, "code is needed.");
        var refused = Error.StateConflict;
        var changed = await check.ChangeAsync(context.Caller()!.UserId, read =>
        {
            refused = Error.StateConflict;
            if (read.TotpSecret is not { } secret || read.TotpConfirmed)
                return null;
            refused = Error.TotpInvalid;
            return Totp.Match(secrets.Unprotect(secret), code, time.GetUtcNow(), read.TotpLastStep) is { } step
                ? read with { TotpConfirmed = true, TotpLastStep = step }
                : null;
        }, ct);
        return changed is null ? Problem.Of(refused) : Results.NoContent();
    }

    private static async Task<IResult> RemoveAsync(HttpContext context, PasswordCheck check, CancellationToken ct) =>
        await check.ChangeAsync(context.Caller()!.UserId, read => read with { TotpSecret = null, TotpConfirmed = false, TotpLastStep = 0 }, ct) is null
            ? Problem.Of(Error.StateConflict, "This account has no password here.")
            : Results.NoContent();
}
