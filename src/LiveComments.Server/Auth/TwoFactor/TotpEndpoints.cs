using LiveComments.Server.Auth.Bodies;
using LiveComments.Server.Auth.Passwords;
using LiveComments.Server.Http;

namespace LiveComments.Server.Auth.TwoFactor;

/// <summary>
/// <c>/auth/totp</c>: an authenticator program as the second thing a log-in needs. A token alone, which may be stolen, changes nothing here: setting one up needs the password, and removing
/// one needs its code too. Accounts without a password have their second step at the provider.
/// </summary>
internal sealed class TotpEndpoints(SignInLimits limits, PasswordCheck check, DeviceCookie devices, TotpSecrets secrets, IAccountStore accounts, RecoveryAudit audit)
{
    private const string NoPassword = "This account has no password here.";

    /// <summary>Returns a new secret, which becomes active when a code confirms it.</summary>
    public async Task<IResult> StartAsync(HttpContext context, CancellationToken ct)
    {
        var (proof, refused) = await ReadAsync(context, ct);
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

    public async Task<IResult> ConfirmAsync(HttpContext context, CancellationToken ct)
    {
        var (body, error) = await JsonBody.ReadAsync(context.Request, AuthJson.Default.CodeBody, ct);
        if (body is null)
            return error!;
        if (body.Code is not { } code)
            return Problem.Of(Error.InvalidRequest, "code is needed.");
        if (limits.SignIn(context) is { } limited)
            return limited.ToResult();
        var id = context.Caller()!.UserId;
        var (codes, stored) = RecoveryCodes.New(id);
        if (await check.ConfirmAuthenticatorAsync(id, devices.Source(context, id), code, stored, ct) is { } refusal)
            return refusal.ToResult();
        await audit.MadeAsync(id);
        return Answer(codes);
    }

    /// <summary>Makes new recovery codes in place of those before.</summary>
    public async Task<IResult> RenewCodesAsync(HttpContext context, CancellationToken ct)
    {
        var (proof, refused) = await ReadAsync(context, ct);
        if (proof is null)
            return refused!;
        var id = context.Caller()!.UserId;
        if (await accounts.FindCredentialsAsync(id, ct) is not { TotpConfirmed: true })
            return Problem.Of(Error.StateConflict, "This account has no authenticator.");
        var (codes, stored) = RecoveryCodes.New(id);
        var (right, refusal) = await check.CheckAsync(id, devices.Source(context, id), proof.Password!, proof.Code, ct,
            read => read.TotpConfirmed ? read with { RecoveryCodes = stored } : null);
        if (right is null)
            return refusal.ToResult();
        await audit.MadeAsync(id);
        return Answer(codes);
    }

    public async Task<IResult> RemoveAsync(HttpContext context, CancellationToken ct)
    {
        var (proof, refused) = await ReadAsync(context, ct);
        if (proof is null)
            return refused!;
        var id = context.Caller()!.UserId;
        if (await accounts.FindCredentialsAsync(id, ct) is null)
            return Problem.Of(Error.StateConflict, NoPassword);
        var (right, refusal) = await check.CheckAsync(id, devices.Source(context, id), proof.Password!, proof.Code, ct,
            read => read with { TotpSecret = null, TotpConfirmed = false, TotpLastStep = 0, RecoveryCodes = null });
        return right is null ? refusal.ToResult() : Results.NoContent();
    }

    private static IResult Answer(IReadOnlyList<string> codes) => Results.Json(new RecoveryCodesAnswer(codes), AuthJson.Default.RecoveryCodesAnswer);

    private async ValueTask<(ProofBody? Proof, IResult? Refused)> ReadAsync(HttpContext context, CancellationToken ct)
    {
        var (body, error) = await JsonBody.ReadAsync(context.Request, AuthJson.Default.ProofBody, ct);
        if (body is null)
            return (null, error);
        if (body.Password is not { Length: <= PasswordRules.MaxLength })
            return (null, Problem.Of(Error.InvalidRequest, "password is needed."));
        return limits.SignIn(context) is { } limited ? (null, limited.ToResult()) : (body, null);
    }
}
