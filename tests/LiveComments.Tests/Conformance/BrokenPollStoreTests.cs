using LiveComments.Polls;
using LiveComments.Tests.Sqlite;

namespace LiveComments.Tests.Conformance;

public sealed class BrokenPollStoreTests
{
    private static readonly Dictionary<string, Func<Func<IPollStore>, IPollStore>> All = new()
    {
        ["takes votes after the close"] = inner => new TakesLateVotes(inner),
        ["counts a changed vote twice"] = inner => new CountsTwice(inner),
        ["answers each vote before the next"] = inner => new AnswersEach(inner),
        ["gives a new version for the same vote"] = inner => new CountsVersions(inner),
        ["opens a second poll"] = inner => new OpensAnother(inner),
        ["shows what was taken away"] = inner => new ShowsRemoved(inner),
        ["forgets what the log lacks"] = inner => new ForgetsChanges(inner),
        ["closes no poll of an ended event"] = inner => new LeavesEndedEvents(inner),
        ["deletes nothing"] = inner => new DeletesNothing(inner),
    };

    public static TheoryData<string> Broken => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task The_specification_fails_a_store_that(string breaksAPromise) =>
        Assert.NotEmpty(await Specification.FailuresAsync(() => new InSqlite(All[breaksAPromise])));

    /// <summary>Not public, so that the test runner does not run it by itself.</summary>
    private sealed class InSqlite(Func<Func<IPollStore>, IPollStore> wrap) : SqlitePollStoreTests
    {
        private protected override async Task<StoreUnderTest> CreateAsync(FakeTime time) => new Wrapped(await base.CreateAsync(time), wrap);
    }

    private sealed class Wrapped(StoreUnderTest store, Func<Func<IPollStore>, IPollStore> wrap) : BrokenStore(store)
    {
        private IPollStore? _polls;

        public override IPollStore Polls => _polls ??= wrap(() => Sound.Polls);
    }

    private abstract class Double(Func<IPollStore> inner) : IPollStore
    {
        protected IPollStore Inner => inner();

        public virtual ValueTask<PollOutcome> OpenAsync(Poll poll, CancellationToken ct) => Inner.OpenAsync(poll, ct);

        public virtual ValueTask<PollOutcome> ChangeAsync(EventId id, PollId poll, PollStatus status, DateTimeOffset now, CancellationToken ct) => Inner.ChangeAsync(id, poll, status, now, ct);

        public virtual ValueTask<IReadOnlyList<VoteResult>> VoteAsync(EventId id, IReadOnlyList<VoteDraft> drafts, DateTimeOffset now, CancellationToken ct) => Inner.VoteAsync(id, drafts, now, ct);

        public virtual ValueTask<IReadOnlyList<Poll>> ListAsync(EventId id, CancellationToken ct) => Inner.ListAsync(id, ct);

        public ValueTask<Poll?> FindAsync(EventId id, PollId poll, CancellationToken ct) => Inner.FindAsync(id, poll, ct);

        public virtual ValueTask<Poll?> LastAsync(EventId id, CancellationToken ct) => Inner.LastAsync(id, ct);

        public ValueTask<IReadOnlyDictionary<PollId, int>> GivenByAsync(EventId id, UserId user, CancellationToken ct) => Inner.GivenByAsync(id, user, ct);

        public virtual ValueTask<IReadOnlyList<Poll>> DueAsync(DateTimeOffset now, int limit, CancellationToken ct) => Inner.DueAsync(now, limit, ct);

        public virtual ValueTask<bool> AnnouncedAsync(Poll poll, CancellationToken ct) => Inner.AnnouncedAsync(poll, ct);

        public virtual ValueTask<IReadOnlyList<Poll>> UnannouncedAsync(DateTimeOffset before, int limit, CancellationToken ct) => Inner.UnannouncedAsync(before, limit, ct);

        public virtual ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct) => Inner.DeleteAsync(id, ct);
    }

    private sealed class TakesLateVotes(Func<IPollStore> inner) : Double(inner)
    {
        public override async ValueTask<IReadOnlyList<VoteResult>> VoteAsync(EventId id, IReadOnlyList<VoteDraft> drafts, DateTimeOffset now, CancellationToken ct) =>
            [.. (await Inner.VoteAsync(id, drafts, now, ct)).Select(result => result.Error == Error.PollClosed ? result with { Error = null } : result)];
    }

    private sealed class CountsTwice(Func<IPollStore> inner) : Double(inner)
    {
        public override ValueTask<IReadOnlyList<VoteResult>> VoteAsync(EventId id, IReadOnlyList<VoteDraft> drafts, DateTimeOffset now, CancellationToken ct) =>
            Inner.VoteAsync(id, [.. drafts.Select(draft => draft with { User = UserId.New(TimeProvider.System) })], now, ct);
    }

    private sealed class AnswersEach(Func<IPollStore> inner) : Double(inner)
    {
        public override async ValueTask<IReadOnlyList<VoteResult>> VoteAsync(EventId id, IReadOnlyList<VoteDraft> drafts, DateTimeOffset now, CancellationToken ct)
        {
            var results = new List<VoteResult>();
            foreach (var draft in drafts)
                results.AddRange(await Inner.VoteAsync(id, [draft], now, ct));
            return results;
        }
    }

    private sealed class CountsVersions(Func<IPollStore> inner) : Double(inner)
    {
        public override async ValueTask<IReadOnlyList<VoteResult>> VoteAsync(EventId id, IReadOnlyList<VoteDraft> drafts, DateTimeOffset now, CancellationToken ct)
        {
            if (drafts.Count == 1 && (await Inner.FindAsync(id, drafts[0].Vote.Poll, ct))?.Options.Count > 1)
                await Inner.VoteAsync(id, [drafts[0] with { Vote = drafts[0].Vote with { Option = 1 - drafts[0].Vote.Option } }], now, ct);
            return await Inner.VoteAsync(id, drafts, now, ct);
        }
    }

    private sealed class OpensAnother(Func<IPollStore> inner) : Double(inner)
    {
        public override async ValueTask<PollOutcome> OpenAsync(Poll poll, CancellationToken ct)
        {
            if (await Inner.LastAsync(poll.Event, ct) is { Status: PollStatus.Open } open && open.Question != poll.Question)
                await Inner.ChangeAsync(poll.Event, open.Id, PollStatus.Closed, poll.OpenedAt, ct);
            return await Inner.OpenAsync(poll, ct);
        }
    }

    private sealed class ShowsRemoved(Func<IPollStore> inner) : Double(inner)
    {
        private Poll? _removed;

        public override async ValueTask<PollOutcome> ChangeAsync(EventId id, PollId poll, PollStatus status, DateTimeOffset now, CancellationToken ct)
        {
            var outcome = await Inner.ChangeAsync(id, poll, status, now, ct);
            _removed = status == PollStatus.Removed ? outcome.Poll : _removed;
            return outcome;
        }

        public override async ValueTask<Poll?> LastAsync(EventId id, CancellationToken ct) => await Inner.LastAsync(id, ct) ?? (_removed?.Event == id ? _removed : null);
    }

    private sealed class ForgetsChanges(Func<IPollStore> inner) : Double(inner)
    {
        public override ValueTask<IReadOnlyList<Poll>> UnannouncedAsync(DateTimeOffset before, int limit, CancellationToken ct) => new([]);
    }

    private sealed class LeavesEndedEvents(Func<IPollStore> inner) : Double(inner)
    {
        public override async ValueTask<IReadOnlyList<Poll>> DueAsync(DateTimeOffset now, int limit, CancellationToken ct) => [.. (await Inner.DueAsync(now, limit, ct)).Where(poll => poll.EndsAt is not null)];
    }

    private sealed class DeletesNothing(Func<IPollStore> inner) : Double(inner)
    {
        public override ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct) => new(true);
    }
}
