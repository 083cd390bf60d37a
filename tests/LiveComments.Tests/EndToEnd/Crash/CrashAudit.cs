namespace LiveComments.Tests.EndToEnd.Crash;

/// <summary>
/// Compares what clients were promised and shown with what is stored when everything is over.
/// </summary>
/// <param name="Lost">Promised and not there: comments, removals, reactions, settings, and entries a viewer was shown.</param>
/// <param name="Duplicated">Written once and there twice, or shown twice to a viewer who resumed.</param>
/// <param name="OutOfOrder">At another place than promised or shown, or before what its author wrote earlier.</param>
/// <param name="Gaps">Seqs that a viewer was never shown.</param>
internal sealed record CrashAudit(int Comments, int Removals, int Reactions, int Settings, int Lost, int Duplicated, int OutOfOrder, int Gaps)
{
    public bool IsClean => Lost + Duplicated + OutOfOrder + Gaps == 0;

    public override string ToString() =>
        $"acknowledged {Comments} comments, {Removals} removals, {Reactions} reactions, {Settings} settings; acknowledged but lost {Lost}, duplicated {Duplicated}, out of order {OutOfOrder}, gaps {Gaps}";

    /// <param name="stored">Everything REST shows, in the order it shows it.</param>
    public static CrashAudit Of(CrashLedger ledger, IReadOnlyList<StoredComment> stored)
    {
        int lost = 0, duplicated = 0, outOfOrder = 0, gaps = 0;
        var byId = stored.GroupBy(comment => comment.Id).ToDictionary(group => group.Key, group => group.First());
        duplicated += stored.Count - byId.Count;
        duplicated += stored.Count - stored.Select(comment => comment.Text).Distinct().Count();
        outOfOrder += stored.Zip(stored.Skip(1)).Count(pair => pair.First.Seq >= pair.Second.Seq);

        foreach (var comment in ledger.Comments.Where(comment => !ledger.Removed.Contains(comment.Id)))
        {
            if (!byId.TryGetValue(comment.Id, out var found) || found.Text != comment.Text)
                lost++;
            else if (found.Seq != comment.Seq)
                outOfOrder++;
        }
        lost += ledger.Removed.Count(byId.ContainsKey);
        foreach (var (comment, type) in ledger.Reactions)
            if (!byId.TryGetValue(comment, out var found) || found.Reactions.GetValueOrDefault(type) != 1 || found.Reactions.Count != 1)
                lost++;
        foreach (var client in ledger.Comments.GroupBy(comment => comment.Client))
            outOfOrder += client.Zip(client.Skip(1)).Count(pair => pair.Second.Ordered && pair.Second.Seq <= pair.First.Seq);

        var seen = new Dictionary<long, SeenEntry>();
        var next = 1L;
        foreach (var entry in ledger.Seen)
        {
            gaps += (int)Math.Max(0, entry.Seq - next);
            if (!seen.TryAdd(entry.Seq, entry))
                duplicated++;
            else if (entry.Seq < next)
                outOfOrder++;
            next = Math.Max(next, entry.Seq + 1);
            if (entry.Text is not null && !ledger.Removed.Contains(entry.CommentId) && (!byId.TryGetValue(entry.CommentId, out var found) || found.Seq != entry.Seq || found.Text != entry.Text))
                lost++;
        }
        gaps += (int)Math.Max(0, ledger.Comments.Select(comment => comment.Seq).DefaultIfEmpty(0).Max() - (next - 1));
        foreach (var comment in ledger.Comments)
            if (seen.TryGetValue(comment.Seq, out var shown) && shown.CommentId != comment.Id)
                outOfOrder++;
        lost += ledger.Removed.Count(id => !ledger.Seen.Any(entry => entry.CommentId == id && entry.Text is null));
        lost += ledger.Settings.Count(value => !ledger.Seen.Any(entry => entry.Setting == value));
        return new CrashAudit(ledger.Comments.Count, ledger.Removed.Count, ledger.Reactions.Count, ledger.Settings.Count, lost, duplicated, outOfOrder, gaps);
    }
}
