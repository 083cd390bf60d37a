using System.Text;
using System.Text.Json;
using LiveComments.Accounts;
using LiveComments.Ingest;
using LiveComments.Server.Auth.Bodies;
using LiveComments.Server.Auth.TwoFactor;
using LiveComments.Server.Http;

namespace LiveComments.Server.Auth;

/// <summary><c>/me</c>: the caller's own profile.</summary>
internal sealed class MeEndpoints(Profiles profiles, IAccountStore accounts, ProfileChanges changes, UserLimits limits, ReservedNames reserved)
{
    /// <summary>Bytes of preferences: settings of a client, not a store for its data.</summary>
    private const int MaxPreferences = 4 * 1024;

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
        ProfileOutcome outcome;
        try
        {
            await AccountAsync(caller, ct);
            outcome = await changes.ApplyAsync(caller.UserId, account =>
                account.IsGuest && (displayName is not null || body.AvatarUrl.ValueKind != JsonValueKind.Undefined)
                    ? new(null, Error.AccountRequired, "A guest's nickname stays as it is, and has no picture.")
                // Somebody who already has a reserved name may send it again with the rest of the profile.
                : displayName is not null && displayName != account.DisplayName && caller.Role == Role.Viewer && reserved.Contains(displayName) ? new(null, Error.NameReserved)
                // So may somebody who has uploaded a picture.
                : body.AvatarUrl.ValueKind == JsonValueKind.String && !AvatarUrl.IsValid(body.AvatarUrl.GetString()!) && body.AvatarUrl.GetString() != account.AvatarUrl
                    ? new(null, Error.InvalidRequest, "avatarUrl is an https URL of at most 2,048 characters, or null; PUT /me/picture uploads a picture.")
                : new(Apply(account, body, displayName)), ct);
        }
        catch (StoreUnavailableException e)
        {
            permit.Refused(e.OutcomeUnknown ? Error.OutcomeUnknown : Error.StoreUnavailable);
            throw;
        }
        if (outcome.Account is { } changed)
            return await AnswerAsync(caller, changed, ct);
        if (outcome.Error == Error.Busy)
            permit.Refused(Error.Busy);
        return Problem.Of(outcome.Error!, outcome.Detail);
    }

    /// <summary>The caller's account, which is there from their first call on; null for a token of somebody who has none.</summary>
    public async ValueTask<Account?> AccountAsync(Caller caller, CancellationToken ct)
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
        if (body.AvatarUrl.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.String))
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

    /// <summary>The profile as it is now.</summary>
    public async ValueTask<IResult> AnswerAsync(Caller caller, Account account, CancellationToken ct)
    {
        var credentials = await accounts.FindCredentialsAsync(account.Id, ct);
        using var preferences = JsonDocument.Parse(account.Preferences);
        return Results.Json(
            new ProfileAnswer(account.Id.ToString(), account.Username, account.DisplayName, account.AvatarUrl, account.Email,
                Roles.Name(caller.Role), credentials is not null, credentials is { TotpConfirmed: true }, preferences.RootElement.Clone(), account.CreatedAt, account.IsGuest ? true : null, credentials is { TotpConfirmed: true } ? RecoveryCodes.Left(credentials.RecoveryCodes) : null),
            AuthJson.Default.ProfileAnswer);
    }
}
