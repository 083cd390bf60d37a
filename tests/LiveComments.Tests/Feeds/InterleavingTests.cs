using FsCheck;
using FsCheck.Fluent;
using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Feeds;
using LiveComments.Log;
using LiveComments.Server.Streams;
using LiveComments.Wire;

namespace LiveComments.Tests.Feeds;

/// <summary>
/// Whatever happens in whatever order, every viewer is given one contiguous slice of the same log. The feed, the ring, the pages and the
/// senders with their threads are the real ones; announcements are lost, doubled, delayed and reordered on their way to the feed.
/// </summary>
public sealed class InterleavingTests
{
    private const int Cases = 300;

    [Fact]
    public void Every_viewer_is_given_one_contiguous_slice_of_the_same_log() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Cases).WithEndSize(60), Prop.ForAll(Arb.From(Stories, Shorter), story => Play(story, new MemoryLog())));

    [Fact]
    public void A_log_whose_pages_leave_out_an_entry_is_found_out() => Assert.ThrowsAny<Exception>(() => Play(() => new LeavesOut()));

    [Fact]
    public void A_log_that_shows_what_was_removed_is_found_out() => Assert.ThrowsAny<Exception>(() => Play(() => new KeepsText()));

    [Fact]
    public void A_log_whose_pages_come_twice_is_found_out() => Assert.ThrowsAny<Exception>(() => Play(() => new ReadsOneBefore()));

    private static void Play(Func<MemoryLog> log) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Cases).WithEndSize(60), Prop.ForAll(Arb.From(Stories), story => Play(story, log())));

    private enum Kind
    {
        Append,
        Burst,
        Retry,
        Delete,
        Pin,
        Stage,
        Mark,
        Settings,
        Announce,
        Lose,
        Double,
        Delay,
        Subscribe,
        Disconnect,
        Resume,
        Stall,
        GoOn,
        Settle,
    }

    /// <param name="Which">Chooses among what there is: a comment, a viewer, a place.</param>
    private sealed record Step(Kind Kind, int Which);

    private sealed record Story(int Before, int RingFrames, int RingEntries, int Budget, int ResumeEntries, IReadOnlyList<Step> Steps)
    {
        public override string ToString() => $"{Before} before, ring {RingFrames}/{RingEntries}, budget {Budget}, resume {ResumeEntries}: {string.Join(" ", Steps.Select(step => $"{step.Kind}({step.Which})"))}";
    }

    private static Gen<Story> Stories =>
        from before in Gen.Elements(0, 3, 12, 300, 700)
        from frames in Gen.Elements(2, 4, 16)
        from entries in Gen.Elements(4, 16, 256)
        from budget in Gen.Elements(1, 5, 1_000_000)
        from resume in Gen.Elements(0, 100_000)
        from steps in Gen.Zip(Gen.Frequency(
            (8, Gen.Constant(Kind.Append)), (1, Gen.Constant(Kind.Burst)), (2, Gen.Constant(Kind.Retry)), (4, Gen.Constant(Kind.Delete)), (2, Gen.Constant(Kind.Pin)), (2, Gen.Constant(Kind.Stage)), (3, Gen.Constant(Kind.Mark)), (2, Gen.Constant(Kind.Settings)),
            (12, Gen.Constant(Kind.Announce)), (3, Gen.Constant(Kind.Lose)), (3, Gen.Constant(Kind.Double)), (3, Gen.Constant(Kind.Delay)), (6, Gen.Constant(Kind.Subscribe)),
            (2, Gen.Constant(Kind.Disconnect)), (4, Gen.Constant(Kind.Resume)), (4, Gen.Constant(Kind.Stall)), (3, Gen.Constant(Kind.GoOn)), (2, Gen.Constant(Kind.Settle))), Gen.Choose(0, 999)).ListOf()
        select new Story(before, frames, entries, budget, resume, [.. steps.Select(step => new Step(step.Item1, step.Item2))]);

    private static IEnumerable<Story> Shorter(Story story)
    {
        for (var half = story.Steps.Count / 2; half > 0; half /= 2)
            for (var at = 0; at + half <= story.Steps.Count; at += half)
                yield return story with { Steps = [.. story.Steps.Take(at), .. story.Steps.Skip(at + half)] };
    }

    private static bool Play(Story story, MemoryLog log)
    {
        PlayAsync(story, log).GetAwaiter().GetResult();
        return true;
    }

    private static async Task PlayAsync(Story story, MemoryLog log)
    {
        if (story.Before > 0 && log.Place(MemoryLog.Comment("shown long ago", isQuestion: true))[0] is CommentEntry { Comment.Id: var old })
            log.Place(new PinDraft(old, default), new StageDraft(old, default));
        log.Place([.. Enumerable.Range(0, story.Before).Select(i => i % 50 == 7 ? (EntryDraft)new SettingsDraft(EventSettings.Default) : MemoryLog.Comment("before " + i))]);
        await using var under = new FeedUnderTest(log, new FeedOptions
        {
            Tick = TimeSpan.Zero,
            Senders = 2,
            RingFrames = story.RingFrames,
            RingEntries = story.RingEntries,
            DisplayBudget = story.Budget,
            ResumeEntries = story.ResumeEntries,
            SlowAfter = TimeSpan.FromHours(1),
        });
        var onTheWay = new List<IReadOnlyList<Entry>>();
        var open = new List<TestConnection>();
        var left = new List<TestConnection>();
        var number = 0;
        CommentId? CommentAt(int which) => log[1 + which % log.Head] is CommentEntry { Comment.Id: var id } ? id : null;
        foreach (var (kind, which) in story.Steps)
            switch (kind)
            {
                case Kind.Append or Kind.Burst:
                    onTheWay.Add(log.Place([.. Enumerable.Range(0, kind == Kind.Burst ? 600 : 1 + which % 5)
                        .Select(_ => MemoryLog.Comment($"comment {number}", $"key {number++}", which % 10 == 0 ? Role.Moderator : Role.Viewer, isQuestion: which % 2 == 0))]));
                    break;
                case Kind.Retry when number > 0:
                    if ((await log.AppendAsync(MemoryLog.Id, [MemoryLog.Comment("again", $"key {which % number}")], default))[0] is AppendResult.Repeated repeated)
                        under.Feed.Reach(repeated.Position.Seq);
                    break;
                case Kind.Delete when log.Head > 0:
                    if (log[1 + which % log.Head] is CommentEntry { Comment.Id: var id })
                        onTheWay.Add(log.Place(new RemovalDraft(id, default, true)));
                    break;
                case Kind.Pin when log.Head > 0:
                    onTheWay.Add(log.Place(new PinDraft(CommentAt(which), default)));
                    break;
                case Kind.Stage when log.Head > 0:
                    onTheWay.Add(log.Place(new StageDraft(CommentAt(which), default)));
                    break;
                case Kind.Mark when log.Head > 0:
                    // Mostly what is shown, because a feed keeps a copy of that.
                    if ((which % 3 == 0 ? CommentAt(which) : log.Staged?.Id ?? log.Pinned?.Id) is { } question)
                        onTheWay.Add(log.Place(new QuestionDraft(question, log.Question(question) == QuestionStatus.Open ? QuestionStatus.Answered : QuestionStatus.Open, default)));
                    break;
                case Kind.Settings:
                    onTheWay.Add(log.Place(new SettingsDraft(EventSettings.Default)));
                    break;
                case Kind.Announce when onTheWay.Count > 0:
                    under.Announce(onTheWay[0]);
                    onTheWay.RemoveAt(0);
                    break;
                case Kind.Lose when onTheWay.Count > 0:
                    onTheWay.RemoveAt(which % onTheWay.Count);
                    break;
                case Kind.Double when onTheWay.Count > 0:
                    under.Announce(onTheWay[which % onTheWay.Count]);
                    break;
                case Kind.Delay when onTheWay.Count > 1:
                    onTheWay.Add(onTheWay[0]);
                    onTheWay.RemoveAt(0);
                    break;
                case Kind.Subscribe or Kind.Resume:
                    Position? after = null;
                    if (kind == Kind.Resume)
                        after = left.Count == 0 ? new Position(log.Epoch, which % (log.Head + 1)) : new Position(log.Epoch, Transcript.End(left[which % left.Count].Start, left[which % left.Count].Received()));
                    var start = new StreamStart(after, kind == Kind.Resume, which % 3 != 0);
                    open.Add(under.Open(start.Resolve(under.Feed, under.FanOut, out _), start.Sampled, (Framing)(which % WireFormat.Framings)));
                    break;
                case Kind.Disconnect when open.Count > 0:
                    var leaving = open[which % open.Count];
                    open.Remove(leaving);
                    left.Add(leaving);
                    under.Leave(leaving);
                    leaving.GoOn();
                    break;
                case Kind.Stall when open.Count > 0:
                    open[which % open.Count].Stall();
                    break;
                case Kind.GoOn when open.Count > 0:
                    open[which % open.Count].GoOn();
                    break;
                case Kind.Settle:
                    await under.UntilAsync(() => under.Feed.ShownTo == under.Feed.Head.Seq || open.Count == 0, "the feed shows what it was told", Patience(log));
                    break;
            }

        // The last announcement of all arrives, whatever became of the others; then everybody is brought to the end.
        under.Feed.Reach(log.Head);
        await under.UntilAsync(() => under.Feed.Head.Seq == log.Head, "the feed hears of the end of the log", Patience(log));
        foreach (var (where, shown, expected) in ((string, Comment?, Comment?)[])[("pinned", under.Feed.Pinned, log.Pinned), ("on stage", under.Feed.Staged, log.Staged)])
            if ((shown?.Id, shown?.Question) != (expected?.Id, expected?.Question))
                throw new InvalidOperationException($"{shown?.Text ?? "Nothing"} ({shown?.Question}) is {where}, not {expected?.Text ?? "nothing"} ({expected?.Question}).");
        // Whoever comes last sees the whole log as it is now, from memory or from pages, without a text that was removed.
        if (story.ResumeEntries > 0)
            open.Add(under.Open(0));
        foreach (var connection in open)
            connection.GoOn();
        foreach (var connection in open)
            await under.UntilAsync(() => Transcript.End(connection.Start, connection.Received()) == log.Head, "a viewer reaches the end of the log", Patience(log));
        foreach (var connection in open.Concat(left))
            // A sample leaves out; so does a viewer so slow that it fell further behind than anybody may.
            if (Transcript.Fault(log, connection.Start, connection.Received(), complete: story.ResumeEntries > 0 && !connection.Sampled) is { } fault)
                throw new InvalidOperationException($"A viewer from {connection.Start} was shown {fault}");
        if (story.ResumeEntries == 0)
            return;
        foreach (var entry in open[^1].Received().SelectMany(message => message.TryGetProperty("entries", out var entries) ? entries.EnumerateArray() : default))
            if (entry.TryGetProperty("comment", out _) && log.IsRemoved(new CommentId(entry.GetProperty("comment").GetProperty("commentID").GetGuid())))
                throw new InvalidOperationException($"The text of removed comment {entry.GetProperty("seq")} came back.");
        var (staged, questions) = Transcript.Cards(open[^1].Received());
        if (staged != log.Staged?.Id)
            throw new InvalidOperationException($"{staged} is left on stage, not {log.Staged?.Id}.");
        foreach (var (question, status) in questions)
            if (status != log.Question(question))
                throw new InvalidOperationException($"Question {question} is left {status}, not {log.Question(question)}.");
    }

    /// <summary>A broken log may keep a viewer waiting for ever; its test need not.</summary>
    private static TimeSpan Patience(MemoryLog log) => log.GetType() == typeof(MemoryLog) ? TimeSpan.FromSeconds(60) : TimeSpan.FromSeconds(2);

    private sealed class LeavesOut : MemoryLog
    {
        public override async ValueTask<LogPage?> ReadAsync(EventId id, long afterSeq, int limit, CancellationToken ct) =>
            await base.ReadAsync(id, afterSeq, limit, ct) is { Entries.Count: > 2 } page ? page with { Entries = [.. page.Entries.Where((_, i) => i != page.Entries.Count / 2)] } : await base.ReadAsync(id, afterSeq, limit, ct);
    }

    private sealed class ReadsOneBefore : MemoryLog
    {
        public override ValueTask<LogPage?> ReadAsync(EventId id, long afterSeq, int limit, CancellationToken ct) =>
            base.ReadAsync(id, Math.Max(0, afterSeq - 1), limit, ct);
    }

    private sealed class KeepsText : MemoryLog
    {
        protected override Entry Seen(Entry entry) => entry;
    }
}
