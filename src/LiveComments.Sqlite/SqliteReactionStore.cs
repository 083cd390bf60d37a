namespace LiveComments.Sqlite;

internal sealed class SqliteReactionStore
{
    public const string Schema = "";
}
