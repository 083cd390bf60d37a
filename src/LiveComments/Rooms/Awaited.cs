using System.Threading.Tasks.Sources;

namespace LiveComments.Rooms;

/// <summary>An answer that is awaited once.</summary>
internal sealed class Awaited<T> : IValueTaskSource<T>
{
    private ManualResetValueTaskSourceCore<T> _core;

    public ValueTask<T> Task => new(this, _core.Version);

    /// <param name="inline">Who awaits it goes on within this call, which saves waking a thread; otherwise on the thread pool.</param>
    public void Set(T answer, bool inline)
    {
        _core.RunContinuationsAsynchronously = !inline;
        var outer = InlineAnswer.IsGiven;
        InlineAnswer.IsGiven = inline || outer;
        try
        {
            _core.SetResult(answer);
        }
        finally
        {
            InlineAnswer.IsGiven = outer;
        }
    }

    T IValueTaskSource<T>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<T>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
