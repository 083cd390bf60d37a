using System.Text;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Ingest;
using LiveComments.Server.Auth.Bodies;
using LiveComments.Server.Auth.TwoFactor;
using LiveComments.Server.Http;

namespace LiveComments.Server.Auth;

/// <summary><c>/me</c>: the caller's own profile.</summary>
internal sealed class MeEndpoints(Profiles profiles, IAccountStore accounts, UserLimits limits, ReservedNames reserved, TimeProvider time)
{
    /// <summary>Bytes of preferences: settings of a client, not a store for its data.</summary>
    private const int MaxPreferences = 4 * 1024;

    /// <summary>How often a change of an account is retried when others change the account meanwhile.</summary>
    private const int Tries = 16;

    public async Task<IResult> ReadAsync(HttpContext context, CancellationToken ct) =>
        await AccountAsync(context.Caller()!, ct) is { } account
            ? await AnswerAsync(context.Caller()!, account, ct)
            : Problem.Of(Error.UserNotFound);

    public async Task<IResult> ChangeAsync(HttpContext context, CancellationToken ct)
    {
        var (body, error) = await JsonBody.ReadAsync(context.Request, AuthJson.Default.ProfileBody, ct);
        if (body is null)
            return error!;
        if (Fault(body, out var displayName) is { } fault)
            return Problem.Of(Error.InvalidRequest, fault);
        var caller = context.Caller()!;
        // Each is a commit, as a comment is.
        if (limits.TakeComment(caller.UserId, out var permit) is { } limited)
            return Problem.Of(limited.Error, retryAfter: limited.RetryAfter);
        try
        {
            for (var i = 0; i < Tries; i++)
            {
                if (await AccountAsync(caller, ct) is not { } account)
                    return Problem.Of(Error.UserNotFound);
                if (account.Status == AccountStatus.Erased)
                    return Problem.Of(Error.AccountErased);
                if (account.IsGuest && (displayName is not null || body.AvatarUrl.ValueKind != JsonValueKind.Undefined))
                    return Problem.Of(Error.AccountRequired, "A guest's nickname stays as it is, and has no picture.");
                // Somebody who already has a reserved name may send it again with the rest of the profile.
                if (displayName is not null && displayName != account.DisplayName && caller.Role == Role.Viewer && reserved.Contains(displayName))
                    return Problem.Of(Error.NameReserved);
                var changed = Apply(account, body, displayName) with { UpdatedAt = time.GetUtcNow() };
                if (!await accounts.ReplaceAsync(changed, ct))
                    continue;
                permit = default;
                profiles.Forget(caller.UserId);
                return await AnswerAsync(caller, changed, ct);
            }
        }
        catch (StoreUnavailableException e)
        {
            permit.Refused(e.OutcomeUnknown ? Error.OutcomeUnknown : Error.StoreUnavailable);
            throw;
        }
        permit.Refused(Error.Busy);
        return Problem.Of(Error.Busy);
    }

    private async ValueTask<Account?> AccountAsync(Caller caller, CancellationToken ct)
    {
        if (await accounts.FindAsync(caller.UserId, ct) is { } account)
            return account;
        await profiles.EnsureAsync(caller, ct);
        return await accounts.FindAsync(caller.UserId, ct);
    }

    /// <param name="displayName">The new one as it is kept; null when it stays.</param>
    private static string? Fault(ProfileBody body, out string? displayName)
    {
        displayName = null;
        if (body.DisplayName.ValueKind != JsonValueKind.Undefined
            && !(body.DisplayName.ValueKind == JsonValueKind.String && DisplayName.TryNormalize(body.DisplayName.GetString(), out displayName)))
            return AuthEndpoints.DisplayNameRule;
        if (body.AvatarUrl.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null)
            && !(body.AvatarUrl.ValueKind == JsonValueKind.String && AvatarUrl.IsValid(body.AvatarUrl.GetString()!)))
            return "avatarUrl is an https URL of at most 2,048 characters, or null.";
        if (body.Preferences.ValueKind != JsonValueKind.Undefined
            && !(body.Preferences.ValueKind == JsonValueKind.Object && Encoding.UTF8.GetByteCount(body.Preferences.GetRawText()) <= MaxPreferences))
            return "preferences is a JSON object of at most 4 KB and 6 levels.";
        return null;
    }

    private static Account Apply(Account account, ProfileBody body, string? displayName) => account with
    {
        DisplayName = displayName ?? account.DisplayName,
        AvatarUrl = body.AvatarUrl.ValueKind == JsonValueKind.Undefined ? account.AvatarUrl : body.AvatarUrl.GetString(),
        Preferences = body.Preferences.ValueKind == JsonValueKind.Undefined ? account.Preferences : body.Preferences.GetRawText(),
    };

    private async ValueTask<IResult> AnswerAsync(Caller caller, Account account, CancellationToken ct)
    {
        var credentials = await accounts.FindCredentialsAsync(account.Id, ct);
        using var preferences = JsonDocument.Parse(account.Preferences);
        return Results.Json(
            new ProfileAnswer(account.Id.ToString(), account.Username, account.DisplayName, account.AvatarUrl, account.Email,
                Roles.Name(caller.Role), credentials is not null, credentials is { TotpConfirmed: true }, preferences.RootElement.Clone(), account.CreatedAt, account.IsGuest ? true : null, credentials is { TotpConfirmed: true } ? RecoveryCodes.Left(credentials.RecoveryCodes) : null),
            AuthJson.Default.ProfileAnswer);
    }
}
