using FsCheck;
using FsCheck.Fluent;
using LiveComments.Accounts;
using LiveComments.Comments;
using LiveComments.Events;
using LiveComments.Feeds;
using LiveComments.Log;

namespace LiveComments.Tests.Feeds;

public sealed class DisplayBudgetTests
{
    private const long Frequency = 1_000;

    [Fact]
    public void What_fits_is_shown_whole()
    {
        var budget = new DisplayBudget(100);
        Assert.Null(budget.Choose(Entries(1, 100, 7), 7 * Frequency, Frequency, out var skipped));
        Assert.Equal(0, skipped);
        Assert.Empty(budget.Choose(Entries(101, 2, 7), 7 * Frequency, Frequency, out skipped)!);
        Assert.Equal(2, skipped);
        // The next second has a budget of its own.
        Assert.Null(budget.Choose(Entries(103, 1, 8), 8 * Frequency, Frequency, out _));
    }

    [Fact]
    public void A_sample_is_spread_over_its_second()
    {
        var budget = new DisplayBudget(10);
        budget.Choose(Entries(1, 100, 7), 7 * Frequency, Frequency, out _);
        var shown = budget.Choose(Entries(101, 100, 8), 8 * Frequency, Frequency, out var skipped)!.Select(entry => entry.Seq).ToList();
        Assert.InRange(shown.Count, 9, 10);
        Assert.Equal(100 - shown.Count, skipped);
        Assert.All(shown.Zip(shown.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 5, 13));
    }

    [Fact]
    public void A_clock_that_stands_still_does_not_keep_a_room_silent()
    {
        var budget = new DisplayBudget(10);
        budget.Choose(Entries(1, 100, 7), 7 * Frequency, Frequency, out _);
        Assert.Empty(budget.Choose(Entries(101, 10, 7), 12 * Frequency, Frequency, out _)!);
        Assert.NotEmpty(budget.Choose(Entries(111, 100, 7), 13 * Frequency, Frequency, out _)!);
    }

    [Fact]
    public void In_each_second_the_budget_holds_and_nothing_but_ordinary_comments_is_left_out() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Arb.From(Arrivals), arrivals =>
        {
            var (perSecond, entries, cuts, _) = arrivals;
            var shown = Show(perSecond, entries, cuts).ToHashSet();
            Assert.Equal(entries.Where(entry => !IsOrdinary(entry)), shown.Where(entry => !IsOrdinary(entry)));
            var seconds = entries.Where(IsOrdinary).ToLookup(SecondOf);
            foreach (var second in seconds)
            {
                Assert.InRange(second.Count(shown.Contains), 0, perSecond);
                if (second.Count() <= perSecond && seconds[second.Key - 1].Count() <= perSecond)
                    Assert.All(second, entry => Assert.Contains(entry, shown));
            }
            return true;
        }));

    [Fact]
    public void Two_feeds_that_get_the_same_entries_in_other_batches_show_the_same() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Arb.From(Arrivals), Arb.From(Cuts), (arrivals, otherCuts) =>
        {
            var (perSecond, entries, cuts, first) = arrivals;
            var shown = Show(perSecond, entries, cuts);
            Assert.Equal(shown, Show(perSecond, entries, otherCuts));
            // Also one that opens later, as soon as it has seen a whole second.
            var late = entries.Skip(first % Math.Max(1, entries.Count)).ToList();
            if (late.Count > 0)
                Assert.Equal(shown.Where(entry => SecondOf(entry) > SecondOf(late[0]) + 1), Show(perSecond, late, otherCuts).Where(entry => SecondOf(entry) > SecondOf(late[0]) + 1));
            return true;
        }));

    /// <summary>What a feed shows of entries that come in batches of these sizes, again and again, or of a second where that is less.</summary>
    private static List<Entry> Show(int perSecond, List<Entry> entries, List<int> cuts)
    {
        var budget = new DisplayBudget(perSecond);
        var (all, batch) = (new List<Entry>(), new List<Entry>());
        for (var (from, turn) = (0, 0); from < entries.Count; from += batch.Count, turn++)
        {
            batch = [.. entries.Skip(from).Take(cuts[turn % cuts.Count]).TakeWhile(entry => entry.Time - entries[from].Time < TimeSpan.FromSeconds(1))];
            var shown = budget.Choose(batch, (batch[0].Time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMillisecond, Frequency, out var skipped) ?? batch;
            Assert.Equal(batch.Count, shown.Count + skipped);
            Assert.Equal(shown.OrderBy(entry => entry.Seq), shown);
            all.AddRange(shown);
        }
        return all;
    }

    private static Gen<(int PerSecond, List<Entry> Entries, List<int> Cuts, int First)> Arrivals =>
        from perSecond in Gen.Choose(1, 20)
        from steps in Gen.Zip(Gen.Frequency((20, Gen.Choose(0, 30)), (1, Gen.Choose(0, 3_000))), Gen.Choose(0, 12)).ListOf(300)
        from cuts in Cuts
        from first in Gen.Choose(0, 299)
        select (perSecond, Timed(steps), cuts, first);

    private static Gen<List<int>> Cuts => Gen.Choose(1, 40).NonEmptyListOf().Select(cuts => cuts.ToList());

    private static List<Entry> Timed(IEnumerable<(int Pause, int Kind)> steps)
    {
        var (entries, now) = (new List<Entry>(), DateTimeOffset.UnixEpoch.AddHours(1));
        foreach (var (pause, kind) in steps)
            entries.Add(Entry(entries.Count + 1, kind, now += TimeSpan.FromMilliseconds(pause)));
        return entries;
    }

    private static long SecondOf(Entry entry) => entry.Time.ToUnixTimeSeconds();

    private static bool IsOrdinary(Entry entry) => entry is CommentEntry { Comment.Author.Role: Role.Viewer };

    /// <summary>Comments of one second.</summary>
    private static List<Entry> Entries(long first, int count, int second) => [.. Enumerable.Range(0, count).Select(i => Entry(first + i, 9, DateTimeOffset.UnixEpoch.AddSeconds(second)))];

    private static Entry Entry(long seq, int kind, DateTimeOffset time) => kind switch
    {
        0 => new RemovedEntry(seq, time, default),
        1 => new SettingsEntry(seq, time, EventSettings.Default),
        2 => new StatusEntry(seq, time, EventStatus.Live),
        5 => new PinnedEntry(seq, time, Comment(seq, Role.Viewer, time).Comment),
        3 => Comment(seq, Role.Moderator, time),
        4 => Comment(seq, Role.Administrator, time),
        _ => Comment(seq, Role.Viewer, time),
    };

    private static CommentEntry Comment(long seq, Role role, DateTimeOffset time) =>
        new(seq, new Comment(new CommentId(Guid.NewGuid()), new Author(default, "", "", null, role), "", time, new Position(1, seq), null, 0, [], default));
}
