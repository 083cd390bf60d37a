using BenchmarkDotNet.Attributes;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Reactions;
using LiveComments.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace LiveComments.Benchmarks;

/// <summary>One transaction of the embedded store, flushed to the disk; figures are per comment and per reaction.</summary>
public class StoreBenchmarks
{
    private const int Batch = 500;

    private readonly string _folder = Directory.CreateTempSubdirectory("livecomments-bench-").FullName;
    private readonly EventId _id = EventId.New(TimeProvider.System);
    private readonly List<CommentId> _comments = [];
    private SqliteDatabase _database = null!;
    private SqliteEventLog _log = null!;
    private SqliteReactionStore _reactions = null!;
    private int _number;

    [GlobalSetup]
    public void Setup() => SetupAsync().GetAwaiter().GetResult(); // this toolchain does not wait for an asynchronous one

    private async Task SetupAsync()
    {
        _database = SqliteDatabase.Open(new SqliteOptions { Path = Path.Combine(_folder, "bench.db"), Timeout = TimeSpan.FromMinutes(1) }, NullLogger.Instance);
        _log = new SqliteEventLog(_database, TimeProvider.System);
        _reactions = new SqliteReactionStore(_database, TimeProvider.System);
        await _log.AppendAsync(_id, [new StatusDraft(EventStatus.Live)], default);
        foreach (var result in await _log.AppendAsync(_id, Drafts(), default))
            _comments.Add(((CommentEntry)((AppendResult.Appended)result).Entry).Comment.Id);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _database.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public int AppendComments() => _log.AppendAsync(_id, Drafts(), default).AsTask().GetAwaiter().GetResult().Count;

    [Benchmark(OperationsPerInvoke = Batch)]
    public int ApplyReactions() => _reactions.ApplyAsync(_id,
        [.. Enumerable.Range(0, Batch).Select(i => new ReactionDraft(_comments[i % 50], Sample.AuthorOf(_number++).Id, (ReactionType)(1 + _number % 6)))], default).AsTask().GetAwaiter().GetResult().Count;

    private List<EntryDraft> Drafts() => [.. Enumerable.Range(0, Batch).Select(_ => Sample.Draft(_number++))];
}
