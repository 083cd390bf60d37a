using System.ComponentModel.DataAnnotations;

namespace LiveComments.Sqlite;

/// <summary>The embedded store: section <c>LiveComments:Sqlite</c>. What is internal was measured and fits every machine; tests change it.</summary>
public sealed class SqliteOptions
{
    /// <summary>The database file. The server sets it to <c>livecomments.db</c> in its data folder.</summary>
    [Required]
    public string Path { get; set; } = "";

    /// <summary>Whether an older schema is brought up to date. Off for whoever does not own the file: it would change under a running server.</summary>
    public bool Migrate { get; set; } = true;

    /// <summary>Connections that read, each on its own thread. Reads of the page cache are memory-bound: more than cores gains nothing.</summary>
    [Range(1, 64)]
    public int Readers { get; set; } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>Writes that may wait for the writer. At 0.2 ms each this is under a second of work; beyond it a caller is better told at once.</summary>
    internal int WriteQueue { get; set; } = 4_096;

    /// <summary>Reads that may wait for a reader.</summary>
    internal int ReadQueue { get; set; } = 4_096;

    /// <summary>
    /// Rows committed together, about: a group that has as many takes no more. With a last batch of reactions these may be 18,000, which at 20 us each
    /// take less than the half second that callers wait for a commit to end. Room for a busy event's reactions and the comments beside them: pages that
    /// both change are written once.
    /// </summary>
    internal int GroupCommit { get; set; } = 10_240;

    /// <summary>
    /// Between the starts of two commits, unless as many writes wait as usually come in it; the first after a pause goes at once. What comes meanwhile shares a flush, and the wake-ups
    /// behind it; who waits for each answer before the next comment is not held up.
    /// </summary>
    internal TimeSpan CommitInterval { get; set; } = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Pages of 4 KiB in the write-ahead log after which it is brought into the database file. Pages that change often are written
    /// there once for many changes; a longer log makes the pause longer. 16 MiB take about 30 ms.
    /// </summary>
    internal int CheckpointPages { get; set; } = 4_096;

    /// <summary>How long a caller waits at most before it is told that the store does not answer.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(1);
}
