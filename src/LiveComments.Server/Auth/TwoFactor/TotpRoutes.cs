using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Auth.TwoFactor;

/// <summary>The calls of an account's authenticator.</summary>
internal static class TotpRoutes
{
    public static void MapTotp(this IEndpointRouteBuilder auth)
    {
        var totp = ActivatorUtilities.CreateInstance<TotpEndpoints>(auth.ServiceProvider);
        auth.MapPost("/totp", totp.StartAsync).RequireCaller().Documented(new("createTotp", "Get a secret for an authenticator program")
        {
            Description = "It counts once a code has confirmed it; asking again replaces it until then. Another takes the place of one that counts only after that is removed.",
            Body = "Password",
            Answers = [new(200, "Totp")],
            Errors = [Error.Unauthenticated, Error.InvalidCredentials, Error.StateConflict, Error.RateLimited, Error.LockedOut],
        });
        auth.MapPost("/totp/confirm", totp.ConfirmAsync).RequireCaller().Documented(new("confirmTotp", "Confirm the authenticator")
        {
            Description = "From now on a log-in needs a code. Each code is taken once. The answer has ten recovery codes, each of which is taken once in place of a code, for when the authenticator is lost; they are never shown again.",
            Body = "TotpCode",
            Answers = [new(200, "RecoveryCodes")],
            Errors = [Error.TotpInvalid, Error.Unauthenticated, Error.StateConflict, Error.RateLimited, Error.LockedOut],
        });
        auth.MapPost("/totp/recovery-codes", totp.RenewCodesAsync).RequireCaller().Documented(new("renewRecoveryCodes", "Make new recovery codes")
        {
            Description = "Those before are worth nothing any more. `recoveryCodesLeft` of `GET /me` says how many there are.",
            Body = "PasswordAndCode",
            Answers = [new(200, "RecoveryCodes")],
            Errors = [Error.TotpInvalid, Error.Unauthenticated, Error.InvalidCredentials, Error.TotpRequired, Error.StateConflict, Error.RateLimited, Error.LockedOut],
        });
        auth.MapDelete("/totp", totp.RemoveAsync).RequireCaller().Documented(new("deleteTotp", "Remove the authenticator")
        {
            Description = "Needs a code of it, or a recovery code, once it was confirmed.",
            Body = "PasswordAndCode",
            Answers = [new(204)],
            Errors = [Error.TotpInvalid, Error.Unauthenticated, Error.InvalidCredentials, Error.TotpRequired, Error.StateConflict, Error.RateLimited, Error.LockedOut],
        });
    }
}
