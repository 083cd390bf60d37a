using System.Collections.Concurrent;

namespace LiveComments.Feeds;

/// <summary>
/// A sending thread: it goes over the connections of a room when there is something new. There are few, so that a publish costs a few wake-ups and not one per viewer. Connections have no
/// timer, queue or task of their own.
/// </summary>
internal sealed class Sender
{
    private readonly TimeProvider _time;
    private readonly Action<Exception> _onFault;
    // Each item is in it at most once, so it never holds more than the number of connections and groups.
    private readonly ConcurrentQueue<ISendWork> _ready = new();
    private readonly PriorityQueue<ISendWork, long> _due = new();
    private readonly AutoResetEvent _signal = new(false);
    private readonly Thread _thread;
    private int _asleep;
    private volatile bool _stopping;

    public Sender(int number, TimeProvider time, Action<Exception> onFault)
    {
        _time = time;
        _onFault = onFault;
        _thread = new Thread(Loop) { IsBackground = true, Name = $"sender-{number}" };
    }

    /// <summary>Frames handed to connections since the start.</summary>
    public long Deliveries;

    /// <summary>A timestamp.</summary>
    public long Now => _time.GetTimestamp();

    public void Start() => _thread.Start();

    /// <summary>Runs work soon on this thread. The caller ensures that it is queued at most once.</summary>
    public void Schedule(ISendWork work)
    {
        _ready.Enqueue(work);
        if (Interlocked.Exchange(ref _asleep, 0) == 1)
            _signal.Set();
    }

    /// <summary>Only on this thread: runs work at a timestamp.</summary>
    public void Later(ISendWork work, long due) => _due.Enqueue(work, due);

    public void Stop()
    {
        _stopping = true;
        _signal.Set();
        _thread.Join();
        _signal.Dispose();
    }

    private void Loop()
    {
        try
        {
            while (!_stopping)
            {
                // Checked between any two items, because a busy sender always has something ready.
                while (_due.TryPeek(out var late, out var due) && due <= _time.GetTimestamp())
                {
                    _due.Dequeue();
                    late.Run();
                }
                if (_ready.TryDequeue(out var work))
                    work.Run();
                else
                    Sleep();
            }
        }
        catch (Exception e)
        {
            _onFault(e);
        }
    }

    private void Sleep()
    {
        var wait = Timeout.InfiniteTimeSpan;
        if (_due.TryPeek(out _, out var due))
        {
            wait = _time.GetElapsedTime(_time.GetTimestamp(), due);
            if (wait <= TimeSpan.Zero)
                return;
        }
        Volatile.Write(ref _asleep, 1);
        Interlocked.MemoryBarrier();
        if (_ready.IsEmpty && !_stopping)
            // Rounded up: waking too early would make the loop spin until it is time.
            _signal.WaitOne(wait == Timeout.InfiniteTimeSpan ? -1 : (int)Math.Ceiling(wait.TotalMilliseconds));
        Volatile.Write(ref _asleep, 0);
    }
}
