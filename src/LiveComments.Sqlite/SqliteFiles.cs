using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace LiveComments.Sqlite;

/// <summary>
/// The files of an open database: itself, its write-ahead log and the log's index. An open file outlives its name, so the database would go on
/// taking writes after somebody deleted or replaced one of them, and the next start would find nothing of these writes. That is found by comparing what stands
/// behind the names now with what was opened.
/// </summary>
/// <remarks>
/// As long as one connection is open, the engine neither deletes nor replaces any of the three. Where the system does not tell which file a name stands for,
/// nothing is ever missing: Windows does not let an open database be deleted.
/// </remarks>
internal sealed class SqliteFiles
{
    private readonly (string Name, byte[] Path, FileIdentity Opened)[] _files;

    /// <param name="connection">One that has read, so that all three are open.</param>
    public SqliteFiles(SqliteConnection connection, string path)
    {
        var opened = raw.sqlite3_db_filename(connection.Handle, "main").utf8_to_string();
        // The name that was given where it is one: it may be a link, and lead elsewhere tomorrow. The engine follows links before it names the log.
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
