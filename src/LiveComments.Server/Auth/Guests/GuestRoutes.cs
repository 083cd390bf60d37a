using LiveComments.Server.Http;
using LiveComments.Server.OpenApi;

namespace LiveComments.Server.Auth.Guests;

/// <summary>The calls of guests.</summary>
internal static class GuestRoutes
{
    public static void MapGuests(this IEndpointRouteBuilder auth)
    {
        var guests = ActivatorUtilities.CreateInstance<GuestEndpoints>(auth.ServiceProvider);
        auth.MapPost("/guest", guests.ComeAsync).AllowAnonymous().Documented(new("comeAsGuest", "Become a guest, who writes under a nickname")
        {
            Description = "For a public event whose setting `guests` is on. A guest writes, reacts and reports in such events, under a `username` of the form `guest-1a2b3c4d`, and does nothing else that needs an account. Nobody can be the guest "
                + "again once the log-in is over; `POST /auth/guest/register` keeps the name. While people of the address must solve challenges, everybody new solves one, with `X-Challenge-Answer`. "
                + "With the header `X-Requested-With: LiveComments` the refresh token comes in an `HttpOnly` cookie instead of the body.",
            Body = "Guest",
            Parameters = ["X-Challenge-Answer"],
            Answers = [new(201, "SignedIn")],
            Errors = [Error.AccountRequired, Error.ChallengeRequired, Error.NetworkBlocked, Error.EventNotFound, Error.EventNotLive, Error.UsernameTaken, Error.NameReserved, Error.RateLimited, Error.TemporarilyBlocked],
        });
        auth.MapPost("/guest/register", guests.RegisterAsync).RequireCaller().Documented(new("registerGuest", "Make an account of a guest")
        {
            Description = "The guest keeps their `userID`, comments, reactions and log-in, and the nickname as display name unless another is given. Comments keep the `username` they were written under. Other nodes know it within five minutes.",
            Body = "Register",
            Answers = [new(204)],
            Errors = [Error.WeakPassword, Error.Unauthenticated, Error.Forbidden, Error.UsernameTaken, Error.NameReserved, Error.EmailTaken, Error.StateConflict, Error.RateLimited],
        });
    }
}
