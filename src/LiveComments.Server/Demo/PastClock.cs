namespace LiveComments.Server.Demo;

/// <summary>A clock for writing past events: it stands still until it is moved. Its timers run in real time.</summary>
internal sealed class PastClock(DateTimeOffset now) : TimeProvider
{
    private long _ticks = now.UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref _ticks), TimeSpan.Zero);

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
}
