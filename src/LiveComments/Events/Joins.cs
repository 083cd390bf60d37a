using System.Threading.Channels;
using LiveComments.Caching;
using Microsoft.Extensions.Hosting;

namespace LiveComments.Events;

/// <summary>
/// Records who joined which event, and when they first did: one row per person and event, written once, in batches a second later. Joining again costs only a look-up in memory. A join that
/// is lost by a crash or an overload is recorded when the person joins again.
/// </summary>
public sealed class Joins(IParticipants participants, TimeProvider time) : BackgroundService
{
    /// <summary>Joins remembered: about 20 MB at 80 bytes each. A forgotten one is written again, which changes nothing.</summary>
    private const int Remembered = 262_144;

    /// <summary>Joins that wait to be written: more than come to one node within a second; at most 3 MB.</summary>
    internal const int Waiting = 65_536;

    /// <summary>Joins in one transaction: a few milliseconds of the store's time, so that comments do not wait long.</summary>
    private const int Batch = 500;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly BoundedCache<(EventId, UserId), bool> _known = new(Remembered);
    private readonly Channel<Join> _waiting = Channel.CreateBounded<Join>(new BoundedChannelOptions(Waiting) { SingleReader = true });
    private readonly List<Join> _batch = new(Batch);

    /// <summary>Records that somebody joined an event, to watch or to write. Never waits, never fails.</summary>
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
            // The batch is tried again in a second; later joins wait behind it.
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
