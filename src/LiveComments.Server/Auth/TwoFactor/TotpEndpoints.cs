using LiveComments.Server.Auth.Bodies;
using LiveComments.Server.Auth.Passwords;
using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Auth.TwoFactor;

/// <summary>
/// <c>/auth/totp</c>: an authenticator program as the second thing a log-in needs. A token alone, which may be stolen, changes nothing here: setting one up needs the password, and removing
/// one needs its code too. Accounts without a password have their second step at the provider.
/// </summary>
internal static class TotpEndpoints
{
    private const string NoPassword = "This account has no password here.";

    public static void MapTotp(this IEndpointRouteBuilder auth)
    {
        auth.MapPost("/totp", StartAsync).RequireCaller().Documented(new("createTotp", "Get a secret for an authenticator program")
        {
            Description = "It counts once a code has confirmed it; asking again replaces it until then. Another takes the place of one that counts only after that is removed.",
            Body = "Password",
            Answers = [new(200, "Totp")],
            Errors = [Error.Unauthenticated, Error.InvalidCredentials, Error.StateConflict, Error.RateLimited, Error.LockedOut],
        });
        auth.MapPost("/totp/confirm", ConfirmAsync).RequireCaller().Documented(new("confirmTotp", "Confirm the authenticator")
        {
            Description = "From now on a log-in needs a code. Each code is taken once.",
            Body = "TotpCode",
            Answers = [new(204)],
            Errors = [Error.TotpInvalid, Error.Unauthenticated, Error.StateConflict, Error.RateLimited, Error.LockedOut],
        });
        auth.MapDelete("/totp", RemoveAsync).RequireCaller().Documented(new("deleteTotp", "Remove the authenticator")
        {
            Description = "Needs a code of it once it was confirmed.",
            Body = "PasswordAndCode",
            Answers = [new(204)],
            Errors = [Error.TotpInvalid, Error.Unauthenticated, Error.InvalidCredentials, Error.TotpRequired, Error.StateConflict, Error.RateLimited, Error.LockedOut],
        });
    }

    /// <summary>Returns a new secret, which becomes active when a code confirms it.</summary>
    private static async Task<IResult> StartAsync(
        HttpContext context, SignInLimits limits, PasswordCheck check, DeviceCookie devices, TotpSecrets secrets, IAccountStore accounts, CancellationToken ct)
    {
        var (proof, refused) = await ReadAsync(context, limits, ct);
        if (proof is null)
            return refused!;
        var id = context.Caller()!.UserId;
        if (await accounts.FindAsync(id, ct) is not { } account || await accounts.FindCredentialsAsync(id, ct) is not { TotpConfirmed: false })
            return Problem.Of(Error.StateConflict, "This account has an authenticator already, or no password here.");
        var secret = Totp.NewSecret();
        var stored = secrets.Protect(secret);
        var (right, refusal) = await check.CheckAsync(id, devices.Source(context, id), proof.Password!, proof.Code, ct,
            read => read.TotpConfirmed ? null : read with { TotpSecret = stored, TotpLastStep = 0 });
        return right is null ? refusal.ToResult() : Results.Json(new TotpAnswer(Totp.Print(secret), Totp.Uri(secret, account.Username)), AuthJson.Default.TotpAnswer);
    }

    private static async Task<IResult> ConfirmAsync(HttpContext context, SignInLimits limits, PasswordCheck check, DeviceCookie devices, CancellationToken ct)
    {
        var (body, error) = await JsonBody.ReadAsync(context.Request, AuthJson.Default.CodeBody, ct);
        if (body is null)
            return error!;
        if (body.Code is not { } code)
            return Problem.Of(Error.InvalidRequest, "code is needed.");
        if (limits.SignIn(context) is { } limited)
            return limited.ToResult();
        var id = context.Caller()!.UserId;
        return await check.ConfirmAuthenticatorAsync(id, devices.Source(context, id), code, ct) is { } refusal ? refusal.ToResult() : Results.NoContent();
    }

    private static async Task<IResult> RemoveAsync(
        HttpContext context, SignInLimits limits, PasswordCheck check, DeviceCookie devices, IAccountStore accounts, CancellationToken ct)
    {
        var (proof, refused) = await ReadAsync(context, limits, ct);
        if (proof is null)
            return refused!;
        var id = context.Caller()!.UserId;
        if (await accounts.FindCredentialsAsync(id, ct) is null)
            return Problem.Of(Error.StateConflict, NoPassword);
        var (right, refusal) = await check.CheckAsync(id, devices.Source(context, id), proof.Password!, proof.Code, ct,
            read => read with { TotpSecret = null, TotpConfirmed = false, TotpLastStep = 0 });
        return right is null ? refusal.ToResult() : Results.NoContent();
    }

    private static async ValueTask<(ProofBody? Proof, IResult? Refused)> ReadAsync(HttpContext context, SignInLimits limits, CancellationToken ct)
    {
        var (body, error) = await JsonBody.ReadAsync(context.Request, AuthJson.Default.ProofBody, ct);
        if (body is null)
            return (null, error);
        if (body.Password is not { Length: <= PasswordRules.MaxLength })
            return (null, Problem.Of(Error.InvalidRequest, "password is needed."));
        return limits.SignIn(context) is { } limited ? (null, limited.ToResult()) : (body, null);
    }
}
