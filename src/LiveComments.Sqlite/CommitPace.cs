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

    private int _commits;
    private int _come;

    /// <summary>The next commit need not wait when as many writes wait.</summary>
    public int Enough => IsTry ? int.MaxValue : _come;

    private bool IsTry => _commits % TryEvery == 0;

    /// <param name="writes">How many the commit had.</param>
    public void Committed(int writes)
    {
        if (IsTry)
            _come = writes;
        _commits++;
    }
}
