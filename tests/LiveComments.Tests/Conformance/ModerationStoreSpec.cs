using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Log;
using LiveComments.Moderation;

namespace LiveComments.Tests.Conformance;

/// <summary>What every <see cref="IModerationStore"/> promises.</summary>
public abstract class ModerationStoreSpec : StoreSpec
{
    private static readonly UserId Mod = new(Guid.NewGuid()), Other = new(Guid.NewGuid());

    private readonly EventId _id = EventId.New(TimeProvider.System);

    private protected virtual IModerationStore Moderation => Store.Moderation;

    [Fact]
    public async Task A_held_comment_comes_back_as_it_was_written()
    {
        var draft = Held("buy now", key: "k", fingerprint: UInt128.MaxValue - 7) with
        {
            Author = Ann with { AvatarUrl = null, Role = Role.Viewer },
            ReplyTo = CommentId.New(TimeProvider.System),
            Mentions = [new Mention(Bob.Id, "bob")],
            Hold = new Hold(0.625, [new HoldReason("text", "asks to subscribe"), new HoldReason("text", "❤")]),
        };
        await HoldAsync(draft);
        for (var opened = 0; opened < 2; opened++)
        {
            var waiting = Assert.Single(await WaitingAsync());
            Assert.Equal((_id, Now, HeldState.Held), (waiting.Event, waiting.HeldAt, waiting.State));
            Assert.Equivalent(draft, waiting.Draft, strict: true);
            Assert.Equivalent(draft, Assert.Single(await Moderation.FindHeldAsync(_id, [draft.Id, new CommentId(Guid.NewGuid())], default)).Draft, strict: true);
            await Store.ReopenAsync();
        }
        Assert.Empty(await Moderation.FindHeldAsync(new EventId(Guid.NewGuid()), [draft.Id], default));
    }

    [Fact]
    public async Task What_waits_is_listed_in_order_in_pages_and_for_its_event_and_author_alone()
    {
        CommentDraft[] drafts = [.. Enumerable.Range(0, 7).Select(i => Held($"{i}", i == 3 ? Bob : Ann)).OrderBy(draft => draft.Id.Value.ToString(), StringComparer.Ordinal)];
        await HoldAsync(drafts.Reverse().ToArray());
        await Moderation.HoldAsync(new EventId(Guid.NewGuid()), [Held("elsewhere", Bob)], default);
        var listed = new List<CommentId>();
        while (await Moderation.WaitingAsync(_id, false, listed.Count == 0 ? null : listed[^1], 3, default) is { Count: > 0 } page)
            listed.AddRange(page.Select(one => one.Draft.Id));
        Assert.Equal(drafts.Select(draft => draft.Id), listed);
        Assert.Equal(2, (await Moderation.WaitingOfAsync(Bob.Id, 10, default)).Count);
        Assert.Equal(drafts.Where(draft => draft.Author == Ann).Select(draft => draft.Id).Reverse().Take(4), (await Moderation.WaitingOfAsync(Ann.Id, 4, default)).Select(one => one.Draft.Id));
    }

    [Fact]
    public async Task A_repeated_key_or_id_gets_the_first_answer_whatever_has_become_of_the_comment()
    {
        var (keyed, plain) = (Held("keyed", key: "k", fingerprint: 1), Held("plain"));
        var first = await HoldAsync(keyed, plain);
        Assert.Equal([new AppendResult.Held(keyed.Id, Now), new AppendResult.Held(plain.Id, Now)], first);
        await DecideAsync(DecisionAction.Reject, keyed.Id);
        var then = Now;
        Time.Advance(TimeSpan.FromMinutes(1));
        await Store.ReopenAsync();
        var again = keyed with { Id = CommentId.New(TimeProvider.System), Text = "keyed" };
        Assert.Equal([new AppendResult.Held(keyed.Id, then, true), new AppendResult.Held(plain.Id, then, true), new AppendResult.Held(keyed.Id, then, true)], await HoldAsync(again, plain, keyed));
        Assert.Equal(Error.IdempotencyKeyReused, Refusal(Assert.Single(await HoldAsync(again with { Key = new IdempotencyKey("k", 2) }))));
        Assert.Equal(plain.Id, Assert.Single(await WaitingAsync()).Draft.Id);
        // The key is this person's and this event's alone.
        Assert.False(Assert.IsType<AppendResult.Held>(Assert.Single(await HoldAsync(again with { Id = CommentId.New(TimeProvider.System), Author = Bob }))).IsRepeated);
        Assert.False(Assert.IsType<AppendResult.Held>(Assert.Single(await Moderation.HoldAsync(new EventId(Guid.NewGuid()), [again], default))).IsRepeated);
    }

    [Fact]
    public async Task A_key_that_comes_twice_in_one_call_is_held_once()
    {
        var first = Held("same", key: "k", fingerprint: 1);
        var results = await HoldAsync(first, first with { Id = CommentId.New(TimeProvider.System) });
        Assert.Equal([new AppendResult.Held(first.Id, Now), new AppendResult.Held(first.Id, Now, true)], results);
    }

    [Fact]
    public async Task Of_many_who_hold_one_key_at_once_one_is_kept()
    {
        var draft = Held("same", key: "k", fingerprint: 1);
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () => (AppendResult.Held)(await HoldAsync(draft with { Id = CommentId.New(TimeProvider.System) }))[0])));
        Assert.Single(answers, answer => !answer.IsRepeated);
        Assert.Single(answers.Select(answer => answer.CommentId).Distinct());
        Assert.Single(await WaitingAsync());
    }

    [Fact]
    public async Task What_was_held_lately_is_found_whatever_has_become_of_it()
    {
        await HoldAsync(Held("old"));
        Time.Advance(TimeSpan.FromHours(2));
        var (first, second) = (Held("first"), Held("second"));
        await HoldAsync(first);
        await HoldAsync(second);
        await DecideAsync(DecisionAction.Approve, second.Id);
        Assert.Equal([("second", HeldState.Approved), ("first", HeldState.Held)], (await Moderation.HeldSinceAsync(_id, Now.AddHours(-1), 10, default)).Select(one => (one.Draft.Text, one.State)));
        Assert.Equal(["second"], (await Moderation.HeldSinceAsync(_id, Now.AddHours(-1), 1, default)).Select(one => one.Draft.Text));
    }

    [Fact]
    public async Task Of_many_moderators_who_decide_at_once_one_does_it_and_the_others_hear_who_and_when()
    {
        for (var round = 0; round < 5; round++)
        {
            var draft = Held($"{round}");
            await HoldAsync(draft);
            var decisions = Enumerable.Range(0, 8).Select(i => Decision(i % 2 == 0 ? DecisionAction.Approve : DecisionAction.Reject, draft.Id) with { By = new UserId(Guid.NewGuid()) }).ToArray();
            var outcomes = await Task.WhenAll(decisions.Select(decision => Task.Run(async () => (await Moderation.DecideAsync([decision], default))[0])));
            var done = decisions[Array.FindIndex(outcomes, outcome => outcome.Status == DecisionStatus.Done)];
            Assert.All(outcomes.Where(outcome => outcome.Status != DecisionStatus.Done), outcome =>
            {
                Assert.Equal(DecisionStatus.Already, outcome.Status);
                Assert.Equal(done, outcome.Earlier);
            });
            Assert.Single(outcomes, outcome => outcome.Status == DecisionStatus.Done);
            Assert.Equal(done.Action == DecisionAction.Approve ? HeldState.Approved : HeldState.Rejected, Assert.Single(await Moderation.FindHeldAsync(_id, [draft.Id], default)).State);
            Assert.Single(await Moderation.AuditAsync(_id, long.MaxValue, 100, default), line => line.Decision.Comment == draft.Id);
        }
        Assert.Empty(await WaitingAsync());
    }

    [Fact]
    public async Task What_is_not_there_is_not_decided_about()
    {
        var elsewhere = Held("elsewhere");
        await Moderation.HoldAsync(new EventId(Guid.NewGuid()), [elsewhere], default);
        foreach (var action in (DecisionAction[])[DecisionAction.Approve, DecisionAction.Reject])
            Assert.Equal(DecisionStatus.NotFound, (await DecideAsync(action, elsewhere.Id)).Status);
        Assert.Equal(DecisionStatus.NotFound, (await Moderation.DecideAsync([Decision(DecisionAction.Delete, elsewhere.Id) with { User = null }], default))[0].Status);
        Assert.Equal(DecisionStatus.NotFound, (await DecideAsync(DecisionAction.Lift, Ann.Id)).Status);
        Assert.Equal(DecisionStatus.NotFound, (await UndoAsync(Guid.NewGuid())).Status);
        Assert.Empty(await Moderation.AuditAsync(null, long.MaxValue, 10, default));
    }

    [Fact]
    public async Task Several_decisions_in_one_call_are_answered_in_their_order()
    {
        var (held, gone) = (Held("held"), Held("decided"));
        await HoldAsync(held, gone);
        await DecideAsync(DecisionAction.Reject, gone.Id);
        var outcomes = await Moderation.DecideAsync([Decision(DecisionAction.Approve, gone.Id), Decision(DecisionAction.Approve, CommentId.New(TimeProvider.System)), Decision(DecisionAction.Approve, held.Id)], default);
        Assert.Equal([DecisionStatus.Already, DecisionStatus.NotFound, DecisionStatus.Done], outcomes.Select(outcome => outcome.Status));
        Assert.Equal(DecisionAction.Reject, outcomes[0].Earlier!.Action);
    }

    [Fact]
    public async Task A_rejection_is_taken_back_once_and_the_comment_waits_again()
    {
        var draft = Held("x");
        await HoldAsync(draft);
        var rejection = Decision(DecisionAction.Reject, draft.Id);
        await Moderation.DecideAsync([rejection], default);
        Assert.Empty(await WaitingAsync());
        Assert.Equal(DecisionStatus.Done, (await UndoAsync(rejection.Id)).Status);
        Assert.Equal(draft.Id, Assert.Single(await WaitingAsync()).Draft.Id);
        var again = await UndoAsync(rejection.Id);
        Assert.Equal((DecisionStatus.Already, DecisionAction.Undo), (again.Status, again.Earlier!.Action));
        var approval = Decision(DecisionAction.Approve, draft.Id);
        Assert.Equal(DecisionStatus.Done, (await Moderation.DecideAsync([approval], default))[0].Status);
        Assert.Equal(DecisionStatus.NotAllowed, (await UndoAsync(approval.Id)).Status);
        Assert.Equal(HeldState.Approved, Assert.Single(await Moderation.FindHeldAsync(_id, [draft.Id], default)).State);
    }

    [Fact]
    public async Task What_follows_from_a_decision_is_remembered_until_it_is_done()
    {
        var draft = Held("x");
        await HoldAsync(draft, Held("other"));
        var (approval, deletion) = (Decision(DecisionAction.Approve, draft.Id), Decision(DecisionAction.Delete, CommentId.New(TimeProvider.System)));
        await Moderation.DecideAsync([approval], default);
        await Moderation.DecideAsync([deletion], default);
        await DecideAsync(DecisionAction.Warn, Ann.Id);
        Assert.Empty(await Moderation.UnfinishedAsync(Now, 10, default));
        await Store.ReopenAsync();
        Assert.Equal([approval, deletion], await Moderation.UnfinishedAsync(Now.AddMilliseconds(1), 10, default));
        Assert.Equal([approval], await Moderation.UnfinishedAsync(Now.AddMilliseconds(1), 1, default));
        await Moderation.FinishAsync([approval.Id, Guid.NewGuid()], default);
        await Moderation.FinishAsync([approval.Id], default);
        Assert.Equal([deletion], await Moderation.UnfinishedAsync(Now.AddMilliseconds(1), 10, default));
    }

    [Fact]
    public async Task A_deletion_is_decided_once()
    {
        var comment = CommentId.New(TimeProvider.System);
        var decisions = Enumerable.Range(0, 8).Select(_ => Decision(DecisionAction.Delete, comment)).ToArray();
        var outcomes = await Task.WhenAll(decisions.Select(decision => Task.Run(async () => (await Moderation.DecideAsync([decision], default))[0])));
        Assert.Single(outcomes, outcome => outcome.Status == DecisionStatus.Done);
        // Also when the comment is gone by then.
        Assert.Equal(DecisionStatus.Already, (await Moderation.DecideAsync([Decision(DecisionAction.Delete, comment) with { User = null }], default))[0].Status);
    }

    [Fact]
    public async Task Each_person_counts_once_and_what_most_have_reported_comes_first()
    {
        var (much, little) = (CommentId.New(TimeProvider.System), CommentId.New(TimeProvider.System));
        Assert.True(await ReportAsync(little, "first"));
        for (var i = 0; i < ReportedComment.MaxReasons + 2; i++)
        {
            Time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.True(await ReportAsync(much, $"{i}"));
        }
        var again = new Report(_id, little, Ann.Id, "mine", Now);
        Assert.True(await Moderation.ReportAsync(again, default));
        Assert.False(await Moderation.ReportAsync(again with { Reason = "again" }, default));
        var reported = await Moderation.ReportedAsync(_id, 10, default);
        Assert.Equal([(much, 12), (little, 2)], reported.Select(one => (one.Comment, one.Count)));
        Assert.Equal(Enumerable.Range(0, ReportedComment.MaxReasons).Select(i => $"{i}"), reported[0].Reasons);
        Assert.Equal(["first", "mine"], reported[1].Reasons);
        Assert.Equal([much], (await Moderation.ReportedAsync(_id, 1, default)).Select(one => one.Comment));
        Assert.Empty(await Moderation.ReportedAsync(new EventId(Guid.NewGuid()), 10, default));
    }

    [Fact]
    public async Task Reports_are_settled_by_a_decision_and_a_new_one_brings_the_comment_back()
    {
        var (kept, deleted, gone) = (CommentId.New(TimeProvider.System), CommentId.New(TimeProvider.System), CommentId.New(TimeProvider.System));
        foreach (var comment in (CommentId[])[kept, kept, deleted, gone])
            await ReportAsync(comment, "old");
        var keeping = Decision(DecisionAction.Approve, kept);
        Assert.Equal(DecisionStatus.Done, (await Moderation.DecideAsync([keeping], default))[0].Status);
        Assert.Equal(keeping, (await DecideAsync(DecisionAction.Approve, kept)).Earlier);
        await DecideAsync(DecisionAction.Delete, deleted);
        await Moderation.SettleAsync([gone], default);
        Assert.Empty(await Moderation.ReportedAsync(_id, 10, default));
        Time.Advance(TimeSpan.FromMinutes(1));
        await ReportAsync(kept, "new");
        var back = Assert.Single(await Moderation.ReportedAsync(_id, 10, default));
        Assert.Equal((kept, 1, Now), (back.Comment, back.Count, back.FirstAt));
        Assert.Equal(["new"], back.Reasons);
        Assert.Equal(DecisionStatus.Done, (await DecideAsync(DecisionAction.Approve, kept)).Status);
    }

    [Fact]
    public async Task Whoever_asks_again_and_again_knows_every_restriction()
    {
        var known = new Dictionary<(EventId?, UserId, RestrictionKind), Restriction>();
        var change = 0L;
        async Task FollowAsync()
        {
            var changes = await Moderation.RestrictionsAsync(change, default);
            foreach (var one in changes.Restrictions)
                known[(one.Event, one.User, one.Kind)] = one;
            change = changes.Change;
        }

        var ban = Decision(DecisionAction.Ban, Ann.Id);
        await Moderation.DecideAsync([ban], default);
        await FollowAsync();
        Assert.Equal([new Restriction(_id, Ann.Id, RestrictionKind.Ban, null, null, ban.Id)], known.Values);
        var timeout = Decision(DecisionAction.Timeout, Ann.Id) with { Event = null, Span = TimeSpan.FromSeconds(600) };
        var throttle = Decision(DecisionAction.Throttle, Bob.Id) with { Span = TimeSpan.FromSeconds(30) };
        await Moderation.DecideAsync([timeout, throttle], default);
        await FollowAsync();
        Assert.Equal(new Restriction(null, Ann.Id, RestrictionKind.Timeout, Now.AddSeconds(600), null, timeout.Id), known.GetValueOrDefault((null, Ann.Id, RestrictionKind.Timeout)));
        Assert.Equal(new Restriction(_id, Bob.Id, RestrictionKind.Throttle, null, TimeSpan.FromSeconds(30), throttle.Id), known.GetValueOrDefault((_id, Bob.Id, RestrictionKind.Throttle)));
        Assert.Empty((await Moderation.RestrictionsAsync(change, default)).Restrictions);
        Time.Advance(TimeSpan.FromSeconds(1));
        await DecideAsync(DecisionAction.Lift, Ann.Id);
        await UndoAsync(throttle.Id);
        await FollowAsync();
        Assert.False(known[(_id, Ann.Id, RestrictionKind.Ban)].HoldsAt(Now));
        Assert.False(known[(_id, Bob.Id, RestrictionKind.Throttle)].HoldsAt(Now));
        // What holds everywhere is lifted everywhere.
        Assert.True(known[(null, Ann.Id, RestrictionKind.Timeout)].HoldsAt(Now));
        await Store.ReopenAsync();
        Assert.Equal(known.Values.ToHashSet(), (await Moderation.RestrictionsAsync(0, default)).Restrictions.ToHashSet());
    }

    [Fact]
    public async Task A_restriction_that_is_there_is_not_added_again_and_one_that_ended_is()
    {
        var ban = Decision(DecisionAction.Ban, Ann.Id);
        await Moderation.DecideAsync([ban], default);
        var again = await DecideAsync(DecisionAction.Ban, Ann.Id);
        Assert.Equal((DecisionStatus.Already, ban), (again.Status, again.Earlier));
        Assert.Equal(DecisionStatus.Done, (await DecideAsync(DecisionAction.Lift, Ann.Id)).Status);
        Assert.Equal(DecisionStatus.Already, (await DecideAsync(DecisionAction.Lift, Ann.Id)).Status);
        Assert.Equal(DecisionStatus.NotAllowed, (await UndoAsync(ban.Id)).Status);
        Assert.Equal(DecisionStatus.Done, (await DecideAsync(DecisionAction.Ban, Ann.Id)).Status);

        async Task<DecisionStatus> TimeoutAsync(int seconds) => (await Moderation.DecideAsync([Decision(DecisionAction.Timeout, Bob.Id) with { Span = TimeSpan.FromSeconds(seconds) }], default))[0].Status;
        Assert.Equal(DecisionStatus.Done, await TimeoutAsync(600));
        Time.Advance(TimeSpan.FromSeconds(2));
        // Another moderator pressed the same a moment later.
        Assert.Equal(DecisionStatus.Already, await TimeoutAsync(600));
        Assert.Equal(DecisionStatus.Done, await TimeoutAsync(3_600));
        Assert.Equal(DecisionStatus.Done, await TimeoutAsync(60));
        Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(DecisionStatus.Done, await TimeoutAsync(60));
    }

    [Fact]
    public async Task The_audit_log_has_every_decision_in_one_unbroken_chain()
    {
        var other = new EventId(Guid.NewGuid());
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(async () =>
            await Moderation.DecideAsync([Decision(DecisionAction.Warn, new UserId(Guid.NewGuid())) with { Reason = i % 3 == 0 ? null : $"reason {i}", Event = i % 2 == 0 ? _id : other }], default))));
        var throttle = Decision(DecisionAction.Throttle, Ann.Id) with { Span = TimeSpan.FromSeconds(5), Event = null };
        await Moderation.DecideAsync([throttle], default);
        await UndoAsync(throttle.Id);
        await Store.ReopenAsync();
        var lines = new List<AuditEntry>();
        while (await Moderation.AuditAfterAsync(lines.Count, 7, default) is { Count: > 0 } page)
            lines.AddRange(page);
        Assert.Equal(Enumerable.Range(1, 22).Select(i => (long)i), lines.Select(line => line.Seq));
        var (seq, hash) = (0L, AuditChain.Start);
        foreach (var line in lines)
        {
            Assert.Null(AuditChain.FaultOf(seq, hash, line));
            (seq, hash) = (line.Seq, line.Hash);
        }
        Assert.Equal(throttle, lines[20].Decision);
        Assert.Equal(throttle, await Moderation.FindDecisionAsync(throttle.Id, default));
        Assert.Null(await Moderation.FindDecisionAsync(Guid.NewGuid(), default));
        var own = await Moderation.AuditAsync(_id, long.MaxValue, 100, default);
        Assert.Equal(lines.Where(line => line.Decision.Event == _id).Select(line => line.Seq), own.Select(line => line.Seq));
        Assert.Equal(own.Select(line => line.Seq).Take(5).TakeLast(2), (await Moderation.AuditAsync(_id, own[5].Seq, 2, default)).Select(line => line.Seq));
        Assert.Equal([21L, 22L], (await Moderation.AuditAsync(null, long.MaxValue, 2, default)).Select(line => line.Seq));
    }

    [Fact]
    public async Task What_was_decided_about_somebody_is_found_latest_first()
    {
        var draft = Held("x");
        await HoldAsync(draft);
        await DecideAsync(DecisionAction.Approve, draft.Id);
        await DecideAsync(DecisionAction.Warn, Bob.Id);
        await DecideAsync(DecisionAction.Warn, Ann.Id);
        await Moderation.DecideAsync([Decision(DecisionAction.Ban, Ann.Id) with { Event = null }], default);
        Assert.Equal([DecisionAction.Ban, DecisionAction.Warn, DecisionAction.Approve], (await Moderation.DecisionsAboutAsync(Ann.Id, 10, default)).Select(decision => decision.Action));
        Assert.Equal([DecisionAction.Ban], (await Moderation.DecisionsAboutAsync(Ann.Id, 1, default)).Select(decision => decision.Action));
    }

    [Fact]
    public async Task What_was_held_and_reported_in_an_event_goes_with_it_and_the_audit_log_stays()
    {
        var other = new EventId(Guid.NewGuid());
        var decided = Held("decided");
        await HoldAsync([decided, .. Enumerable.Range(0, 30).Select(i => Held($"{i}", key: $"{i}"))]);
        await ReportAsync(CommentId.New(TimeProvider.System), "x");
        await DecideAsync(DecisionAction.Ban, Ann.Id);
        await DecideAsync(DecisionAction.Reject, decided.Id);
        await Moderation.HoldAsync(other, [Held("stays")], default);
        await Moderation.ReportAsync(new Report(other, CommentId.New(TimeProvider.System), Ann.Id, "stays", Now), default);
        while (!await Moderation.DeleteAsync(_id, default))
        {
        }
        Assert.Empty(await WaitingAsync());
        Assert.Empty(await Moderation.FindHeldAsync(_id, [decided.Id], default));
        Assert.Empty(await Moderation.ReportedAsync(_id, 10, default));
        Assert.Empty((await Moderation.RestrictionsAsync(0, default)).Restrictions);
        Assert.Single(await Moderation.WaitingAsync(other, false, null, 10, default));
        Assert.Single(await Moderation.ReportedAsync(other, 10, default));
        Assert.Equal(2, (await Moderation.AuditAsync(_id, long.MaxValue, 10, default)).Count);
    }

    [Fact]
    public async Task What_was_decided_long_ago_is_forgotten_unless_something_must_follow_from_it()
    {
        var (rejected, approved, unfinished, waiting) = (Held("rejected"), Held("approved"), Held("unfinished"), Held("waiting"));
        await HoldAsync(rejected, approved, unfinished, waiting);
        var approval = Decision(DecisionAction.Approve, approved.Id);
        await Moderation.DecideAsync([approval, Decision(DecisionAction.Reject, rejected.Id), Decision(DecisionAction.Approve, unfinished.Id)], default);
        await Moderation.FinishAsync([approval.Id], default);
        await Moderation.DecideAsync([Decision(DecisionAction.Timeout, Ann.Id) with { Span = TimeSpan.FromSeconds(1) }, Decision(DecisionAction.Ban, Bob.Id)], default);
        await ForgetAsync(Now);
        Assert.Equal(4, (await FoundAsync()).Count);
        Time.Advance(TimeSpan.FromDays(1));
        await ForgetAsync(Now);
        Assert.Equal(["unfinished", "waiting"], (await FoundAsync()).Select(one => one.Draft.Text).Order(StringComparer.Ordinal));
        Assert.Equal([RestrictionKind.Ban], (await Moderation.RestrictionsAsync(0, default)).Restrictions.Select(one => one.Kind));
        // A moderator who is late hears what was decided.
        Assert.Equal((DecisionStatus.Already, approval), await DecideAsync(DecisionAction.Reject, approved.Id) is var late ? (late.Status, late.Earlier) : default);

        async Task<IReadOnlyList<HeldComment>> FoundAsync() => await Moderation.FindHeldAsync(_id, [rejected.Id, approved.Id, unfinished.Id, waiting.Id], default);
        async Task ForgetAsync(DateTimeOffset before)
        {
            while (!await Moderation.ForgetAsync(before, default))
            {
            }
        }
    }

    [Fact]
    public async Task What_is_delayed_is_released_in_order_when_its_time_has_come_unless_somebody_decided()
    {
        var (early, late, rejected, approved, undelayed) = (Delayed("early", 5), Delayed("late", 10), Delayed("rejected", 5), Delayed("approved", 5), Held("held"));
        Assert.Equal(new AppendResult.Held(early.Id, Now, ReleaseAt: Now.AddSeconds(5)), (await HoldAsync(early))[0]);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        await HoldAsync(late, rejected, approved, undelayed);
        Assert.Equal([undelayed.Id], (await WaitingAsync()).Select(one => one.Draft.Id));
        Assert.Equal(4, (await Moderation.WaitingAsync(_id, true, null, 10, default)).Count);
        Assert.Equal(new AppendResult.Held(early.Id, Now.AddMilliseconds(-1), IsRepeated: true, Now.AddMilliseconds(-1).AddSeconds(5)), (await HoldAsync(early))[0]);
        await DecideAsync(DecisionAction.Reject, rejected.Id);
        await DecideAsync(DecisionAction.Approve, approved.Id);
        Time.Advance(TimeSpan.FromSeconds(4.5));
        Assert.Empty(await Moderation.ReleaseAsync(Now, 10, default));
        Time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(["early"], (await Moderation.ReleaseAsync(Now, 1, default)).Select(one => one.Draft.Text));
        // Again, because nobody has said that they are placed; and nobody decides about them any more.
        await Store.ReopenAsync();
        Assert.Equal(["early", "late"], (await Moderation.ReleaseAsync(Now, 10, default)).Select(one => one.Draft.Text));
        Assert.Equal(DecisionStatus.Already, (await DecideAsync(DecisionAction.Reject, late.Id)).Status);
        await Moderation.ReleasedAsync([early.Id], Now, default);
        Assert.Equal(["late"], (await Moderation.ReleaseAsync(Now, 10, default)).Select(one => one.Draft.Text));
        await Moderation.ReleasedAsync([late.Id, undelayed.Id], Now, default);
        Assert.Empty(await Moderation.ReleaseAsync(Now, 10, default));
        Assert.Equal(HeldState.Approved, Assert.Single(await Moderation.FindHeldAsync(_id, [late.Id], default)).State);
        Assert.Single(await WaitingAsync());
    }

    [Fact]
    public async Task What_is_shadowed_is_found_by_its_author_alone_and_waits_for_nobody()
    {
        CommentDraft[] drafts = [.. Enumerable.Range(1, 5).Select(i => Shadowed($"{i}", i * 10))];
        var keyed = Shadowed("keyed", 60) with { Key = new IdempotencyKey("k", 1) };
        Assert.Equal(new AppendResult.Shadowed(drafts[0].Id, new Position(7, 10), Now), (await HoldAsync([.. drafts, keyed]))[0]);
        await HoldAsync(Shadowed("Bob's", 30) with { Author = Bob });
        // A repeated one gets its first place.
        Assert.Equal(new AppendResult.Shadowed(keyed.Id, new Position(7, 60), Now, IsRepeated: true), (await HoldAsync(Shadowed("keyed", 99) with { Key = new IdempotencyKey("k", 1) }))[0]);
        await Store.ReopenAsync();
        Assert.Empty(await WaitingAsync());
        Assert.Empty(await Moderation.WaitingOfAsync(Ann.Id, 10, default));
        Assert.Equal(["4", "3"], (await Moderation.ShadowedAsync(_id, Ann.Id, 20, 40, 10, default)).Select(one => one.Draft.Text));
        Assert.Equal(["4"], (await Moderation.ShadowedAsync(_id, Ann.Id, 20, 40, 1, default)).Select(one => one.Draft.Text));
        Assert.Equal((HeldState.Shadowed, new Position(7, 40)), (await Moderation.ShadowedAsync(_id, Ann.Id, 20, 40, 1, default))[0] is var one ? (one.State, one.Place) : default);
        Assert.Empty(await Moderation.ShadowedAsync(new EventId(Guid.NewGuid()), Ann.Id, 0, long.MaxValue, 10, default));
        Assert.Equal(6, (await Moderation.ShadowedAsync(Ann.Id, null, 10, default)).Count);
        var second = (await Moderation.ShadowedAsync(Ann.Id, null, 2, default))[1];
        Assert.Equal(4, (await Moderation.ShadowedAsync(Ann.Id, second.Draft.Id, 10, default)).Count);
        Assert.Equal(DecisionStatus.NotFound, (await DecideAsync(DecisionAction.Approve, drafts[0].Id)).Status);
    }

    [Fact]
    public async Task Who_wrote_it_takes_back_what_waits_or_is_shadowed_and_nobody_else()
    {
        var (held, shadowed, decided) = (Held("held"), Shadowed("shadowed", 5), Held("decided"));
        await HoldAsync(held, shadowed, decided);
        await DecideAsync(DecisionAction.Approve, decided.Id);
        foreach (var comment in (CommentId[])[held.Id, shadowed.Id])
        {
            Assert.False(await Moderation.WithdrawAsync(_id, comment, Bob.Id, Now, default));
            Assert.False(await Moderation.WithdrawAsync(new EventId(Guid.NewGuid()), comment, Ann.Id, Now, default));
            Assert.True(await Moderation.WithdrawAsync(_id, comment, Ann.Id, Now, default));
            Assert.False(await Moderation.WithdrawAsync(_id, comment, Ann.Id, Now, default));
        }
        Assert.False(await Moderation.WithdrawAsync(_id, decided.Id, Ann.Id, Now, default));
        Assert.Empty(await WaitingAsync());
        Assert.Empty(await Moderation.ShadowedAsync(Ann.Id, null, 10, default));
        Assert.Equal(DecisionStatus.Already, (await DecideAsync(DecisionAction.Approve, held.Id)).Status);
    }

    [Fact]
    public async Task A_shadow_ban_that_was_lifted_is_remembered()
    {
        await DecideAsync(DecisionAction.ShadowBan, Ann.Id);
        await DecideAsync(DecisionAction.Trust, Ann.Id);
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(DecisionStatus.Done, (await DecideAsync(DecisionAction.LiftShadowBan, Ann.Id)).Status);
        Assert.Equal(DecisionStatus.Already, (await DecideAsync(DecisionAction.Lift, Ann.Id)).Status);
        Time.Advance(TimeSpan.FromDays(100));
        while (!await Moderation.ForgetAsync(Now, default))
        {
        }
        await Store.ReopenAsync();
        var restrictions = (await Moderation.RestrictionsAsync(0, default)).Restrictions.ToDictionary(one => one.Kind);
        Assert.True(restrictions.TryGetValue(RestrictionKind.Shadow, out var shadow));
        Assert.False(shadow!.HoldsAt(Now));
        // Trust is not lifted with what was taken.
        Assert.True(restrictions[RestrictionKind.Trust].HoldsAt(Now));
        Assert.Equal(DecisionStatus.Done, (await DecideAsync(DecisionAction.Untrust, Ann.Id)).Status);
    }

    [Fact]
    public async Task A_purge_knows_the_decisions_that_it_consists_of()
    {
        var waiting = Held("waiting");
        await HoldAsync(waiting);
        var before = Decision(DecisionAction.Delete, CommentId.New(TimeProvider.System));
        await Moderation.DecideAsync([before], default);
        Time.Advance(TimeSpan.FromSeconds(1));
        var purge = Decision(DecisionAction.Purge, Ann.Id);
        ModeratorDecision[] parts = [.. Enumerable.Range(0, 3).Select(_ => Decision(DecisionAction.Delete, CommentId.New(TimeProvider.System))), Decision(DecisionAction.Reject, waiting.Id)];
        await Moderation.DecideAsync([purge], default);
        await Moderation.DecideAsync(parts, default);
        await Moderation.DecideAsync([Decision(DecisionAction.Delete, CommentId.New(TimeProvider.System)) with { By = Other }, Decision(DecisionAction.Delete, CommentId.New(TimeProvider.System)) with { User = Bob.Id }], default);
        await DecideAsync(DecisionAction.Ban, Ann.Id);
        Assert.Equal(parts, await Moderation.PurgedAsync(purge, 10, default));
        Assert.Equal(parts[..2], await Moderation.PurgedAsync(purge, 2, default));
        Assert.Contains(purge, await Moderation.UnfinishedAsync(Now.AddSeconds(1), 10, default));
        Assert.Equal(DecisionStatus.Already, (await DecideAsync(DecisionAction.Purge, Ann.Id)).Status);
        var back = Decision(DecisionAction.Unpurge, Ann.Id) with { Undoes = purge.Id };
        Assert.Equal(DecisionStatus.Done, (await Moderation.DecideAsync([back], default))[0].Status);
        Assert.Equal(DecisionStatus.Already, (await Moderation.DecideAsync([back with { Id = Guid.CreateVersion7() }], default))[0].Status);
    }

    [Fact]
    public async Task Notes_about_somebody_are_of_one_event_or_of_all_until_they_are_taken_back()
    {
        var (first, again) = (Note("argues"), Note("argues"));
        Assert.Equal([new DecisionOutcome(DecisionStatus.Done), new DecisionOutcome(DecisionStatus.Already, first)], [(await Moderation.DecideAsync([first], default))[0], (await Moderation.DecideAsync([again], default))[0]]);
        Time.Advance(TimeSpan.FromSeconds(1));
        var (second, everywhere) = (Note("is kind otherwise"), Note("known from elsewhere") with { Event = null });
        await Moderation.DecideAsync([second], default);
        await Moderation.DecideAsync([everywhere], default);
        await Moderation.DecideAsync([Note("in another event") with { Event = new EventId(Guid.NewGuid()) }], default);
        await Moderation.DecideAsync([Note("somebody else") with { User = Bob.Id }], default);
        await Moderation.DecideAsync([Decision(DecisionAction.Warn, Ann.Id) with { Reason = "no note" }], default);
        await Store.ReopenAsync();
        Assert.Equal([everywhere, second, first], await Moderation.NotesAsync(_id, Ann.Id, 10, default));
        Assert.Equal([everywhere, second], await Moderation.NotesAsync(_id, Ann.Id, 2, default));
        Assert.Equal([everywhere], await Moderation.NotesAsync(new EventId(Guid.NewGuid()), Ann.Id, 10, default));
        var back = Decision(DecisionAction.Unnote, Ann.Id) with { Undoes = second.Id };
        Assert.Equal(DecisionStatus.Done, (await Moderation.DecideAsync([back], default))[0].Status);
        Assert.Equal((DecisionStatus.Already, back), (await Moderation.DecideAsync([back with { Id = Guid.CreateVersion7() }], default))[0] is var twice ? (twice.Status, twice.Earlier) : default);
        Assert.Equal([everywhere, first], await Moderation.NotesAsync(_id, Ann.Id, 10, default));

        ModeratorDecision Note(string text) => Decision(DecisionAction.Note, Ann.Id) with { Reason = text };
    }

    [Fact]
    public async Task A_comment_is_deleted_and_restored_in_turn()
    {
        var comment = CommentId.New(TimeProvider.System);
        foreach (var action in (DecisionAction[])[DecisionAction.Delete, DecisionAction.Restore, DecisionAction.Delete, DecisionAction.Restore])
        {
            Assert.Equal(DecisionStatus.Done, (await DecideAsync(action, comment)).Status);
            Assert.Equal((DecisionStatus.Already, action), await DecideAsync(action, comment) is var again ? (again.Status, again.Earlier!.Action) : default);
        }
        Assert.Equal(DecisionStatus.NotFound, (await Moderation.DecideAsync([Decision(DecisionAction.Restore, CommentId.New(TimeProvider.System)) with { User = null }], default))[0].Status);
    }

    private CommentDraft Delayed(string text, int seconds) => Held(text) with { Hold = new Hold(0, [], TimeSpan.FromSeconds(seconds)) };

    private CommentDraft Shadowed(string text, long place) => Held(text) with { Hold = new Hold(0, [], IsShadow: true, Place: new Position(7, place)) };

    private CommentDraft Held(string text, Author? author = null, string? key = null, UInt128 fingerprint = default) => Draft(text, author, key: key, fingerprint: fingerprint) with { Hold = new Hold(0.5, []) };

    private async Task<IReadOnlyList<AppendResult>> HoldAsync(params CommentDraft[] drafts) => await Moderation.HoldAsync(_id, drafts, default);

    private async Task<IReadOnlyList<HeldComment>> WaitingAsync() => await Moderation.WaitingAsync(_id, false, null, 100, default);

    private async Task<bool> ReportAsync(CommentId comment, string reason) => await Moderation.ReportAsync(new Report(_id, comment, new UserId(Guid.NewGuid()), reason, Now), default);

    private ModeratorDecision Decision(DecisionAction action, CommentId comment) => new(Guid.CreateVersion7(), _id, Mod, Now, action, comment, Ann.Id);

    private ModeratorDecision Decision(DecisionAction action, UserId user) => new(Guid.CreateVersion7(), _id, Mod, Now, action, null, user);

    private async Task<DecisionOutcome> DecideAsync(DecisionAction action, CommentId comment) => (await Moderation.DecideAsync([Decision(action, comment)], default))[0];

    private async Task<DecisionOutcome> DecideAsync(DecisionAction action, UserId user) => (await Moderation.DecideAsync([Decision(action, user)], default))[0];

    private async Task<DecisionOutcome> UndoAsync(Guid decision)
    {
        var undone = await Moderation.FindDecisionAsync(decision, default);
        return (await Moderation.DecideAsync([new ModeratorDecision(Guid.CreateVersion7(), undone?.Event, Other, Now, DecisionAction.Undo, undone?.Comment, undone?.User, Undoes: decision)], default))[0];
    }
}
