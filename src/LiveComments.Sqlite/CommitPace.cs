namespace LiveComments.Sqlite;

/// <summary>
/// How many writes are worth waiting for between two commits. Clients that send their next comment when they have the answer to the last are all back after a moment, and
/// waiting longer only holds them up; others come at any time, and the longer a commit waits the more of them share it. So every now and then a commit waits to the end of its interval and
/// tells how many come in it; the following ones wait for as many, or to the end of theirs.
/// </summary>
/// <param name="interval">Between the starts of two commits, at most.</param>
internal sealed class CommitPace(TimeSpan interval, TimeProvider time)
{
    /// <summary>Once in so many intervals a commit waits to the end of its own: in vain for those who wait for it, so this is a thirtieth of their time.</summary>
    private const int TryEvery = 32;

    /// <summary>Rows of a commit beside which its flush costs little: the next one is not waited for, because the store has enough to do.</summary>
    private const int Many = 64;

    private bool _tries = true;
    private long _triedAt;
    private int _come;
    private int _rows;

    /// <summary>The last commit was a small one: what the next one waits for is gained.</summary>
    public bool Waits => _rows < Many;

    /// <summary>The next commit need not wait when as many writes wait.</summary>
    public int Enough => _tries ? int.MaxValue : _come;

    /// <param name="writes">How many the commit had.</param>
    /// <param name="rows">How many rows they wrote, about.</param>
    /// <param name="waited">Whether they were waited for: what comes in an interval is not known from one that was over.</param>
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
