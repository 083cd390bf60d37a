namespace LiveComments.Sqlite;

/// <summary>
/// Decides how many writes a commit waits for. Clients that send the next comment after the answer to the last one are all back within a moment, and a longer wait only delays them. Other
/// clients write at any time, and a longer wait lets more of them share a commit. So from time to time one commit waits for its whole interval and counts the writes; the commits after it
/// wait for that many, or to the end of their interval.
/// </summary>
/// <param name="interval">Between the starts of two commits, at most.</param>
internal sealed class CommitPace(TimeSpan interval, TimeProvider time)
{
    /// <summary>One commit in this many waits for its whole interval to measure. Its callers wait for nothing meanwhile, so this is a thirtieth of their time.</summary>
    private const int TryEvery = 32;

    /// <summary>A commit with this many rows costs more than its flush. The next one does not wait: the store is busy enough.</summary>
    private const int Many = 64;

    private bool _tries = true;
    private long _triedAt;
    private int _come;
    private int _rows;

    /// <summary>The last commit was small, so waiting for more writes pays.</summary>
    public bool Waits => _rows < Many;

    /// <summary>The next commit need not wait when as many writes wait.</summary>
    public int Enough => _tries ? int.MaxValue : _come;

    /// <param name="writes">How many the commit had.</param>
    /// <param name="rows">How many rows they wrote, about.</param>
    /// <param name="waited">Whether the commit waited for its whole interval; only then does it show how many writes come in one.</param>
    public void Committed(int writes, int rows, bool waited)
    {
        _rows = rows;
        if (_tries && waited)
        {
            _come = writes;
            _triedAt = time.GetTimestamp();
        }
        _tries = (_tries && !waited) || time.GetElapsedTime(_triedAt) >= TryEvery * interval;
    }
}
