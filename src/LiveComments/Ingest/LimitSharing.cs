using System.Threading.Channels;
using LiveComments.Telemetry;
using Microsoft.Extensions.Hosting;

namespace LiveComments.Ingest;

/// <summary>
/// Tells other nodes what is taken from buckets here, and hears what is taken there. Nobody waits for it: a bucket of this node decides, and knows a moment later what the others know. So somebody who writes on several nodes at
/// once gets at most what they send within that moment, a round trip, beyond their limit.
/// </summary>
/// <param name="shared">Null where nodes share no memory.</param>
public sealed class LimitSharing(ProcessFault fault, TimeProvider time, ISharedLimits? shared = null) : BackgroundService
{
    /// <summary>Buckets that wait to be told of: more than a node takes comments in a second. What does not fit is limited by each node for itself.</summary>
    private const int Waiting = 16_384;

    /// <summary>Buckets of one call.</summary>
    private const int AtOnce = 1_000;

    private readonly Channel<SharedBucket> _waiting = Channel.CreateBounded<SharedBucket>(new BoundedChannelOptions(Waiting) { SingleReader = true });

    public bool IsShared => shared is not null;

    /// <summary>False when too many wait.</summary>
    internal bool Add(SharedBucket bucket) => _waiting.Writer.TryWrite(bucket);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (shared is not null && await _waiting.Reader.WaitToReadAsync(stoppingToken))
                await SayAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception e)
        {
            fault.Raise(e);
        }
    }

    /// <summary>Says what waits, as much as one call takes.</summary>
    internal async Task SayAsync(CancellationToken ct)
    {
        var buckets = new List<SharedBucket>();
        var taken = new List<TakenTokens>();
        while (buckets.Count < AtOnce && _waiting.Reader.TryRead(out var bucket))
        {
            buckets.Add(bucket);
            taken.Add(new TakenTokens(bucket.Name, time.GetElapsedTime(0, bucket.TakeUnsaid())));
        }
        if (buckets.Count == 0 || await shared!.TakeAsync(taken, ct) is not { } full)
            return;
        var now = time.GetTimestamp();
        for (var i = 0; i < buckets.Count; i++)
            if (full[i] > TimeSpan.Zero)
                buckets[i].FullAt(now + (long)(full[i].TotalSeconds * time.TimestampFrequency));
    }
}
