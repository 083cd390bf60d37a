using System.Reflection;
using LiveComments.Moderation;
using LiveComments.PersonalData;
using LiveComments.Polls;
using LiveComments.Tests.Sqlite;
using Xunit.Sdk;

namespace LiveComments.Tests.Conformance;

/// <summary>Tests of the suite: a store that breaks one promise must fail the test that is there for it.</summary>
public sealed class BrokenPersonalDataTests
{
    public static TheoryData<string, string> Promises => new()
    {
        { nameof(FindsHalf), nameof(PersonalDataSpec.What_somebody_left_is_found_in_pages_and_nothing_of_others) },
        { nameof(HidesReports), nameof(PersonalDataSpec.What_somebody_left_is_found_in_pages_and_nothing_of_others) },
        { nameof(KeepsTheAccount), nameof(PersonalDataSpec.An_account_ends_at_once_for_ever_and_its_name_and_address_are_free) },
        { nameof(EndsTwice), nameof(PersonalDataSpec.An_account_ends_at_once_for_ever_and_its_name_and_address_are_free) },
        { nameof(ForgetsTheRest), nameof(PersonalDataSpec.An_erasure_is_due_at_once_and_once_more_and_then_finished) },
        { nameof(NeverRepeats), nameof(PersonalDataSpec.An_erasure_is_due_at_once_and_once_more_and_then_finished) },
        { nameof(NeverFinishes), nameof(PersonalDataSpec.An_erasure_is_due_at_once_and_once_more_and_then_finished) },
        { nameof(ErasesNothing), nameof(PersonalDataSpec.What_is_erased_is_nowhere_any_more_and_what_others_left_stays) },
        { nameof(SweepsNothing), nameof(PersonalDataSpec.What_is_erased_is_nowhere_any_more_and_what_others_left_stays) },
        { nameof(KeepsReactions), nameof(PersonalDataSpec.What_is_erased_is_nowhere_any_more_and_what_others_left_stays) },
        { nameof(StopsEarly), nameof(PersonalDataSpec.A_search_goes_through_all_logs_however_long_they_are) },
        { nameof(LeavesDeletedEvents), nameof(PersonalDataSpec.What_a_deleted_event_still_has_of_somebody_goes_with_the_last_step) },
    };

    [Theory]
    [MemberData(nameof(Promises))]
    public async Task The_specification_finds_the_broken_promise(string broken, string promise)
    {
        var run = new Run(broken);
        await run.InitializeAsync();
        try
        {
            var failure = await Record.ExceptionAsync(() => (Task)typeof(PersonalDataSpec).GetMethod(promise)!.Invoke(run, null)!);
            Assert.IsAssignableFrom<XunitException>(failure);
        }
        finally
        {
            await run.DisposeAsync();
        }
    }

    // Private, so that the runner does not take its failures for its own.
    private sealed class Run(string broken) : SqlitePersonalDataTests
    {
        private protected override IPersonalData Data => Double<IPersonalData>(() => Store.PersonalData);

        private protected override IPersonalLogData Logs => Double<IPersonalLogData>(() => Store.PersonalLogData);

        private T Double<T>(Func<T> sound) =>
            typeof(BrokenPersonalDataTests).GetNestedType(broken, BindingFlags.NonPublic)! is var type && type.IsAssignableTo(typeof(T)) ? (T)Activator.CreateInstance(type, sound)! : sound();
    }

    private abstract class Double(Func<IPersonalData> sound) : IPersonalData
    {
        protected IPersonalData Sound => sound();

        public ValueTask<IReadOnlyList<LogIn>> LogInsAsync(UserId user, CancellationToken ct) => Sound.LogInsAsync(user, ct);

        public ValueTask<IReadOnlyList<Participation>> ParticipationsAsync(UserId user, EventId? after, int limit, CancellationToken ct) => Sound.ParticipationsAsync(user, after, limit, ct);

        public virtual ValueTask<IReadOnlyList<HeldComment>> HeldAsync(UserId author, CommentId? after, int limit, CancellationToken ct) => Sound.HeldAsync(author, after, limit, ct);

        public virtual ValueTask<IReadOnlyList<Report>> ReportsAsync(UserId by, CommentId? after, int limit, CancellationToken ct) => Sound.ReportsAsync(by, after, limit, ct);

        public ValueTask<IReadOnlyList<GivenVote>> VotesAsync(UserId by, PollId? after, int limit, CancellationToken ct) => Sound.VotesAsync(by, after, limit, ct);

        public ValueTask<IReadOnlyList<AuditEntry>> DecisionsAsync(UserId about, long after, int limit, CancellationToken ct) => Sound.DecisionsAsync(about, after, limit, ct);

        public virtual ValueTask<bool> BeginAsync(UserId user, DateTimeOffset now, CancellationToken ct) => Sound.BeginAsync(user, now, ct);

        public ValueTask<IReadOnlyList<Erasure>> DueAsync(DateTimeOffset now, int limit, CancellationToken ct) => Sound.DueAsync(now, limit, ct);

        public virtual ValueTask<bool> EraseAsync(UserId user, CancellationToken ct) => Sound.EraseAsync(user, ct);

        public ValueTask EraseReportsAsync(IReadOnlyCollection<CommentId> comments, CancellationToken ct) => Sound.EraseReportsAsync(comments, ct);

        public virtual ValueTask RepeatAsync(UserId user, DateTimeOffset due, CancellationToken ct) => Sound.RepeatAsync(user, due, ct);

        public virtual ValueTask FinishAsync(UserId user, CancellationToken ct) => Sound.FinishAsync(user, ct);
    }

    private abstract class LogDouble(Func<IPersonalLogData> sound) : IPersonalLogData
    {
        protected IPersonalLogData Sound => sound();

        public ValueTask<LogSearch<KeptComment>> RemovedCommentsAsync(UserId user, LogPlace after, CancellationToken ct) => Sound.RemovedCommentsAsync(user, after, ct);

        public virtual ValueTask<LogSearch<GivenReaction>> ReactionsAsync(UserId user, LogPlace after, CancellationToken ct) => Sound.ReactionsAsync(user, after, ct);

        public virtual ValueTask<LogSearch<CommentId>> SweepAsync(UserId user, LogPlace after, CancellationToken ct) => Sound.SweepAsync(user, after, ct);

        public virtual ValueTask DropReactionsAsync(UserId user, IReadOnlyCollection<CommentId> comments, CancellationToken ct) => Sound.DropReactionsAsync(user, comments, ct);
    }

    private sealed class FindsHalf(Func<IPersonalData> sound) : Double(sound)
    {
        public override async ValueTask<IReadOnlyList<HeldComment>> HeldAsync(UserId author, CommentId? after, int limit, CancellationToken ct) =>
            [.. (await Sound.HeldAsync(author, after, limit, ct)).Where(held => held.State == HeldState.Held)];
    }

    private sealed class HidesReports(Func<IPersonalData> sound) : Double(sound)
    {
        public override ValueTask<IReadOnlyList<Report>> ReportsAsync(UserId by, CommentId? after, int limit, CancellationToken ct) => new([]);
    }

    private sealed class KeepsTheAccount(Func<IPersonalData> sound) : Double(sound)
    {
        public override ValueTask<bool> BeginAsync(UserId user, DateTimeOffset now, CancellationToken ct) => new(true);
    }

    private sealed class EndsTwice(Func<IPersonalData> sound) : Double(sound)
    {
        public override async ValueTask<bool> BeginAsync(UserId user, DateTimeOffset now, CancellationToken ct) => await Sound.BeginAsync(user, now, ct) | true;
    }

    private sealed class ForgetsTheRest(Func<IPersonalData> sound) : Double(sound)
    {
        public override async ValueTask<bool> BeginAsync(UserId user, DateTimeOffset now, CancellationToken ct)
        {
            var isNew = await Sound.BeginAsync(user, now, ct);
            await Sound.FinishAsync(user, ct);
            return isNew;
        }
    }

    private sealed class NeverRepeats(Func<IPersonalData> sound) : Double(sound)
    {
        public override ValueTask RepeatAsync(UserId user, DateTimeOffset due, CancellationToken ct) => Sound.FinishAsync(user, ct);
    }

    private sealed class NeverFinishes(Func<IPersonalData> sound) : Double(sound)
    {
        public override ValueTask FinishAsync(UserId user, CancellationToken ct) => default;
    }

    private sealed class ErasesNothing(Func<IPersonalData> sound) : Double(sound)
    {
        public override ValueTask<bool> EraseAsync(UserId user, CancellationToken ct) => new(true);
    }

    private sealed class SweepsNothing(Func<IPersonalLogData> sound) : LogDouble(sound)
    {
        public override ValueTask<LogSearch<CommentId>> SweepAsync(UserId user, LogPlace after, CancellationToken ct) => new(new LogSearch<CommentId>([], null));
    }

    private sealed class KeepsReactions(Func<IPersonalLogData> sound) : LogDouble(sound)
    {
        public override ValueTask DropReactionsAsync(UserId user, IReadOnlyCollection<CommentId> comments, CancellationToken ct) => default;
    }

    private sealed class StopsEarly(Func<IPersonalLogData> sound) : LogDouble(sound)
    {
        public override async ValueTask<LogSearch<GivenReaction>> ReactionsAsync(UserId user, LogPlace after, CancellationToken ct) => (await Sound.ReactionsAsync(user, after, ct)) with { Next = null };
    }

    private sealed class LeavesDeletedEvents(Func<IPersonalLogData> sound) : LogDouble(sound)
    {
        public override async ValueTask<LogSearch<CommentId>> SweepAsync(UserId user, LogPlace after, CancellationToken ct)
        {
            var step = await Sound.SweepAsync(user, after, ct);
            return step.Next == after ? step with { Next = null } : step;
        }
    }
}
