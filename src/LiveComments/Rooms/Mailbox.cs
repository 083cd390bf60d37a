using System.Threading.Channels;

namespace LiveComments.Rooms;

/// <summary>
/// A bounded queue with one reader that takes everything that is waiting, so that batches grow by themselves exactly when the
/// store is slower than its callers.
/// </summary>
internal sealed class Mailbox<T> : IAsyncDisposable
{
    private readonly Channel<T> _queue;
    private readonly int _batch;
    private readonly Func<List<T>, ValueTask> _handle;
    private readonly Action<Exception> _onFault;
    private readonly Task _loop;

    /// <param name="handle">Handles one batch; the list is reused afterwards.</param>
    /// <param name="onFault">Called when <paramref name="handle"/> throws: nothing is taken any more.</param>
    public Mailbox(int capacity, int batch, Func<List<T>, ValueTask> handle, Action<Exception> onFault)
    {
        _queue = Channel.CreateBounded<T>(new BoundedChannelOptions(capacity) { SingleReader = true });
        _batch = batch;
        _handle = handle;
        _onFault = onFault;
        _loop = LoopAsync();
    }

    public int Count => _queue.Reader.Count;

    /// <summary>False when the mailbox is full or closed.</summary>
    public bool TryPost(T item) => _queue.Writer.TryWrite(item);

    /// <summary>Waits for a place; false when none came in time or the mailbox is closed.</summary>
    public async ValueTask<bool> PostAsync(T item, TimeSpan patience, TimeProvider time)
    {
        if (_queue.Writer.TryWrite(item))
            return true;
        using var timeout = new CancellationTokenSource(patience, time);
        try
        {
            while (await _queue.Writer.WaitToWriteAsync(timeout.Token))
                if (_queue.Writer.TryWrite(item))
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
        await _loop;
    }

    private async Task LoopAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var batch = new List<T>(_batch);
        try
        {
            while (await _queue.Reader.WaitToReadAsync())
            {
                batch.Clear();
                while (batch.Count < _batch && _queue.Reader.TryRead(out var item))
                    batch.Add(item);
                await _handle(batch);
            }
        }
        catch (Exception e)
        {
            _queue.Writer.TryComplete(e);
            _onFault(e);
        }
    }
}
