using System.ComponentModel.DataAnnotations;

namespace LiveComments.Cassandra;

/// <summary>Cassandra: section <c>LiveComments:Cassandra</c>. What is internal fits every machine; tests change it.</summary>
public sealed class CassandraOptions
{
    /// <summary>The nodes that are asked first for the others: <c>cassandra-1,cassandra-2:9042</c>. All nodes listen on the port of the one that answers.</summary>
    [Required]
    public string ContactPoints { get; set; } = "";

    /// <summary>The data centre whose nodes are asked, as Cassandra names it. Empty: that of the contact point that answers. Nodes of other data centres are never asked.</summary>
    public string DataCenter { get; set; } = "";

    /// <summary>The keyspace, which is this program's own.</summary>
    [Required, RegularExpression("[a-z][a-z0-9_]{0,47}")]
    public string Keyspace { get; set; } = "livecomments";

    /// <summary>
    /// How many copies each data centre keeps, where the keyspace has to be created: <c>us-east:3,eu-west:3</c>. With fewer than 3 one dead node stops writing, because most copies must answer.
    /// A keyspace that is there must have this replication. Empty: it must be there already, with any.
    /// </summary>
    [RegularExpression("([A-Za-z0-9_.-]+:[1-9](,[A-Za-z0-9_.-]+:[1-9])*)?")]
    public string Replication { get; set; } = "";

    /// <summary>Empty where Cassandra asks for none (<c>AllowAllAuthenticator</c>).</summary>
    public string Username { get; set; } = "";

    public string Password { get; set; } = "";

    /// <summary>Whether connections are encrypted and the certificates of nodes checked.</summary>
    public bool Tls { get; set; }

    /// <summary>A PEM file with the authority that has signed the certificates of the nodes. Empty: the machine's own authorities.</summary>
    public string TlsAuthority { get; set; } = "";

    /// <summary>The name that the certificates of all nodes have. Empty: each has the name or address that it is reached by.</summary>
    public string TlsName { get; set; } = "";

    /// <summary>Connections to each node. One takes 1,024 requests at once; a second has another core of the node read them.</summary>
    [Range(1, 16)]
    public int Connections { get; set; } = 2;

    /// <summary>How long a request may take. Cassandra's own time limits (<c>write_request_timeout</c> and the like) are 2 s and more by default: a request that is given up may still be done.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Appends that may wait for their turn. At a millisecond each this is half a second of one event's work.</summary>
    internal int Calls { get; set; } = 8_192;

    /// <summary>Drafts that are placed in one write when several calls wait for the same event: half a megabyte, of which a conditional write keeps a second copy for a while.</summary>
    internal int AppendTogether { get; set; } = 512;

    /// <summary>Entries of one partition: about 20 MB. It is in what is stored, so that it can never be changed.</summary>
    internal int BucketSize { get; set; } = 32_768;

    /// <summary>Reactions that are applied in one write when several calls wait for the same event: 40 KB. Each is also written where its author's are found, which is about 50 ms for all.</summary>
    internal int ReactTogether { get; set; } = 2_048;

    /// <summary>How long idempotency keys are good: as <c>LiveComments:Retention:Keys</c> says.</summary>
    internal TimeSpan KeysFor { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long a change of the schema may take.</summary>
    internal TimeSpan SchemaTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
