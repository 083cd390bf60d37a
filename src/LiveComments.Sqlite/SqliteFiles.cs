using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace LiveComments.Sqlite;

/// <summary>
/// The files of an open database: itself, its write-ahead log and the log's index. An open file outlives its name: the database would accept writes after somebody deleted or replaced a
/// file, and the next start would not find them. Comparing the files behind the names with the opened ones detects this.
/// </summary>
/// <remarks>
/// While a connection is open, SQLite itself neither deletes nor replaces any of the three. Where the system cannot identify files, none is ever reported missing: Windows does not let an
/// open database be deleted.
/// </remarks>
internal sealed class SqliteFiles
{
    private readonly (string Name, byte[] Path, FileIdentity Opened)[] _files;

    /// <param name="connection">One that has read, so that all three are open.</param>
    public SqliteFiles(SqliteConnection connection, string path)
    {
        var opened = raw.sqlite3_db_filename(connection.Handle, "main").utf8_to_string();
        // The name that was given. It may be a link that leads elsewhere later; SQLite follows links before it names the log.
        string[] names = [File.Exists(path) ? path : opened, opened + "-wal", opened + "-shm"];
        _files = [.. names.Select(name => (Name: name, Path: FileIdentity.Path(name))).Select(file => (file.Name, file.Path, Opened: FileIdentity.Of(file.Path)))
            .Where(file => file.Opened is not null).Select(file => (file.Name, file.Path, file.Opened!.Value))];
    }

    /// <summary>The first file that is not the one that was opened; null when all are there.</summary>
    public string? Missing()
    {
        foreach (var (name, path, opened) in _files)
            if (FileIdentity.Of(path) != opened)
                return name;
        return null;
    }
}
