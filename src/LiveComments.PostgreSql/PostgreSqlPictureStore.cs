using LiveComments.Pictures;

namespace LiveComments.PostgreSql;

/// <summary>Pictures in PostgreSQL.</summary>
internal sealed class PostgreSqlPictureStore(PostgreSqlDatabase database) : IPictureStore
{
    public const string Schema = """
        CREATE TABLE pictures (
            picture_id uuid PRIMARY KEY,
            user_id uuid UNIQUE REFERENCES users ON DELETE CASCADE,
            event_id uuid UNIQUE REFERENCES events ON DELETE CASCADE,
            version integer NOT NULL,
            picture bytea NOT NULL,
            CHECK ((user_id IS NULL) <> (event_id IS NULL))
        );
        -- They are compressed already.
        ALTER TABLE pictures ALTER COLUMN picture SET STORAGE EXTERNAL;

        """;

    public async ValueTask<PictureAddress?> PutAsync(PictureSubject subject, byte[] picture, CancellationToken ct)
    {
        var (column, owners, owner) = Columns(subject);
        return await database.WriteAsync(async call =>
        {
            await using var batch = call.Batch();
            batch.Add($"""
                INSERT INTO pictures (picture_id, {column}, version, picture) SELECT $2, {column}, 1, $3 FROM {owners} WHERE {column} = $1
                ON CONFLICT ({column}) DO UPDATE SET version = pictures.version + 1, picture = excluded.picture RETURNING picture_id, version
                """).With(owner).With(PictureId.New().Value).With(picture);
            return (await call.QueryAsync(batch, row => (PictureAddress?)new PictureAddress(new PictureId(row.GetId(0)), row.GetInt32(1)))).FirstOrDefault();
        }, ct);
    }

    public async ValueTask<StoredPicture?> FindAsync(PictureId id, CancellationToken ct) =>
        (await database.QueryAsync("SELECT version, picture FROM pictures WHERE picture_id = $1", statement => statement.With(id.Value), row => new StoredPicture(row.GetInt32(0), row.GetFieldValue<byte[]>(1)), ct)).FirstOrDefault();

    public async ValueTask<bool> DeleteAsync(PictureSubject subject, CancellationToken ct)
    {
        var (column, _, owner) = Columns(subject);
        return await database.ExecuteAsync($"DELETE FROM pictures WHERE {column} = $1", statement => statement.With(owner), ct) > 0;
    }

    private static (string Column, string Owners, Guid Owner) Columns(PictureSubject subject) =>
        subject.User is { } user ? ("user_id", "users", user.Value) : ("event_id", "events", subject.Event!.Value.Value);
}
