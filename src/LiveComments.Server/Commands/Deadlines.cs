using LiveComments.Akka;
using LiveComments.Ingest;
using LiveComments.Server.Http;
using LiveComments.Server.Startup;
using LiveComments.Server.Streams;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Commands;

/// <summary>Every request is answered within two seconds. Settings that cannot keep that promise refuse the start.</summary>
internal static class Deadlines
{
    /// <summary>What everybody is promised.</summary>
    public static readonly TimeSpan Promised = TimeSpan.FromSeconds(2);

    /// <summary>A server without limits serves load tests, which may be patient.</summary>
    /// <param name="store">How long a call to the store may take.</param>
    /// <exception cref="CommandException">The waits that follow each other are longer together than what is promised.</exception>
    public static void Check(IServiceProvider services, TimeSpan store)
    {
        if (!services.GetRequiredService<IOptions<LimitsOptions>>().Value.Enabled)
            return;
        var request = services.GetRequiredService<IOptions<RequestLimitOptions>>().Value.Timeout;
        if (request > Promised)
            throw new CommandException($"LiveComments:Requests:Timeout is {request:g}, but every request is promised an answer within {Promised.TotalSeconds} s. Lower it.");
        var patience = services.GetRequiredService<IOptions<StreamOptions>>().Value.Patience;
        var queue = services.GetRequiredService<IOptions<EngineOptions>>().Value.MaxWait;
        // A node asks the node of the event's actor for a fixed time, however long that one waits for the store.
        var (last, what) = services.GetRequiredService<IOptions<EngineOptions>>().Value.NodeAnswersWithin is { } node ? (node, "for the answer of its event's node") : (store, "for the store");
        if (patience + queue + last > Promised)
            throw new CommandException(
                $"A comment may wait {patience:g} before it is read (LiveComments:Stream:Patience), {queue:g} in its event's queue (LiveComments:Engine:MaxWait) and {last:g} {what}. "
                + $"Together that is more than the {Promised.TotalSeconds} s in which every request is promised an answer. Lower one of them.");
    }
}
