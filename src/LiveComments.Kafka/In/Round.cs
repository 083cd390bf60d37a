namespace LiveComments.Kafka.In;

/// <summary>Records that were offered together; done when all of them are answered.</summary>
internal sealed class Round(int records)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open = records;

    public Task Done => _done.Task;

    public void Answered()
    {
        if (Interlocked.Decrement(ref _open) == 0)
            _done.SetResult();
    }
}
