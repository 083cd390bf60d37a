using System.Globalization;
using ClickHouse.Driver;

namespace LiveComments.ClickHouse;

/// <summary>
/// The schema, as numbered steps that are each applied once. <c>schema_versions</c> says which; a schema of a newer program is refused. ClickHouse has no transactions, so each statement of a
/// step may run again, also on two nodes at once. Nodes of the version before run on, so a step may only add what they do not need.
/// </summary>
/// <param name="keep">How long counts are kept.</param>
/// <param name="ask">Gives the first column of a question's rows.</param>
/// <param name="run">Runs a statement in a database; null is this program's own.</param>
internal sealed class ClickHouseSchema(ClickHouseOptions options, TimeSpan keep, Func<string, CancellationToken, Task<IReadOnlyList<string>>> ask, Func<string, string?, CancellationToken, Task> run)
{
    /// <summary>A released step is never changed; a new step follows it.</summary>
    private static readonly IReadOnlyList<string>[] Steps = [ClickHouseAnalyticsStore.Schema];

    /// <summary>Codes of ClickHouse's errors.</summary>
    private const int UnknownTable = 60, UnknownDatabase = 81;

    /// <summary>The longest time from now on that its <c>DateTime</c> certainly holds; later times come out in the past.</summary>
    private const int MostDays = 20_000;

    /// <exception cref="StoreUnavailableException">The schema is newer than this program, or older and not to be changed.</exception>
    public async Task PrepareAsync(CancellationToken ct)
    {
        var version = await VersionAsync(ct);
        if (version > Steps.Length)
            throw new StoreUnavailableException($"ClickHouse's database {options.Database} has schema {version}, this program knows {Steps.Length}: start a newer program.");
        if (!options.Migrate)
        {
            if (version < Steps.Length)
                throw new StoreUnavailableException($"ClickHouse's database {options.Database} has schema {version}, this program needs {Steps.Length}, and may not change it: start a server of this version that may (LiveComments:ClickHouse:Migrate).");
            return;
        }
        for (; version < Steps.Length; version++)
        {
            foreach (var statement in Steps[version])
                await run(statement, null, ct);
            await run(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO schema_versions (version) VALUES ({version + 1})"), null, ct);
        }
        foreach (var (table, at) in ClickHouseAnalyticsStore.Kept)
            await KeepAsync(table, at, ct);
    }

    private async Task<int> VersionAsync(CancellationToken ct)
    {
        const string Version = "SELECT toString(max(version)) FROM schema_versions";
        try
        {
            return int.Parse((await ask(Version, ct))[0], CultureInfo.InvariantCulture);
        }
        catch (ClickHouseServerException e) when (e.ErrorCode is UnknownTable or UnknownDatabase)
        {
            if (!options.Migrate)
                return 0;
            if (e.ErrorCode == UnknownDatabase)
                await run($"CREATE DATABASE IF NOT EXISTS {options.Database}", "default", ct);
            await run("CREATE TABLE IF NOT EXISTS schema_versions (version UInt32, at DateTime('UTC') DEFAULT now()) ENGINE = MergeTree ORDER BY version", null, ct);
            return 0;
        }
    }

    /// <summary>
    /// Has ClickHouse itself delete what is too old, a day late. This program does it in time (<see cref="IAnalyticsStore.ForgetAsync"/>), as long as it runs.
    /// </summary>
    private async Task KeepAsync(string table, string at, CancellationToken ct)
    {
        var days = Math.Ceiling(keep.TotalDays) + 1;
        var wanted = string.Create(CultureInfo.InvariantCulture, $"toDateTime({at}) + toIntervalDay({days})");
        var engine = (await ask($"SELECT engine_full FROM system.tables WHERE database = currentDatabase() AND name = '{table}'", ct)).FirstOrDefault("");
        if (days <= MostDays && !engine.Contains($" TTL {wanted}", StringComparison.Ordinal))
            await run($"ALTER TABLE {table} MODIFY TTL {wanted} SETTINGS materialize_ttl_after_modify = 0", null, ct);
        else if (days > MostDays && engine.Contains(" TTL ", StringComparison.Ordinal))
            await run($"ALTER TABLE {table} REMOVE TTL", null, ct);
    }
}
