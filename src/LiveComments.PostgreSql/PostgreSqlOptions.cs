using System.ComponentModel.DataAnnotations;

namespace LiveComments.PostgreSql;

/// <summary>The store of many nodes: section <c>LiveComments:PostgreSql</c>. What is internal was measured and fits every machine; tests change it.</summary>
public sealed class PostgreSqlOptions
{
    /// <summary>
    /// Where the database is, in Npgsql's form: <c>Host=db;Database=livecomments;Username=livecomments;Password=...</c>. Several hosts with <c>Target Session Attributes=primary</c> let nodes
    /// follow a failover. The database is this program's own.
    /// </summary>
    [Required]
    public string ConnectionString { get; set; } = "";

    /// <summary>
    /// What the keys that all nodes share are encrypted with in the database: 32 random bytes in base64, the same on every node and secret, so better in the environment than on a command line.
    /// <c>keys new-encryption-key</c> prints one. Without it the shared keys cannot be read, so keep a copy apart from the database's backups.
    /// </summary>
    public string KeyEncryptionKey { get; set; } = "";

    /// <summary>
    /// Whether lists of events are read from a standby, where the connection string names several hosts and one is a standby. They may then be old by as much as it is behind; everything else is
    /// read where it is written, because a removed comment must be gone at once.
    /// </summary>
    public bool ListsFromStandby { get; set; }

    /// <summary>Whether an older schema is brought up to date. Off where the role of the connection may not change tables.</summary>
    public bool Migrate { get; set; } = true;

    /// <summary>
    /// Connections of this node at most. Each holds one call at a time, and each is a process of the server, which has 100 by default for all nodes together. 20 keep two cores of a server
    /// busy.
    /// </summary>
    [Range(2, 1_000)]
    public int Connections { get; set; } = 20;

    /// <summary>How long a caller waits at most before it is told that the store does not answer.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Calls that may wait for a connection or have one. At a millisecond each, with <see cref="Connections"/> side by side, this is half a second of work.</summary>
    internal int Calls { get; set; } = 8_192;

    /// <summary>Drafts that are placed in one transaction when several calls wait for the same event.</summary>
    internal int AppendTogether { get; set; } = 4_096;
}
