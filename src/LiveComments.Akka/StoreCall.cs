using Akka.Actor;
using LiveComments.Akka.Messages;

namespace LiveComments.Akka;

/// <summary>One call of the store that an event's actor has under way, for everybody whose drafts are in it.</summary>
/// <param name="refuse">Makes a result of an error.</param>
internal sealed class StoreCall<TDraft, TResult>(IReadOnlyList<Asked<TDraft>> asked, Func<Error, TResult> refuse)
{
    private bool _isAnswered;

    public IReadOnlyList<Asked<TDraft>> Asked => asked;

    public IReadOnlyList<TDraft> Drafts { get; set; } = asked.Count == 1 ? asked[0].Request.Drafts : [.. asked.SelectMany(one => one.Request.Drafts)];

    /// <summary>One for each draft, once the store has answered; null before, and when it did not store them.</summary>
    public IReadOnlyList<TResult>? Results { get; set; }

    /// <summary>Why the store did not store them; null otherwise.</summary>
    public Error? Refusal { get; set; }

    /// <summary>A failure that no store may have; null otherwise.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Each draft, with how long it has waited here.</summary>
    public IEnumerable<(TDraft Draft, TimeSpan Waited)> Waited(TimeProvider time) => asked.SelectMany(one => one.Request.Drafts, (one, draft) => (draft, time.GetElapsedTime(one.At)));

    public bool HasEnded => Results is not null || Refusal is not null || Fault is not null;

    /// <summary>Answers everybody who waits, once. What has no result may be stored or not.</summary>
    public void Answer()
    {
        if (_isAnswered)
            return;
        _isAnswered = true;
        var first = 0;
        foreach (var one in asked)
        {
            var count = one.Request.Drafts.Count;
            one.By.Tell(new Stored<TResult>(Results is null ? [.. Enumerable.Repeat(refuse(one.Sure(Refusal ?? Error.OutcomeUnknown)), count)] : asked.Count == 1 ? Results : [.. Results.Skip(first).Take(count)]));
            first += count;
        }
    }
}
