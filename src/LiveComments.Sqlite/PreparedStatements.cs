using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace LiveComments.Sqlite;

/// <summary>The statements each connection keeps prepared, as many as there are texts in the code.</summary>
internal static class PreparedStatements
{
    private static readonly ConditionalWeakTable<SqliteConnection, Dictionary<string, sqlite3_stmt>> Prepared = [];

    /// <summary>A statement with parameters <c>?1 .. ?n</c>, ready to be bound.</summary>
    /// <param name="sql">A literal: it is found again by reference, which costs a few nanoseconds whatever its length.</param>
    public static Statement Statement(this SqliteConnection connection, string sql)
    {
        var statements = Prepared.GetValue(connection, _ => new(ReferenceEqualityComparer.Instance));
        if (!statements.TryGetValue(sql, out var handle))
        {
            SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(connection.Handle, sql, out handle), connection.Handle);
            statements.Add(sql, handle);
        }
        return new Statement(connection.Handle!, handle);
    }

    /// <summary>Closes a connection and the statements above, which <c>Close</c> knows nothing of. One whose statements are left to the garbage collector would keep its locks until then.</summary>
    public static void CloseWithStatements(this SqliteConnection connection)
    {
        if (Prepared.TryGetValue(connection, out var statements))
        {
            foreach (var handle in statements.Values)
                handle.Dispose();
            Prepared.Remove(connection);
        }
        connection.Dispose();
    }
}
