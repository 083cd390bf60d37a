using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Http;

/// <summary>Bounds the requests that are worked on at once; the time of each is bounded by the framework's request time-outs.</summary>
internal sealed class RequestLimits(RequestDelegate next, IOptions<RequestLimitOptions> options)
{
    private readonly int _limit = options.Value.Concurrent;
    private int _running;

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<Outside>() is not null)
        {
            await next(context);
            return;
        }
        try
        {
            if (Interlocked.Increment(ref _running) > _limit)
                await Problem.Of(Error.Busy).ExecuteAsync(context);
            else
                await next(context);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    /// <summary>What a request is told whose time is up. A call that changes something may have changed it.</summary>
    public static Task AnswerTimeoutAsync(HttpContext context) =>
        Problem.Of(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) ? Error.Busy : Error.OutcomeUnknown).ExecuteAsync(context);

    public sealed class Outside;
}

internal static class RequestLimitsExtensions
{
    /// <summary>
    /// For streams, which live long, and for probes, which must be answered when the server is full. Neither says anything about
    /// how long requests take.
    /// </summary>
    public static TBuilder OutsideRequestLimits<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new RequestLimits.Outside(), new DisableRequestTimeoutAttribute(), new DisableHttpMetricsAttribute());
}
