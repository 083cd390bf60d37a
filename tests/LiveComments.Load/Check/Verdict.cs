using System.Text;

namespace LiveComments.Load.Check;

/// <summary>What a run proved: every acknowledged comment is in the one log, once, at its place, and every viewer saw that log whole.</summary>
/// <param name="Delivered">Comments shown, over all viewers.</param>
/// <param name="Lost">Entries a viewer was never shown, and acknowledged comments nobody was shown.</param>
/// <param name="LeftOut">What of the lost the server said it left out: the viewers were too slow for it.</param>
/// <param name="Duplicated">Entries shown twice to one viewer, and comments at two places.</param>
/// <param name="Unasked">Comments shown that nobody was acknowledged: refused and stored all the same, or made up.</param>
/// <param name="Disordered">Entries out of their order, and places that hold different comments for different viewers or for the author.</param>
/// <param name="Altered">Batches' comments with another text than was posted, in whichever of the batches that show it.</param>
/// <param name="Unanswered">Posts without an answer.</param>
/// <param name="Refused">Posts refused for good with a code that the run did not expect.</param>
/// <param name="Refusal">The first such code; null without.</param>
internal sealed record Verdict(long Posted, long Acked, long Delivered, long Skipped, long Lost, long LeftOut, long Duplicated, long Unasked, long Disordered, long Altered, long Unanswered, long Refused, string? Refusal)
{
    public bool IsClean => Lost == 0 && Duplicated == 0 && Unasked == 0 && Disordered == 0 && Altered == 0 && Unanswered == 0 && Refused == 0;

    /// <summary>For a server that is asked too much of: what it leaves out with a word is not lost.</summary>
    public Verdict WithoutLeftOut => this with { Lost = Lost - LeftOut };

    public override string ToString() =>
        $"{(IsClean ? "PASSED" : "FAILED")}: posted {Posted}, acked {Acked}, delivered {Delivered}, lost {Lost}, duplicated {Duplicated}, unasked {Unasked}, order violations {Disordered}, altered {Altered}, unanswered {Unanswered}"
        + (LeftOut == 0 ? "" : $", left out and said so {LeftOut}")
        + (Refused == 0 ? "" : $", refused {Refused} ({Refusal}{Advice(Refusal)})");

    /// <summary>Both together.</summary>
    public static Verdict operator +(Verdict one, Verdict other) => new(one.Posted + other.Posted, one.Acked + other.Acked, one.Delivered + other.Delivered, one.Skipped + other.Skipped,
        one.Lost + other.Lost, one.LeftOut + other.LeftOut, one.Duplicated + other.Duplicated, one.Unasked + other.Unasked, one.Disordered + other.Disordered, one.Altered + other.Altered, one.Unanswered + other.Unanswered,
        one.Refused + other.Refused, one.Refusal ?? other.Refusal);

    /// <summary>Of one event. To a viewer who was content with a sample, what was skipped by announcement is not lost.</summary>
    /// <param name="mayRefuse">The codes that a post may be refused with in this run; null for none.</param>
    public static Verdict Of(IReadOnlyList<Post> posts, IReadOnlyList<Viewer> viewers, Frames frames, IReadOnlySet<string>? mayRefuse = null)
    {
        long lost = 0, leftOut = 0, duplicated = 0, disordered = 0, altered = 0;
        var posted = posts.Where(post => post.IsAcked).DistinctBy(post => post.CommentId).ToDictionary(post => post.CommentId, post => AsShown(post.Text));
        var log = new Dictionary<long, Guid>();
        var places = new Dictionary<Guid, long>();
        var unposted = new Dictionary<Guid, string>();
        foreach (var entry in frames.All.SelectMany(frame => frame.Batch.Entries))
        {
            if (!log.TryAdd(entry.Seq, entry.CommentId) && log[entry.Seq] != entry.CommentId)
                disordered++;
            if (entry.CommentId == Guid.Empty)
                continue;
            if (!places.TryAdd(entry.CommentId, entry.Seq) && places[entry.CommentId] != entry.Seq)
                duplicated++;
            if (!posted.TryGetValue(entry.CommentId, out var text))
                unposted.TryAdd(entry.CommentId, entry.Text ?? "");
            else if (entry.Text != text)
                altered++;
        }

        long head = 0;
        foreach (var post in posts.Where(post => post.IsAcked))
        {
            head = Math.Max(head, post.Seq);
            // Of two that were acknowledged as one comment, the second is lost.
            if (places.Remove(post.CommentId, out var seq))
            {
                disordered += seq == post.Seq ? 0 : 1;
            }
            else if (viewers.Any(viewer => !viewer.IsSampled && viewer.Start < post.Seq))
            {
                lost++;
                // Nothing stands at its place, and nobody passed over a place without a word.
                if (!log.ContainsKey(post.Seq) && viewers.All(viewer => viewer.IsSampled || viewer.Start >= post.Seq || viewer is { Missed: 0 } && viewer.Cursor >= post.Seq))
                    leftOut++;
            }
        }
        // What was refused with an unknown outcome may be there, and is then told by its text.
        var unknown = posts.Where(post => post.Refusal == "outcome-unknown").Select(post => AsShown(post.Text)).ToHashSet(StringComparer.Ordinal);
        var unasked = unposted.Values.LongCount(text => !unknown.Contains(text));

        foreach (var viewer in viewers)
        {
            var said = viewer.IsSampled ? 0 : viewer.Skipped;
            leftOut += said;
            lost += viewer.Missed + said + Math.Max(0, head - Math.Max(viewer.Start, viewer.Cursor));
            duplicated += viewer.Repeated;
            disordered += viewer.Disorder;
        }
        var refused = posts.Where(post => post.Refusal is { } code && mayRefuse?.Contains(code) != true).ToList();
        return new Verdict(posts.Count, posts.LongCount(post => post.IsAcked), viewers.Sum(viewer => viewer.Delivered), viewers.Sum(viewer => viewer.Skipped),
            lost, leftOut, duplicated, unasked, disordered, altered, posts.LongCount(post => post.Settled == 0), refused.Count, refused.FirstOrDefault()?.Refusal);
    }

    private static string Advice(string? code) => code switch
    {
        "invalid-token" or "token-expired" or "unauthenticated" => ": print new tokens with LiveComments.Server token --role viewer --count N --data DIR",
        "event-not-live" => ": start the event",
        "rate-limited" => ": run the server with --LiveComments:Limits:Enabled=false",
        _ => "",
    };

    /// <summary>The text as the API says it is kept: NFC, line breaks and tabs as spaces, no space around it.</summary>
    private static string AsShown(string text) =>
        text.Normalize(NormalizationForm.FormC).Replace("\r\n", " ", StringComparison.Ordinal).Replace('\r', ' ').Replace('\n', ' ').Replace('\t', ' ').Trim();
}
