using LiveComments.Feeds;
using LiveComments.Viewers;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Streams;

/// <summary>Asks some of this node's viewers to come back elsewhere while it has many more than the others: see <see cref="EvenShare"/>.</summary>
internal sealed partial class EvenOut(EventFeeds feeds, IOptions<StreamOptions> options, TimeProvider time, ILogger<EvenOut> log) : BackgroundService
{
    /// <summary>How often some are asked, and the time within which they come back: so they come back as evenly as they are asked.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.EvenOut)
            return;
        var (share, asks) = (new EvenShare(), false);
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var others = feeds.TakesViewers ? feeds.OtherNodes : null;
            // Looking at every connection is for nodes that have others.
            var here = others is null ? 0 : feeds.FanOut.Connections.All.Count(Stays);
            var asked = share.Next(here, others);
            if (asked > 0 && !asks)
                LogCrowded(log, here, string.Join(", ", others!));
            asks = asked > 0;
            if (!asks)
                continue;
            // Who came last stays, so that nobody is asked twice before everybody was asked once.
            foreach (var connection in feeds.FanOut.Connections.All.Where(Stays).OrderBy(static connection => connection.Number).Take(asked))
                connection.SendAway(Every);
            feeds.FanOut.Metrics.SentAway.Add(asked);
        }
    }

    private static bool Stays(Connection connection) => connection.IsAttached && !connection.IsSentAway;

    [LoggerMessage(Level = LogLevel.Information, Message = "{Here} watch here, on the other nodes {Others}: some are asked to come back elsewhere, until the nodes are nearly even")]
    private static partial void LogCrowded(ILogger log, int here, string others);
}
