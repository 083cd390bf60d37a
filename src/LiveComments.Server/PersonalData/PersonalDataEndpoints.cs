using LiveComments.Accounts;
using LiveComments.Ingest;
using LiveComments.PersonalData;
using LiveComments.Server.Auth;
using LiveComments.Server.Auth.Bodies;
using LiveComments.Server.Auth.Passwords;
using LiveComments.Server.Http;

namespace LiveComments.Server.PersonalData;

/// <summary>Everything that is stored about a person: handed out to them, and erased.</summary>
internal sealed partial class PersonalDataEndpoints(
    IPersonalData data, IAccountStore accounts, Profiles profiles, PersonExport export, Erasures erasures, PasswordCheck check, DeviceCookie devices, SignInLimits signIns, UserLimits limits, TimeProvider time,
    ILogger<PersonalDataEndpoints> logger)
{
    /// <summary>Exports written at a time: each reads the store as long as its client takes the answer.</summary>
    private const int Exports = 2;

    /// <summary>How long ago somebody without a password here may have signed in to delete their account.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _exports = new(Exports);

    public async Task<IResult> ExportAsync(HttpContext context)
    {
        var caller = context.Caller()!;
        if (limits.TakeComment(caller.UserId, out _) is { } limited)
            return Problem.Of(limited.Error, retryAfter: limited.RetryAfter);
        await profiles.EnsureAsync(caller, context.RequestAborted);
        if (await accounts.FindAsync(caller.UserId, context.RequestAborted) is not { } account)
            return Problem.Of(Error.UserNotFound);
        return _exports.Wait(0) ? new ExportAnswer(export, account, () => _exports.Release()) : Problem.Of(Error.Busy, "Others are being sent their data. Try again in a moment.");
    }

    public async Task<IResult> EraseOwnAsync(HttpContext context, CancellationToken ct)
    {
        var caller = context.Caller()!;
        if (await accounts.FindCredentialsAsync(caller.UserId, ct) is not null)
        {
            var (body, error) = await JsonBody.ReadAsync(context.Request, AuthJson.Default.ProofBody, ct);
            if (body is null)
                return error!;
            if (body.Password is not { Length: <= PasswordRules.MaxLength } password)
                return Problem.Of(Error.InvalidRequest, "password is needed.");
            if (signIns.SignIn(context) is { } tooMany)
                return tooMany.ToResult();
            var (right, refusal) = await check.CheckAsync(caller.UserId, devices.Source(context, caller.UserId), password, body.Code, ct);
            if (right is null)
                return refusal.ToResult();
        }
        // Guests cannot sign in again: their log-in is all they have.
        else if (await accounts.FindAsync(caller.UserId, ct) is not { IsGuest: true } && !await IsFreshAsync(caller, ct))
            return Problem.Of(Error.Forbidden, $"This account has no password here: sign in again, and repeat this within {Fresh.TotalMinutes:0} minutes.");
        await erasures.BeginAsync(caller.UserId, CancellationToken.None);
        return Begun();
    }

    public async Task<IResult> EraseAsync(string userID, HttpContext context, CancellationToken ct)
    {
        var caller = context.Caller()!;
        if (!caller.IsAdministrator)
            return Problem.Of(Error.Forbidden, "Only administrators delete other people's accounts.");
        if (!UserId.TryParse(userID, out var id) || await accounts.FindAsync(id, ct) is not { } account)
            return Problem.Of(Error.UserNotFound);
        if (id == caller.UserId || account.Role == Role.Administrator)
            return Problem.Of(Error.Forbidden, "The account of an administrator is deleted by its owner (DELETE /me), or with the command admin erase.");
        LogBy(logger, caller.UserId, id);
        await erasures.BeginAsync(id, CancellationToken.None);
        return Begun();
    }

    private static JsonAnswer Begun() => new(static json =>
    {
        json.WriteStartObject();
        json.WriteString("status"u8, "erasing"u8);
        json.WriteEndObject();
    }, StatusCodes.Status202Accepted);

    /// <summary>Whether somebody without a password here has signed in lately: here with a provider, or where their token was issued.</summary>
    private async ValueTask<bool> IsFreshAsync(Caller caller, CancellationToken ct)
    {
        var signedInAt = caller.SessionId is { } session ? (await data.LogInsAsync(caller.UserId, ct)).FirstOrDefault(logIn => logIn.Id == session)?.CreatedAt : caller.SignedInAt;
        return signedInAt >= time.GetUtcNow() - Fresh;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The administrator {By} deletes the account {User}")]
    private static partial void LogBy(ILogger logger, UserId by, UserId user);
}
