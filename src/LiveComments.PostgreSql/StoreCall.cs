using System.Diagnostics;
using Npgsql;

namespace LiveComments.PostgreSql;

/// <summary>
/// One call of the store, with a connection while it runs. It is in one of three states: nothing of it can be committed yet, it may be committed, or its caller gave up before that and it
/// never will be. So a caller that gives up knows whether anything may have been stored.
/// </summary>
/// <param name="limit">Once this time is over, a commit that has not begun never begins.</param>
internal sealed class StoreCall(bool writes, TimeSpan limit, bool mayBeOld = false) : IDisposable
{
    private const int Open = 0, Committing = 1, Abandoned = 2;

    private readonly CancellationTokenSource _cancellation = new();
    private readonly long _begun = Stopwatch.GetTimestamp();
    private int _state;

    public bool Writes => writes;

    /// <summary>True when it may read what a standby has.</summary>
    public bool MayBeOld => mayBeOld;

    /// <summary>Its connection; set while it runs.</summary>
    public NpgsqlConnection Connection { get; set; } = null!;

    public CancellationToken Token => _cancellation.Token;

    public bool MayBeCommitted => Volatile.Read(ref _state) == Committing;

    /// <summary>Rows that it has written, for the metrics.</summary>
    public int Rows { get; set; }

    /// <summary>An empty batch: its statements go to the server together, and are one transaction unless <see cref="BeginBatch"/> began another.</summary>
    public NpgsqlBatch Batch() => new(Connection);

    /// <summary>A batch that begins a transaction, which <see cref="CommitAsync"/> ends.</summary>
    public NpgsqlBatch BeginBatch()
    {
        var batch = Batch();
        batch.Add("BEGIN");
        return batch;
    }

    public Task<NpgsqlDataReader> ReadAsync(NpgsqlBatch batch) => batch.ExecuteReaderAsync(Token);

    /// <summary>Runs a batch and ends the transaction with it, in the same round trip.</summary>
    /// <param name="read">Reads the answers; they are committed only when it returns.</param>
    public async Task CommitAsync(NpgsqlBatch batch, Func<NpgsqlDataReader, Task>? read = null)
    {
        batch.Add("COMMIT");
        BeginCommit();
        await using var rows = await batch.ExecuteReaderAsync(Token);
        if (read is not null)
            await read(rows);
        while (await rows.NextResultAsync(Token))
        {
        }
    }

    /// <summary>Runs one statement that is a transaction of its own; the number of rows it changed.</summary>
    public async Task<int> ExecuteAsync(NpgsqlBatch batch)
    {
        BeginCommit();
        return await batch.ExecuteNonQueryAsync(Token);
    }

    /// <summary>Runs one statement that writes and answers rows, as a transaction of its own.</summary>
    public Task<NpgsqlDataReader> ExecuteAndReadAsync(NpgsqlBatch batch)
    {
        BeginCommit();
        return batch.ExecuteReaderAsync(Token);
    }

    /// <summary>Every row of a query that is alone in its batch.</summary>
    public async Task<List<T>> QueryAsync<T>(NpgsqlBatch batch, Func<NpgsqlDataReader, T> row)
    {
        await using var rows = await batch.ExecuteReaderAsync(Token);
        return await ListAsync(rows, row);
    }

    /// <summary>Every row of the current answer.</summary>
    public async Task<List<T>> ListAsync<T>(NpgsqlDataReader rows, Func<NpgsqlDataReader, T> row)
    {
        var list = new List<T>();
        while (await rows.ReadAsync(Token))
            list.Add(row(rows));
        return list;
    }

    /// <summary>A failed try that left nothing begins anew; false when the caller gave up.</summary>
    public bool TryAgain() => Volatile.Read(ref _state) != Abandoned && Interlocked.CompareExchange(ref _state, Open, Committing) != Abandoned;

    /// <summary>True when nothing of it was or will be committed.</summary>
    public bool TryAbandon() => Interlocked.CompareExchange(ref _state, Abandoned, Open) != Committing;

    /// <summary>Breaks its connection. The driver asks the server to cancel first, and blocks while it does, so this has a thread of its own: a frozen server would hold up the thread pool.</summary>
    public void Break() => new Thread(() =>
    {
        try
        {
            _cancellation.Cancel();
        }
        catch (Exception e) when (e is ObjectDisposedException or AggregateException)
        {
            // It ended at the same moment.
        }
    })
    { IsBackground = true, Name = "postgresql-cancel" }.Start();

    public void Dispose() => _cancellation.Dispose();

    private void BeginCommit()
    {
        // After a standstill of the process, this may run before the timer of whoever waits.
        if (Stopwatch.GetElapsedTime(_begun) > limit)
            TryAbandon();
        if (Interlocked.CompareExchange(ref _state, Committing, Open) == Abandoned)
            throw new OperationCanceledException("The caller gave up before anything was stored.");
    }
}
