using System.Diagnostics;

namespace LiveComments.Tests.EndToEnd.Crash;

/// <summary>What clients were promised, and what they were shown, while a server was killed again and again. Thread-safe.</summary>
internal sealed class CrashLedger
{
    private readonly Lock _lock = new();
    private readonly List<AckedComment> _comments = [];
    private readonly HashSet<Guid> _removed = [];
    private readonly Dictionary<Guid, string> _reactions = [];
    private readonly HashSet<int> _settings = [];
    private readonly SortedDictionary<int, List<SeenEntry>> _views = [];
    private readonly List<long> _ackedAt = [];
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly List<string> _surprises = [];

    /// <summary>Acknowledgements of every kind.</summary>
    public int Acks
    {
        get
        {
            lock (_lock)
                return _comments.Count + _removed.Count + _reactions.Count + _settings.Count;
        }
    }

    /// <summary>What an audit reads when everything is over.</summary>
    public IReadOnlyList<AckedComment> Comments => _comments;

    public IReadOnlySet<Guid> Removed => _removed;

    /// <summary>The last acknowledged reaction of the one user who reacts, by comment.</summary>
    public IReadOnlyDictionary<Guid, string> Reactions => _reactions;

    /// <summary>Acknowledged values of the setting that is changed.</summary>
    public IReadOnlySet<int> Settings => _settings;

    /// <summary>Every entry that each viewer was shown, in the order it was shown, over all its connections.</summary>
    public IReadOnlyCollection<IReadOnlyList<SeenEntry>> Views => _views.Values;

    /// <summary>The longest times between two acknowledged comments, and when they began.</summary>
    public IEnumerable<(TimeSpan At, TimeSpan Silence)> Silences =>
        _ackedAt.Zip(_ackedAt.Skip(1), (from, to) => (At: Stopwatch.GetElapsedTime(_began, from), Silence: Stopwatch.GetElapsedTime(from, to))).OrderByDescending(one => one.Silence);

    /// <summary>Answers that nobody should have got; each fails the test.</summary>
    public IReadOnlyList<string> Surprises => _surprises;

    public void Acked(AckedComment comment) => Locked(() =>
    {
        _comments.Add(comment);
        _ackedAt.Add(Stopwatch.GetTimestamp());
    });

    public void AckedRemoval(Guid comment) => Locked(() => _removed.Add(comment));

    public void AckedReaction(Guid comment, string type) => Locked(() => _reactions[comment] = type);

    public void AckedSetting(int value) => Locked(() => _settings.Add(value));

    public void Saw(SeenEntry entry, int viewer = 0) => Locked(() =>
    {
        if (!_views.TryGetValue(viewer, out var seen))
            _views[viewer] = seen = [];
        seen.Add(entry);
    });

    public void Surprise(string what) => Locked(() => _surprises.Add(what));

    /// <summary>A comment that may be reacted to: it is acknowledged and nobody removes it.</summary>
    public AckedComment? Any(Random random, string author)
    {
        lock (_lock)
        {
            var own = _comments.Where(comment => comment.Client == author).ToList();
            return own.Count == 0 ? null : own[random.Next(own.Count)];
        }
    }

    private void Locked(Action change)
    {
        lock (_lock)
            change();
    }
}

/// <summary>A comment whose author was told that it is stored.</summary>
/// <param name="Text">Unique in the run.</param>
/// <param name="Client">Who wrote it; a client that waits for each ack writes in order.</param>
/// <param name="Ordered">True when the client had the ack of its comment before.</param>
internal sealed record AckedComment(string Text, Guid Id, long Seq, string Client, bool Ordered);

/// <summary>An entry that was shown to a viewer.</summary>
/// <param name="CommentId">Of a comment or of its removal; empty for others.</param>
/// <param name="Text">Null for everything but a comment.</param>
/// <param name="Setting">The changed setting's value in a settings entry, else null.</param>
internal sealed record SeenEntry(long Seq, Guid CommentId, string? Text, int? Setting);

/// <summary>A comment as REST shows it when everything is over.</summary>
/// <param name="Reactions">Names and counts that are not zero.</param>
internal sealed record StoredComment(Guid Id, long Seq, string Text, IReadOnlyDictionary<string, int> Reactions);
