using LiveComments.Accounts;

namespace LiveComments.Server.Http;

/// <summary>The caller of a request, from its verified token.</summary>
internal static class CallerAccess
{
    /// <summary>Null for an anonymous request. A request with a bad token never gets this far.</summary>
    public static Caller? Caller(this HttpContext context) => context.Features.Get<Caller>();

    /// <summary>Answers 401 <c>unauthenticated</c> when a request has no token.</summary>
    public static TBuilder RequireCaller<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilter((invocation, next) =>
            invocation.HttpContext.Caller() is null ? ValueTask.FromResult<object?>(Problem.Of(Error.Unauthenticated)) : next(invocation));
}
