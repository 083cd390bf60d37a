namespace LiveComments.Sqlite;

internal sealed class SqliteEventCatalog
{
    public const string Schema = "";
}
