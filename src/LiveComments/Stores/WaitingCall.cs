namespace LiveComments.Stores;

/// <summary>One call of <see cref="EventLanes{TDraft, TResult}"/> that waits for its turn.</summary>
internal sealed class WaitingCall<TDraft, TResult>(IReadOnlyList<TDraft> drafts)
{
    private const int Waiting = 0, Started = 1, Cancelled = 2;
    private readonly TaskCompletionSource<IReadOnlyList<TResult>> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _state;

    public IReadOnlyList<TDraft> Drafts => drafts;

    public Task<IReadOnlyList<TResult>> Task => _done.Task;

    /// <summary>False when the caller gave up before its turn came.</summary>
    public bool TryStart() => Interlocked.CompareExchange(ref _state, Started, Waiting) == Waiting;

    /// <summary>False when its turn has come.</summary>
    public bool TryCancel() => Interlocked.CompareExchange(ref _state, Cancelled, Waiting) == Waiting;

    public void Answer(IReadOnlyList<TResult> results) => _done.TrySetResult(results);

    public void Fail(Exception failure) => _done.TrySetException(failure);
}
