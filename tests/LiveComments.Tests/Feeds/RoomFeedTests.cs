using LiveComments.Accounts;
using LiveComments.Clocks;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Feeds;
using LiveComments.Log;
using LiveComments.Reactions;
using LiveComments.Wire;

namespace LiveComments.Tests.Feeds;

/// <summary>What a feed does in each of the cases that the interleavings mix.</summary>
public sealed class RoomFeedTests
{
    private static readonly FeedOptions Quick = new() { Tick = TimeSpan.Zero, Senders = 1, SlowAfter = TimeSpan.FromHours(1) };

    [Fact]
    public async Task Announcements_that_are_lost_doubled_late_or_in_the_wrong_order_are_repaired_from_the_log()
    {
        await using var under = new FeedUnderTest(new MemoryLog(), Quick);
        var viewer = under.Open(0);
        var entries = Place(under.Log, 10);
        under.Announce(entries[2..4]); // late: 1 and 2 are not here yet
        under.Announce(entries[..2]);
        under.Announce(entries[..4]); // doubled
        await ReachesAsync(under, viewer, 10); // the log already had all ten: a repair takes what there is
        under.Announce(entries[4..]);
        Assert.Equal(10, under.Feed.Head.Seq);
        Assert.Null(Transcript.Fault(under.Log, 0, viewer.Received(), complete: true));
    }

    [Fact]
    public async Task What_comes_while_a_repair_reads_is_repaired_too()
    {
        var log = new HeldLog();
        await using var under = new FeedUnderTest(log, Quick);
        var viewer = under.Open(0);
        var entries = Place(log, 3);
        under.Announce(entries[1..]);
        await under.UntilAsync(() => log.Reads == 1, "a repair reads");
        // Both come while the answer is on its way, which knows of neither; nothing is announced after them.
        under.Announce(Place(log, 1));
        under.Announce(Place(log, 1));
        log.Answer();
        await ReachesAsync(under, viewer, 5);
    }

    [Fact]
    public async Task A_repair_is_tried_until_the_store_answers()
    {
        var log = new MemoryLog { Unavailable = 2 };
        await using var under = new FeedUnderTest(log, Quick);
        var viewer = under.Open(0);
        under.Announce(Place(log, 2)[1..]);
        await ReachesAsync(under, viewer, 2);
        Assert.True(log.Reads > 2);
    }

    [Fact]
    public async Task A_repair_that_failed_is_begun_again_by_the_next_hint()
    {
        var log = new FailingLog();
        await using var under = new FeedUnderTest(log, Quick);
        var viewer = under.Open(0);
        under.Announce(Place(log, 2)[1..]);
        await under.UntilAsync(
            () =>
            {
                // As a node does once a second with what the store says.
                under.Feed.Reach(2);
                return Transcript.End(viewer.Start, viewer.Received()) == 2;
            }, "the viewer reaches 2");
        Assert.True(log.HasFailed);
    }

    [Fact]
    public async Task An_announcement_of_another_epoch_is_not_taken()
    {
        await using var under = new FeedUnderTest(new MemoryLog(), Quick);
        under.Feed.Announce(under.Log.Epoch + 1, Place(under.Log, 3));
        Assert.Equal(0, under.Feed.Head.Seq);
    }

    [Fact]
    public async Task What_waits_has_a_limit_where_nobody_watches()
    {
        await using var under = new FeedUnderTest(new MemoryLog(), new FeedOptions { Senders = 1, RingFrames = 16, RingEntries = 1_024 });
        for (var i = 0; i < 100; i++)
            under.Announce(Place(under.Log, 100));
        Assert.InRange(under.Feed.ShownTo, 10_000 - 511, 10_000);
        Assert.True(under.Feed.FirstInMemory > 10_000 - 1_024 - 512);
    }

    [Theory]
    [InlineData(Framing.WebSocket)]
    [InlineData(Framing.EventStream)]
    [InlineData(Framing.DeflatedWebSocket)]
    public async Task A_removed_text_is_taken_out_of_ring_pages_and_what_waits(Framing framing)
    {
        var log = new MemoryLog();
        await using var under = new FeedUnderTest(log, new FeedOptions { Tick = TimeSpan.Zero, Senders = 1, RingFrames = 2, RingEntries = 256, DisplayBudget = 1 });
        var secrets = new List<CommentId>();
        for (var i = 0; i < 5; i++)
        {
            under.Announce(Place(log, 100));
            var placed = log.Place(MemoryLog.Comment("SECRET", role: Role.Moderator));
            secrets.Add(((CommentEntry)placed[0]).Comment.Id);
            under.Announce(placed);
            under.Announce(log.Place(new PinDraft(secrets[^1], default), new StageDraft(secrets[^1], default)));
        }
        Assert.Equal(("SECRET", "SECRET"), (under.Feed.Pinned?.Text, under.Feed.Staged?.Text));
        // Encoded and in pages before it is removed.
        var before = under.Open(0, framing: framing);
        await ReachesAsync(under, before, log.Head);
        Assert.Equal(15, before.Received().Sum(message => message.GetRawText().Split("SECRET").Length - 1));
        foreach (var secret in secrets)
            under.Announce(log.Place(new RemovalDraft(secret, default, true)));
        Assert.Equal((null, null), (under.Feed.Pinned, under.Feed.Staged));
        foreach (var (cursor, sampled) in new[] { (0L, false), (300L, false), (450L, false), (510L, true) })
        {
            var after = under.Open(Math.Min(cursor, log.Head), sampled, framing);
            await ReachesAsync(under, after, log.Head);
            Assert.DoesNotContain(after.Received(), message => message.GetRawText().Contains("SECRET", StringComparison.Ordinal));
            Assert.Null(Transcript.Fault(log, after.Start, after.Received(), complete: !sampled));
        }
    }

    [Fact]
    public async Task Who_falls_off_the_ring_is_shown_every_notice_and_the_newest_comments()
    {
        var log = new MemoryLog();
        await using var under = new FeedUnderTest(log, new FeedOptions { Tick = TimeSpan.Zero, Senders = 1, RingFrames = 2, RingEntries = 256, ResumeEntries = 100, DisplayBudget = 1_000_000, SlowAfter = TimeSpan.FromHours(1) });
        var viewer = under.Open(0, sampled: true);
        var first = log.Place(MemoryLog.Comment("first"));
        under.Announce(first);
        await ReachesAsync(under, viewer, 1);
        viewer.Stall();
        under.Announce(Place(log, 1));
        await ReachesAsync(under, viewer, 2);
        under.Announce(log.Place(new RemovalDraft(((CommentEntry)first[0]).Comment.Id, default, true), new SettingsDraft(EventSettings.Default)));
        for (var i = 0; i < 20; i++)
            under.Announce(Place(log, 100));
        await under.UntilAsync(() => under.Feed.ShownTo == log.Head, "all is shown");
        viewer.GoOn();
        await ReachesAsync(under, viewer, log.Head);
        var degraded = viewer.Received().First(message => message.TryGetProperty("skipped", out _));
        Assert.Equal(["removed", "settings"], degraded.GetProperty("entries").EnumerateArray().Take(2).Select(entry => entry.GetProperty("type").GetString()));
        Assert.InRange(degraded.GetProperty("entries").GetArrayLength(), 3, 52);
        Assert.Null(Transcript.Fault(log, 0, viewer.Received(), complete: false));
    }

    [Fact]
    public async Task Who_falls_off_the_ring_is_not_shown_the_text_of_a_removed_comment_that_was_pinned_and_on_stage()
    {
        var log = new MemoryLog();
        await using var under = new FeedUnderTest(log, new FeedOptions { Tick = TimeSpan.Zero, Senders = 1, RingFrames = 2, RingEntries = 256, ResumeEntries = 100, DisplayBudget = 1_000_000, SlowAfter = TimeSpan.FromHours(1) });
        var viewer = under.Open(0, sampled: true);
        viewer.Stall();
        under.Announce(Place(log, 1));
        await ReachesAsync(under, viewer, 1);
        var secret = log.Place(MemoryLog.Comment("SECRET"));
        under.Announce(secret);
        var id = ((CommentEntry)secret[0]).Comment.Id;
        under.Announce(log.Place(new PinDraft(id, default), new StageDraft(id, default)));
        for (var i = 0; i < 20; i++)
            under.Announce(Place(log, 100));
        under.Announce(log.Place(new RemovalDraft(id, default, true)));
        await under.UntilAsync(() => under.Feed.ShownTo == log.Head, "all is shown");
        viewer.GoOn();
        await ReachesAsync(under, viewer, log.Head);
        Assert.Contains(viewer.Received(), message => message.TryGetProperty("skipped", out _));
        foreach (var shown in (string[])["\"pinned\"", "\"stage\""])
            Assert.Contains(viewer.Received(), message => message.GetRawText().Contains(shown, StringComparison.Ordinal));
        Assert.DoesNotContain(viewer.Received(), message => message.GetRawText().Contains("SECRET", StringComparison.Ordinal));
        Assert.Null(Transcript.Fault(log, 0, viewer.Received(), complete: false));
    }

    [Fact]
    public async Task A_frame_that_took_long_to_hand_out_puts_the_next_one_off_by_a_step_at_most()
    {
        await using var under = new FeedUnderTest(new MemoryLog(), new FeedOptions { Tick = TimeSpan.FromSeconds(1), Senders = 1, SlowAfter = TimeSpan.FromHours(1) });
        var step = under.FanOut.Time.Ticks(TimeSpan.FromSeconds(1));
        under.Announce(Place(under.Log, 1));
        Assert.Equal(0, under.Feed.Seal());
        Assert.Equal(1, under.Feed.ShownTo);
        var shown = TimeProvider.System.GetTimestamp();
        await under.UntilAsync(() => TimeProvider.System.GetTimestamp() > shown + step, "the step is over");

        var now = TimeProvider.System.GetTimestamp();
        under.Feed.Delivered(started: now - 100 * step);
        under.Announce(Place(under.Log, 1));
        Assert.InRange(under.Feed.Seal(), now + step, TimeProvider.System.GetTimestamp() + step);
        Assert.Equal(1, under.Feed.ShownTo);
        await under.UntilAsync(() => under.Feed.Seal() == 0 && under.Feed.ShownTo == 2, "it is shown then");
    }

    [Fact]
    public async Task The_pinned_comment_and_the_one_on_stage_have_the_reactions_of_now()
    {
        var log = new MemoryLog();
        await using var under = new FeedUnderTest(log, new FeedOptions());
        var placed = log.Place(MemoryLog.Comment("shown"));
        var id = ((CommentEntry)placed[0]).Comment.Id;
        under.Announce(placed);
        under.Announce(log.Place(new PinDraft(id, default), new StageDraft(id, default)));
        var tally = new ReactionTally(3, new ReactionCounts(5, 0, 0, 0, 0, 0));
        under.Feed.Announce([new CommentTally(id, tally)]);
        Assert.Equal((tally, tally), (under.Feed.Pinned?.Reactions, under.Feed.Staged?.Reactions));
        // An older one is late, whether the newer one was shown already or not.
        under.Feed.Announce([new CommentTally(id, new ReactionTally(2, default))]);
        Assert.Equal((tally, tally), (under.Feed.Pinned?.Reactions, under.Feed.Staged?.Reactions));
        while (under.Feed.SealCounts(long.MaxValue / 2))
        {
        }
        under.Feed.Announce([new CommentTally(id, new ReactionTally(2, default))]);
        Assert.Equal((tally, tally), (under.Feed.Pinned?.Reactions, under.Feed.Staged?.Reactions));
    }

    [Fact]
    public async Task A_question_that_is_pinned_or_on_stage_says_what_has_become_of_it()
    {
        var log = new MemoryLog();
        await using var under = new FeedUnderTest(log, new FeedOptions());
        var placed = log.Place(MemoryLog.Comment("why?", isQuestion: true), MemoryLog.Comment("how?", isQuestion: true));
        var (pinned, staged) = (((CommentEntry)placed[0]).Comment.Id, ((CommentEntry)placed[1]).Comment.Id);
        under.Announce(placed);
        under.Announce(log.Place(new PinDraft(pinned, default), new StageDraft(staged, default)));
        under.Announce(log.Place(new QuestionDraft(pinned, QuestionStatus.Answered, default)));
        Assert.Equal((QuestionStatus.Answered, QuestionStatus.Open), (under.Feed.Pinned?.Question, under.Feed.Staged?.Question));
        under.Announce(log.Place(new QuestionDraft(staged, QuestionStatus.Answered, default), new QuestionDraft(pinned, QuestionStatus.Open, default)));
        Assert.Equal((QuestionStatus.Open, QuestionStatus.Answered), (under.Feed.Pinned?.Question, under.Feed.Staged?.Question));
    }

    [Fact]
    public async Task Who_missed_more_notices_than_are_kept_is_reset()
    {
        var log = new MemoryLog();
        await using var under = new FeedUnderTest(log, new FeedOptions { Tick = TimeSpan.Zero, Senders = 1, RingFrames = 2, RingEntries = 256, ResumeEntries = 100, SlowAfter = TimeSpan.FromHours(1) });
        var viewer = under.Open(0, sampled: true);
        viewer.Stall();
        under.Announce(Place(log, 1));
        await ReachesAsync(under, viewer, 1);
        for (var i = 0; i < 15; i++)
            under.Announce(log.Place([.. Enumerable.Range(0, 100).Select(_ => new SettingsDraft(EventSettings.Default))]));
        await under.UntilAsync(() => under.Feed.ShownTo == log.Head, "all is shown");
        viewer.GoOn();
        await ReachesAsync(under, viewer, log.Head);
        Assert.Equal("too-far-behind", viewer.Received().Single(message => message.GetProperty("type").GetString() == "reset").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Counts_are_shown_once_in_their_time_with_the_newest_version()
    {
        var time = new FakeTime();
        await using var under = new FeedUnderTest(new MemoryLog(), Quick, time);
        var comment = new CommentId(Guid.NewGuid());
        void Announce(long version, int likes) => under.Feed.Announce([new CommentTally(comment, new ReactionTally(version, new ReactionCounts(likes, 0, 0, 0, 0, 0)))]);
        List<string> Shown() => [.. Enumerable.Range(0, (int)under.Feed.Counts.Next).Select(i => System.Text.Encoding.UTF8.GetString(under.Feed.Counts.FrameAt(i, Framing.EventStream)!)).Where(frame => frame.Contains("reactions"))];

        // A reaction that was none leaves the version at 0; it must not be taken for one that waits.
        Announce(0, 0);
        Announce(1, 1);
        Announce(3, 3);
        Announce(2, 2);
        under.Feed.SealCounts(time.GetTimestamp());
        Assert.Equal([$"data: {{\"type\":\"reactions\",\"counts\":[{{\"commentID\":\"{comment}\",\"version\":3,\"reactions\":{{\"likes\":3}}}}]}}\n\n"], Shown());
        Announce(4, 4);
        Assert.True(under.Feed.SealCounts(time.GetTimestamp()));
        Assert.Single(Shown());
        time.Advance(TimeSpan.FromMilliseconds(250));
        under.Feed.SealCounts(time.GetTimestamp());
        Assert.Equal(2, Shown().Count);
    }

    [Fact]
    public async Task A_feed_admits_nobody_once_it_has_retired()
    {
        await using var under = new FeedUnderTest(new MemoryLog(), Quick);
        Assert.True(under.Feed.Audience.TryEnter());
        Assert.True(under.Feed.Audience.TryEnter());
        Assert.False(under.Feed.Audience.TryRetire());
        under.Feed.Audience.Retire();
        under.Feed.Audience.Retire();
        Assert.False(under.Feed.Audience.TryEnter());
        under.Feed.Audience.Leave();
        under.Feed.Audience.Leave();
        Assert.True(under.Feed.Audience.IsRetired);
        // Whoever was on the way in is closed.
        var late = new TestConnection(under.FanOut, under.Feed, Framing.WebSocket, 0, false);
        late.Open();
        late.Attach();
        await under.UntilAsync(() => late.HasEnded, "the late one is closed");
        Assert.Equal((1013, "room-closed"), late.CloseReceived);
    }

    [Fact]
    public async Task A_connection_that_is_cut_is_closed_whatever_its_transport_says()
    {
        await using var under = new FeedUnderTest(new MemoryLog(), Quick);
        var viewer = under.Open(0);
        viewer.CutFails = true;
        viewer.Abort();
        Assert.True(viewer.IsClosed);
        // Writes fail from here on, and the sender goes on with the others.
        var other = under.Open(0);
        under.Announce(Place(under.Log, 3));
        await ReachesAsync(under, other, 3);
        Assert.DoesNotContain(viewer.Received(), message => message.GetProperty("type").GetString() == "batch");
    }

    [Fact]
    public async Task Who_is_looked_at_while_the_first_frame_after_a_silence_is_made_is_not_taken_for_slow()
    {
        var time = new FakeTime();
        await using var under = new FeedUnderTest(new MemoryLog(), new FeedOptions { Tick = TimeSpan.Zero, Senders = 1 }, time);
        var viewer = under.Open(0);
        under.Announce(Place(under.Log, 1));
        await ReachesAsync(under, viewer, 1);
        time.Advance(TimeSpan.FromMinutes(1));
        var looked = false;
        viewer.Looking = () =>
        {
            viewer.Looking = null;
            viewer.Watch(time.GetTimestamp(), ping: false);
            looked = true;
        };
        under.Announce(Place(under.Log, 1));
        await ReachesAsync(under, viewer, 2);
        Assert.True(looked);
        Assert.False(viewer.IsClosing);
    }

    [Theory]
    [InlineData(8, false)]
    [InlineData(11, true)]
    public async Task Who_takes_a_long_frame_piece_by_piece_is_slow_only_if_a_piece_takes_too_long(int seconds, bool slow)
    {
        var time = new FakeTime();
        await using var under = new FeedUnderTest(new MemoryLog(), new FeedOptions { Tick = TimeSpan.Zero, Senders = 1, SlowAfter = TimeSpan.FromSeconds(10) }, time);
        // Not counted as a viewer: their number would be one more write, at a moment of its own.
        var viewer = new TestConnection(under.FanOut, under.Feed, Framing.WebSocket, 0, sampled: false);
        viewer.Open();
        viewer.Attach();
        var (begun, taken) = (0, new SemaphoreSlim(0));
        viewer.Taking = () =>
        {
            Volatile.Write(ref begun, begun + 1);
            return taken.WaitAsync();
        };
        // Some 700 KB in one frame.
        under.Announce([.. under.Log.Place([.. Enumerable.Range(0, 220).Select(i => MemoryLog.Comment($"{i} " + new string('x', 3_000)))])]);
        for (var piece = 1; piece <= 3 && !viewer.IsClosing; piece++)
        {
            await under.UntilAsync(() => Volatile.Read(ref begun) == piece, $"piece {piece} is on its way");
            Assert.Equal(piece == 3, viewer.Received().Any(message => message.GetProperty("type").GetString() == "batch"));
            time.Advance(TimeSpan.FromSeconds(seconds));
            viewer.Watch(time.GetTimestamp(), ping: false);
            Assert.Equal(slow, viewer.IsClosing);
            taken.Release();
        }
        taken.Release(100);
        if (!slow)
            await ReachesAsync(under, viewer, 220);
    }

    [Fact]
    public async Task A_feed_that_retires_while_somebody_comes_in_has_a_sender_for_them()
    {
        var log = new MemoryLog();
        await using var under = new FeedUnderTest(log, new FeedOptions { Senders = 3 });
        var tail = await log.ReadLatestAsync(MemoryLog.Id, long.MaxValue, 1, default);
        // Ids whose first sender is found by a small number.
        var ids = new List<EventId>();
        while (ids.Count < 8)
            if (new EventId(Guid.NewGuid()) is var id && (id.GetHashCode() & int.MaxValue) < 1_000_000)
                ids.Add(id);
        foreach (var id in ids)
        {
            var feed = new RoomFeed(under.FanOut, id, tail!);
            feed.Audience.TryEnter();
            feed.Audience.Retire();
            Assert.Contains(feed.GroupFor().Sender, under.FanOut.Senders);
        }
    }

    private static Task ReachesAsync(FeedUnderTest under, TestConnection viewer, long seq) =>
        under.UntilAsync(() => Transcript.End(viewer.Start, viewer.Received()) == seq, $"the viewer reaches {seq}");

    private static Entry[] Place(MemoryLog log, int count) => [.. log.Place([.. Enumerable.Range(0, count).Select(i => MemoryLog.Comment("comment " + i))])];

    /// <summary>Its first answer is a failure that no store should have.</summary>
    private sealed class FailingLog : MemoryLog
    {
        public bool HasFailed { get; private set; }

        public override ValueTask<LogPage?> ReadAsync(EventId id, long afterSeq, int limit, CancellationToken ct)
        {
            if (HasFailed)
                return base.ReadAsync(id, afterSeq, limit, ct);
            HasFailed = true;
            throw new InvalidDataException("A row cannot be read.");
        }
    }

    /// <summary>Its first answer waits.</summary>
    private sealed class HeldLog : MemoryLog
    {
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Answer() => _held.SetResult();

        public override async ValueTask<LogPage?> ReadAsync(EventId id, long afterSeq, int limit, CancellationToken ct)
        {
            var page = await base.ReadAsync(id, afterSeq, limit, ct);
            await _held.Task;
            return page;
        }
    }
}
