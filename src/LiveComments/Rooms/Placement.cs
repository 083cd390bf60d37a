using System.Threading.Tasks.Sources;
using LiveComments.Log;
using LiveComments.Reactions;

namespace LiveComments.Rooms;

/// <summary>A draft on its way into the log, and whoever waits for its answer.</summary>
public abstract class Placement(EntryDraft draft)
{
    public EntryDraft Draft { get; } = draft;

    /// <summary>When it was posted, a timestamp of the room's clock.</summary>
    internal long PostedAt { get; set; }

    /// <summary>Called once, on the room's writer: must be quick and must not throw.</summary>
    /// <param name="last">The others of its batch have their answers: whoever waits for this one may go on within the call.</param>
    public abstract void Complete(AppendResult result, bool last);
}

/// <summary>A placement that is awaited.</summary>
public sealed class AwaitedPlacement(EntryDraft draft) : Placement(draft)
{
    private readonly Awaited<AppendResult> _answer = new();

    /// <summary>To be awaited once.</summary>
    public ValueTask<AppendResult> Answer => _answer.Task;

    public override void Complete(AppendResult result, bool last) => _answer.Set(result, inline: last);
}

/// <summary>A reaction on its way into the store, and whoever waits for its answer.</summary>
public abstract class ReactionPlacement(ReactionDraft draft)
{
    public ReactionDraft Draft { get; } = draft;

    /// <summary>When it was posted, a timestamp of the room's clock.</summary>
    internal long PostedAt { get; set; }

    /// <summary>Called once, on the room's writer: must be quick and must not throw.</summary>
    /// <param name="last">The others of its batch have their answers: whoever waits for this one may go on within the call.</param>
    public abstract void Complete(ReactionResult result, bool last);
}

/// <summary>An answer that is awaited once.</summary>
internal sealed class Awaited<T> : IValueTaskSource<T>
{
    private ManualResetValueTaskSourceCore<T> _core;

    public ValueTask<T> Task => new(this, _core.Version);

    /// <param name="inline">Who awaits it goes on within this call, which saves waking a thread; otherwise on the thread pool.</param>
    public void Set(T answer, bool inline)
    {
        _core.RunContinuationsAsynchronously = !inline;
        var outer = InlineAnswer.IsGiven;
        InlineAnswer.IsGiven = inline || outer;
        try
        {
            _core.SetResult(answer);
        }
        finally
        {
            InlineAnswer.IsGiven = outer;
        }
    }

    T IValueTaskSource<T>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<T>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}

/// <summary>Whether this thread is lent to somebody who was given an answer: its room goes on only when that returns.</summary>
internal static class InlineAnswer
{
    [ThreadStatic]
    private static bool _given;

    public static bool IsGiven
    {
        get => _given;
        set => _given = value;
    }
}
