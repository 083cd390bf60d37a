namespace LiveComments.Log;

/// <summary>One call of <see cref="IEventLog.AppendAsync"/> that waits for its turn.</summary>
internal sealed class WaitingAppend(IReadOnlyList<EntryDraft> drafts)
{
    private const int Waiting = 0, Started = 1, Cancelled = 2;
    private readonly TaskCompletionSource<IReadOnlyList<AppendResult>> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _state;

    public IReadOnlyList<EntryDraft> Drafts => drafts;

    public Task<IReadOnlyList<AppendResult>> Task => _done.Task;

    /// <summary>False when the caller gave up before its turn came.</summary>
    public bool TryStart() => Interlocked.CompareExchange(ref _state, Started, Waiting) == Waiting;

    /// <summary>False when its turn has come.</summary>
    public bool TryCancel() => Interlocked.CompareExchange(ref _state, Cancelled, Waiting) == Waiting;

    public void Answer(IReadOnlyList<AppendResult> results) => _done.TrySetResult(results);

    public void Fail(Exception failure) => _done.TrySetException(failure);
}
