using System.Text;
using LiveComments.Keys;
using LiveComments.PostgreSql;
using LiveComments.Tests.Conformance;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LiveComments.Tests.PostgreSql;

/// <summary>Keys in the database, encrypted as the product has them.</summary>
[Collection(PostgreSqlCollection.Name), RequiresPostgreSql]
public sealed class PostgreSqlKeyStoreTests(PostgreSqlServer server) : KeyStoreSpec
{
    private readonly byte[] _key = SealedKeyStore.Parse(SealedKeyStore.NewEncryptionKey())!;
    private PostgreSqlOptions _options = null!;
    private PostgreSqlDatabase _database = null!;
    private SealedKeyStore _store = null!;

    public override async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        await server.DropDatabaseAsync(_options.ConnectionString);
    }

    protected override async Task<IKeyStore> OpenAsync()
    {
        _options = new PostgreSqlOptions { ConnectionString = await server.CreateDatabaseAsync(), Timeout = TimeSpan.FromSeconds(30) };
        _database = PostgreSqlDatabase.Open(_options, NullLogger.Instance);
        return _store = new SealedKeyStore(new PostgreSqlKeyStore(_database), _key, "Setting");
    }

    [Fact]
    public async Task The_database_has_nothing_of_a_key_in_the_clear()
    {
        var secret = Encoding.UTF8.GetBytes("a secret that nobody may read");
        await _store.AddAsync(KeyRing.Signing, new StoredKey("000001", secret), default);
        var stored = Assert.Single(await new PostgreSqlKeyStore(_database).ReadAsync(KeyRing.Signing, default)).Value;
        for (var at = 0; at + 4 <= secret.Length; at++)
            Assert.Equal(-1, stored.AsSpan().IndexOf(secret.AsSpan(at, 4)));
    }

    [Fact]
    public async Task Whoever_has_another_encryption_key_is_told_so()
    {
        await _store.AddAsync(KeyRing.Signing, new StoredKey("000001", [1, 2, 3]), default);
        var other = new SealedKeyStore(new PostgreSqlKeyStore(_database), SealedKeyStore.Parse(SealedKeyStore.NewEncryptionKey())!, "Setting");
        Assert.StartsWith("Setting is not the key", (await Assert.ThrowsAsync<OptionsValidationException>(() => other.ReadAsync(KeyRing.Signing, default).AsTask())).Message);
    }

    [Theory]
    [InlineData("UPDATE server_keys SET name = '000002'")]
    [InlineData("UPDATE server_keys SET ring = 1")]
    [InlineData("UPDATE server_keys SET sealed = set_byte(sealed, length(sealed) - 1, get_byte(sealed, length(sealed) - 1) # 1)")]
    [InlineData("UPDATE server_keys SET sealed = set_byte(sealed, 0, 2)")]
    [InlineData("UPDATE server_keys SET sealed = ''")]
    public async Task What_somebody_changed_in_the_database_is_no_key(string change)
    {
        await _store.AddAsync(KeyRing.Signing, new StoredKey("000001", [1, 2, 3]), default);
        await server.ExecuteAsync(change, new Npgsql.NpgsqlConnectionStringBuilder(_options.ConnectionString).Database!);
        await Assert.ThrowsAsync<OptionsValidationException>(async () =>
        {
            foreach (var ring in Enum.GetValues<KeyRing>())
                await _store.ReadAsync(ring, default);
        });
    }
}
