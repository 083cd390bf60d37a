using System.Reflection;
using LiveComments.Log;
using LiveComments.Moderation;
using LiveComments.Tests.Sqlite;
using Xunit.Sdk;

namespace LiveComments.Tests.Conformance;

/// <summary>Tests of the suite: a store that breaks one promise must fail the test that is there for it.</summary>
public sealed class BrokenModerationStoreTests
{
    public static TheoryData<string, string> Promises => new()
    {
        { nameof(ForgetsKeys), nameof(ModerationStoreSpec.A_repeated_key_or_id_gets_the_first_answer_whatever_has_become_of_the_comment) },
        { nameof(TakesAnyBodyForAKey), nameof(ModerationStoreSpec.A_repeated_key_or_id_gets_the_first_answer_whatever_has_become_of_the_comment) },
        { nameof(HoldsInTwoSteps), nameof(ModerationStoreSpec.Of_many_who_hold_one_key_at_once_one_is_kept) },
        { nameof(ForgetsReasons), nameof(ModerationStoreSpec.A_held_comment_comes_back_as_it_was_written) },
        { nameof(ListsWhatWasDecided), nameof(ModerationStoreSpec.Of_many_moderators_who_decide_at_once_one_does_it_and_the_others_hear_who_and_when) },
        { nameof(LastDecisionWins), nameof(ModerationStoreSpec.Of_many_moderators_who_decide_at_once_one_does_it_and_the_others_hear_who_and_when) },
        { nameof(HidesWhoDecided), nameof(ModerationStoreSpec.Of_many_moderators_who_decide_at_once_one_does_it_and_the_others_hear_who_and_when) },
        { nameof(ForgetsWhatMustFollow), nameof(ModerationStoreSpec.What_follows_from_a_decision_is_remembered_until_it_is_done) },
        { nameof(NeverFinishes), nameof(ModerationStoreSpec.What_follows_from_a_decision_is_remembered_until_it_is_done) },
        { nameof(CountsEveryReport), nameof(ModerationStoreSpec.Each_person_counts_once_and_what_most_have_reported_comes_first) },
        { nameof(NeverSettles), nameof(ModerationStoreSpec.Reports_are_settled_by_a_decision_and_a_new_one_brings_the_comment_back) },
        { nameof(TellsNoLift), nameof(ModerationStoreSpec.Whoever_asks_again_and_again_knows_every_restriction) },
        { nameof(SkipsChanges), nameof(ModerationStoreSpec.Whoever_asks_again_and_again_knows_every_restriction) },
        { nameof(ChangesReasons), nameof(ModerationStoreSpec.The_audit_log_has_every_decision_in_one_unbroken_chain) },
        { nameof(ChangesWhoDecided), nameof(ModerationStoreSpec.The_audit_log_has_every_decision_in_one_unbroken_chain) },
        { nameof(LosesALine), nameof(ModerationStoreSpec.The_audit_log_has_every_decision_in_one_unbroken_chain) },
        { nameof(ReleasesTooEarly), nameof(ModerationStoreSpec.What_is_delayed_is_released_in_order_when_its_time_has_come_unless_somebody_decided) },
        { nameof(ReleasesOnce), nameof(ModerationStoreSpec.What_is_delayed_is_released_in_order_when_its_time_has_come_unless_somebody_decided) },
        { nameof(ShowsShadowedToTheQueue), nameof(ModerationStoreSpec.What_is_shadowed_is_found_by_its_author_alone_and_waits_for_nobody) },
        { nameof(ShowsEverybodysShadowed), nameof(ModerationStoreSpec.What_is_shadowed_is_found_by_its_author_alone_and_waits_for_nobody) },
        { nameof(LetsAnybodyWithdraw), nameof(ModerationStoreSpec.Who_wrote_it_takes_back_what_waits_or_is_shadowed_and_nobody_else) },
        { nameof(ForgetsShadowBans), nameof(ModerationStoreSpec.A_shadow_ban_that_was_lifted_is_remembered) },
        { nameof(ShowsEveryNote), nameof(ModerationStoreSpec.Notes_about_somebody_are_of_one_event_or_of_all_until_they_are_taken_back) },
        { nameof(PurgesMore), nameof(ModerationStoreSpec.A_purge_knows_the_decisions_that_it_consists_of) },
        { nameof(KeepsDeletedEvents), nameof(ModerationStoreSpec.What_was_held_and_reported_in_an_event_goes_with_it_and_the_audit_log_stays) },
        { nameof(ForgetsTooEarly), nameof(ModerationStoreSpec.What_was_decided_long_ago_is_forgotten_unless_something_must_follow_from_it) },
    };

    [Theory]
    [MemberData(nameof(Promises))]
    public async Task The_specification_finds_the_broken_promise(string broken, string promise)
    {
        var run = new Run(broken);
        await run.InitializeAsync();
        try
        {
            var failure = await Record.ExceptionAsync(() => (Task)typeof(ModerationStoreSpec).GetMethod(promise)!.Invoke(run, null)!);
            Assert.IsAssignableFrom<XunitException>(failure);
        }
        finally
        {
            await run.DisposeAsync();
        }
    }

    // Private, so that the runner does not take its failures for its own.
    private sealed class Run(string broken) : SqliteModerationStoreTests
    {
        private IModerationStore? _broken;

        // Made once: some doubles remember.
        private protected override IModerationStore Moderation =>
            _broken ??= (IModerationStore)Activator.CreateInstance(typeof(BrokenModerationStoreTests).GetNestedType(broken, BindingFlags.NonPublic)!, (Func<IModerationStore>)(() => Store.Moderation))!;
    }

    private abstract class Honest(Func<IModerationStore> store) : IModerationStore
    {
        // The suite opens it again.
        protected IModerationStore Store => store();

        public virtual ValueTask<IReadOnlyList<AppendResult>> HoldAsync(EventId id, IReadOnlyList<CommentDraft> drafts, CancellationToken ct) => Store.HoldAsync(id, drafts, ct);

        public virtual ValueTask<IReadOnlyList<HeldComment>> WaitingAsync(EventId id, bool delayed, CommentId? after, int limit, CancellationToken ct) => Store.WaitingAsync(id, delayed, after, limit, ct);

        public virtual ValueTask<IReadOnlyList<HeldComment>> FindHeldAsync(EventId id, IReadOnlyCollection<CommentId> comments, CancellationToken ct) => Store.FindHeldAsync(id, comments, ct);

        public virtual ValueTask<IReadOnlyList<HeldComment>> HeldSinceAsync(EventId id, DateTimeOffset since, int limit, CancellationToken ct) => Store.HeldSinceAsync(id, since, limit, ct);

        public virtual ValueTask<IReadOnlyList<HeldComment>> WaitingOfAsync(UserId author, int limit, CancellationToken ct) => Store.WaitingOfAsync(author, limit, ct);

        public virtual ValueTask<IReadOnlyList<HeldComment>> ReleaseAsync(DateTimeOffset now, int limit, CancellationToken ct) => Store.ReleaseAsync(now, limit, ct);

        public virtual ValueTask ReleasedAsync(IReadOnlyCollection<CommentId> comments, DateTimeOffset now, CancellationToken ct) => Store.ReleasedAsync(comments, now, ct);

        public virtual ValueTask<IReadOnlyList<HeldComment>> ShadowedAsync(EventId id, UserId author, long afterSeq, long toSeq, int limit, CancellationToken ct) => Store.ShadowedAsync(id, author, afterSeq, toSeq, limit, ct);

        public virtual ValueTask<IReadOnlyList<HeldComment>> ShadowedAsync(UserId author, CommentId? before, int limit, CancellationToken ct) => Store.ShadowedAsync(author, before, limit, ct);

        public virtual ValueTask<bool> WithdrawAsync(EventId id, CommentId comment, UserId author, DateTimeOffset now, CancellationToken ct) => Store.WithdrawAsync(id, comment, author, now, ct);

        public virtual ValueTask<bool> ReportAsync(Report report, CancellationToken ct) => Store.ReportAsync(report, ct);

        public virtual ValueTask<IReadOnlyList<ReportedComment>> ReportedAsync(EventId id, int limit, CancellationToken ct) => Store.ReportedAsync(id, limit, ct);

        public virtual ValueTask SettleAsync(IReadOnlyCollection<CommentId> comments, CancellationToken ct) => Store.SettleAsync(comments, ct);

        public virtual ValueTask<IReadOnlyList<DecisionOutcome>> DecideAsync(IReadOnlyList<ModeratorDecision> decisions, CancellationToken ct) => Store.DecideAsync(decisions, ct);

        public virtual ValueTask<ModeratorDecision?> FindDecisionAsync(Guid decision, CancellationToken ct) => Store.FindDecisionAsync(decision, ct);

        public virtual ValueTask<IReadOnlyList<ModeratorDecision>> UnfinishedAsync(DateTimeOffset before, int limit, CancellationToken ct) => Store.UnfinishedAsync(before, limit, ct);

        public virtual ValueTask FinishAsync(IReadOnlyCollection<Guid> decisions, CancellationToken ct) => Store.FinishAsync(decisions, ct);

        public virtual ValueTask<RestrictionChanges> RestrictionsAsync(long after, CancellationToken ct) => Store.RestrictionsAsync(after, ct);

        public virtual ValueTask<IReadOnlyList<AuditEntry>> AuditAsync(EventId? id, long before, int limit, CancellationToken ct) => Store.AuditAsync(id, before, limit, ct);

        public virtual ValueTask<IReadOnlyList<AuditEntry>> AuditAfterAsync(long after, int limit, CancellationToken ct) => Store.AuditAfterAsync(after, limit, ct);

        public virtual ValueTask<IReadOnlyList<ModeratorDecision>> DecisionsAboutAsync(UserId user, int limit, CancellationToken ct) => Store.DecisionsAboutAsync(user, limit, ct);

        public virtual ValueTask<IReadOnlyList<ModeratorDecision>> NotesAsync(EventId id, UserId user, int limit, CancellationToken ct) => Store.NotesAsync(id, user, limit, ct);

        public virtual ValueTask<IReadOnlyList<ModeratorDecision>> PurgedAsync(ModeratorDecision purge, int limit, CancellationToken ct) => Store.PurgedAsync(purge, limit, ct);

        public virtual ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct) => Store.DeleteAsync(id, ct);

        public virtual ValueTask<bool> ForgetAsync(DateTimeOffset before, CancellationToken ct) => Store.ForgetAsync(before, ct);
    }

    private sealed class ForgetsKeys(Func<IModerationStore> store) : Honest(store)
    {
        public override ValueTask<IReadOnlyList<AppendResult>> HoldAsync(EventId id, IReadOnlyList<CommentDraft> drafts, CancellationToken ct) =>
            base.HoldAsync(id, [.. drafts.Select(draft => draft with { Key = null })], ct);
    }

    private sealed class TakesAnyBodyForAKey(Func<IModerationStore> store) : Honest(store)
    {
        public override ValueTask<IReadOnlyList<AppendResult>> HoldAsync(EventId id, IReadOnlyList<CommentDraft> drafts, CancellationToken ct) =>
            base.HoldAsync(id, [.. drafts.Select(draft => draft.Key is { } key ? draft with { Key = key with { Fingerprint = 0 } } : draft)], ct);
    }

    private sealed class HoldsInTwoSteps(Func<IModerationStore> store) : Honest(store)
    {
        private readonly HashSet<string> _keys = [];
        private readonly Barrier _looked = new(16);

        public override async ValueTask<IReadOnlyList<AppendResult>> HoldAsync(EventId id, IReadOnlyList<CommentDraft> drafts, CancellationToken ct)
        {
            bool isNew;
            lock (_keys)
                isNew = !_keys.Contains(drafts[0].Key!.Value);
            _looked.SignalAndWait(TimeSpan.FromSeconds(30), ct);
            lock (_keys)
                _keys.Add(drafts[0].Key!.Value);
            return isNew ? await base.HoldAsync(id, [drafts[0] with { Key = null }], ct) : await base.HoldAsync(id, drafts, ct);
        }
    }

    private sealed class ForgetsReasons(Func<IModerationStore> store) : Honest(store)
    {
        public override async ValueTask<IReadOnlyList<HeldComment>> WaitingAsync(EventId id, bool delayed, CommentId? after, int limit, CancellationToken ct) =>
            [.. (await base.WaitingAsync(id, delayed, after, limit, ct)).Select(one => one with { Draft = one.Draft with { Hold = one.Draft.Hold! with { Reasons = [] } } })];
    }

    private sealed class ListsWhatWasDecided(Func<IModerationStore> store) : Honest(store)
    {
        public override ValueTask<IReadOnlyList<HeldComment>> WaitingAsync(EventId id, bool delayed, CommentId? after, int limit, CancellationToken ct) => HeldSinceAsync(id, default, limit, ct);
    }

    private sealed class LastDecisionWins(Func<IModerationStore> store) : Honest(store)
    {
        public override async ValueTask<IReadOnlyList<DecisionOutcome>> DecideAsync(IReadOnlyList<ModeratorDecision> decisions, CancellationToken ct) =>
            [.. (await base.DecideAsync(decisions, ct)).Select(outcome => outcome.Status == DecisionStatus.Already ? new DecisionOutcome(DecisionStatus.Done) : outcome)];
    }

    private sealed class HidesWhoDecided(Func<IModerationStore> store) : Honest(store)
    {
        public override async ValueTask<IReadOnlyList<DecisionOutcome>> DecideAsync(IReadOnlyList<ModeratorDecision> decisions, CancellationToken ct) =>
            [.. (await base.DecideAsync(decisions, ct)).Select(outcome => outcome with { Earlier = null })];
    }

    private sealed class ForgetsWhatMustFollow(Func<IModerationStore> store) : Honest(store)
    {
        public override async ValueTask<IReadOnlyList<DecisionOutcome>> DecideAsync(IReadOnlyList<ModeratorDecision> decisions, CancellationToken ct)
        {
            var outcomes = await base.DecideAsync(decisions, ct);
            await base.FinishAsync([.. decisions.Select(decision => decision.Id)], ct);
            return outcomes;
        }
    }

    private sealed class NeverFinishes(Func<IModerationStore> store) : Honest(store)
    {
        public override ValueTask FinishAsync(IReadOnlyCollection<Guid> decisions, CancellationToken ct) => default;
    }

    private sealed class CountsEveryReport(Func<IModerationStore> store) : Honest(store)
    {
        public override ValueTask<bool> ReportAsync(Report report, CancellationToken ct) => base.ReportAsync(report with { By = new UserId(Guid.NewGuid()) }, ct);
    }

    private sealed class NeverSettles(Func<IModerationStore> store) : Honest(store)
    {
        public override ValueTask SettleAsync(IReadOnlyCollection<CommentId> comments, CancellationToken ct) => default;
    }

    private sealed class TellsNoLift(Func<IModerationStore> store) : Honest(store)
    {
        public override async ValueTask<RestrictionChanges> RestrictionsAsync(long after, CancellationToken ct)
        {
            var changes = await base.RestrictionsAsync(after, ct);
            return changes with { Restrictions = [.. changes.Restrictions.Where(one => one.Until is null || one.Kind == RestrictionKind.Timeout)] };
        }
    }

    private sealed class SkipsChanges(Func<IModerationStore> store) : Honest(store)
    {
        public override async ValueTask<RestrictionChanges> RestrictionsAsync(long after, CancellationToken ct) => await base.RestrictionsAsync(after == 0 ? 0 : after + 1, ct);
    }

    private sealed class ChangesReasons(Func<IModerationStore> store) : Honest(store)
    {
        public override async ValueTask<IReadOnlyList<AuditEntry>> AuditAfterAsync(long after, int limit, CancellationToken ct) =>
            [.. (await base.AuditAfterAsync(after, limit, ct)).Select(line => line.Decision.Reason is null ? line : line with { Decision = line.Decision with { Reason = "another" } })];
    }

    private sealed class ChangesWhoDecided(Func<IModerationStore> store) : Honest(store)
    {
        public override async ValueTask<IReadOnlyList<AuditEntry>> AuditAfterAsync(long after, int limit, CancellationToken ct) =>
            [.. (await base.AuditAfterAsync(after, limit, ct)).Select(line => line with { Decision = line.Decision with { By = default } })];
    }

    private sealed class LosesALine(Func<IModerationStore> store) : Honest(store)
    {
        public override async ValueTask<IReadOnlyList<AuditEntry>> AuditAfterAsync(long after, int limit, CancellationToken ct) =>
            [.. (await base.AuditAfterAsync(after, limit, ct)).Where(line => line.Seq != 5)];
    }

    private sealed class ReleasesTooEarly(Func<IModerationStore> store) : Honest(store)
    {
        public override ValueTask<IReadOnlyList<HeldComment>> ReleaseAsync(DateTimeOffset now, int limit, CancellationToken ct) => base.ReleaseAsync(now.AddSeconds(1), limit, ct);
    }

    private sealed class ReleasesOnce(Func<IModerationStore> store) : Honest(store)
    {
        public override async ValueTask<IReadOnlyList<HeldComment>> ReleaseAsync(DateTimeOffset now, int limit, CancellationToken ct)
        {
            var due = await base.ReleaseAsync(now, limit, ct);
            await base.ReleasedAsync([.. due.Select(one => one.Draft.Id)], now, ct);
            return due;
        }
    }

    private sealed class ShowsShadowedToTheQueue(Func<IModerationStore> store) : Honest(store)
    {
        public override ValueTask<IReadOnlyList<AppendResult>> HoldAsync(EventId id, IReadOnlyList<CommentDraft> drafts, CancellationToken ct) =>
            base.HoldAsync(id, [.. drafts.Select(draft => draft with { Hold = draft.Hold! with { IsShadow = false, Place = null } })], ct);
    }

    private sealed class ShowsEverybodysShadowed(Func<IModerationStore> store) : Honest(store)
    {
        private readonly HashSet<UserId> _authors = [];

        public override ValueTask<IReadOnlyList<AppendResult>> HoldAsync(EventId id, IReadOnlyList<CommentDraft> drafts, CancellationToken ct)
        {
            _authors.UnionWith(drafts.Select(draft => draft.Author.Id));
            return base.HoldAsync(id, drafts, ct);
        }

        public override async ValueTask<IReadOnlyList<HeldComment>> ShadowedAsync(EventId id, UserId author, long afterSeq, long toSeq, int limit, CancellationToken ct)
        {
            var all = new List<HeldComment>();
            foreach (var one in _authors)
                all.AddRange(await base.ShadowedAsync(id, one, afterSeq, toSeq, limit, ct));
            return all;
        }
    }

    private sealed class LetsAnybodyWithdraw(Func<IModerationStore> store) : Honest(store)
    {
        public override async ValueTask<bool> WithdrawAsync(EventId id, CommentId comment, UserId author, DateTimeOffset now, CancellationToken ct) =>
            await base.WithdrawAsync(id, comment, await FindHeldAsync(id, [comment], ct) is [var held] ? held.Draft.Author.Id : author, now, ct);
    }

    private sealed class ForgetsShadowBans(Func<IModerationStore> store) : Honest(store)
    {
        public override async ValueTask<RestrictionChanges> RestrictionsAsync(long after, CancellationToken ct)
        {
            var changes = await base.RestrictionsAsync(after, ct);
            return changes with { Restrictions = [.. changes.Restrictions.Where(one => one.Kind != RestrictionKind.Shadow || one.Until is null)] };
        }
    }

    private sealed class ShowsEveryNote(Func<IModerationStore> store) : Honest(store)
    {
        public override async ValueTask<IReadOnlyList<ModeratorDecision>> NotesAsync(EventId id, UserId user, int limit, CancellationToken ct) =>
            [.. (await base.DecisionsAboutAsync(user, int.MaxValue, ct)).Where(decision => decision.Action == DecisionAction.Note).Take(limit)];
    }

    private sealed class PurgesMore(Func<IModerationStore> store) : Honest(store)
    {
        public override ValueTask<IReadOnlyList<ModeratorDecision>> PurgedAsync(ModeratorDecision purge, int limit, CancellationToken ct) => DecisionsAboutAsync(purge.User!.Value, limit, ct);
    }

    private sealed class KeepsDeletedEvents(Func<IModerationStore> store) : Honest(store)
    {
        public override ValueTask<bool> DeleteAsync(EventId id, CancellationToken ct) => new(true);
    }

    private sealed class ForgetsTooEarly(Func<IModerationStore> store) : Honest(store)
    {
        public override ValueTask<bool> ForgetAsync(DateTimeOffset before, CancellationToken ct) => base.ForgetAsync(before.AddSeconds(1), ct);
    }
}
