using LiveComments.Accounts;
using LiveComments.Server.Auth.Bodies;
using LiveComments.Server.Http;

namespace LiveComments.Server.Auth;

/// <summary><c>/users</c>: whom a username belongs to, so that an administrator can appoint people by name.</summary>
internal sealed class UserEndpoints(IAccountStore accounts)
{
    public async Task<IResult> FindAsync(HttpContext context, CancellationToken ct)
    {
        if (!context.Caller()!.IsAdministrator)
            return Problem.Of(Error.Forbidden, "Only administrators look people up.");
        if (!context.Request.TrySingle("username", out var username, out var error))
            return error!;
        if (username is null)
            return QueryParameters.Fault("username", "is required");
        var found = Username.IsValid(username) ? await accounts.FindByUsernamesAsync([username], ct) : [];
        return Results.Json([.. found.Select(account => PersonAnswer.Of(account.Id, account.Profile))], AuthJson.Default.PersonAnswerArray);
    }
}
