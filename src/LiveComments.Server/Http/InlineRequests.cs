using LiveComments.Rooms;

namespace LiveComments.Server.Http;

/// <summary>
/// Which requests are worked on where they are received. The threads that poll sockets hand what comes to the thread pool by default, which wakes two of its threads for each
/// comment; here they go on with it themselves, which saves a tenth of the CPU time of a busy node. All connections wait meanwhile, so they do only what takes microseconds up
/// to the place where it waits for a store.
/// </summary>
internal static class InlineRequests
{
    /// <summary>Requests in a row after which a thread that polls is given back to its sockets: a client that sends without end on one connection must not keep it.</summary>
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

    /// <summary>
    /// Whether a request may go on on this thread. Not within a room that has just given an answer and waits for its thread: a client that sends requests before it has the answer to a
    /// comment would hold up everybody else's.
    /// </summary>
    public static bool MayStay(HttpContext context) =>
        !InlineAnswer.IsGiven && (Thread.CurrentThread.IsThreadPoolThread || (context.GetEndpoint()?.Metadata.GetMetadata<Brief>() is not null && ++s_stayed % InARow != 0));

    /// <summary>Goes on on the thread pool.</summary>
    public static async Task LeaveAsync(HttpContext context, RequestDelegate next)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await next(context);
    }

    private sealed class Brief;
}
