namespace LiveComments.Server.Http;

/// <summary>What requests take from limits, and get back when the server could do nothing for them.</summary>
internal static class LimitRefunds
{
    /// <summary>Calls this when the request is answered that nothing was done: with any 503 but <c>outcome-unknown</c>.</summary>
    public static void WhenNothingIsDone(this HttpContext context, Action giveBack) =>
        // Before the client can know of it, so that it may come back at once.
        context.Response.OnStarting(() =>
        {
            if (context.Response.StatusCode == StatusCodes.Status503ServiceUnavailable && context.Features.Get<Error>() != Error.OutcomeUnknown)
                giveBack();
            return Task.CompletedTask;
        });
}
