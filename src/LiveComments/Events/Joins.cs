using System.Threading.Channels;
using LiveComments.Caching;
using Microsoft.Extensions.Hosting;

namespace LiveComments.Events;

/// <summary>
/// Records who came to which event, and when they came first: one row for each, written once, a second later and many together.
/// Whoever comes again costs a look into memory. What a crash, or a storm beyond its limits, loses is recorded when they come again.
/// </summary>
public sealed class Joins(IParticipants participants, TimeProvider time) : BackgroundService
{
    /// <summary>Joins remembered; at about 80 bytes each, 20 MB. One that is forgotten is written again, which changes nothing.</summary>
    private const int Remembered = 262_144;

    /// <summary>Joins that wait to be written: more than come to one node within a second; at most 3 MB.</summary>
    internal const int Waiting = 65_536;

    /// <summary>Joins in one transaction: a few milliseconds of the store's time, so that comments get in between.</summary>
    private const int Batch = 500;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly BoundedCache<(EventId, UserId), bool> _known = new(Remembered);
    private readonly Channel<Join> _waiting = Channel.CreateBounded<Join>(new BoundedChannelOptions(Waiting) { SingleReader = true });
    private readonly List<Join> _batch = new(Batch);

    /// <summary>Notes that somebody came to an event, to watch or to write. Never waits, never fails.</summary>
    public void Note(EventId id, UserId userId)
    {
        if (!_known.TryGet((id, userId), out _) && _waiting.Writer.TryWrite(new Join(id, userId, time.GetUtcNow())))
            _known.Set((id, userId), true, _known.Stamp);
    }

    /// <summary>Writes what waits, as far as there is time.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (ExecuteTask is { IsCompleted: true, IsFaulted: false })
            await WriteAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await WriteAsync();
    }

    private async Task WriteAsync()
    {
        try
        {
            while (Fill())
            {
                await participants.JoinAsync(_batch, CancellationToken.None);
                _batch.Clear();
            }
        }
        catch (StoreUnavailableException)
        {
            // The batch is kept for the next second; what comes meanwhile waits behind it.
        }
    }

    /// <summary>Adds what waits to the batch; false when there is nothing to write.</summary>
    private bool Fill()
    {
        while (_batch.Count < Batch && _waiting.Reader.TryRead(out var join))
            _batch.Add(join);
        return _batch.Count > 0;
    }
}
