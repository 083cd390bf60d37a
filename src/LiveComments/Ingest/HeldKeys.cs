using LiveComments.Log;

namespace LiveComments.Ingest;

/// <summary>
/// The idempotency keys of comments of one event that are held, or were lately. A repeated one gets its first answer, also when it would be admitted or refused by now. Kept where everything of
/// the event passes. Not safe for several threads.
/// </summary>
public sealed class HeldKeys
{
    /// <summary>Keys remembered: about 2 MB. Beyond it all are forgotten; a repeated comment is then decided anew, and its key still keeps it from being placed twice.</summary>
    public const int Remembered = 10_000;

    private readonly HashSet<(UserId, string)> _keys = [];

    /// <summary>How long a key is good for.</summary>
    public static TimeSpan Window { get; } = TimeSpan.FromDays(1);

    /// <summary>Remembers a comment that was held.</summary>
    public void Add(CommentDraft draft)
    {
        if (draft.Key is not { } key)
            return;
        if (_keys.Count >= Remembered)
            _keys.Clear();
        _keys.Add((draft.Author.Id, key.Value));
    }

    /// <summary>Remembers those of the drafts that were held.</summary>
    /// <param name="results">One for each draft; null when they are not known.</param>
    public void Add(IReadOnlyList<EntryDraft> drafts, IReadOnlyList<AppendResult>? results)
    {
        for (var i = 0; i < results?.Count; i++)
            if (results[i] is AppendResult.Held or AppendResult.Shadowed && drafts[i] is CommentDraft draft)
                Add(draft);
    }

    /// <summary>The same drafts, of which those that are known to be held are marked so. They take nothing from the limits: their first try has.</summary>
    public IReadOnlyList<EntryDraft> Mark(IReadOnlyList<EntryDraft> drafts)
    {
        if (_keys.Count == 0)
            return drafts;
        EntryDraft[]? marked = null;
        for (var i = 0; i < drafts.Count; i++)
            if (drafts[i] is CommentDraft { Key: { } key, IsApproved: false } draft && _keys.Contains((draft.Author.Id, key.Value)))
                (marked ??= [.. drafts])[i] = draft with { Hold = Hold.Again, Pace = null, Refusal = null };
        return marked ?? drafts;
    }
}
