namespace LiveComments.Server.Http;

/// <summary>
/// Runs short requests on the thread that received them. By default, the threads that poll sockets hand requests to the thread pool, which wakes two threads for each comment; running them
/// inline saves a tenth of a busy node's CPU time. Other connections wait meanwhile, so only requests run inline that take microseconds up
/// to the place where it waits for a store.
/// </summary>
internal static class InlineRequests
{
    /// <summary>Requests in a row after which a polling thread returns to its sockets, so that a client that sends without end cannot keep it.</summary>
    private const int InARow = 64;

    private static readonly object Mark = new Brief();

    [ThreadStatic]
    private static int s_stayed;

    /// <summary>Lets the threads that poll sockets do what they poll for. Before the first socket: it is read once for a process.</summary>
    public static void UsePollingThreads()
    {
        const string Setting = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
        if (Environment.GetEnvironmentVariable(Setting) is null)
            Environment.SetEnvironmentVariable(Setting, "1");
    }

    /// <summary>The endpoint needs microseconds up to where it waits.</summary>
    public static TBuilder IsBrief<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(Mark);

    /// <summary>Whether a request may continue on this thread: always on the thread pool; on a thread that polls sockets only a short one, and not too many in a row.</summary>
    public static bool MayStay(HttpContext context) =>
        Thread.CurrentThread.IsThreadPoolThread || (context.GetEndpoint()?.Metadata.GetMetadata<Brief>() is not null && ++s_stayed % InARow != 0);

    /// <summary>Goes on on the thread pool.</summary>
    public static async Task LeaveAsync(HttpContext context, RequestDelegate next)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await next(context);
    }

    private sealed class Brief;
}
