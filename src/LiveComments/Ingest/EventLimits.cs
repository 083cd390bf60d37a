using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LiveComments.Accounts;
using LiveComments.Clocks;
using LiveComments.Log;
using LiveComments.Text;

namespace LiveComments.Ingest;

/// <summary>
/// What one event allows each viewer: one comment at a time in slow mode, and not the same text again and again. Kept where everything of the event passes, so it holds over all nodes. Not
/// safe for several threads.
/// </summary>
public sealed class EventLimits(TimeProvider time)
{
    /// <summary>The same text of one person: as often at once, and once in <see cref="RepeatEvery"/> in the long run.</summary>
    public const int Repeats = 3;

    /// <summary>Texts remembered where each is taken once.</summary>
    public const int SaidRemembered = 10_000;

    /// <summary>A text of so many letters and figures is no cheer: by how many people it is written at once, and then once in <see cref="WaveEvery"/>.</summary>
    internal const int WaveLength = 40, WaveCopies = 20;

    /// <summary>Viewers and texts remembered: about 40 MB at most. Beyond it everything is forgotten, because bounded memory matters more than an exact limit.</summary>
    internal const int Remembered = 200_000;

    /// <summary>What is over is looked for when this many are remembered, and again when they have doubled.</summary>
    private const int FirstSweep = 1_024;

    private readonly Dictionary<UserId, Turn> _turns = [];
    private readonly Dictionary<(UserId, int), TokenBucket> _texts = [];
    private readonly long _repeatCost = TokenBucket.Cost(time, 1 / RepeatEvery.TotalSeconds);
    private readonly long _waveCost = TokenBucket.Cost(time, 1 / WaveEvery.TotalSeconds);
    private readonly Dictionary<int, CommentId> _said = [];
    private readonly Queue<int> _saidInOrder = [];
    private int _turnsBeforeSweep = FirstSweep;
    private int _textsBeforeSweep = FirstSweep;

    /// <inheritdoc cref="Repeats"/>
    public static TimeSpan RepeatEvery { get; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc cref="WaveLength"/>
    internal static TimeSpan WaveEvery { get; } = TimeSpan.FromSeconds(2);

    /// <summary>How far back comments still matter, without slow mode.</summary>
    public static TimeSpan Window { get; } = Repeats * RepeatEvery;

    /// <summary>The same drafts, of which those that are too soon carry their refusal. Each is to be settled when it is placed or refused.</summary>
    public IReadOnlyList<EntryDraft> Admit(IReadOnlyList<EntryDraft> drafts)
    {
        EntryDraft[]? judged = null;
        for (var i = 0; i < drafts.Count; i++)
            if (drafts[i] is CommentDraft { Pace: not null, Refusal: null } draft && Take(draft) is { } refusal)
                (judged ??= [.. drafts])[i] = draft with { Refusal = refusal };
        return judged ?? drafts;
    }

    /// <summary>Gives back what drafts took that are not placed. One whose outcome is unknown costs the same as if it were.</summary>
    /// <param name="drafts">As <see cref="Admit"/> returned them.</param>
    /// <param name="results">One for each draft; null when they are not known.</param>
    public void Settle(IReadOnlyList<EntryDraft> drafts, IReadOnlyList<AppendResult>? results, Error? refusal)
    {
        for (var i = 0; i < drafts.Count; i++)
            if (drafts[i] is CommentDraft { Pace: not null, Refusal: null } draft)
                Settle(draft, results is null ? refusal == Error.OutcomeUnknown : results[i] is AppendResult.Appended or AppendResult.Held { IsRepeated: false } or AppendResult.Shadowed { IsRepeated: false });
    }

    /// <summary>Takes what a comment that was placed or held before must have taken.</summary>
    /// <param name="pace">The time between two comments; zero without slow mode.</param>
    public void Recollect(WrittenComment written, TimeSpan pace)
    {
        var (author, age) = (written.Author, written.Age);
        if (author.Role > Role.Viewer)
            return;
        var then = time.GetTimestamp() - time.Ticks(age > TimeSpan.Zero ? age : TimeSpan.Zero);
        TakeText(KeyOf(author.Id, written.Text), Repeats, RepeatEvery, then);
        if (age < pace)
            Add(author.Id, new Turn { Comment = written.Id, Pace = pace, EndsAt = then + time.Ticks(pace), IsSpent = true });
    }

    /// <summary>Remembers a text that was written before, where each is taken once.</summary>
    public void RecollectSaid(CommentId comment, string text) => Say(HashOf(text), comment);

    private Refusal? Take(CommentDraft draft)
    {
        var now = time.GetTimestamp();
        if (draft.IsOnce && _said.TryGetValue(HashOf(draft.Text), out var said) && said != draft.Id)
            return new Refusal(Error.RoomMode);
        if (draft.Pace is { Ticks: > 0 } pace)
        {
            if (!_turns.TryGetValue(draft.Author.Id, out var turn) || turn.EndsAt <= now || turn.Pace != pace)
                // A turn of another length belongs to a slow mode that was changed since, and does not count.
                Add(draft.Author.Id, new Turn { Key = draft.Key?.Value, Comment = draft.Id, Pace = pace, EndsAt = now + time.Ticks(pace), Tries = 1 });
            else if (turn.IsOf(draft))
                turn.Tries++;
            else
                return new Refusal(draft.IsThrottled ? Error.Throttled : Error.SlowMode, time.GetElapsedTime(now, turn.EndsAt));
        }
        if ((TakeText(KeyOf(draft.Author.Id, draft.Text), Repeats, RepeatEvery, now) ?? TakeWave(draft, now)) is not { } wait)
        {
            if (draft.IsOnce)
                Say(HashOf(draft.Text), draft.Id);
            return null;
        }
        GiveTurnBack(draft);
        return new Refusal(Error.RepeatedText, wait);
    }

    private void Settle(CommentDraft draft, bool isSpent)
    {
        if (isSpent)
        {
            if (_turns.TryGetValue(draft.Author.Id, out var turn) && turn.IsOf(draft))
                (turn.IsSpent, turn.Tries) = (true, turn.Tries - 1);
            return;
        }
        GiveTurnBack(draft);
        if (draft.IsOnce && _said.TryGetValue(HashOf(draft.Text), out var said) && said == draft.Id)
            _said.Remove(HashOf(draft.Text));
        GiveTextBack(KeyOf(draft.Author.Id, draft.Text), _repeatCost);
        if (draft.Text.Length >= WaveLength)
            GiveTextBack((default, HashOf(draft.Text)), _waveCost);
    }

    private void GiveTextBack((UserId, int) key, long cost)
    {
        ref var bucket = ref CollectionsMarshal.GetValueRefOrNullRef(_texts, key);
        if (!Unsafe.IsNullRef(ref bucket))
            bucket.GiveBack(cost);
    }

    private void GiveTurnBack(CommentDraft draft)
    {
        // Only once no try of the comment is under way that may still be placed.
        if (_turns.TryGetValue(draft.Author.Id, out var turn) && turn.IsOf(draft) && --turn.Tries <= 0 && !turn.IsSpent)
            _turns.Remove(draft.Author.Id);
    }

    private TimeSpan? TakeText((UserId, int) key, int copies, TimeSpan every, long now)
    {
        if (_texts.Count >= _textsBeforeSweep)
            Sweep(_texts, bucket => bucket.IsFull(now), ref _textsBeforeSweep);
        ref var bucket = ref CollectionsMarshal.GetValueRefOrAddDefault(_texts, key, out _);
        return bucket.Take(time, now, 1 / every.TotalSeconds, copies);
    }

    /// <summary>The same long text from many accounts is one wave, however each spells it.</summary>
    private TimeSpan? TakeWave(CommentDraft draft, long now) =>
        draft.Text.Length >= WaveLength ? TakeText((default, HashOf(draft.Text)), WaveCopies, WaveEvery, now) : null;

    private void Say(int hash, CommentId comment)
    {
        if (!_said.TryAdd(hash, comment))
            return;
        _saidInOrder.Enqueue(hash);
        while (_saidInOrder.Count > SaidRemembered)
            _said.Remove(_saidInOrder.Dequeue());
    }

    /// <summary>The same for all spellings of a text.</summary>
    private static int HashOf(string text)
    {
        using var folded = FoldedText.Of(text);
        // Of signs and emoji alone nothing may be left.
        return folded.Characters.IsEmpty ? text.GetHashCode() : string.GetHashCode(folded.Characters);
    }

    private void Add(UserId author, Turn turn)
    {
        var now = time.GetTimestamp();
        if (_turns.Count >= _turnsBeforeSweep)
            Sweep(_turns, taken => taken.EndsAt <= now, ref _turnsBeforeSweep);
        _turns[author] = turn;
    }

    private static void Sweep<TKey, TValue>(Dictionary<TKey, TValue> remembered, Func<TValue, bool> isOver, ref int next) where TKey : notnull
    {
        foreach (var (key, value) in remembered)
            if (isOver(value))
                remembered.Remove(key);
        if (remembered.Count >= Remembered)
            remembered.Clear();
        next = Math.Min(Remembered, Math.Max(FirstSweep, 2 * remembered.Count));
    }

    /// <summary>A hash of the text is enough: two texts of one person that share one are as rare as they are harmless.</summary>
    private static (UserId, int) KeyOf(UserId author, string text) => (author, text.GetHashCode());

    /// <summary>One viewer's turn in slow mode.</summary>
    private sealed class Turn
    {
        /// <summary>The idempotency key of the comment that took it; null without one. Whoever tries again with the same key shares the turn.</summary>
        public string? Key { get; init; }

        public CommentId Comment { get; init; }

        public TimeSpan Pace { get; init; }

        public long EndsAt { get; init; }

        /// <summary>Tries of its comment that are under way.</summary>
        public int Tries { get; set; }

        /// <summary>A try was placed, or may have been.</summary>
        public bool IsSpent { get; set; }

        public bool IsOf(CommentDraft draft) => Comment == draft.Id || (Key is not null && Key == draft.Key?.Value);
    }
}
