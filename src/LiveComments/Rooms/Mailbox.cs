using System.Threading.Channels;

namespace LiveComments.Rooms;

/// <summary>
/// A bounded queue that one at a time takes everything from that is waiting, so that batches grow by themselves exactly when the
/// store is slower than its callers. Who posts to an idle one handles it at once, on the thread it is on: waking another costs more than what a room does
/// until it waits for the store.
/// </summary>
internal sealed class Mailbox<T> : IAsyncDisposable
{
    private readonly Channel<T> _queue;
    private readonly int _batch;
    private readonly Func<List<T>, ValueTask> _handle;
    private readonly Action<Exception> _onFault;
    private readonly Func<ValueTask>? _ready;

    // Held by the one who handles, and what it handles.
    private readonly SemaphoreSlim _turn = new(1);
    private readonly List<T> _taken = [];
    private volatile bool _failed;

    /// <param name="handle">Handles one batch; the list is reused afterwards.</param>
    /// <param name="onFault">Called when <paramref name="handle"/> throws: nothing is taken any more.</param>
    /// <param name="ready">Waited for before a batch is taken, which grows meanwhile; null to take the next when the last is handled.</param>
    public Mailbox(int capacity, int batch, Func<List<T>, ValueTask> handle, Action<Exception> onFault, Func<ValueTask>? ready = null)
    {
        _queue = Channel.CreateBounded<T>(capacity);
        _batch = batch;
        _handle = handle;
        _onFault = onFault;
        _ready = ready;
    }

    public int Count => _queue.Reader.Count;

    /// <summary>False when the mailbox is full or closed.</summary>
    public bool TryPost(T item)
    {
        if (!_queue.Writer.TryWrite(item))
            return false;
        if (_turn.Wait(0))
            Handle();
        return true;
    }

    /// <summary>Waits for a place; false when none came in time or the mailbox is closed.</summary>
    public async ValueTask<bool> PostAsync(T item, TimeSpan patience, TimeProvider time)
    {
        if (TryPost(item))
            return true;
        using var timeout = new CancellationTokenSource(patience, time);
        try
        {
            while (await _queue.Writer.WaitToWriteAsync(timeout.Token))
                if (TryPost(item))
                    return true;
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Takes nothing more, finishes what waits.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _turn.WaitAsync();
        await HandleAsync();
    }

    /// <summary>Starts handling; what is handled later, for others, knows nothing of this caller.</summary>
    private void Handle()
    {
        if (ExecutionContext.IsFlowSuppressed())
            _ = HandleAsync();
        else
            using (ExecutionContext.SuppressFlow())
                _ = HandleAsync();
    }

    /// <summary>Handles what waits, then gives the turn back.</summary>
    private async Task HandleAsync()
    {
        try
        {
            do
            {
                while (_queue.Reader.Count > 0 && !_failed)
                {
                    if (_ready is not null)
                        await _ready();
                    Take();
                    await _handle(_taken);
                }
                _turn.Release();
                // What came between the last look and the release would otherwise wait for the next.
            } while (!_failed && _queue.Reader.Count > 0 && _turn.Wait(0));
        }
        catch (Exception e)
        {
            _failed = true;
            _queue.Writer.TryComplete(e);
            _turn.Release();
            _onFault(e);
        }
    }

    private void Take()
    {
        _taken.Clear();
        while (_taken.Count < _batch && _queue.Reader.TryRead(out var item))
            _taken.Add(item);
    }
}
