using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;

namespace LiveComments.Server.PersonalData;

/// <summary>The calls about a person's own data.</summary>
internal static class PersonalDataRoutes
{
    public static void MapPersonalData(this IEndpointRouteBuilder app)
    {
        var export = ActivatorUtilities.CreateInstance<PersonExport>(app.ServiceProvider);
        var calls = ActivatorUtilities.CreateInstance<PersonalDataEndpoints>(app.ServiceProvider, export);
        app.MapGet("/me/export", (Delegate)calls.ExportAsync).RequireCaller().Documented(new("exportMe", "Download everything that is stored about oneself")
        {
            Description = "One JSON file: account, log-ins, events, comments of all events, also removed and held ones while their texts are stored, reactions, reports, and what moderators decided, without who did.",
            Answers = [new(200, "PersonExport")],
            Errors = [Error.Unauthenticated, Error.RateLimited],
        });
        app.MapDelete("/me", calls.EraseOwnAsync).RequireCaller().Documented(new("deleteMe", "Delete one's own account and everything that it left")
        {
            Description = "Cannot be taken back. Needs the password, and a code where the account has an authenticator; an account without a password here needs a sign-in that is at most 10 minutes old. "
                + "The account ends at once: its tokens are refused, its streams end, its name and address are free. Its comments, reactions, reports and the rest are erased within seconds after that, "
                + "also when the server is restarted meanwhile. The user id stays as a pseudonym.",
            Body = "PasswordAndCode",
            Answers = [new(202, "Erasing")],
            Errors = [Error.Unauthenticated, Error.InvalidCredentials, Error.TotpRequired, Error.TotpInvalid, Error.Forbidden, Error.RateLimited, Error.LockedOut],
        });
        app.MapDelete("/users/{userID}", calls.EraseAsync).RequireCaller().Documented(new("deleteUser", "Delete somebody's account and everything that it left")
        {
            Description = "For administrators, as `DELETE /me` does it. Repeated, it answers the same.",
            Answers = [new(202, "Erasing")],
            Errors = [Error.Unauthenticated, Error.Forbidden, Error.UserNotFound],
        });
    }
}
