using System.ComponentModel.DataAnnotations;

namespace LiveComments.Server;

/// <summary>Which store a server has: section <c>LiveComments</c>.</summary>
internal sealed class StoreOptions
{
    public const string Section = "LiveComments", Sqlite = "sqlite", PostgreSql = "postgresql";

    /// <summary><c>sqlite</c> keeps everything in the data folder of one node. <c>postgresql</c> keeps it in a PostgreSQL database, which many nodes may share.</summary>
    [AllowedValues(Sqlite, PostgreSql, ErrorMessage = "LiveComments:Store is sqlite or postgresql.")]
    public string Store { get; set; } = Sqlite;
}
