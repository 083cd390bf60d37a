using LiveComments.Server.Http;
using Microsoft.AspNetCore.Connections.Features;

namespace LiveComments.Server.Connections;

/// <summary>Marks a connection that is not served: its first request is told why, and then it is closed.</summary>
internal sealed record ConnectionRefusal(Error Error)
{
    /// <summary>Others must leave before there is room.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    private static readonly object Mark = new ForOperators();

    public static Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<ConnectionRefusal>() is not { } turnedAway)
            return next(context);
        // After this answer, in HTTP/1.1 and in HTTP/2.
        context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        if (context.GetEndpoint()?.Metadata.GetMetadata<ForOperators>() is not null)
            return next(context);
        var detail = turnedAway.Error == Error.RateLimited ? "Your address has as many connections open as it may; close some." : null;
        return Problem.Of(turnedAway.Error, detail, RetryAfter).ExecuteAsync(context);
    }

    /// <summary>The endpoint is answered also on a connection that is turned away.</summary>
    public static TBuilder Exempt<TBuilder>(TBuilder builder) where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(Mark);

    private sealed class ForOperators;
}
