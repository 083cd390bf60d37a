using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Auth;

/// <summary>The calls that find people.</summary>
internal static class UserRoutes
{
    public static void MapUsers(this IEndpointRouteBuilder app)
    {
        var users = ActivatorUtilities.CreateInstance<UserEndpoints>(app.ServiceProvider);
        app.MapGet("/users", users.FindAsync).RequireCaller().Documented(new("findUser", "Find somebody by their username")
        {
            Description = "For administrators. A list of one, or an empty one: whole names only, so that it is no directory of everybody.",
            Parameters = ["username"],
            Answers = [new(200, "Users")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.InvalidParameter],
        });
    }
}
