namespace LiveComments.Cassandra.Cql;

/// <summary>
/// How many requests may be under way to one node. They become half when the node says that it has too much or does not answer in time, and slowly more again with what it answers. What
/// comes beyond waits for its turn.
/// </summary>
/// <param name="most">Requests that the connections take.</param>
internal sealed class Window(int most, TimeProvider time)
{
    /// <summary>A node that does only one of these at once is still found to be well again.</summary>
    private const int Least = 8;

    /// <summary>Answers for one more request under way: at 20,000 answers a second the whole window is back within two seconds.</summary>
    private const double Answers = 16;

    /// <summary>Requests that wait. At 20,000 answers a second the last waits less than half a second.</summary>
    private const int MostWaiting = 8_192;

    /// <summary>What was sent before the window became smaller says nothing about whether it is small enough.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly Queue<TaskCompletionSource> _waiting = [];
    private double _size = most;
    private int _used;
    private long? _shrunk;

    public int Size
    {
        get
        {
            lock (_gate)
                return (int)_size;
        }
    }

    /// <summary>Returns when a request may be sent; <see cref="Leave"/> follows.</summary>
    /// <exception cref="CqlException">It was not its turn in time, or too many wait: <see cref="CqlFailure.NotSent"/>.</exception>
    public async Task EnterAsync(TimeSpan patience, CancellationToken ct)
    {
        TaskCompletionSource turn;
        lock (_gate)
        {
            if (_used < (int)_size)
            {
                _used++;
                return;
            }
            if (_waiting.Count >= MostWaiting)
                throw Busy();
            _waiting.Enqueue(turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        try
        {
            await turn.Task.WaitAsync(patience, time, ct);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // Its turn may have come at the same moment.
            if (!turn.TrySetCanceled(CancellationToken.None))
                Leave(null);
            ct.ThrowIfCancellationRequested();
            throw Busy();
        }
    }

    /// <param name="isTooMuch">Whether the node had too much; null when it was not asked.</param>
    public void Leave(bool? isTooMuch)
    {
        lock (_gate)
        {
            _used--;
            if (isTooMuch == false)
                _size = Math.Min(most, _size + (1 / Answers));
            else if (isTooMuch == true && (_shrunk is not { } shrunk || time.GetElapsedTime(shrunk) > Pause))
            {
                _size = Math.Max(Math.Min(Least, most), _size / 2);
                _shrunk = time.GetTimestamp();
            }
            while (_used < (int)_size && _waiting.TryDequeue(out var next))
                if (next.TrySetResult())
                    _used++;
        }
    }

    private static CqlException Busy() => new(CqlFailure.NotSent, "It has as many requests under way as it takes now.");
}
