using System.Text;

namespace LiveComments.Load.Check;

/// <summary>What a run proved: every acknowledged comment is in the one log, once, at its place, and every viewer saw that log whole.</summary>
/// <param name="Delivered">Comments shown, over all viewers.</param>
/// <param name="Lost">Entries a viewer was never shown, and acknowledged comments nobody was shown.</param>
/// <param name="Duplicated">Entries shown twice to one viewer, and comments at two places.</param>
/// <param name="Unasked">Comments shown that nobody was acknowledged: refused and stored all the same, or made up.</param>
/// <param name="Disordered">Entries out of their order, and places that hold different comments for different viewers or for the author.</param>
/// <param name="Altered">Comments shown with another text than was posted.</param>
/// <param name="Unanswered">Posts without an answer.</param>
internal sealed record Verdict(long Posted, long Acked, long Delivered, long Skipped, long Lost, long Duplicated, long Unasked, long Disordered, long Altered, long Unanswered)
{
    public bool IsClean => Lost == 0 && Duplicated == 0 && Unasked == 0 && Disordered == 0 && Altered == 0 && Unanswered == 0;

    public override string ToString() =>
        $"{(IsClean ? "PASSED" : "FAILED")}: posted {Posted}, acked {Acked}, delivered {Delivered}, lost {Lost}, duplicated {Duplicated}, unasked {Unasked}, order violations {Disordered}, altered {Altered}, unanswered {Unanswered}";

    /// <summary>Both together.</summary>
    public static Verdict operator +(Verdict one, Verdict other) => new(one.Posted + other.Posted, one.Acked + other.Acked, one.Delivered + other.Delivered, one.Skipped + other.Skipped,
        one.Lost + other.Lost, one.Duplicated + other.Duplicated, one.Unasked + other.Unasked, one.Disordered + other.Disordered, one.Altered + other.Altered, one.Unanswered + other.Unanswered);

    /// <summary>Of one event. To a viewer who was content with a sample, what was skipped by announcement is not lost.</summary>
    public static Verdict Of(IReadOnlyList<Post> posts, IReadOnlyList<Viewer> viewers, Frames frames)
    {
        long lost = 0, duplicated = 0, disordered = 0, altered = 0;
        var log = new Dictionary<long, Guid>();
        var places = new Dictionary<Guid, long>();
        var texts = new Dictionary<Guid, string>();
        foreach (var entry in frames.All.SelectMany(frame => frame.Batch.Entries))
        {
            if (!log.TryAdd(entry.Seq, entry.CommentId) && log[entry.Seq] != entry.CommentId)
                disordered++;
            if (entry.CommentId == Guid.Empty)
                continue;
            if (!places.TryAdd(entry.CommentId, entry.Seq) && places[entry.CommentId] != entry.Seq)
                duplicated++;
            texts.TryAdd(entry.CommentId, entry.Text ?? "");
        }

        long head = 0;
        foreach (var post in posts.Where(post => post.IsAcked))
        {
            head = Math.Max(head, post.Seq);
            if (places.Remove(post.CommentId, out var seq))
            {
                disordered += seq == post.Seq ? 0 : 1;
                altered += texts[post.CommentId] == AsShown(post.Text) ? 0 : 1;
            }
            else if (viewers.Any(viewer => !viewer.IsSampled && viewer.Start < post.Seq))
            {
                lost++;
            }
        }
        // What was refused with an unknown outcome may be there, and is then told by its text.
        var unknown = posts.Where(post => post.Refusal == "outcome-unknown").Select(post => AsShown(post.Text)).ToHashSet(StringComparer.Ordinal);
        var unasked = places.Keys.LongCount(id => !unknown.Contains(texts[id]));

        foreach (var viewer in viewers)
        {
            lost += viewer.Missed + (viewer.IsSampled ? 0 : viewer.Skipped) + Math.Max(0, head - Math.Max(viewer.Start, viewer.Cursor));
            duplicated += viewer.Repeated;
            disordered += viewer.Disorder;
        }
        return new Verdict(posts.Count, posts.LongCount(post => post.IsAcked), viewers.Sum(viewer => viewer.Delivered), viewers.Sum(viewer => viewer.Skipped),
            lost, duplicated, unasked, disordered, altered, posts.LongCount(post => post.Tries > 0 && post.Settled == 0));
    }

    /// <summary>The text as the API says it is kept: NFC, line breaks and tabs as spaces, no space around it.</summary>
    private static string AsShown(string text) =>
        text.Normalize(NormalizationForm.FormC).Replace("\r\n", " ", StringComparison.Ordinal).Replace('\r', ' ').Replace('\n', ' ').Replace('\t', ' ').Trim();
}
