using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Log;
using LiveComments.Reactions;

namespace LiveComments.Tests.Conformance;

/// <summary>What <see cref="IEventLog"/> promises, whatever stores it.</summary>
public abstract class EventLogSpec : StoreSpec
{
    [Fact]
    public async Task A_comment_to_be_held_takes_no_place_and_no_key_and_an_earlier_try_still_gets_its_answer()
    {
        var id = await LiveAsync();
        var placed = await PostAsync(id, Draft("placed", key: "k", fingerprint: 1));
        var held = Draft("held", key: "h") with { Hold = new Hold(0.5, []) };
        Assert.Equal(new AppendResult.Held(held.Id, default), await PlaceAsync(id, held));
        Assert.Equal(placed.Id, Assert.IsType<AppendResult.Repeated>(await PlaceAsync(id, held with { Key = new IdempotencyKey("k", 1) })).CommentId);
        Assert.Equal(Error.IdempotencyKeyReused, Refusal(await PlaceAsync(id, held with { Key = new IdempotencyKey("k", 2) })));
        Assert.Equal(Error.ParentNotFound, Refusal(await PlaceAsync(id, held with { ReplyTo = CommentId.New(TimeProvider.System) })));
        Assert.Equal(["placed"], Texts(await WholeAsync(id)));
        Assert.Equal(3, (await PostAsync(id, held with { Hold = null })).Position.Seq);
        await PlaceAsync(id, new StatusDraft(EventStatus.Ended));
        Assert.Equal(Error.EventNotLive, Refusal(await PlaceAsync(id, Draft("late") with { Hold = new Hold(0.5, []) })));
    }

    [Fact]
    public async Task An_approved_comment_is_placed_once_whatever_has_become_of_the_event_its_parent_and_its_key()
    {
        var id = await LiveAsync();
        var parent = await PostAsync(id, "parent");
        await RemoveAsync(id, parent.Id);
        await PlaceAsync(id, new StatusDraft(EventStatus.Ended));
        var approved = Draft("approved", replyTo: parent.Id, key: "k", fingerprint: 1) with { IsApproved = true };
        var placed = await PostAsync(id, approved);
        Assert.Equal((approved.Id, parent.Id), (placed.Id, placed.ReplyTo));
        foreach (var again in (CommentDraft[])[approved, approved with { Key = null }, approved with { Key = new IdempotencyKey("forgotten", 1) }, Draft("retry", key: "k", fingerprint: 1) with { IsApproved = true }])
            Assert.Equal(new AppendResult.Repeated(placed.Id, placed.Position, placed.Time), await PlaceAsync(id, again));
        // Its author's retry gets the same answer.
        Assert.Equal(placed.Id, Assert.IsType<AppendResult.Repeated>(await PlaceAsync(id, Draft("approved", replyTo: parent.Id, key: "k", fingerprint: 1))).CommentId);
        Assert.Equal(["approved"], Texts(await WholeAsync(id)));
        var other = Draft("other", key: "k", fingerprint: 2) with { IsApproved = true };
        Assert.Equal(Error.IdempotencyKeyReused, Refusal(await PlaceAsync(id, other)));
        await PostAsync(id, other with { Key = null });
        Assert.Equal(Error.ParentNotFound, Refusal(await PlaceAsync(id, Draft("x", replyTo: CommentId.New(TimeProvider.System)) with { IsApproved = true })));
    }

    [Fact]
    public async Task The_first_status_creates_the_log_and_nothing_else_does()
    {
        var id = EventId.New(TimeProvider.System);
        Assert.Null(await Store.Log.ReadAsync(id, 0, 10, default));
        Assert.Null(await Store.Log.ReadLatestAsync(id, long.MaxValue, 10, default));
        Assert.Equal(Error.EventNotFound, Refusal(await PlaceAsync(id, Draft("too early"))));
        Assert.Equal(Error.EventNotFound, Refusal(await PlaceAsync(id, new SettingsDraft(new EventSettings()))));
        Assert.Equal(Error.EventNotFound, Refusal(await PlaceAsync(id, new RemovalDraft(CommentId.New(Time), Ann.Id, true))));
        Assert.Null(await Store.Log.ReadAsync(id, 0, 10, default));

        var entry = Assert.IsType<StatusEntry>(Assert.IsType<AppendResult.Appended>(await PlaceAsync(id, new StatusDraft(EventStatus.Scheduled))).Entry);
        Assert.Equal(new StatusEntry(1, Now, EventStatus.Scheduled), entry);
        Assert.Equal([entry], await WholeAsync(id));
    }

    [Fact]
    public async Task What_is_appended_is_what_is_read()
    {
        var id = await LiveAsync();
        var root = await PostAsync(id, Draft("Grüße 👋🏽 עברית \u2067x\u2069 'quoted' \"text\"", mentions: [new Mention(Bob.Id, "bob"), new Mention(Ann.Id, "ann")]));
        var bare = await PostAsync(id, Draft("", Ann with { AvatarUrl = null, Role = Role.Moderator }) with { Client = null });
        var settings = new EventSettings { SlowModeSeconds = 5, ReactionTypes = [ReactionType.Like], VideoUrl = "https://example.org/v" };
        await PlaceAsync(id, new SettingsDraft(settings));
        await PlaceAsync(id, new StatusDraft(EventStatus.Ended));

        var entries = await WholeAsync(id);
        Assert.Equal(5, entries.Count);
        AssertSame(root, Assert.IsType<CommentEntry>(entries[1]).Comment);
        AssertSame(bare, Assert.IsType<CommentEntry>(entries[2]).Comment);
        Assert.Equal([new ClientProgram("web", "1"), null], entries.OfType<CommentEntry>().Select(entry => entry.Client));
        Assert.Equal(new SettingsEntry(4, Now, settings), entries[3]);
        Assert.Equal(new StatusEntry(5, Now, EventStatus.Ended), entries[4]);
        Assert.Equal("bob", root.Mentions[0].Username);
        Assert.Equal(Now, root.Time);
    }

    [Fact]
    public async Task Seqs_are_consecutive_from_one_and_positions_carry_the_logs_epoch()
    {
        var id = await LiveAsync();
        var other = await LiveAsync();
        var results = await Store.Log.AppendAsync(id, [Draft("2"), Draft("refused", replyTo: CommentId.New(Time)), Draft("3"), new SettingsDraft(new EventSettings()), Draft("5")], default);
        Assert.Equal(Error.ParentNotFound, Refusal(results[1]));
        Assert.Equal([2, 3, 4, 5], results.OfType<AppendResult.Appended>().Select(result => result.Entry.Seq));

        var page = (await Store.Log.ReadAsync(id, 0, 100, default))!;
        Assert.Equal([1, 2, 3, 4, 5], page.Entries.Select(entry => entry.Seq));
        Assert.Equal(5, page.Head.Seq);
        Assert.All(page.Entries.OfType<CommentEntry>(), entry => Assert.Equal(new Position(page.Head.Epoch, entry.Seq), entry.Comment.Position));
        Assert.NotEqual(page.Head.Epoch, (await Store.Log.ReadAsync(other, 0, 1, default))!.Head.Epoch);
    }

    [Fact]
    public async Task Parallel_appends_to_one_event_get_every_seq_once_and_each_batch_stays_together()
    {
        var id = await LiveAsync();
        var batches = await Task.WhenAll(Enumerable.Range(0, 60).Select(batch => Task.Run(async () =>
            (await Store.Log.AppendAsync(id, [.. Enumerable.Range(0, 5).Select(i => Draft($"{batch}-{i}"))], default)).Select(Placed).ToList())));

        Assert.Equal(Enumerable.Range(2, 300).Select(seq => (long)seq), batches.SelectMany(batch => batch.Select(comment => comment.Position.Seq)).Order());
        Assert.All(batches, batch => Assert.Equal(batch[0].Position.Seq + 4, batch[4].Position.Seq));
        var stored = (await WholeAsync(id)).OfType<CommentEntry>().ToDictionary(entry => entry.Seq, entry => entry.Comment.Text);
        Assert.All(batches.SelectMany(batch => batch), comment => Assert.Equal(comment.Text, stored[comment.Position.Seq]));
    }

    [Fact]
    public async Task Appends_that_are_under_way_together_are_placed_in_the_order_of_their_calls()
    {
        var id = await LiveAsync();
        var calls = Enumerable.Range(0, 200).Select(call => Store.Log.AppendAsync(id, [.. Enumerable.Range(0, 1 + call % 3).Select(i => Draft($"{call}-{i}"))], default).AsTask()).ToList();
        var seqs = (await Task.WhenAll(calls)).SelectMany(results => results.Select(result => Placed(result).Position.Seq));
        Assert.Equal(Enumerable.Range(2, 399).Select(seq => (long)seq), seqs);
    }

    [Fact]
    public async Task Time_never_goes_back_along_the_log_whatever_the_clock_does()
    {
        var id = await LiveAsync();
        var started = Now;
        foreach (var seconds in (int[])[0, 10, -3600, -10, 20, 5])
        {
            Now = started.AddSeconds(seconds);
            await PostAsync(id, $"at {seconds}");
        }
        var times = (await WholeAsync(id)).Select(entry => entry.Time).ToList();
        Assert.Equal([0, 0, 10, 10, 10, 20, 20], times.Select(time => (time - started).TotalSeconds));
        Assert.Equal(times[^1], (await Store.Log.HeadsAsync([id], default))[id].Time);
    }

    [Fact]
    public async Task Times_have_milliseconds_so_that_what_is_answered_is_what_is_stored()
    {
        Now = Now.AddTicks(4_321);
        var id = await LiveAsync();
        var comment = await PostAsync(id, "now");
        Assert.Equal(0, comment.Time.Ticks % TimeSpan.TicksPerMillisecond);
        AssertSame(comment, (await Store.Comments.FindAsync(id, comment.Id, default))!);
    }

    [Fact]
    public async Task Pages_go_forward_from_a_seq_and_back_from_one_and_join_without_a_hole()
    {
        var id = await LiveAsync();
        for (var i = 2; i <= 25; i++)
            await PostAsync(id, $"{i}");

        var forward = new List<long>();
        while (await Store.Log.ReadAsync(id, forward.LastOrDefault(), 7, default) is { Entries.Count: > 0 } page)
        {
            Assert.True(page.Entries.Count <= 7);
            Assert.Equal(25, page.Head.Seq);
            forward.AddRange(page.Entries.Select(entry => entry.Seq));
        }
        Assert.Equal(Enumerable.Range(1, 25).Select(seq => (long)seq), forward);

        var back = new List<long>();
        while (await Store.Log.ReadLatestAsync(id, back.Count == 0 ? long.MaxValue : back[0], 7, default) is { Entries.Count: > 0 } page)
            back.InsertRange(0, page.Entries.Select(entry => entry.Seq));
        Assert.Equal(forward, back);
        Assert.Empty((await Store.Log.ReadAsync(id, 25, 7, default))!.Entries);
        Assert.Empty((await Store.Log.ReadAsync(id, long.MaxValue, 7, default))!.Entries);
        Assert.Empty((await Store.Log.ReadLatestAsync(id, 1, 7, default))!.Entries);
    }

    [Theory]
    [InlineData(EventStatus.Scheduled, false, false)]
    [InlineData(EventStatus.Scheduled, true, true)]
    [InlineData(EventStatus.Live, false, true)]
    [InlineData(EventStatus.Ended, false, false)]
    [InlineData(EventStatus.Ended, true, false)]
    public async Task A_comment_is_taken_while_the_event_is_live_or_open_before_its_start(EventStatus status, bool allowBeforeStart, bool taken)
    {
        var id = await LiveAsync(status);
        var result = await PlaceAsync(id, Draft("hello") with { AllowBeforeStart = allowBeforeStart });
        if (taken)
            Placed(result);
        else
            Assert.Equal(Error.EventNotLive, Refusal(result));
        Assert.Equal(taken ? 2 : 1, (await WholeAsync(id)).Count);
    }

    [Fact]
    public async Task After_the_end_no_comment_is_placed_and_a_retry_still_hears_of_its_own()
    {
        var id = await LiveAsync();
        var draft = Draft("in time", key: "k");
        var comment = await PostAsync(id, draft);
        Assert.Equal(Error.EventNotLive, Refusal((await Store.Log.AppendAsync(id, [new StatusDraft(EventStatus.Ended), Draft("late")], default))[1]));
        Assert.Equal(new AppendResult.Repeated(comment.Id, comment.Position, comment.Time), await PlaceAsync(id, draft with { Id = CommentId.New(Time) }));
        Assert.IsType<AppendResult.Appended>(await PlaceAsync(id, new RemovalDraft(comment.Id, Bob.Id, true)));
        await PlaceAsync(id, new StatusDraft(EventStatus.Live));
        await PostAsync(id, "open again");
    }

    [Fact]
    public async Task The_same_key_gives_the_first_comment_whatever_happened_since()
    {
        var id = await LiveAsync();
        var comment = await PostAsync(id, Draft("once", key: "key-1", fingerprint: 7));
        Now = Now.AddMinutes(1);
        await PostAsync(id, Draft("another", key: "key-2", fingerprint: 7));
        var expected = new AppendResult.Repeated(comment.Id, comment.Position, comment.Time);
        Assert.Equal(expected, await PlaceAsync(id, Draft("once", key: "key-1", fingerprint: 7)));
        await RemoveAsync(id, comment.Id);
        Assert.Equal(expected, await PlaceAsync(id, Draft("once", key: "key-1", fingerprint: 7)));
        await Store.ReopenAsync();
        Assert.Equal(expected, await PlaceAsync(id, Draft("once", key: "key-1", fingerprint: 7)));
        Assert.Equal(4, (await WholeAsync(id)).Count);
    }

    [Fact]
    public async Task The_same_key_twice_in_one_batch_gives_one_comment()
    {
        var id = await LiveAsync();
        var results = await Store.Log.AppendAsync(id, [Draft("a", key: "k"), Draft("a", key: "k"), Draft("b", key: "k", fingerprint: 1), Draft("c")], default);
        var first = Placed(results[0]);
        Assert.Equal(new AppendResult.Repeated(first.Id, first.Position, first.Time), results[1]);
        Assert.Equal(Error.IdempotencyKeyReused, Refusal(results[2]));
        Assert.Equal(3, Placed(results[3]).Position.Seq);
    }

    [Fact]
    public async Task The_same_key_with_another_fingerprint_is_refused_and_stores_nothing()
    {
        var id = await LiveAsync();
        await PostAsync(id, Draft("one", key: "k", fingerprint: UInt128.MaxValue));
        Assert.Equal(Error.IdempotencyKeyReused, Refusal(await PlaceAsync(id, Draft("two", key: "k", fingerprint: 1))));
        Assert.Equal(["one"], Texts(await WholeAsync(id)));
    }

    [Fact]
    public async Task Another_users_key_and_another_events_key_mean_nothing()
    {
        var (id, other) = (await LiveAsync(), await LiveAsync());
        var comment = await PostAsync(id, Draft("anns", Ann, key: "k"));
        var bobs = await PostAsync(id, Draft("bobs", Bob, key: "k"));
        Assert.NotEqual(comment.Id, bobs.Id);
        await PostAsync(other, Draft("elsewhere", Ann, key: "k"));
        Assert.Equal(["anns", "bobs"], Texts(await WholeAsync(id)));
    }

    [Fact]
    public async Task A_hundred_parallel_tries_with_one_key_give_one_comment()
    {
        var id = await LiveAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => PlaceAsync(id, Draft("once", key: "k")))));
        var placed = Placed(Assert.Single(results.OfType<AppendResult.Appended>()));
        Assert.All(results.OfType<AppendResult.Repeated>(), repeated => Assert.Equal(new AppendResult.Repeated(placed.Id, placed.Position, placed.Time), repeated));
        Assert.Equal(99, results.OfType<AppendResult.Repeated>().Count());
        Assert.Equal(2, (await WholeAsync(id)).Count);
    }

    [Fact]
    public async Task A_refusal_does_not_use_the_key_up()
    {
        var id = await LiveAsync(EventStatus.Scheduled);
        Assert.Equal(Error.EventNotLive, Refusal(await PlaceAsync(id, Draft("hello", key: "k"))));
        await PlaceAsync(id, new StatusDraft(EventStatus.Live));
        await PostAsync(id, Draft("hello, otherwise", key: "k", fingerprint: 1));
    }

    [Fact]
    public async Task The_same_draft_without_a_key_is_known_by_its_id()
    {
        var id = await LiveAsync();
        var draft = Draft("once");
        var comment = await PostAsync(id, draft);
        Assert.Equal(new AppendResult.Repeated(comment.Id, comment.Position, comment.Time), await PlaceAsync(id, draft));
        await PlaceAsync(id, new StatusDraft(EventStatus.Ended));
        Assert.Equal(new AppendResult.Repeated(comment.Id, comment.Position, comment.Time), await PlaceAsync(id, draft));
        Assert.Equal(["once"], Texts(await WholeAsync(id)));
    }

    [Fact]
    public async Task A_reply_belongs_to_the_first_comment_of_its_thread_and_is_counted_there()
    {
        var id = await LiveAsync();
        var root = await PostAsync(id, "root");
        var reply = await PostAsync(id, "reply", root.Id);
        var deeper = await PostAsync(id, "reply to the reply", reply.Id);
        Assert.Null(root.ReplyTo);
        Assert.Equal([root.Id, root.Id], [reply.ReplyTo!.Value, deeper.ReplyTo!.Value]);

        var comments = (await WholeAsync(id)).OfType<CommentEntry>().Select(entry => entry.Comment).ToList();
        Assert.Equal([2, 0, 0], comments.Select(comment => comment.ReplyCount));
        Assert.Equal([null, root.Id, root.Id], comments.Select(comment => comment.ReplyTo));
    }

    [Fact]
    public async Task A_reply_needs_a_parent_that_is_in_the_event_and_was_not_removed()
    {
        var (id, other) = (await LiveAsync(), await LiveAsync());
        var elsewhere = await PostAsync(other, "elsewhere");
        var removed = await PostAsync(id, "to be removed");
        await RemoveAsync(id, removed.Id);
        Assert.Equal(Error.ParentNotFound, Refusal(await PlaceAsync(id, Draft("x", replyTo: CommentId.New(Time)))));
        Assert.Equal(Error.ParentNotFound, Refusal(await PlaceAsync(id, Draft("x", replyTo: elsewhere.Id))));
        Assert.Equal(Error.ParentRemoved, Refusal(await PlaceAsync(id, Draft("x", replyTo: removed.Id))));
        var results = await Store.Log.AppendAsync(id, [Draft("a") with { Id = new CommentId(Guid.CreateVersion7()) }, new RemovalDraft(elsewhere.Id, Bob.Id, true)], default);
        Assert.Equal(Error.CommentNotFound, Refusal(results[1]));
    }

    [Fact]
    public async Task A_removed_comment_stands_as_its_removal_in_its_own_place_and_its_text_is_on_no_path()
    {
        var id = await LiveAsync();
        var comment = await PostAsync(id, Draft("secret", mentions: [new Mention(Bob.Id, "bob")]));
        await PostAsync(id, "stays");
        Now = Now.AddSeconds(9);
        var entry = Assert.IsType<AppendResult.Appended>(await PlaceAsync(id, new RemovalDraft(comment.Id, Ann.Id, AsModerator: false))).Entry;
        Assert.Equal(new RemovedEntry(4, Now, comment.Id), entry);

        var entries = await WholeAsync(id);
        Assert.Equal([1, 2, 3, 4], entries.Select(item => item.Seq));
        Assert.Equal(new RemovedEntry(2, comment.Time, comment.Id), entries[1]);
        Assert.Equal(entry, entries[3]);
        Assert.Equal(entries, (await Store.Log.ReadLatestAsync(id, long.MaxValue, 10, default))!.Entries);

        Assert.Null(await Store.Comments.FindAsync(id, comment.Id, default));
        Assert.Equal(["stays"], Texts((await Store.Comments.PageAsync(id, Everything, default)).Comments));
        Assert.Equal(["stays"], Texts(await Store.Comments.PopularAsync(id, 10, default)));
        Assert.DoesNotContain(await Store.Comments.ByAuthorAsync(Ann.Id, null, 10, default), found => found.Comment.Id == comment.Id);
        Assert.DoesNotContain(await Store.Comments.MentioningAsync(Bob.Id, null, 10, default), found => found.Comment.Id == comment.Id);
    }

    [Fact]
    public async Task Removing_again_changes_nothing_and_gives_the_first_removal()
    {
        var id = await LiveAsync();
        var comment = await PostAsync(id, "x");
        var first = Assert.IsType<AppendResult.Appended>(await PlaceAsync(id, new RemovalDraft(comment.Id, Ann.Id, false))).Entry;
        Now = Now.AddSeconds(1);
        Assert.Equal(new AppendResult.Repeated(comment.Id, comment.Position with { Seq = first.Seq }, first.Time), await PlaceAsync(id, new RemovalDraft(comment.Id, Bob.Id, true)));
        Assert.Equal(3, (await WholeAsync(id)).Count);
    }

    [Fact]
    public async Task Only_its_author_or_a_moderator_removes_a_comment()
    {
        var (id, other) = (await LiveAsync(), await LiveAsync());
        var comment = await PostAsync(id, "x");
        Assert.Equal(Error.Forbidden, Refusal(await PlaceAsync(id, new RemovalDraft(comment.Id, Bob.Id, AsModerator: false))));
        Assert.Equal(Error.CommentNotFound, Refusal(await PlaceAsync(id, new RemovalDraft(CommentId.New(Time), Ann.Id, true))));
        Assert.Equal(Error.CommentNotFound, Refusal(await PlaceAsync(other, new RemovalDraft(comment.Id, Ann.Id, true))));
        Assert.NotNull(await Store.Comments.FindAsync(id, comment.Id, default));
        await RemoveAsync(id, comment.Id);
    }

    [Fact]
    public async Task A_removed_reply_is_no_longer_counted_and_the_replies_of_a_removed_comment_stay()
    {
        var id = await LiveAsync();
        var root = await PostAsync(id, "root");
        var reply = await PostAsync(id, "one", root.Id);
        await PostAsync(id, "two", root.Id);
        await RemoveAsync(id, reply.Id);
        Assert.Equal(1, (await Store.Comments.FindAsync(id, root.Id, default))!.ReplyCount);
        await PlaceAsync(id, new RemovalDraft(reply.Id, Ann.Id, true));
        Assert.Equal(1, (await Store.Comments.FindAsync(id, root.Id, default))!.ReplyCount);
        await RemoveAsync(id, root.Id);
        var left = Assert.Single((await Store.Comments.PageAsync(id, Everything with { Thread = root.Id }, default)).Comments);
        Assert.Equal(root.Id, left.ReplyTo);
    }

    [Fact]
    public async Task A_pin_is_an_entry_that_carries_its_comment_and_the_head_of_the_log_tells_the_last_one()
    {
        var (id, other) = (await LiveAsync(), await LiveAsync());
        var first = await PostAsync(id, Draft("first", mentions: [new Mention(Bob.Id, "bob")]));
        var second = await PostAsync(id, "second", first.Id);
        Assert.Null(await PinnedAsync(id));
        Now = Now.AddSeconds(9);
        var entry = Pin(await PlaceAsync(id, new PinDraft(first.Id, Bob.Id)));
        Assert.Equal((4, Now), (entry.Seq, entry.Time));
        AssertSame(first with { ReplyCount = 1 }, entry.Comment!);
        await PlaceAsync(id, new StatusDraft(EventStatus.Ended));
        Assert.Equal(second.Id, Pin(await PlaceAsync(id, new PinDraft(second.Id, Bob.Id))).Comment!.Id);
        await ReactAsync(id, second.Id, Ann.Id, ReactionType.Wow);

        await Store.ReopenAsync();
        Assert.Equal([first.Id, second.Id], (await WholeAsync(id)).OfType<PinnedEntry>().Select(pin => pin.Comment!.Id));
        var pinned = Assert.IsType<Comment>(await PinnedAsync(id));
        AssertSame((await Store.Comments.FindAsync(id, second.Id, default))!, pinned);
        Assert.Equal(1, pinned.Reactions.Counts.Total);
        Assert.Null(await PinnedAsync(other));

        Assert.Null(Pin(await PlaceAsync(id, new PinDraft(null, Bob.Id))).Comment);
        await Store.ReopenAsync();
        Assert.Null(await PinnedAsync(id));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], (await WholeAsync(id)).Select(item => item.Seq));
    }

    [Fact]
    public async Task Pinning_what_is_pinned_changes_nothing()
    {
        var id = await LiveAsync();
        var comment = await PostAsync(id, "x");
        Assert.Equal(2, Assert.IsType<AppendResult.Unchanged>(await PlaceAsync(id, new PinDraft(null, Bob.Id))).Head.Seq);
        var results = await Store.Log.AppendAsync(id, [new PinDraft(comment.Id, Bob.Id), new PinDraft(comment.Id, Ann.Id), new PinDraft(null, Bob.Id), new PinDraft(null, Bob.Id), new PinDraft(comment.Id, Bob.Id)], default);
        Assert.Equal([3, 4, 5], results.OfType<AppendResult.Appended>().Select(result => result.Entry.Seq));
        Assert.Equal([3, 4], results.OfType<AppendResult.Unchanged>().Select(result => result.Head.Seq));
        Assert.Equal(comment.Position with { Seq = 5 }, Assert.IsType<AppendResult.Unchanged>(await PlaceAsync(id, new PinDraft(comment.Id, Bob.Id))).Head);
        Assert.Equal(5, (await WholeAsync(id)).Count);
    }

    [Fact]
    public async Task Only_a_comment_of_the_event_that_was_not_removed_is_pinned()
    {
        var (id, other) = (await LiveAsync(), await LiveAsync());
        var pinned = await PostAsync(id, "pinned");
        await PlaceAsync(id, new PinDraft(pinned.Id, Bob.Id));
        var elsewhere = await PostAsync(other, "elsewhere");
        var removed = await PostAsync(id, "removed");
        await RemoveAsync(id, removed.Id);
        Assert.Equal(Error.CommentNotFound, Refusal(await PlaceAsync(id, new PinDraft(CommentId.New(Time), Bob.Id))));
        Assert.Equal(Error.CommentNotFound, Refusal(await PlaceAsync(id, new PinDraft(elsewhere.Id, Bob.Id))));
        Assert.Equal(Error.CommentRemoved, Refusal(await PlaceAsync(id, new PinDraft(removed.Id, Bob.Id))));
        Assert.Equal(pinned.Id, (await PinnedAsync(id))!.Id);
    }

    [Fact]
    public async Task A_removed_comment_is_pinned_nowhere()
    {
        var id = await LiveAsync();
        var (kept, secret) = (await PostAsync(id, "kept"), await PostAsync(id, "secret"));
        await PlaceAsync(id, new PinDraft(kept.Id, Bob.Id));
        await PlaceAsync(id, new PinDraft(secret.Id, Bob.Id));
        await RemoveAsync(id, secret.Id);
        foreach (var reopened in new[] { false, true })
        {
            if (reopened)
                await Store.ReopenAsync();
            Assert.Null(await PinnedAsync(id));
            Assert.Equal([kept.Id, null], (await WholeAsync(id)).OfType<PinnedEntry>().Select(pin => pin.Comment?.Id));
            Assert.Equal(6, Assert.IsType<AppendResult.Unchanged>(await PlaceAsync(id, new PinDraft(null, Bob.Id))).Head.Seq);
        }
        Assert.Equal(kept.Id, Pin(await PlaceAsync(id, new PinDraft(kept.Id, Bob.Id))).Comment!.Id);
    }

    [Fact]
    public async Task A_comment_on_stage_is_a_card_that_carries_it_and_the_head_of_the_log_tells_the_last_one()
    {
        var (id, other) = (await LiveAsync(), await LiveAsync());
        var (first, second) = (await PostAsync(id, Draft("first", mentions: [new Mention(Bob.Id, "bob")])), await PostAsync(id, "second"));
        Assert.Null(await StagedAsync(id));
        Now = Now.AddSeconds(9);
        var entry = CardOf(await PlaceAsync(id, new StageDraft(first.Id, Bob.Id)));
        Assert.Equal((4, Now, Card.Stage, id.Value, first.Id), (entry.Seq, entry.Time, entry.Card.Type, entry.Card.Id, entry.Card.Staged()));
        AssertSame(first, entry.Comment!);
        Assert.DoesNotContain("first", CardJson.Write(entry.Card), StringComparison.Ordinal);
        await PlaceAsync(id, new StatusDraft(EventStatus.Ended));
        Assert.Equal(second.Id, CardOf(await PlaceAsync(id, new StageDraft(second.Id, Bob.Id))).Comment!.Id);
        await ReactAsync(id, second.Id, Ann.Id, ReactionType.Wow);
        Assert.Equal(6, Assert.IsType<AppendResult.Unchanged>(await PlaceAsync(id, new StageDraft(second.Id, Ann.Id))).Head.Seq);

        await Store.ReopenAsync();
        Assert.Equal([first.Id, second.Id], (await WholeAsync(id)).OfType<CardEntry>().Select(card => card.Comment!.Id));
        var staged = Assert.IsType<Comment>(await StagedAsync(id));
        Assert.Equal((second.Id, 1), (staged.Id, staged.Reactions.Counts.Total));
        Assert.Null(await StagedAsync(other));
        Assert.Null(await PinnedAsync(id));

        Assert.Null(CardOf(await PlaceAsync(id, new StageDraft(null, Bob.Id))).Comment);
        await Store.ReopenAsync();
        Assert.Null(await StagedAsync(id));
        Assert.Equal(7, Assert.IsType<AppendResult.Unchanged>(await PlaceAsync(id, new StageDraft(null, Bob.Id))).Head.Seq);
    }

    [Fact]
    public async Task A_removed_comment_leaves_the_stage_and_its_card_and_does_not_come_back_to_the_stage_when_it_is_restored()
    {
        var (id, other) = (await LiveAsync(), await LiveAsync());
        var (comment, elsewhere) = (await PostAsync(id, "comment"), await PostAsync(other, "elsewhere"));
        Assert.Equal(Error.CommentNotFound, Refusal(await PlaceAsync(id, new StageDraft(elsewhere.Id, Bob.Id))));
        await PlaceAsync(id, new StageDraft(comment.Id, Bob.Id));
        await RemoveAsync(id, comment.Id);
        foreach (var reopened in new[] { false, true })
        {
            if (reopened)
                await Store.ReopenAsync();
            Assert.Null(await StagedAsync(id));
            Assert.Null(Assert.Single((await WholeAsync(id)).OfType<CardEntry>()).Comment);
            Assert.IsType<AppendResult.Unchanged>(await PlaceAsync(id, new StageDraft(null, Bob.Id)));
        }
        Assert.Equal(Error.CommentRemoved, Refusal(await PlaceAsync(id, new StageDraft(comment.Id, Bob.Id))));
        await PlaceAsync(id, new RestoreDraft(comment.Id, Bob.Id));
        Assert.Null(await StagedAsync(id));
        Assert.Equal(comment.Id, CardOf(await PlaceAsync(id, new StageDraft(comment.Id, Bob.Id))).Comment!.Id);
        Assert.Equal(comment.Id, (await StagedAsync(id))!.Id);
        // Also where both stand in one batch.
        await Store.Log.AppendAsync(id, [new RemovalDraft(comment.Id, Bob.Id, AsModerator: true), new RestoreDraft(comment.Id, Bob.Id)], default);
        Assert.Null(await StagedAsync(id));
    }

    [Fact]
    public async Task A_question_is_one_on_every_path_and_says_whether_it_was_answered()
    {
        var id = await LiveAsync();
        var plain = await PostAsync(id, "plain");
        var draft = Draft("why?", key: "k") with { IsQuestion = true };
        var question = await PostAsync(id, draft);
        Assert.Equal((QuestionStatus.Open, null), (question.Question, plain.Question));
        Assert.IsType<AppendResult.Repeated>(await PlaceAsync(id, draft));
        var marked = CardOf(await PlaceAsync(id, new QuestionDraft(question.Id, QuestionStatus.Answered, Bob.Id)));
        Assert.Equal((Card.Question, question.Id.Value, QuestionStatus.Answered), (marked.Card.Type, marked.Card.Id, marked.Card.Marked()));
        Assert.Equal(4, Assert.IsType<AppendResult.Unchanged>(await PlaceAsync(id, new QuestionDraft(question.Id, QuestionStatus.Answered, Bob.Id))).Head.Seq);
        await Store.ReopenAsync();
        await SeesAsync(QuestionStatus.Answered);
        // Open again and answered again, in one batch with the comment that it is about.
        var other = Draft("how?") with { IsQuestion = true };
        var results = await Store.Log.AppendAsync(id, [other, new QuestionDraft(other.Id, QuestionStatus.Answered, Bob.Id), new QuestionDraft(question.Id, QuestionStatus.Open, Bob.Id)], default);
        Assert.All(results, result => Assert.IsType<AppendResult.Appended>(result));
        await SeesAsync(QuestionStatus.Open);
        Assert.Equal(QuestionStatus.Answered, (await Store.Comments.FindAsync(id, other.Id, default))!.Question);

        async Task SeesAsync(QuestionStatus status)
        {
            Assert.Equal(status, (await Store.Comments.FindAsync(id, question.Id, default))!.Question);
            Assert.Equal(status, (await WholeAsync(id)).OfType<CommentEntry>().Single(entry => entry.Comment.Id == question.Id).Comment.Question);
            Assert.Equal(status, (await Store.Comments.PageAsync(id, Everything, default)).Comments.Single(comment => comment.Id == question.Id).Question);
            Assert.Null((await Store.Comments.FindAsync(id, plain.Id, default))!.Question);
        }
    }

    [Fact]
    public async Task Only_a_question_of_the_event_that_was_not_removed_is_marked()
    {
        var (id, other) = (await LiveAsync(), await LiveAsync());
        var (plain, elsewhere, removed) = (await PostAsync(id, "plain"), await PostAsync(other, Draft("elsewhere") with { IsQuestion = true }), await PostAsync(id, Draft("removed") with { IsQuestion = true }));
        await RemoveAsync(id, removed.Id);
        foreach (var unknown in new[] { plain.Id, elsewhere.Id, CommentId.New(Time) })
            Assert.Equal(Error.QuestionNotFound, Refusal(await PlaceAsync(id, new QuestionDraft(unknown, QuestionStatus.Answered, Bob.Id))));
        Assert.Equal(Error.CommentRemoved, Refusal(await PlaceAsync(id, new QuestionDraft(removed.Id, QuestionStatus.Answered, Bob.Id))));
        Assert.Equal(QuestionStatus.Open, (await Store.Comments.FindAsync(other, elsewhere.Id, default))!.Question);
    }

    [Fact]
    public async Task A_card_keeps_its_whole_state_and_is_placed_whatever_the_event_is()
    {
        var id = await LiveAsync(EventStatus.Scheduled);
        var card = new Card(Guid.NewGuid(), "of-a-newer-kind", """{"text":"Grün \u2764 'quoted'","list":[1,{"x":null}]}""");
        Assert.Equal(card, Assert.IsType<CardEntry>(Assert.IsType<AppendResult.Appended>(await PlaceAsync(id, new CardDraft(card))).Entry).Card);
        await PlaceAsync(id, new StatusDraft(EventStatus.Ended));
        // The same again is another entry: the last one holds.
        var last = card with { State = "{}" };
        var results = await Store.Log.AppendAsync(id, [new CardDraft(last), new CardDraft(last)], default);
        Assert.Equal([4, 5], results.OfType<AppendResult.Appended>().Select(result => result.Entry.Seq));
        await Store.ReopenAsync();
        Assert.Equal([card, last, last], (await WholeAsync(id)).OfType<CardEntry>().Select(entry => entry.Card));
        Assert.Equal(last, Assert.IsType<CardEntry>(Assert.Single((await Store.Log.ReadLatestAsync(id, long.MaxValue, 1, default))!.Entries)).Card);
        Assert.Equal(Error.EventNotFound, Refusal(await PlaceAsync(EventId.New(TimeProvider.System), new CardDraft(card))));
    }

    [Fact]
    public async Task A_restored_comment_is_back_in_its_place_on_every_path()
    {
        var id = await LiveAsync();
        var root = await PostAsync(id, Draft("root", mentions: [new Mention(Bob.Id, "bob")]));
        var reply = await PostAsync(id, "reply", root.Id);
        await ReactAsync(id, root.Id, Bob.Id, ReactionType.Wow);
        await RemoveAsync(id, reply.Id);
        await RemoveAsync(id, root.Id);
        Now = Now.AddSeconds(9);
        var entry = Restored(await PlaceAsync(id, new RestoreDraft(root.Id, Bob.Id)));
        Assert.Equal((6, Now, root.Position), (entry.Seq, entry.Time, entry.Comment.Position));
        Assert.Equal(1, entry.Comment.Reactions.Counts.Wows);
        // In one batch with other changes of the same comment.
        var results = await Store.Log.AppendAsync(id, [new RestoreDraft(reply.Id, Bob.Id), new RemovalDraft(reply.Id, Bob.Id, true), new RestoreDraft(reply.Id, Bob.Id)], default);
        Assert.Equal([7, 8, 9], results.OfType<AppendResult.Appended>().Select(result => result.Entry.Seq));
        foreach (var reopened in new[] { false, true })
        {
            if (reopened)
                await Store.ReopenAsync();
            var whole = await WholeAsync(id);
            AssertSame((await Store.Comments.FindAsync(id, root.Id, default))!, Assert.IsType<CommentEntry>(whole[1]).Comment);
            Assert.Equal(1, Assert.IsType<CommentEntry>(whole[1]).Comment.ReplyCount);
            Assert.Equal(reply.Id, Assert.IsType<CommentEntry>(whole[2]).Comment.Id);
            Assert.Equal([reply.Id, root.Id, reply.Id], whole.OfType<RemovedEntry>().Select(removed => removed.CommentId));
            Assert.Equal([root.Id, reply.Id, reply.Id], whole.OfType<RestoredEntry>().Select(restored => restored.Comment.Id));
            Assert.Equal(root.Position, whole.OfType<RestoredEntry>().First().Comment.Position);
            Assert.Equal([root.Id, reply.Id], (await Store.Comments.PageAsync(id, Everything, default)).Comments.Select(comment => comment.Id));
            Assert.Single(await Store.Comments.MentioningAsync(Bob.Id, null, 10, default));
            Assert.Equal(9, Assert.IsType<AppendResult.Unchanged>(await PlaceAsync(id, new RestoreDraft(root.Id, Bob.Id))).Head.Seq);
        }
        // Removed again, it is nowhere, also not where it was restored.
        await RemoveAsync(id, root.Id);
        Assert.All((await WholeAsync(id)).Where(item => item.Seq is 2 or 6 or 10), item => Assert.Equal(root.Id, Assert.IsType<RemovedEntry>(item).CommentId));
        await PlaceAsync(id, new RestoreDraft(root.Id, Bob.Id));
        Assert.NotNull(await Store.Comments.FindAsync(id, root.Id, default));
    }

    [Fact]
    public async Task What_its_author_removed_or_nobody_removed_is_not_restored()
    {
        var (id, other) = (await LiveAsync(), await LiveAsync());
        var own = await PostAsync(id, "own");
        var elsewhere = await PostAsync(other, "elsewhere");
        await PlaceAsync(id, new RemovalDraft(own.Id, Ann.Id, AsModerator: false));
        await RemoveAsync(other, elsewhere.Id);
        Assert.Equal(Error.CommentRemoved, Refusal(await PlaceAsync(id, new RestoreDraft(own.Id, Bob.Id))));
        Assert.Equal(Error.CommentNotFound, Refusal(await PlaceAsync(id, new RestoreDraft(elsewhere.Id, Bob.Id))));
        Assert.Equal(Error.CommentNotFound, Refusal(await PlaceAsync(id, new RestoreDraft(CommentId.New(Time), Bob.Id))));
        Assert.Equal(3, (await WholeAsync(id)).Count);
    }

    [Fact]
    public async Task A_restored_comment_is_not_pinned_again()
    {
        var id = await LiveAsync();
        var (first, second) = (await PostAsync(id, "first"), await PostAsync(id, "second"));
        await PlaceAsync(id, new PinDraft(first.Id, Bob.Id));
        await RemoveAsync(id, first.Id);
        await PlaceAsync(id, new RestoreDraft(first.Id, Bob.Id));
        Assert.Null(await PinnedAsync(id));
        await PlaceAsync(id, new PinDraft(second.Id, Bob.Id));
        await RemoveAsync(id, first.Id);
        await PlaceAsync(id, new RestoreDraft(first.Id, Bob.Id));
        Assert.Equal(second.Id, (await PinnedAsync(id))!.Id);
    }

    [Fact]
    public async Task A_removed_comment_is_found_with_whoever_removed_it()
    {
        var (id, other) = (await LiveAsync(), await LiveAsync());
        var comment = await PostAsync(id, "x");
        Assert.Null(await Store.Comments.FindRemovedAsync(id, comment.Id, default));
        await PlaceAsync(id, new RemovalDraft(comment.Id, Bob.Id, AsModerator: true));
        var removed = (await Store.Comments.FindRemovedAsync(id, comment.Id, default))!.Value;
        Assert.Equal((Bob.Id, "x", comment.Position), (removed.By, removed.Comment.Text, removed.Comment.Position));
        Assert.Null(await Store.Comments.FindRemovedAsync(other, comment.Id, default));
        await PlaceAsync(id, new RestoreDraft(comment.Id, Bob.Id));
        Assert.Null(await Store.Comments.FindRemovedAsync(id, comment.Id, default));
    }

    [Fact]
    public async Task Heads_tell_of_many_events_at_once_and_leave_out_what_has_no_log()
    {
        var events = new List<EventId>();
        for (var i = 0; i < 5; i++)
        {
            events.Add(await LiveAsync(i % 2 == 0 ? EventStatus.Live : EventStatus.Scheduled));
            for (var n = 0; n < i; n++)
                await PlaceAsync(events[i], new SettingsDraft(new EventSettings()));
        }
        var heads = await Store.Log.HeadsAsync([.. events, EventId.New(Time)], default);
        Assert.Equal(5, heads.Count);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(i + 1, heads[events[i]].Position.Seq);
            Assert.Equal(i % 2 == 0 ? EventStatus.Live : EventStatus.Scheduled, heads[events[i]].Status);
            Assert.Equal((await Store.Log.ReadAsync(events[i], 0, 1, default))!.Head, heads[events[i]].Position);
        }
    }

    [Fact]
    public async Task Everything_is_there_after_closing_and_opening_again_in_the_same_epoch()
    {
        var id = await LiveAsync();
        for (var i = 0; i < 20; i++)
            await PostAsync(id, $"{i}");
        await RemoveAsync(id, ((CommentEntry)(await WholeAsync(id))[5]).Comment.Id);
        var before = (await Store.Log.ReadAsync(id, 0, 100, default))!;
        var last = await PostAsync(id, "last");
        await Store.ReopenAsync();
        var after = (await Store.Log.ReadAsync(id, 0, 100, default))!;
        Assert.Equal(before.Head with { Seq = before.Head.Seq + 1 }, after.Head);
        Assert.Equal(last.Position, after.Head);
        Assert.Equal([.. Texts(before.Entries), "last"], Texts(after.Entries));
        Assert.Equal(Enumerable.Range(1, 23).Select(seq => (long)seq), after.Entries.Select(entry => entry.Seq));
        Assert.Equal(after.Head.Seq + 1, (await PostAsync(id, "next")).Position.Seq);
    }

    [Fact]
    public async Task A_deleted_log_is_gone_from_every_path_at_once_and_other_logs_stay()
    {
        var (id, other) = (await LiveAsync(), await LiveAsync());
        var comment = await PostAsync(id, Draft("goes", mentions: [new Mention(Bob.Id, "bob")], key: "k"));
        await PostAsync(id, "reply", comment.Id);
        await ReactAsync(id, comment.Id, Bob.Id, ReactionType.Like);
        var stays = await PostAsync(other, Draft("stays", mentions: [new Mention(Bob.Id, "bob")]));
        await ReactAsync(other, stays.Id, Bob.Id, ReactionType.Like);
        var epoch = comment.Position.Epoch;

        var done = await Store.Log.DeleteAsync(id, default);
        Assert.Null(await Store.Log.ReadAsync(id, 0, 10, default));
        Assert.Null(await Store.Comments.FindAsync(id, comment.Id, default));
        Assert.Equal(["stays"], Texts((await Store.Comments.ByAuthorAsync(Ann.Id, null, 10, default)).Select(found => found.Comment)));
        Assert.Equal(["stays"], Texts((await Store.Comments.MentioningAsync(Bob.Id, null, 10, default)).Select(found => found.Comment)));
        for (var step = 0; !done; step++)
        {
            Assert.True(step < 100, "Deleting does not come to an end.");
            done = await Store.Log.DeleteAsync(id, default);
        }
        Assert.Equal(1, (await Store.Comments.FindAsync(other, stays.Id, default))!.Reactions.Counts.Likes);

        await PlaceAsync(id, new StatusDraft(EventStatus.Live));
        var again = await PostAsync(id, Draft("a new log", key: "k"));
        Assert.Equal(2, again.Position.Seq);
        Assert.NotEqual(epoch, again.Position.Epoch);
    }

    private async Task<Comment?> StagedAsync(EventId id) => (await Store.Log.HeadsAsync([id], default))[id].Staged;

    private static CardEntry CardOf(AppendResult result) => Assert.IsType<CardEntry>(Assert.IsType<AppendResult.Appended>(result).Entry);

    private async Task<Comment?> PinnedAsync(EventId id) => (await Store.Log.HeadsAsync([id], default))[id].Pinned;

    private static RestoredEntry Restored(AppendResult result) => Assert.IsType<RestoredEntry>(Assert.IsType<AppendResult.Appended>(result).Entry);

    private static PinnedEntry Pin(AppendResult result) => Assert.IsType<PinnedEntry>(Assert.IsType<AppendResult.Appended>(result).Entry);

    private static PageRequest Everything { get; } = new(0, long.MaxValue, null, null, Newest: false, 500);

    private static void AssertSame(Comment expected, Comment actual)
    {
        Assert.Equal(expected.Mentions, actual.Mentions);
        Assert.Equal(expected with { Mentions = [] }, actual with { Mentions = [] });
    }
}
