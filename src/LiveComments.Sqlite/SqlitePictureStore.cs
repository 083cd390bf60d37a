using LiveComments.Pictures;

namespace LiveComments.Sqlite;

/// <summary>Pictures in SQLite.</summary>
internal sealed class SqlitePictureStore(SqliteDatabase database) : IPictureStore
{
    /// <summary>A table with rowids: rows are too long for one without.</summary>
    public const string Schema = """
        CREATE TABLE pictures (
            picture_id BLOB PRIMARY KEY NOT NULL,
            user_id BLOB UNIQUE REFERENCES users ON DELETE CASCADE,
            event_id BLOB UNIQUE REFERENCES events ON DELETE CASCADE,
            version INTEGER NOT NULL,
            picture BLOB NOT NULL,
            CHECK ((user_id IS NULL) <> (event_id IS NULL))
        );

        """;

    public async ValueTask<PictureAddress?> PutAsync(PictureSubject subject, byte[] picture, CancellationToken ct)
    {
        var (column, owners, owner) = Columns(subject);
        return await database.WriteAsync(connection => connection.Execute($"""
            INSERT INTO pictures (picture_id, {column}, version, picture) SELECT $2, {column}, 1, $3 FROM {owners} WHERE {column} = $1
            ON CONFLICT ({column}) DO UPDATE SET version = version + 1, picture = excluded.picture
            """, owner, PictureId.New().Value.Blob(), picture) == 0
            ? (PictureAddress?)null
            : connection.QueryFirst($"SELECT picture_id, version FROM pictures WHERE {column} = $1", row => new PictureAddress(new PictureId(row.GetId(0)), row.GetInt32(1)), owner), ct);
    }

    public async ValueTask<StoredPicture?> FindAsync(PictureId id, CancellationToken ct) =>
        await database.ReadAsync(connection => connection.QueryFirst("SELECT version, picture FROM pictures WHERE picture_id = $1", row => new StoredPicture(row.GetInt32(0), row.GetFieldValue<byte[]>(1)), id.Value.Blob()), ct);

    public async ValueTask<bool> DeleteAsync(PictureSubject subject, CancellationToken ct)
    {
        var (column, _, owner) = Columns(subject);
        return await database.WriteAsync(connection => connection.Execute($"DELETE FROM pictures WHERE {column} = $1", owner), ct) > 0;
    }

    private static (string Column, string Owners, byte[] Owner) Columns(PictureSubject subject) =>
        subject.User is { } user ? ("user_id", "users", user.Value.Blob()) : ("event_id", "events", subject.Event!.Value.Value.Blob());
}
