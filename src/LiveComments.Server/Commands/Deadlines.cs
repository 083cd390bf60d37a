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
        if (patience + queue + store > Promised)
            throw new CommandException(
                $"A comment may wait {patience:g} before it is read (LiveComments:Stream:Patience), {queue:g} in its event's queue (LiveComments:Engine:MaxWait) and {store:g} for the store. "
                + $"Together that is more than the {Promised.TotalSeconds} s in which every request is promised an answer. Lower one of them.");
    }
}
