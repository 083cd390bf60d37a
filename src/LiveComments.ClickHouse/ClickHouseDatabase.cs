using System.Data.Common;
using ClickHouse.Driver;
using ClickHouse.Driver.ADO;
using ClickHouse.Driver.ADO.Parameters;
using ClickHouse.Driver.ADO.Readers;
using ClickHouse.Driver.Utility;
using LiveComments.Retention;
using Microsoft.Extensions.Options;

namespace LiveComments.ClickHouse;

/// <summary>Calls to ClickHouse. Each has a time limit; the first makes sure of the schema. One that fails is a <see cref="StoreUnavailableException"/>, and needs no restart to work again.</summary>
internal sealed class ClickHouseDatabase(IOptions<ClickHouseOptions> options, IOptions<RetentionOptions> retention, ClickHouseMetrics metrics, TimeProvider time) : IExternalHealth, IDisposable
{
    /// <summary>How long writing a batch, or changing tables, may take. Nobody waits for it but who writes the next batch.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>What a server may take at most: less than this side waits, so that what it did not answer has also ended there and does not arrive behind what is read next.</summary>
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(15);

    /// <summary>A fault's text is one line for operators, and not a stack trace.</summary>
    private const int LongestReason = 300;

    private readonly ClickHouseClient _client = new(Settings(options.Value));
    private readonly SemaphoreSlim _preparing = new(1);
    private volatile bool _isPrepared;
    private volatile string? _fault;

    public string? Fault => _fault;

    /// <summary>Asks for rows.</summary>
    /// <param name="isAwaited">Whether somebody waits for the answer.</param>
    /// <param name="parameters">Values of the places <c>{name:Type}</c>.</param>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask<IReadOnlyList<T>> AskAsync<T>(string question, Func<ClickHouseDataReader, T> row, bool isAwaited, CancellationToken ct, params (string Name, object Value)[] parameters)
    {
        var limit = isAwaited ? options.Value.Timeout : Patience;
        await PrepareAsync(limit, ct);
        return await CallAsync(limit, changes: false, call => ReadAsync(question, row, parameters, call), ct);
    }

    /// <summary>Changes something.</summary>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask ChangeAsync(string statement, CancellationToken ct, params (string Name, object Value)[] parameters)
    {
        await PrepareAsync(Patience, ct);
        await CallAsync(Patience, changes: true, call => RunAsync(statement, null, parameters, call), ct);
    }

    /// <summary>Adds rows to a table. Adding them again with the same token adds what is missing.</summary>
    /// <param name="rows">In the form RowBinary.</param>
    /// <exception cref="StoreUnavailableException"/>
    public async ValueTask InsertAsync(string table, IReadOnlyList<string> columns, Stream rows, string token, CancellationToken ct)
    {
        await PrepareAsync(Patience, ct);
        await CallAsync(Patience, changes: true, async call =>
        {
            using var answer = await _client.InsertRawStreamAsync(table, rows, "RowBinary", columns, useCompression: false, new QueryOptions
            {
                MaxExecutionTime = Within,
                CustomSettings = new Dictionary<string, object>
                {
                    ["insert_deduplicate"] = 1,
                    ["insert_deduplication_token"] = token,
                    // The tables behind views know the token too, so that a failure between two of them is made up by the next try.
                    ["deduplicate_blocks_in_dependent_materialized_views"] = 1,
                    // The rows are many already, and the answer must mean that they are there.
                    ["async_insert"] = 0,
                    // A log of years may come at once.
                    ["throw_on_max_partitions_per_insert_block"] = 0,
                },
            }, call);
            return true;
        }, ct);
    }

    public void Dispose()
    {
        _client.Dispose();
        _preparing.Dispose();
    }

    private async ValueTask PrepareAsync(TimeSpan timeout, CancellationToken ct)
    {
        if (_isPrepared)
            return;
        if (!await _preparing.WaitAsync(timeout, ct))
            throw new StoreUnavailableException("ClickHouse does not answer in time.");
        try
        {
            if (_isPrepared)
                return;
            var schema = new ClickHouseSchema(options.Value, retention.Value.Analytics, (question, call) => ReadAsync(question, reader => reader.GetString(0), [], call), (statement, inDatabase, call) => RunAsync(statement, inDatabase, [], call));
            await CallAsync(timeout, changes: false, async call =>
            {
                await schema.PrepareAsync(call);
                return true;
            }, ct);
            _isPrepared = true;
        }
        finally
        {
            _preparing.Release();
        }
    }

    private async Task<IReadOnlyList<T>> ReadAsync<T>(string question, Func<ClickHouseDataReader, T> row, IEnumerable<(string Name, object Value)> parameters, CancellationToken ct)
    {
        using var reader = await _client.ExecuteReaderAsync(question, Parameters(parameters), new QueryOptions
        {
            MaxExecutionTime = Within,
            // The answers are short. They come whole, so that an error is an error and not half an answer.
            CustomSettings = new Dictionary<string, object> { ["wait_end_of_query"] = 1 },
        }, ct);
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(row(reader));
        return rows;
    }

    /// <param name="database">Null for this program's own.</param>
    private async Task<bool> RunAsync(string statement, string? database, IEnumerable<(string Name, object Value)> parameters, CancellationToken ct)
    {
        await _client.ExecuteNonQueryAsync(statement, Parameters(parameters), new QueryOptions { Database = database, MaxExecutionTime = Within }, ct);
        return true;
    }

    /// <param name="changes">Whether it may have been done although there was no answer.</param>
    private async ValueTask<T> CallAsync<T>(TimeSpan timeout, bool changes, Func<CancellationToken, Task<T>> call, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            var answer = await call(either.Token).WaitAsync(either.Token);
            metrics.Answered(time.GetElapsedTime(started));
            _fault = null;
            return answer;
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw Away("timed-out", "ClickHouse does not answer in time.", changes, e);
        }
        // No connection, a connection that was lost, a refusal, or somebody else at this address.
        catch (Exception e) when (e is HttpRequestException or IOException or DbException or InvalidOperationException or FormatException or StoreUnavailableException)
        {
            throw Away("failed", e is StoreUnavailableException ? e.Message : $"ClickHouse says: {Reason(e)}", changes, e);
        }
    }

    private StoreUnavailableException Away(string outcome, string text, bool changes, Exception e)
    {
        metrics.Count(outcome);
        _fault = "ClickHouse does not answer or refuses; statistics stand still, and are made up when it is back.";
        return new StoreUnavailableException(text, changes, e);
    }

    private static string Reason(Exception e)
    {
        var text = e.Message.ReplaceLineEndings(" ");
        return text.Length <= LongestReason ? text : text[..LongestReason] + "...";
    }

    private static ClickHouseParameterCollection Parameters(IEnumerable<(string Name, object Value)> given)
    {
        var parameters = new ClickHouseParameterCollection();
        foreach (var (name, value) in given)
            parameters.AddParameter(name, value);
        return parameters;
    }

    private static ClickHouseClientSettings Settings(ClickHouseOptions options)
    {
        var url = new Uri(options.Url);
        return new ClickHouseClientSettings
        {
            Protocol = url.Scheme,
            Host = url.Host,
            Port = (ushort)url.Port,
            Path = url.AbsolutePath,
            Username = options.User,
            Password = options.Password,
            Database = options.Database,
        };
    }
}
