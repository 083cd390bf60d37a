namespace LiveComments.Sqlite;

/// <summary>
/// How many writes are worth waiting for between two commits. Clients that send their next comment when they have the answer to the last are all back after a moment, and
/// waiting longer only holds them up; others come at any time, and the longer a commit waits the more of them share it. So every now and then a commit waits to the end of its interval and
/// tells how many come in it; the following ones wait for as many, or to the end of theirs.
/// </summary>
internal sealed class CommitPace
{
    /// <summary>One commit in so many waits to the end. In between the load may change unnoticed, for 0.2 s at most.</summary>
    private const int TryEvery = 32;

    /// <summary>Rows of a commit beside which its flush costs little: the next one is not waited for, because the store has enough to do.</summary>
    private const int Many = 64;

    private int _commits;
    private int _come;
    private int _rows;

    /// <summary>The last commit was a small one: what the next one waits for is gained.</summary>
    public bool Waits => _rows < Many;

    /// <summary>The next commit need not wait when as many writes wait.</summary>
    public int Enough => IsTry ? int.MaxValue : _come;

    private bool IsTry => _commits % TryEvery == 0;

    /// <param name="writes">How many the commit had.</param>
    /// <param name="rows">How many rows they wrote, about.</param>
    public void Committed(int writes, int rows)
    {
        _rows = rows;
        if (IsTry)
            _come = writes;
        _commits++;
    }
}
