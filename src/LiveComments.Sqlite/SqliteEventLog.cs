namespace LiveComments.Sqlite;

internal sealed class SqliteEventLog
{
    public const string Schema = "";
}
