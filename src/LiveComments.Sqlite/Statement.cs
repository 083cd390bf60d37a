using System.Buffers.Binary;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace LiveComments.Sqlite;

/// <summary>
/// A prepared statement in use. It bypasses the driver's ADO layer, which costs more per row than SQLite itself. Disposing resets it for the next use on the same connection.
/// </summary>
internal readonly ref struct Statement
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _handle;

    internal Statement(sqlite3 database, sqlite3_stmt handle)
    {
        _database = database;
        _handle = handle;
    }

    public Statement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(_handle, index, value));
        return this;
    }

    public Statement Bind(int index, long? value) => value is { } present ? Bind(index, present) : BindNull(index);

    /// <summary>Ids are stored as their 16 bytes in network order, so that UUIDv7 sort by time.</summary>
    public Statement Bind(int index, Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return Bind(index, bytes);
    }

    public Statement Bind(int index, UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return Bind(index, bytes);
    }

    public Statement Bind(int index, scoped ReadOnlySpan<byte> blob)
    {
        Check(raw.sqlite3_bind_blob(_handle, index, blob));
        return this;
    }

    public Statement Bind(int index, string? text)
    {
        if (text is null)
            return BindNull(index);
        const int onStack = 1024;
        if (text.Length is 0 or > onStack / 3)
        {
            Check(raw.sqlite3_bind_text(_handle, index, text));
            return this;
        }
        Span<byte> bytes = stackalloc byte[onStack];
        Check(raw.sqlite3_bind_text(_handle, index, bytes[..Encoding.UTF8.GetBytes(text, bytes)]));
        return this;
    }

    public Statement BindNull(int index)
    {
        Check(raw.sqlite3_bind_null(_handle, index));
        return this;
    }

    /// <summary>Goes to the next row; false at the end.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(_handle);
        if (code == raw.SQLITE_ROW)
            return true;
        if (code != raw.SQLITE_DONE)
            SqliteException.ThrowExceptionForRC(code, _database);
        return false;
    }

    /// <summary>Runs a statement that answers nothing; the number of rows it changed.</summary>
    public int Run()
    {
        Step();
        return raw.sqlite3_changes(_database);
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(_handle, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(_handle, column);

    public int Int32(int column) => raw.sqlite3_column_int(_handle, column);

    public long? Int64OrNull(int column) => IsNull(column) ? null : Int64(column);

    /// <summary>Valid until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(_handle, column);

    public UInt128 UInt128(int column) => BinaryPrimitives.ReadUInt128BigEndian(Blob(column));

    public Guid Id(int column) => new(Blob(column), bigEndian: true);

    public string Text(int column) => Encoding.UTF8.GetString(Blob(column));

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public void Dispose() => raw.sqlite3_reset(_handle);

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(code, _database);
    }
}
