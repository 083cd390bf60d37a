using LiveComments.Accounts;
using LiveComments.Server.Auth.Bodies;
using LiveComments.Server.Auth.LogIns;
using LiveComments.Server.Auth.Passwords;
using LiveComments.Server.Http;

namespace LiveComments.Server.Auth.Forgotten;

/// <summary><c>/auth/password/forgotten</c> and <c>/auth/password/reset</c>: from a forgotten password to a new one, by e-mail.</summary>
internal sealed class ForgottenEndpoints(PasswordMail mail, SignInLimits limits, PasswordHashing hashing, PasswordCheck check, Sessions sessions, IAccountStore accounts, TimeProvider time)
{
    /// <summary>Asks for a link. What it does depends on the address and its answer does not.</summary>
    public async Task<IResult> AskAsync(HttpContext context, CancellationToken ct)
    {
        if (!mail.IsOn)
            return Problem.Of(Error.Forbidden, "This server sends no e-mail. Ask the people who run it for a new password.");
        var (body, error) = await JsonBody.ReadAsync(context.Request, AuthJson.Default.EmailBody, ct);
        if (body is null)
            return error!;
        if (body.Email is not { } email || !EmailAddress.IsValid(email))
            return Problem.Of(Error.InvalidRequest, "email is an e-mail address.");
        if (limits.Register(context) is { } limited)
            return limited.ToResult();
        return mail.TrySendLink(email) ? Asked() : Problem.Of(Error.Busy);
    }

    /// <summary>Gives an account a new password, with the token of a link.</summary>
    public async Task<IResult> ResetAsync(HttpContext context, CancellationToken ct)
    {
        var (body, error) = await JsonBody.ReadAsync(context.Request, AuthJson.Default.ResetBody, ct);
        if (body is null)
            return error!;
        if (body is not { Token: { } typed, NewPassword: { } password })
            return Problem.Of(Error.InvalidRequest, "token and newPassword are needed.");
        if (limits.SignIn(context) is { } limited)
            return limited.ToResult();
        if (ResetToken.Parse(typed) is not { } token
            || await accounts.FindAsync(token.Account, ct) is not { Status: AccountStatus.Active } account
            || await accounts.FindCredentialsAsync(account.Id, ct) is not { } credentials || !token.Opens(credentials, time.GetUtcNow()))
            return Problem.Of(Error.LinkExpired);
        if (!PasswordRules.Allow(password, account.Username, account.Email))
            return Problem.Of(Error.WeakPassword);
        string hash;
        using (var place = await hashing.TryEnterAsync(SignInSource.Stranger(context), ct))
        {
            if (place is null)
                return Problem.Of(Error.Busy);
            hash = await place.HashAsync(password);
        }
        // Of several at once with one link, one succeeds. Not cancelled from here on: the link is used up.
        if (await check.ChangeAsync(account.Id, read => token.Opens(read, time.GetUtcNow())
                ? read with { PasswordHash = hash, PasswordChangedAt = time.GetUtcNow(), LockedUntil = null, ResetHash = null, ResetUntil = null } : null, CancellationToken.None) is null)
            return Problem.Of(Error.LinkExpired);
        await sessions.EndOthersAsync(account.Id, null, CancellationToken.None);
        mail.TellChanged(account);
        return Results.NoContent();
    }

    private static JsonAnswer Asked() => new(static json =>
    {
        json.WriteStartObject();
        json.WriteString("status"u8, "asked"u8);
        json.WriteEndObject();
    }, StatusCodes.Status202Accepted);
}
