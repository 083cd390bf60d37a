using System.ComponentModel.DataAnnotations;

namespace LiveComments.Server;

/// <summary>Which store a server has: section <c>LiveComments</c>.</summary>
internal sealed class StoreOptions
{
    public const string Section = "LiveComments", Sqlite = "sqlite", PostgreSql = "postgresql", Same = "store", Cassandra = "cassandra";

    /// <summary><c>sqlite</c> keeps everything in the data folder of one node. <c>postgresql</c> keeps it in a PostgreSQL database, which many nodes may share.</summary>
    [AllowedValues(Sqlite, PostgreSql, ErrorMessage = "LiveComments:Store is sqlite or postgresql.")]
    public string Store { get; set; } = Sqlite;

    /// <summary>
    /// Where comments and reactions are. <c>store</c>: in the store with everything else. <c>cassandra</c>: in Cassandra (<c>LiveComments:Cassandra</c>), for events that are too large for one
    /// database. It is chosen before the first event: nothing moves comments from one to the other.
    /// </summary>
    [AllowedValues(Same, Cassandra, ErrorMessage = "LiveComments:Log is store or cassandra.")]
    public string Log { get; set; } = Same;
}
