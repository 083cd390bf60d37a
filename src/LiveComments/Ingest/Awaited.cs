using System.Threading.Tasks.Sources;

namespace LiveComments.Ingest;

/// <summary>An answer that is awaited once.</summary>
internal sealed class Awaited<T> : IValueTaskSource<T>
{
    private ManualResetValueTaskSourceCore<T> _core = new() { RunContinuationsAsynchronously = true };

    public ValueTask<T> Task => new(this, _core.Version);

    /// <summary>Whoever awaits it goes on on the thread pool: the thread that has the answer has others to give.</summary>
    public void Set(T answer) => _core.SetResult(answer);

    T IValueTaskSource<T>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<T>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
