using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LiveComments.Cassandra.Cql;

namespace LiveComments.Cassandra;

/// <summary>
/// The keyspace and its tables, as numbered steps that are each applied once; <c>schema_version</c> says how many a keyspace has seen. Servers that start together may create the same tables at
/// the same time. Cassandra would give each of them an id of its own and mix them up, so that the ids are given here, from their names.
/// </summary>
internal static class CassandraSchema
{
    private const string Strategy = "org.apache.cassandra.locator.NetworkTopologyStrategy";

    /// <summary>Together 10 s.</summary>
    private const int Tries = 50;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private const string Version = "(id int PRIMARY KEY, version int)";

    /// <summary>Each concept's tables are defined beside its code. A released step is never changed; a new step follows it.</summary>
    private static readonly IReadOnlyList<(string Table, string Definition)>[] Steps =
    [
        [("schema_version", Version), .. LogTables.Schema, .. ReactionTables.Schema],
        LogTables.StageAndQuestions,
    ];

    /// <summary>The newest schema that this program knows.</summary>
    public static int Known => Steps.Length;

    /// <exception cref="StoreUnavailableException">The keyspace is missing, or is not as the options say, or is of a newer program.</exception>
    /// <exception cref="CqlException"/>
    public static async Task ApplyAsync(Session session, CassandraOptions options, CancellationToken ct)
    {
        for (var tries = 1; ; tries++)
            try
            {
                await TryAsync(session, options, ct);
                return;
            }
            // Another server that starts now has begun to create a table: nodes list it before they know it.
            catch (CqlException e) when (tries < Tries && e.Failure is (CqlFailure.Invalid or CqlFailure.ConfigurationError or CqlFailure.AlreadyExists))
            {
                await Task.Delay(Pause, TimeProvider.System, ct);
            }
    }

    private static async Task TryAsync(Session session, CassandraOptions options, CancellationToken ct)
    {
        await CreateKeyspaceAsync(session, options, ct);
        var version = await VersionAsync(session, options, ct);
        if (version > Known)
            throw new StoreUnavailableException($"The keyspace {options.Keyspace} has schema {version}, this program knows {Known}: start a newer program.");
        if (version == Known)
            return;
        foreach (var (table, definition) in Steps.Skip(version).SelectMany(step => step))
        {
            var and = definition.Contains(" WITH ", StringComparison.Ordinal) ? "AND" : "WITH";
            await ChangeAsync(session, options, $"CREATE TABLE IF NOT EXISTS {options.Keyspace}.{table} {definition} {and} ID = {IdOf($"{options.Keyspace}.{table}")}", ct);
        }
        await session.RunAsync($"INSERT INTO {options.Keyspace}.schema_version (id, version) VALUES (0, {Known.ToString(CultureInfo.InvariantCulture)})", Consistency.Quorum, options.SchemaTimeout, ct);
    }

    private static async Task CreateKeyspaceAsync(Session session, CassandraOptions options, CancellationToken ct)
    {
        var wanted = options.Replication.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split(':')).ToDictionary(part => part[0], part => part[1]);
        var found = await session.RunAsync($"SELECT replication, durable_writes FROM system_schema.keyspaces WHERE keyspace_name = '{options.Keyspace}'", Consistency.One, options.SchemaTimeout, ct);
        if (found.Count > 0)
        {
            Check(options, wanted, found[0]);
            return;
        }
        if (wanted.Count == 0)
            throw new StoreUnavailableException($"Cassandra has no keyspace {options.Keyspace}: create it, or say in LiveComments:Cassandra:Replication how many copies each data centre is to keep (us-east:3,eu-west:3).");
        var replication = string.Concat(wanted.Select(copies => $", '{copies.Key}': {copies.Value}"));
        await ChangeAsync(session, options, $"CREATE KEYSPACE IF NOT EXISTS {options.Keyspace} WITH replication = {{'class': 'NetworkTopologyStrategy'{replication}}} AND durable_writes = true", ct);
    }

    private static void Check(CassandraOptions options, Dictionary<string, string> wanted, Row keyspace)
    {
        if (!keyspace.GetBoolean(1))
            throw new StoreUnavailableException($"The keyspace {options.Keyspace} has durable_writes = false, which loses what was acknowledged: ALTER KEYSPACE {options.Keyspace} WITH durable_writes = true.");
        if (wanted.Count == 0)
            return;
        var replication = keyspace.GetTextMap(0);
        var copies = replication.Where(entry => entry.Key != "class").ToDictionary();
        if (replication.GetValueOrDefault("class") != Strategy || copies.Count != wanted.Count || wanted.Any(entry => copies.GetValueOrDefault(entry.Key) != entry.Value))
            throw new StoreUnavailableException($"The keyspace {options.Keyspace} has the replication {string.Join(", ", replication.Select(entry => $"{entry.Key}: {entry.Value}"))}, not {options.Replication} "
                + "(LiveComments:Cassandra:Replication). Changing it needs a repair: see docs/operating.md.");
    }

    private static async Task<int> VersionAsync(Session session, CassandraOptions options, CancellationToken ct)
    {
        var tables = await session.RunAsync($"SELECT table_name FROM system_schema.tables WHERE keyspace_name = '{options.Keyspace}' AND table_name = 'schema_version'", Consistency.One, options.SchemaTimeout, ct);
        if (tables.Count == 0)
            return 0;
        var version = await session.RunAsync($"SELECT version FROM {options.Keyspace}.schema_version WHERE id = 0", Consistency.Quorum, options.SchemaTimeout, ct);
        return version.Count == 0 ? 0 : version[0].GetInt(0);
    }

    /// <summary>Changes the schema and waits until all nodes have it: one that has not refuses what is asked of it next.</summary>
    private static async Task ChangeAsync(Session session, CassandraOptions options, string cql, CancellationToken ct)
    {
        await session.RunAsync(cql, Consistency.Quorum, options.SchemaTimeout, ct);
        using var limit = new CancellationTokenSource(options.SchemaTimeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            while (!await session.AgreesAsync(either.Token))
                await Task.Delay(Pause, TimeProvider.System, either.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new StoreUnavailableException("The nodes of Cassandra do not agree on the schema: nodetool describecluster says which.", inner: e);
        }
    }

    private static Guid IdOf(string table) => new(SHA256.HashData(Encoding.UTF8.GetBytes(table)).AsSpan(0, 16), bigEndian: true);
}
