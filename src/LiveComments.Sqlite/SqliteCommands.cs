using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;

namespace LiveComments.Sqlite;

/// <summary>Short forms for statements; each connection keeps its statements prepared.</summary>
internal static class SqliteCommands
{
    private static readonly ConditionalWeakTable<SqliteConnection, Dictionary<string, SqliteCommand>> Prepared = [];

    /// <summary>The prepared command for a text, its parameters <c>$1 .. $n</c> set to <paramref name="values"/>.</summary>
    public static SqliteCommand Command(this SqliteConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        var commands = Prepared.GetOrCreateValue(connection);
        if (!commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 1; i <= values.Length; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = "$" + i });
            commands.Add(sql, command);
        }
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }

    /// <summary>Runs a statement; the number of rows it changed.</summary>
    public static int Execute(this SqliteConnection connection, string sql, params ReadOnlySpan<object?> values) =>
        connection.Command(sql, values).ExecuteNonQuery();

    /// <summary>Every row of a query.</summary>
    public static List<T> Query<T>(this SqliteConnection connection, string sql, Func<SqliteDataReader, T> row, params ReadOnlySpan<object?> values)
    {
        using var reader = connection.Command(sql, values).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(row(reader));
        return rows;
    }

    /// <summary>The first row of a query, or the default.</summary>
    public static T? QueryFirst<T>(this SqliteConnection connection, string sql, Func<SqliteDataReader, T> row, params ReadOnlySpan<object?> values)
    {
        using var reader = connection.Command(sql, values).ExecuteReader();
        return reader.Read() ? row(reader) : default;
    }

    /// <summary>The first column of the first row, or the default.</summary>
    public static T? Scalar<T>(this SqliteConnection connection, string sql, params ReadOnlySpan<object?> values) =>
        connection.Command(sql, values).ExecuteScalar() is { } value and not DBNull ? (T)value : default;

    /// <summary>Ids are stored as their 16 bytes in network order, so that UUIDv7 sort by time.</summary>
    public static byte[] Blob(this Guid id) => id.ToByteArray(bigEndian: true);

    public static Guid GetId(this SqliteDataReader reader, int column) => new(reader.GetFieldValue<byte[]>(column), bigEndian: true);

    /// <summary>Times are stored as milliseconds since 1970.</summary>
    public static DateTimeOffset GetTime(this SqliteDataReader reader, int column) => DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(column));

    public static DateTimeOffset? GetTimeOrNull(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetTime(column);

    public static string? GetStringOrNull(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
