using Microsoft.Extensions.Hosting;

namespace LiveComments.Akka.Nodes;

/// <summary>
/// Notices that this process did not run for a while, because it or its machine was stopped. Other nodes have taken over its events meanwhile, and what waits in its queues and sockets is older than it
/// looks: a reaction applied now could replace a newer one that another node has acknowledged. Comments need no such care, because the log knows those it has.
/// </summary>
internal sealed class Standstill(TimeProvider time) : IHostedService, IDisposable
{
    /// <summary>A busy machine keeps a thread waiting for less, and other nodes take longer to replace this one.</summary>
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(2);

    /// <summary>By then, what was sent during the standstill has arrived: whoever sent it gave up after two seconds.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(3);

    /// <summary>No beat yet. A slow start is no standstill.</summary>
    private const long NotBegun = long.MinValue;

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(100);

    private readonly ManualResetEventSlim _stopping = new();
    private Thread? _thread;
    private long _beat = NotBegun;
    private long _until = long.MinValue;

    /// <summary>Whether a standstill ended just now. Whoever asks may be the first to run again, so this looks at the time itself.</summary>
    public bool IsJustOver => IsLate(time.GetTimestamp()) || time.GetTimestamp() < Volatile.Read(ref _until);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Beat();
        // A thread of its own: on a thread of the pool it would wait for others' work.
        _thread = new Thread(() =>
        {
            while (!_stopping.Wait(Every))
                Beat();
        })
        { IsBackground = true, Name = "standstill", Priority = ThreadPriority.AboveNormal };
        _thread.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping.Set();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _stopping.Set();
        _thread?.Join();
        _stopping.Dispose();
    }

    /// <summary>The process runs.</summary>
    internal void Beat()
    {
        var now = time.GetTimestamp();
        // First, so that there is no moment at which neither says it.
        if (IsLate(now))
            Volatile.Write(ref _until, now + (long)(Remembered.TotalSeconds * time.TimestampFrequency));
        Volatile.Write(ref _beat, now);
    }

    private bool IsLate(long now) => Volatile.Read(ref _beat) is var beat and not NotBegun && time.GetElapsedTime(beat, now) > Noticed;
}
