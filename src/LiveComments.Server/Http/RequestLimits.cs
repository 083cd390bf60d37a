using Microsoft.Extensions.Options;

namespace LiveComments.Server.Http;

/// <summary>
/// Bounds the number of concurrent requests; the framework's request time-outs bound the time of each. Both end where the answer begins, so that a slow reader blocks nobody else.
/// </summary>
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
        var place = new Place(this);
        try
        {
            context.Response.OnStarting(Place.LeaveAsync, place);
            if (Interlocked.Increment(ref _running) > _limit)
                await Problem.Of(Error.Busy).ExecuteAsync(context);
            else
                await next(context);
        }
        finally
        {
            place.Leave();
        }
    }

    /// <summary>The answer to a request that timed out. A call that changes something may have changed it.</summary>
    public static Task AnswerTimeoutAsync(HttpContext context) =>
        Problem.Of(JsonBody.WasAwaited(context) ? Error.BodyTimeout
            : HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) ? Error.Busy : Error.OutcomeUnknown).ExecuteAsync(context);

    public sealed class Outside;

    private sealed class Place(RequestLimits limits)
    {
        private bool _left;

        public static Task LeaveAsync(object place)
        {
            ((Place)place).Leave();
            return Task.CompletedTask;
        }

        /// <summary>Calls are never concurrent: an answer begins within the request.</summary>
        public void Leave()
        {
            if (_left)
                return;
            _left = true;
            Interlocked.Decrement(ref limits._running);
        }
    }
}
