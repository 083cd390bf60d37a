using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Auth;

/// <summary>The calls of the caller's own profile.</summary>
internal static class MeRoutes
{
    public static void MapMe(this IEndpointRouteBuilder app)
    {
        var me = app.ServiceProvider.GetRequiredService<MeEndpoints>();
        app.MapGet("/me", me.ReadAsync).RequireCaller().Documented(new("getMe", "Get one's own profile") { Answers = [new(200, "Profile")], Errors = [Error.Unauthenticated] });
        app.MapPatch("/me", me.ChangeAsync).RequireCaller().Documented(new("updateMe", "Change one's own profile")
        {
            Description = "What is left out stays as it is; `avatarUrl: null` takes the picture away. Comments keep the name they were written under. Guests change their `preferences` only.",
            Body = "ChangeProfile",
            Answers = [new(200, "Profile")],
            Errors = [Error.Unauthenticated, Error.AccountRequired, Error.NameReserved, Error.RateLimited],
        });
    }
}
