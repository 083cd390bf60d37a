using LiveComments.Accounts;
using LiveComments.Server.Auth.Bodies;
using LiveComments.Server.Auth.Passwords;
using LiveComments.Server.Http;

namespace LiveComments.Server.Auth;

/// <summary>What somebody asks for who wants an account, once it follows the rules.</summary>
internal sealed record Registration(string Username, string Email, string Password, string DisplayName)
{
    /// <param name="displayName">The display name when none is asked for; null: the username.</param>
    /// <returns>What is asked for, or what to answer instead.</returns>
    public static (Registration? Asked, IResult? Refused) Check(RegisterBody body, ReservedNames reserved, string? displayName = null)
    {
        if (body.Username is not { } username || !Accounts.Username.IsValid(username))
            return (null, Problem.Of(Error.InvalidRequest, "username is 3-30 of A-Z a-z 0-9 _ . -, not ending with . or -."));
        if (body.Email is not { } email || !EmailAddress.IsValid(email))
            return (null, Problem.Of(Error.InvalidRequest, "email is an e-mail address."));
        if (!Accounts.DisplayName.TryNormalize(body.DisplayName ?? displayName ?? username, out var shown))
            return (null, Problem.Of(Error.InvalidRequest, AuthEndpoints.DisplayNameRule));
        if (reserved.Contains(username) || reserved.Contains(shown))
            return (null, Problem.Of(Error.NameReserved));
        if (body.Password is not { } password || !PasswordRules.Allow(password, username, email))
            return (null, Problem.Of(Error.WeakPassword));
        return (new Registration(username, email, password, shown), null);
    }
}
