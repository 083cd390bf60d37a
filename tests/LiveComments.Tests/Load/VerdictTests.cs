using System.Text;
using LiveComments.Load.Check;
using LiveComments.Load.Net;
using LiveComments.Load.Posting;

namespace LiveComments.Tests.Load;

/// <summary>Every kind of damage is planted once: a checker that misses one proves nothing.</summary>
public sealed class VerdictTests : IDisposable
{
    private static readonly Guid First = Guid.NewGuid(), Second = Guid.NewGuid(), Third = Guid.NewGuid();

    private readonly Loop _loop = new();
    private readonly Frames _frames = new();
    private readonly List<Post> _posts = [Acked(0, First, 5), Acked(1, Second, 6)];

    public void Dispose() => _loop.Dispose();

    [Fact]
    public void A_log_that_everybody_saw_whole_is_clean()
    {
        var verdict = Judge(Watch(4, Batch(5, 6, (5, First, "text 0"), (6, Second, "text 1"))), Watch(4, Batch(5, 5, (5, First, "text 0")), Batch(6, 6, (6, Second, "text 1"))));
        Assert.True(verdict.IsClean, verdict.ToString());
        Assert.Equal((2, 4), (verdict.Acked, verdict.Delivered));
    }

    [Fact]
    public void A_post_that_is_refused_for_good_fails_the_run_unless_it_was_to_be_expected()
    {
        _posts.Add(new Post(2, 0, "text 2") { Settled = 1, Refusal = "invalid-token" });
        _posts.Add(new Post(3, 0, "text 3") { Settled = 1, Refusal = "busy" });
        var verdict = Judge(Whole());
        Assert.Equal((false, 2, "invalid-token"), (verdict.IsClean, verdict.Refused, verdict.Refusal));
        Assert.Contains("refused 2 (invalid-token: print new tokens with ", verdict.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, Verdict.Of(_posts, [Whole()], _frames, PostOffice.NotNow).Refused);
        _posts[2].Refusal = "store-unavailable";
        Assert.True(Verdict.Of(_posts, [Whole()], _frames, PostOffice.NotNow).IsClean);
    }

    [Fact]
    public void A_missing_end_is_lost() => Assert.Equal(1, Judge(Watch(4, Batch(5, 6, (5, First, "text 0"), (6, Second, "text 1"))), Watch(4, Batch(5, 5, (5, First, "text 0")))).Lost);

    [Fact]
    public void A_hole_between_batches_is_lost() => Assert.Equal(1, Judge(Whole(), Watch(4, Batch(6, 6, (6, Second, "text 1")))).Lost);

    [Fact]
    public void A_hole_inside_a_batch_is_lost() => Assert.Equal(1, Judge(Whole(), Watch(4, Batch(5, 6, (6, Second, "text 1")))).Lost);

    [Fact]
    public void What_was_left_out_with_an_announcement_is_lost_to_who_asked_for_everything()
    {
        var viewer = Watch(4, Encoding.UTF8.GetBytes($$"""{"type":"batch","from":5,"to":6,"skipped":2,"entries":[]}"""));
        Assert.Equal(2, Judge(Whole(), viewer).Lost);
        Assert.Equal(0, Judge(Whole(), Watch(_frames, 4, [Encoding.UTF8.GetBytes("""{"type":"batch","from":5,"to":6,"skipped":2,"entries":[]}""")], sampled: true)).Lost);
    }

    [Fact]
    public void What_was_left_out_with_a_word_is_told_from_what_is_missing_without_one()
    {
        var told = Encoding.UTF8.GetBytes("""{"type":"batch","from":5,"to":6,"skipped":2,"entries":[]}""");
        var reset = Encoding.UTF8.GetBytes("""{"type":"reset","reason":"too-far-behind","position":"77:6"}""");
        Assert.All([Judge(Watch(4, told)), Judge(Watch(4, reset)), Judge(Whole(), Watch(4, reset))], verdict => Assert.Equal((false, true), (verdict.IsClean, verdict.WithoutLeftOut.IsClean)));
        Assert.All([Judge(Watch(4, told), Watch(4)), Judge(Watch(4)), Judge(Watch(new Frames(), 4, [told]), Watch(4, Batch(5, 6, (6, Second, "text 1"))))], verdict => Assert.False(verdict.WithoutLeftOut.IsClean));
    }

    [Fact]
    public void An_acknowledged_comment_that_nobody_saw_is_lost()
    {
        var verdict = Judge(Watch(4, Batch(5, 6, (5, First, "text 0"), (6, Guid.Empty, null))));
        Assert.Equal(1, verdict.Lost);
    }

    [Fact]
    public void A_batch_shown_twice_is_duplicated() => Assert.Equal(1, Judge(Whole(), Watch(4, Batch(5, 6, (5, First, "text 0"), (6, Second, "text 1")), Batch(6, 6, (6, Second, "text 1")))).Duplicated);

    [Fact]
    public void A_comment_at_two_places_is_duplicated_and_one_that_nobody_was_acknowledged_is_unasked()
    {
        var verdict = Judge(Watch(4, Batch(5, 8, (5, First, "text 0"), (6, Second, "text 1"), (7, First, "text 0"), (8, Third, "text 1"))));
        Assert.Equal((1, 1), (verdict.Duplicated, verdict.Unasked));
    }

    [Fact]
    public void A_comment_that_was_refused_and_is_shown_all_the_same_is_unasked_unless_its_outcome_was_unknown()
    {
        var refused = new Post(2, 0, "text 2") { Settled = 1, Refusal = "busy" };
        _posts.Add(refused);
        var viewer = Watch(4, Batch(5, 7, (5, First, "text 0"), (6, Second, "text 1"), (7, Third, "text 2")));
        Assert.Equal(1, Judge(viewer).Unasked);
        refused.Refusal = "outcome-unknown";
        Assert.Equal(0, Judge(viewer).Unasked);
    }

    [Fact]
    public void A_stage_begins_where_the_one_before_ended()
    {
        var viewer = Watch(4, Batch(6, 6, (6, Second, "text 1")));
        Assert.Equal(2, Judge(viewer).Lost); // to the viewer, and altogether
        _frames.Begin();
        viewer.Begin();
        _posts.Clear();
        _posts.Add(Acked(2, Third, 8));
        viewer.OnMessage(Batch(8, 8, (8, Third, "text 2")), 0);
        var verdict = Judge(viewer);
        Assert.Equal((1, 1), (verdict.Lost, verdict.Delivered)); // seq 7 is missing, what was before is forgotten
    }

    [Fact]
    public void Verdicts_of_several_events_add_up()
    {
        var bad = Judge(Watch(4, Batch(6, 6, (6, Third, "text 1"))));
        var both = bad + bad;
        Assert.Equal((2 * bad.Lost, 2 * bad.Unasked, 2 * bad.Posted, false), (both.Lost, both.Unasked, both.Posted, both.IsClean));
    }

    [Fact]
    public void Entries_out_of_order_and_another_place_than_acknowledged_are_violations()
    {
        Assert.Equal(1, Judge(Watch(4, Batch(5, 6, (6, Second, "text 1"), (5, First, "text 0")))).Disordered);
        Assert.Equal(2, Judge(new Frames(), frames => Watch(frames, 4, [Batch(5, 6, (5, Second, "text 1"), (6, First, "text 0"))])).Disordered);
    }

    [Fact]
    public void Two_viewers_who_see_different_comments_at_one_place_are_a_violation() =>
        Assert.Equal(1, Judge(Whole(), Watch(4, Batch(5, 6, (5, First, "text 0"), (6, Third, "text 1")))).Disordered);

    [Fact]
    public void Another_text_is_altered_and_no_answer_is_unanswered()
    {
        _posts.Add(new Post(2, 0, "text 2"));
        var verdict = Judge(Watch(4, Batch(5, 6, (5, First, "text 0"), (6, Second, "text one"))));
        Assert.Equal((1, 1), (verdict.Altered, verdict.Unanswered));
        Assert.False(verdict.IsClean);
    }

    [Fact]
    public void A_text_that_only_some_are_shown_otherwise_is_altered() =>
        Assert.Equal(1, Judge(Whole(), Watch(4, Batch(5, 6, (5, First, "text 0"), (6, Second, "text one")))).Altered);

    [Fact]
    public void Of_two_posts_acknowledged_as_one_comment_one_is_lost()
    {
        _posts.Add(new Post(2, 0, "text 1") { Settled = 1, CommentId = Second, Seq = 6 });
        Assert.Equal(1, Judge(Whole()).Lost);
    }

    private static Post Acked(int number, Guid id, long seq) => new(number, 0, $"text {number}") { Settled = 1, CommentId = id, Seq = seq };

    private static byte[] Batch(long from, long to, params (long Seq, Guid Id, string? Text)[] entries) => Encoding.UTF8.GetBytes(
        $$"""{"type":"batch","from":{{from}},"to":{{to}},"entries":[{{string.Join(',', entries.Select(Entry))}}]}""");

    private static string Entry((long Seq, Guid Id, string? Text) entry) => entry.Text is null
        ? $$"""{"seq":{{entry.Seq}},"type":"status"}"""
        : $$"""{"seq":{{entry.Seq}},"type":"comment","comment":{"commentID":"{{entry.Id}}","reactions":{"likes":1},"commentText":"{{entry.Text}}"} }""";

    private Viewer Whole() => Watch(4, Batch(5, 6, (5, First, "text 0"), (6, Second, "text 1")));

    private Viewer Watch(long start, params byte[][] batches) => Watch(_frames, start, batches);

    private Viewer Watch(Frames frames, long start, byte[][] batches, bool sampled = false)
    {
        var viewer = new Viewer(_loop, Endpoint.Of(new Uri("http://127.0.0.1:1")), "/stream", serverSentEvents: false, sampled, frames);
        viewer.OnMessage(Encoding.UTF8.GetBytes($$"""{"type":"hello","position":"77:{{start}}","head":"77:{{start}}"}"""), 0);
        foreach (var batch in batches)
            viewer.OnMessage(batch, 0);
        return viewer;
    }

    private Verdict Judge(params Viewer[] viewers) => Verdict.Of(_posts, viewers, _frames);

    private Verdict Judge(Frames frames, Func<Frames, Viewer> watch) => Verdict.Of(_posts, [watch(frames)], frames);
}
