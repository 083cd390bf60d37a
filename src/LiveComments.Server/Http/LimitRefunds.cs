namespace LiveComments.Server.Http;

/// <summary>Gives back what a request took from limits, when the server did nothing for it.</summary>
internal static class LimitRefunds
{
    /// <summary>Calls this when the request is answered that nothing was done: with any 503 but <c>outcome-unknown</c>.</summary>
    public static void WhenNothingIsDone(this HttpContext context, Action giveBack) =>
        // Before the client gets the answer, so that it may retry at once.
        context.Response.OnStarting(() =>
        {
            if (context.Response.StatusCode == StatusCodes.Status503ServiceUnavailable && context.Features.Get<Error>() != Error.OutcomeUnknown)
                giveBack();
            return Task.CompletedTask;
        });
}
