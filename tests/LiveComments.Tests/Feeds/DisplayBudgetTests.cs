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
        Assert.Null(budget.Choose(Entries(100), 0, Frequency, out var skipped));
        Assert.Equal(0, skipped);
        Assert.NotNull(budget.Choose(Entries(2), 10, Frequency, out skipped));
        Assert.Equal(1, skipped);
    }

    [Fact]
    public void A_sample_is_spread_over_its_step()
    {
        var budget = new DisplayBudget(10);
        var shown = budget.Choose(Entries(100), 0, Frequency, out var skipped)!.Select(entry => entry.Seq).ToList();
        Assert.Equal(90, skipped);
        Assert.Equal(Enumerable.Range(1, 10).Select(i => i * 10L), shown);
    }

    [Fact]
    public void Over_any_arrival_the_budget_holds_and_nothing_but_ordinary_comments_is_left_out() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Arb.From(Arrivals), arrivals =>
        {
            var (perSecond, steps) = arrivals;
            var (budget, twin) = (new DisplayBudget(perSecond), new DisplayBudget(perSecond));
            var shownAt = new List<long>();
            long now = 50_000, seq = 0;
            foreach (var (pause, kinds) in steps)
            {
                now += pause;
                var entries = kinds.Select(kind => Entry(++seq, kind)).ToList();
                var sample = budget.Choose(entries, now, Frequency, out var skipped);
                var shown = sample ?? entries;
                // The same for everybody who chooses from the same.
                Assert.Equal(shown, twin.Choose(entries, now, Frequency, out var again) ?? entries);
                Assert.Equal(skipped, again);
                Assert.Equal(entries.Count, shown.Count + skipped);
                Assert.Equal(shown.OrderBy(entry => entry.Seq), shown);
                Assert.Equal(entries.Where(entry => !IsOrdinary(entry)), shown.Where(entry => !IsOrdinary(entry)));
                Assert.All(shown, entry => Assert.Contains(entry, entries));
                shownAt.AddRange(shown.Where(IsOrdinary).Select(_ => now));
            }
            // In any stretch of time: what it lasts, and one second that was saved.
            for (var from = 0; from < shownAt.Count; from++)
                for (var to = from; to < shownAt.Count; to++)
                    Assert.True(to - from + 1 <= perSecond * (1 + (shownAt[to] - shownAt[from]) / (double)Frequency) + 1e-6);
            return true;
        }));

    private static Gen<(int PerSecond, List<(int Pause, List<int> Kinds)> Steps)> Arrivals =>
        from perSecond in Gen.Choose(1, 20)
        from steps in Gen.Zip(Gen.OneOf(Gen.Choose(0, 30), Gen.Choose(0, 3_000)), Gen.Choose(0, 9).NonEmptyListOf()).ListOf()
        select (perSecond, steps.Select(step => (step.Item1, step.Item2.ToList())).ToList());

    private static bool IsOrdinary(Entry entry) => entry is CommentEntry { Comment.Author.Role: Role.Viewer };

    private static List<Entry> Entries(int count) => [.. Enumerable.Range(1, count).Select(seq => Entry(seq, 9))];

    private static Entry Entry(long seq, int kind) => kind switch
    {
        0 => new RemovedEntry(seq, default, default),
        1 => new SettingsEntry(seq, default, EventSettings.Default),
        2 => new StatusEntry(seq, default, EventStatus.Live),
        5 => new PinnedEntry(seq, default, Comment(seq, Role.Viewer).Comment),
        3 => Comment(seq, Role.Moderator),
        4 => Comment(seq, Role.Administrator),
        _ => Comment(seq, Role.Viewer),
    };

    private static CommentEntry Comment(long seq, Role role) =>
        new(seq, new Comment(new CommentId(Guid.NewGuid()), new Author(default, "", "", null, role), "", default, new Position(1, seq), null, 0, [], default));
}
