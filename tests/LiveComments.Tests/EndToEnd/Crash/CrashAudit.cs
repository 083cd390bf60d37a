namespace LiveComments.Tests.EndToEnd.Crash;

/// <summary>Compares what clients were promised and shown with what is stored when everything is over.</summary>
internal sealed class CrashAudit
{
    private readonly CrashLedger _ledger;
    private readonly List<string> _findings = [];

    /// <param name="stored">Everything REST shows, in the order it shows it.</param>
    public CrashAudit(CrashLedger ledger, IReadOnlyList<StoredComment> stored)
    {
        _ledger = ledger;
        var byId = stored.GroupBy(comment => comment.Id).ToDictionary(group => group.Key, group => group.First());
        CheckStored(stored);
        CheckPromises(byId);
        foreach (var seen in ledger.Views.DefaultIfEmpty([]))
            CheckSeen(byId, seen);
    }

    /// <summary>Promised and not there: comments, removals, reactions, settings, and comments that a viewer was shown.</summary>
    public int Lost { get; private set; }

    /// <summary>Written once and there twice, or shown twice to a viewer who resumed.</summary>
    public int Duplicated { get; private set; }

    /// <summary>At another place than promised or shown, or before what its author wrote earlier.</summary>
    public int OutOfOrder { get; private set; }

    /// <summary>Seqs that a viewer was never shown.</summary>
    public int Gaps { get; private set; }

    public bool IsClean => Lost + Duplicated + OutOfOrder + Gaps == 0;

    /// <summary>The first few findings, a line each.</summary>
    public string Findings => string.Join('\n', _findings.Take(20));

    public override string ToString() =>
        $"acknowledged {_ledger.Comments.Count} comments, {_ledger.Removed.Count} removals, {_ledger.Reactions.Count} reactions, {_ledger.Settings.Count} settings; "
        + $"acknowledged but lost {Lost}, duplicated {Duplicated}, out of order {OutOfOrder}, gaps {Gaps}";

    private void CheckStored(IReadOnlyList<StoredComment> stored)
    {
        foreach (var twice in stored.GroupBy(comment => comment.Text).Where(group => group.Count() > 1))
            Duplicate(twice.Count() - 1, $"'{twice.Key}' is there {twice.Count()} times.");
        foreach (var (first, second) in stored.Zip(stored.Skip(1)).Where(pair => pair.First.Seq >= pair.Second.Seq))
            Disorder($"'{second.Text}' at {second.Seq} is listed after '{first.Text}' at {first.Seq}.");
    }

    private void CheckPromises(Dictionary<Guid, StoredComment> byId)
    {
        foreach (var comment in _ledger.Comments.Where(comment => !_ledger.Removed.Contains(comment.Id)))
        {
            if (!byId.TryGetValue(comment.Id, out var found) || found.Text != comment.Text)
                Lose($"'{comment.Text}', acknowledged at {comment.Seq}, is not there.");
            else if (found.Seq != comment.Seq)
                Disorder($"'{comment.Text}', acknowledged at {comment.Seq}, is at {found.Seq}.");
        }
        foreach (var client in _ledger.Comments.GroupBy(comment => comment.Client))
            foreach (var (first, second) in client.Zip(client.Skip(1)).Where(pair => pair.Second.Ordered && pair.Second.Seq <= pair.First.Seq))
                Disorder($"'{second.Text}' is at {second.Seq}, what its author wrote before at {first.Seq}.");
        foreach (var id in _ledger.Removed.Where(byId.ContainsKey))
            Lose($"The removed '{byId[id].Text}' is there.");
        foreach (var (comment, type) in _ledger.Reactions)
            if (!byId.TryGetValue(comment, out var found) || found.Reactions.Count != 1 || found.Reactions.GetValueOrDefault(type) != 1)
                Lose($"The reaction {type} to {comment} is not its only one.");
    }

    private void CheckSeen(Dictionary<Guid, StoredComment> byId, IReadOnlyList<SeenEntry> entries)
    {
        var seen = entries.GroupBy(entry => entry.Seq).ToDictionary(group => group.Key, group => group.First());
        var next = 1L;
        foreach (var entry in entries)
        {
            if (entry.Seq > next)
                Gap(entry.Seq - next, $"A viewer was shown {entry.Seq} after {next - 1}.");
            else if (entry.Seq < next)
                Duplicate(1, $"A viewer was shown {entry.Seq} after {next - 1}.");
            next = Math.Max(next, entry.Seq + 1);
            if (entry.Text is not null && !_ledger.Removed.Contains(entry.CommentId) && (!byId.TryGetValue(entry.CommentId, out var found) || found.Seq != entry.Seq || found.Text != entry.Text))
                Lose($"'{entry.Text}', shown at {entry.Seq}, is not there.");
        }
        var last = _ledger.Comments.Select(comment => comment.Seq).DefaultIfEmpty(0).Max();
        if (last >= next)
            Gap(last - next + 1, $"A viewer was shown nothing after {next - 1}, the last is {last}.");
        foreach (var comment in _ledger.Comments)
            if (seen.TryGetValue(comment.Seq, out var shown) && shown.CommentId != comment.Id)
                Disorder($"A viewer was shown {shown.CommentId} at the place of '{comment.Text}'.");
        var removals = entries.Where(entry => entry.Text is null).Select(entry => entry.CommentId).ToHashSet();
        foreach (var id in _ledger.Removed.Where(id => !removals.Contains(id)))
            Lose($"No viewer was told that {id} was removed.");
        // A change that the log could not take is told with the next one: what was told last is what counts.
        var told = entries.LastOrDefault(entry => entry.Setting is not null)?.Setting ?? 0;
        foreach (var value in _ledger.Settings.Where(value => value > told))
            Lose($"The last setting that a viewer was told is {told}, and {value} was acknowledged.");
    }

    private void Lose(string finding)
    {
        Lost++;
        _findings.Add(finding);
    }

    private void Duplicate(int count, string finding)
    {
        Duplicated += count;
        _findings.Add(finding);
    }

    private void Disorder(string finding)
    {
        OutOfOrder++;
        _findings.Add(finding);
    }

    private void Gap(long count, string finding)
    {
        Gaps += (int)count;
        _findings.Add(finding);
    }
}
