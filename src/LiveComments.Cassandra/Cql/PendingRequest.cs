namespace LiveComments.Cassandra.Cql;

/// <summary>A request whose answer has not come.</summary>
/// <param name="sent">When, as a timestamp of the connection's clock.</param>
internal sealed class PendingRequest(long sent)
{
    private readonly TaskCompletionSource<Frame?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Sent => sent;

    public short Stream { get; set; }

    /// <summary>True when nobody waits any more.</summary>
    public bool IsAbandoned { get; set; }

    /// <summary>Null when the connection was closed first.</summary>
    public Task<Frame?> Task => _answer.Task;

    public void Answer(Frame? frame) => _answer.TrySetResult(frame);
}
