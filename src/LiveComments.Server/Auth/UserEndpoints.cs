using LiveComments.Accounts;
using LiveComments.Server.Auth.Bodies;
using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Auth;

/// <summary><c>/users</c>: whom a username belongs to, so that an administrator can appoint people by name.</summary>
internal static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder app) =>
        app.MapGet("/users", FindAsync).RequireCaller().Documented(new("findUser", "Find somebody by their username")
        {
            Description = "For administrators. A list of one, or an empty one: whole names only, so that it is no directory of everybody.",
            Parameters = ["username"],
            Answers = [new(200, "Users")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.InvalidParameter],
        });

    private static async Task<IResult> FindAsync(HttpContext context, IAccountStore accounts, CancellationToken ct)
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
