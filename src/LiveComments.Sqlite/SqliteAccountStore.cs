namespace LiveComments.Sqlite;

internal sealed class SqliteAccountStore
{
    public const string Schema = "";
}
